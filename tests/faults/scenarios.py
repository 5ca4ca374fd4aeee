"""The commands that the matrices disturb: create, change, replacement and destroy of an object of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.front_ends import Declared
from tests.faults.objects import RESOURCE_GROUP
from tests.faults.world import NOTHING, deployments
from tests.support.models import CHAT, OLDER
from tests.support.standard_cases import ARTIFACT, CASES, GIT_REPOSITORY, Case


@dataclass(frozen=True, eq=False)
class Scenario:
    """A command that leads from one declaration to another.

    Attributes:
        name: for people.
        sides: the command goes from one to the other; where it can go back as well, it does in the next case.
        keeps_id: whether id and URL stay.
        both_ways: whether it can go back.
        parts: by a name for people, how the paths begin of the requests that are disturbed. The commands of several
            kinds are one command with a part for each kind: their requests have nothing in common.
    """

    name: str
    sides: tuple[Declared, Declared]
    keeps_id: bool = False
    both_ways: bool = True
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> Mapping[str, str]:
        """The parts; a command without parts is one by itself."""
        return self.parts or {self.name: ""}


CREATE = Scenario("create", (NOTHING, deployments(chat=CHAT)), both_ways=False)
SWITCH = Scenario("switch", (deployments(chat=OLDER), deployments(chat=CHAT)), keeps_id=True)
REPLACE = Scenario("replacement", (deployments(chat=CHAT | {"ttl": "10h"}), deployments(chat=CHAT | {"ttl": "11h"})))
DESTROY = Scenario("destroy", (deployments(chat=CHAT), NOTHING), both_ways=False)
OF_DEPLOYMENTS = (CREATE, SWITCH, REPLACE, DESTROY)

_CHARTS = {**GIT_REPOSITORY.inputs, "name": "charts", "url": "https://github.com/org/charts"}
_NEEDED: Declared = {
    ARTIFACT.kind: {"texts": {**ARTIFACT.inputs, "name": "training", "url": "ai://default/training"}},
    GIT_REPOSITORY.kind: {"charts": _CHARTS},
    "AIConfiguration": {
        "training": {
            "scenario_id": "text-classification",
            "executable_id": "text-classification-training",
            "parameter_bindings": {"epochs": "3"},
            "input_artifact_bindings": {"texts": "$texts"},
        }
    },
}
"""What must stand before an object of some kinds."""
_NAMING: Mapping[str, Mapping[str, Any]] = {
    "AIExecution": {"configuration_id": "$training"},
    "AIExecutionSchedule": {"configuration_id": "$training"},
    "AIApplication": {"repository_url": _CHARTS["url"]},
}
"""For a kind, the inputs that name what it needs."""
_KINDS = (RESOURCE_GROUP, *CASES)


def _one_of_each(others: Callable[[Case], Mapping[str, Any]] = lambda _: {}) -> Declared:
    """What is needed, and an object of each kind, with these inputs changed."""
    ours = {case.kind: {"it": {**case.inputs, **_NAMING.get(case.kind, {}), **others(case)}} for case in _KINDS}
    return {kind: {**_NEEDED.get(kind, {}), **ours.get(kind, {})} for kind in {**_NEEDED, **ours}}


def _first(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(list(values.items())[:1])


def _parts(name: str) -> dict[str, str]:
    return {f"{case.kind}: {name}": f"/v2{case.path}" for case in _KINDS if name != "change" or case.others}


OF_OTHER_KINDS = tuple(
    Scenario(f"other kinds: {name}", sides, name == "change", name in ("change", "replacement"), _parts(name))
    for name, sides in {
        "create": (_NEEDED, _one_of_each()),
        "change": (_one_of_each(), _one_of_each(lambda case: _first(case.others))),
        "replacement": (_one_of_each(), _one_of_each(lambda case: _first(case.replacing))),
        "destroy": (_one_of_each(), _NEEDED),
    }.items()
)
