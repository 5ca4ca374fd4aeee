"""`AIApplication`: a folder of a Git repository whose templates the service keeps in step with it.

The service works with Argo CD, whose words for the status it passes on. A PATCH replaces repository, revision and path
(API contract 2.42.0).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.errors import NotFound
from aicore_provider.api.naming import application_name_problem
from aicore_provider.api.paths import APPLICATIONS
from aicore_provider.api.types import Application, ApplicationStatus
from aicore_provider.kinds.named import named, take_over_by_name
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Due, Standard
from aicore_provider.kinds.values import CLOCK_TOLERANCE, HOME, SECRET_INPUTS, text
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import Failed

NOUN = "application"
PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=application_name_problem, is_required=True),
    Property(
        "repository_url",
        "Address of a repository that the service knows.",
        Change.IN_PLACE,
        is_required=True,
    ),
    Property(
        "revision",
        "Branch, tag or commit, such as `HEAD`.",
        Change.IN_PLACE,
        is_required=True,
    ),
    Property(
        "path",
        "Folder in the repository.",
        Change.IN_PLACE,
        is_required=True,
    ),
    take_over_by_name(NOUN),
    *HOME,
    Property("sync_status", "`Synced`, `OutOfSync`, or another word of Argo CD."),
    Property("health_status", "`Healthy`, `Progressing`, `Degraded`, or another word of Argo CD."),
    Property("message", "What Argo CD tells of its health."),
    SECRET_INPUTS,
)
_WANTED = ("repository_url", "revision", "path")


@dataclass(frozen=True)
class _Synced:
    """An application, and what Argo CD tells of it: nothing where it has not met it yet."""

    application: Application
    status: ApplicationStatus


def _look(client: AICore, there: Collection[Application], name: str) -> _Synced | None:
    found = there.find(name)
    if found is None:
        return None
    try:
        return _Synced(found, client.application_status(name))
    except NotFound:
        return _Synced(found, ApplicationStatus())


def _patch(inputs: Properties) -> dict[str, str]:
    return {"repositoryUrl": text(inputs, "repository_url")} | {key: text(inputs, key) for key in ("revision", "path")}


def _told(found: _Synced, _inputs: Properties) -> dict[str, str]:
    status = found.status
    return {key: getattr(found.application, key) for key in _WANTED} | {
        "sync_status": status.sync_status,
        "health_status": status.health_status,
        "message": status.message,
    }


def _is_wanted(sync_status: str, health_status: str) -> bool:
    return sync_status == "Synced" and health_status in ("", "Healthy")


def _due(outputs: Properties) -> Due:
    return "" if _is_wanted(text(outputs, "sync_status"), text(outputs, "health_status")) else "update"


def _judge(found: _Synced, inputs: Properties, written_at: dt.datetime) -> Wait | Done | Failed:
    status = found.status
    told = ", ".join(filter(None, (status.sync_status, status.health_status, status.message)))
    if any(getattr(found.application, key) != text(inputs, key) for key in _WANTED):
        return Wait("the change is not shown yet")
    if status.reconciled_at and status.reconciled_at < written_at - CLOCK_TOLERANCE:
        return Wait("Argo CD has not looked at it yet")
    if failed := [each for each in status.sync_resources_status if each.status == "SyncFailed"]:
        return Failed("; ".join(f"{each.kind} {each.name} was not synced: {each.message}" for each in failed))
    if status.health_status == "Degraded" or (status.sync_status == "Unknown" and status.message):
        return Failed(told)
    if _is_wanted(status.sync_status, status.health_status):
        return Done()
    return Wait(told or "not synced yet")


KIND = named(
    Standard(
        kind="AIApplication",
        doc="A folder of a Git repository whose templates the service keeps in step with it.",
        noun=NOUN,
        properties=PROPERTIES,
        path=APPLICATIONS,
        home="tenant",
        name="name",
        collection=lambda client, _: client.applications,
        body=lambda inputs: {"applicationName": text(inputs, "name"), **_patch(inputs)},
        patch=lambda inputs, _: _patch(inputs),
        told=_told,
        judge=_judge,
        look=_look,
        # Argo CD gives what is in a folder to one application alone.
        excludes=lambda olds, news: all(text(olds, key) == text(news, key) for key in _WANTED),
        after_write=lambda client, name: client.refresh_application(name),
        due=_due,
        advice="Check its name, that the repository is known, the quota of applications, and that the credentials "
        "cover administration.",
    )
)
