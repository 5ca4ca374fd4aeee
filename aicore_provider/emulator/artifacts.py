"""Artifacts: references to data sets and models in an object store. No operation changes or deletes one [spec]."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from aicore_provider.api.naming import CONFIGURATION_NAME, LONGEST_CONFIGURATION_NAME, LONGEST_LABEL_VALUE
from aicore_provider.emulator.errors import not_found
from aicore_provider.emulator.validation import Body, Id, matching

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

KINDS = ("model", "dataset", "resultset", "other")
NAME = CONFIGURATION_NAME
"""The contract has the same pattern and length for the names of artifacts and configurations."""
LONGEST_NAME = LONGEST_CONFIGURATION_NAME
LONGEST_URL = 1024
LABEL_KEY = re.compile(r"ext\.ai\.sap\.com/[\w.-]+", re.ASCII)
MOST_SELECTORS = 10

_URL = re.compile(r"[a-z0-9-]+://.")
_COMMA = "{comma}"
"""Stands for a comma in the value of a label selector, where commas separate selectors [spec]."""


def _has_scheme(url: str) -> str:
    if not _URL.search(url):
        raise ValueError("should begin with a scheme, such as ai://")
    return url


class ArtifactLabel(Body):
    """A label of an artifact."""

    key: Annotated[str, Field(max_length=256), matching(LABEL_KEY)]
    value: Annotated[str, Field(max_length=LONGEST_LABEL_VALUE)]


class NewArtifact(Body):
    """POST /lm/artifacts."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), matching(NAME)]
    kind: Literal["model", "dataset", "resultset", "other"]
    url: Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_has_scheme)]
    scenario_id: Id
    description: Annotated[str, Field(max_length=5000)] = ""
    labels: list[ArtifactLabel] = Field(default_factory=list)


@dataclass(frozen=True)
class Artifact:
    """An artifact.

    Attributes:
        execution_id: the execution that made it; None: it was registered with POST.
        configuration_id: of that execution.
    """

    id: str
    resource_group: str
    name: str
    kind: str
    url: str
    scenario_id: str
    created_at: float
    description: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    execution_id: str | None = None
    configuration_id: str | None = None


def create(service: Service, group: str, body: NewArtifact) -> Artifact:
    """Register an artifact. Neither its scenario need exist nor what its URL names [guess]."""
    artifact = Artifact(
        id=str(uuid.uuid4()),
        resource_group=group,
        name=body.name,
        kind=body.kind,
        url=body.url,
        scenario_id=body.scenario_id,
        created_at=service.now(),
        description=body.description,
        labels=tuple((label.key, label.value) for label in body.labels),
    )
    service.store.put(artifact)
    return artifact


def one(service: Service, group: str, artifact_id: str) -> Artifact:
    """One artifact."""
    found = service.store.get(Artifact, group, artifact_id)
    if found is None:
        raise not_found(f"Artifact {artifact_id} not found")
    return found


def selected(
    service: Service,
    group: str,
    *,
    scenario_id: str | None,
    execution_id: str | None,
    name: str | None,
    kind: str | None,
    selectors: list[tuple[str, bool, str]],
    contains: Callable[[str], bool] | None,
) -> list[Artifact]:
    """The artifacts that all filters select. `contains` is asked for name and description [spec]."""
    return [
        each
        for each in service.listed(Artifact, group)
        if scenario_id in (None, each.scenario_id)
        and execution_id in (None, each.execution_id)
        and name in (None, each.name)
        and kind in (None, each.kind)
        and all(_selects(selector, dict(each.labels)) for selector in selectors)
        and (contains is None or contains(each.name) or contains(each.description))
    ]


def _selects(selector: tuple[str, bool, str], labels: dict[str, str]) -> bool:
    """Whether a label selector holds. Also `key!=value` needs the label [live test]."""
    key, equal, value = selector
    return key in labels and (labels[key] == value.replace(_COMMA, ",")) is equal
