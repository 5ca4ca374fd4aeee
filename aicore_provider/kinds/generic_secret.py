"""`AIGenericSecret`: named secret values, for a resource group or for the tenant.

The service tells name and labels, and never the values. A PATCH replaces all values (API contract 2.42.0).
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.naming import (
    GROUNDING_LABEL,
    IN_GROUP,
    REPOSITORY_TYPE_LABEL,
    SECRET_SCOPES,
    generic_secret_name_problem,
    label_problem,
)
from aicore_provider.api.paths import GENERIC_SECRETS
from aicore_provider.api.types import GenericSecret
from aicore_provider.kinds.named import named, take_over_by_name
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, RESOURCE_GROUP, SECRET_INPUTS, iso, string_map, text
from aicore_provider.lifecycle.values import Done, Wait

_FIXED_LABELS = (GROUNDING_LABEL[0], REPOSITORY_TYPE_LABEL)
"""Labels that a PATCH cannot change (SAP's page on generic secrets)."""


NOUN = "generic secret"
PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=generic_secret_name_problem, is_required=True),
    Property(
        "data",
        "The secret values by key, as they are.",
        Change.IN_PLACE,
        type="map",
        is_required=True,
        is_untold=True,
        is_secret=True,
    ),
    Property(
        "labels",
        "All its labels; left out, they are left alone.",
        Change.IN_PLACE,
        type="map",
        item_rule=label_problem,
        is_left_alone=True,
    ),
    RESOURCE_GROUP,
    Property(
        "scope",
        "`resource-group`, `main-tenant`, or `tenant-wide` for all groups.",
        Change.REPLACES,
        choices=SECRET_SCOPES,
    ),
    take_over_by_name(NOUN),
    *HOME,
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    SECRET_INPUTS,
)


def _collection(client: AICore, properties: Properties) -> Collection[GenericSecret]:
    return client.generic_secrets(text(properties, "scope") or IN_GROUP, text(properties, "resource_group"))


def _body(inputs: Properties) -> dict[str, object]:
    return {"name": text(inputs, "name"), "data": _data(inputs)} | _labels(inputs, {})


def _patch(inputs: Properties, olds: Properties) -> dict[str, object]:
    return {"data": _data(inputs)} | _labels(inputs, string_map(olds, "labels"))


def _data(inputs: Properties) -> dict[str, str]:
    return {key: base64.b64encode(each.encode()).decode() for key, each in string_map(inputs, "data").items()}


def _labels(inputs: Properties, before: Mapping[str, str]) -> dict[str, object]:
    """The labels to send: a PATCH keeps what it does not name, and an empty value removes a label."""
    if inputs.get("labels") is None:
        return {}
    labels = dict.fromkeys(before, "") | string_map(inputs, "labels")
    return {"labels": [{"key": key, "value": value} for key, value in labels.items()]}


def _told(found: GenericSecret, _inputs: Properties) -> dict[str, object]:
    return {"labels": found.labels, "created_at": iso(found.created_at)}


def _judge(found: GenericSecret, inputs: Properties, _written_at: dt.datetime) -> Wait | Done:
    is_late = inputs.get("labels") is not None and found.labels != string_map(inputs, "labels")
    return Wait("labels not shown yet") if is_late else Done()


def _also_replaces(olds: Properties, news: Properties) -> tuple[str, ...]:
    old, new = string_map(olds, "labels"), string_map(news, "labels")
    is_fixed = news.get("labels") is not None and any(old.get(key) != new.get(key) for key in _FIXED_LABELS)
    return ("labels",) if is_fixed else ()


KIND = named(
    Standard(
        kind="AIGenericSecret",
        doc="Named secret values, for a resource group or for the tenant. Its id is its name.",
        noun=NOUN,
        properties=PROPERTIES,
        path=GENERIC_SECRETS,
        home="either",
        name="name",
        collection=_collection,
        body=_body,
        patch=_patch,
        told=_told,
        judge=_judge,
        also_replaces=_also_replaces,
        advice="Check its name and labels, the quota of secrets, and that the credentials cover administration.",
    )
)
