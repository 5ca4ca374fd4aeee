"""`AIArtifact`: a reference to data or a model in an object store.

The service can neither change nor delete an artifact (API contract 2.42.0). So every change is a new one, and `delete`
only forgets it.
"""

from __future__ import annotations

from aicore_provider.api.naming import (
    ARTIFACT_KINDS,
    artifact_name_problem,
    artifact_url_problem,
    generic_id_problem,
    label_problem,
)
from aicore_provider.api.paths import ARTIFACTS
from aicore_provider.api.types import Artifact
from aicore_provider.kinds.posted import posted, take_over_by_id
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, RESOURCE_GROUP, SECRET_INPUTS, iso, string_map, text


def _description_problem(value: str) -> str | None:
    return None if len(value) <= _LONGEST_DESCRIPTION else f"is longer than {_LONGEST_DESCRIPTION} characters"


_LONGEST_DESCRIPTION = 5000
PROPERTIES = (
    Property(
        "name", "Its name, which need not be unique.", Change.REPLACES, rule=artifact_name_problem, is_required=True
    ),
    Property(
        "kind", "`model`, `dataset`, `resultset` or `other`.", Change.REPLACES, choices=ARTIFACT_KINDS, is_required=True
    ),
    Property(
        "url",
        "Where it is, such as `ai://OBJECT_STORE/path`.",
        Change.REPLACES,
        rule=artifact_url_problem,
        is_required=True,
    ),
    Property("scenario_id", "Scenario that it is for.", Change.REPLACES, rule=generic_id_problem, is_required=True),
    Property("description", "For people.", Change.REPLACES, rule=_description_problem),
    Property("labels", "Labels by key.", Change.REPLACES, type="map", item_rule=label_problem),
    RESOURCE_GROUP,
    take_over_by_id("Id of an artifact that exists already and says the same."),
    *HOME,
    Property("execution_id", "Execution that has made it; empty for one that was registered.", is_constant=True),
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    SECRET_INPUTS,
)
_TEXTS = {"name": "name", "kind": "kind", "url": "url", "scenario_id": "scenarioId", "description": "description"}


def _body(inputs: Properties) -> dict[str, object]:
    body: dict[str, object] = {sent: text(inputs, key) for key, sent in _TEXTS.items() if inputs.get(key)}
    labels = string_map(inputs, "labels")
    return body | ({"labels": [{"key": key, "value": value} for key, value in labels.items()]} if labels else {})


def _told(found: Artifact, inputs: Properties) -> dict[str, object]:
    about: dict[str, object] = {key: getattr(found, key) for key in (*_TEXTS, "labels")}
    if not (found.description.strip() or text(inputs, "description").strip()):
        # A stack file cannot say a blank text, which is the same as none.
        about["description"] = inputs.get("description")
    return about | {"execution_id": found.execution_id, "created_at": iso(found.created_at)}


def _is_same(found: Artifact, inputs: Properties) -> bool:
    return found.labels == string_map(inputs, "labels") and all(
        getattr(found, key) == text(inputs, key) for key in _TEXTS
    )


KIND = posted(
    Standard(
        kind="AIArtifact",
        doc="A reference to data or a model in an object store. Every change makes another one; the service keeps all.",
        noun="artifact",
        properties=PROPERTIES,
        path=ARTIFACTS,
        home="group",
        name=None,
        collection=lambda client, properties: client.artifacts(text(properties, "resource_group")),
        body=_body,
        patch=None,
        told=_told,
        can_delete=False,
        advice="Check its scenario, and that its URL names an object store secret of the resource group.",
    ),
    is_same=_is_same,
)
