"""`AIGitRepository`: a Git repository with the tenant's own templates, and the login with which it is read.

The service tells address and status, and never the login. A PATCH replaces the login and nothing else (API contract
2.42.0).
"""

from __future__ import annotations

import datetime as dt

from aicore_provider.api.naming import repository_name_problem
from aicore_provider.api.paths import REPOSITORIES
from aicore_provider.api.types import Repository
from aicore_provider.kinds.named import named, take_over_by_name
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, SECRET_INPUTS, text
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import Failed

NOUN = "repository"
PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=repository_name_problem, is_required=True),
    Property(
        "url",
        "Address of the repository, such as `https://github.com/org/templates`.",
        Change.REPLACES,
        is_required=True,
    ),
    Property(
        "username",
        "User who may read the repository.",
        Change.IN_PLACE,
        is_required=True,
        is_untold=True,
    ),
    Property(
        "password",
        "Password or access token.",
        Change.IN_PLACE,
        is_required=True,
        is_untold=True,
        is_secret=True,
    ),
    take_over_by_name(NOUN),
    *HOME,
    Property("status", "COMPLETED, IN-PROGRESS, ERROR, or something new."),
    SECRET_INPUTS,
)


def _judge(found: Repository, _inputs: Properties, _written_at: dt.datetime) -> Wait | Done | Failed:
    match found.status:
        case "ERROR":
            return Failed("status ERROR")
        case "IN-PROGRESS":
            return Wait(found.status)
        case _:
            return Done()


def _address(properties: Properties) -> str:
    """An address as the service compares it, which has each repository once."""
    return text(properties, "url").rstrip("/").casefold()


KIND = named(
    Standard(
        kind="AIGitRepository",
        doc="A Git repository with the tenant's own templates, and the login with which it is read.",
        noun=NOUN,
        properties=PROPERTIES,
        path=REPOSITORIES,
        home="tenant",
        name="name",
        collection=lambda client, _: client.repositories,
        body=lambda inputs: {key: text(inputs, key) for key in ("name", "url", "username", "password")},
        patch=lambda inputs, _: {key: text(inputs, key) for key in ("username", "password")},
        told=lambda found, _: {"url": found.url, "status": found.status},
        judge=_judge,
        excludes=lambda olds, news: _address(olds) == _address(news),
        due=lambda outputs: "update" if text(outputs, "status") in ("ERROR", "IN-PROGRESS") else "",
        advice="Check its name, address and login, the quota of repositories, and that the credentials cover "
        "administration.",
    )
)
