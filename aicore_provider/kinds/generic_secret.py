"""`AIGenericSecret`: named secret values, for a resource group or for the tenant.

The service tells name and labels, and never the values. A PATCH replaces all values (API contract 2.42.0).
"""

from __future__ import annotations

import base64

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.naming import generic_secret_name_problem, label_problem, resource_group_problem
from aicore_provider.api.paths import GENERIC_SECRETS
from aicore_provider.api.types import GenericSecret
from aicore_provider.kinds.named import named
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import SECRET_INPUTS, iso, string_map, text

PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=generic_secret_name_problem, is_required=True),
    Property("data", "The secret values by key, as they are.", Change.IN_PLACE, type="map", is_required=True),
    Property(
        "labels", "All its labels; left out, they are left alone.", Change.IN_PLACE, type="map", item_rule=label_problem
    ),
    Property("resource_group", "Resource group that it is in.", Change.REPLACES, rule=resource_group_problem),
    Property(
        "tenant_wide", "Whether it is for the whole tenant, and in no resource group.", Change.REPLACES, type="flag"
    ),
    Property(
        "take_over",
        "Whether a secret of this name that exists already is managed from now on.",
        Change.NO_DIFFERENCE,
        type="flag",
    ),
    Property("service_url", "The service that it is on, without version."),
    Property("tenant", "Identity zone of the tenant that it belongs to."),
    Property("created_at", "ISO 8601, UTC."),
    SECRET_INPUTS,
)


def _collection(client: AICore, properties: Properties) -> Collection[GenericSecret]:
    return client.generic_secrets(text(properties, "resource_group") or None)


def _body(inputs: Properties) -> dict[str, object]:
    return {"name": text(inputs, "name"), **_patch(inputs)}


def _patch(inputs: Properties) -> dict[str, object]:
    encoded = {key: base64.b64encode(each.encode()).decode() for key, each in string_map(inputs, "data").items()}
    if inputs.get("labels") is None:
        return {"data": encoded}
    return {"data": encoded, "labels": [{"key": k, "value": v} for k, v in string_map(inputs, "labels").items()]}


def _told(found: GenericSecret, _inputs: Properties) -> dict[str, object]:
    return {"labels": found.labels, "created_at": iso(found.created_at)}


KIND = named(
    Standard(
        kind="AIGenericSecret",
        noun="generic secret",
        properties=PROPERTIES,
        path=GENERIC_SECRETS,
        scope="either",
        name="name",
        collection=_collection,
        body=_body,
        patch=_patch,
        told=_told,
        advice="Check its name and labels, the quota of secrets, and that the credentials cover administration.",
    )
)
