"""The commands that the matrices disturb: create, change, replacement and destroy of an object of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
        path: only requests below it are disturbed, since the others are in other scenarios.
    """

    name: str
    sides: tuple[Declared, Declared]
    keeps_id: bool = False
    both_ways: bool = True
    path: str = ""


CREATE = Scenario("create", (NOTHING, deployments(chat=CHAT)), both_ways=False)
SWITCH = Scenario("switch", (deployments(chat=OLDER), deployments(chat=CHAT)), keeps_id=True)
REPLACE = Scenario("replacement", (deployments(chat=CHAT | {"ttl": "10h"}), deployments(chat=CHAT | {"ttl": "11h"})))
DESTROY = Scenario("destroy", (deployments(chat=CHAT), NOTHING), both_ways=False)
OF_DEPLOYMENTS = (CREATE, SWITCH, REPLACE, DESTROY)

_TRAINING: Declared = {
    ARTIFACT.kind: {"texts": ARTIFACT.inputs},
    "AIConfiguration": {
        "training": {
            "scenario_id": "text-classification",
            "executable_id": "text-classification-training",
            "parameter_bindings": {"epochs": "3"},
            "input_artifact_bindings": {"texts": "$texts"},
        }
    },
}
_NEEDS: Mapping[str, tuple[Declared, Mapping[str, Any]]] = {
    "AIExecution": (_TRAINING, {"configuration_id": "$training"}),
    "AIExecutionSchedule": (_TRAINING, {"configuration_id": "$training"}),
    "AIApplication": (
        {GIT_REPOSITORY.kind: {"templates": GIT_REPOSITORY.inputs}},
        {"repository_url": GIT_REPOSITORY.inputs["url"]},
    ),
}
"""For a kind, what must stand before an object of it, and the inputs that name that."""


def _scenarios(case: Case) -> tuple[Scenario, ...]:
    needs, naming = _NEEDS.get(case.kind, (NOTHING, {}))

    def one(**others: Any) -> Declared:
        return {**needs, case.kind: {"it": {**case.inputs, **naming, **others}}}

    def to(name: str, *sides: Declared, keeps_id: bool = False, both_ways: bool = True) -> Scenario:
        return Scenario(f"{case.kind}: {name}", (sides[0], sides[1]), keeps_id, both_ways, f"/v2{case.path}")

    changes = [to("change", one(), one(**{key: value}), keeps_id=True) for key, value in list(case.others.items())[:1]]
    replaced, other = next(iter(case.replacing.items()))
    return (
        to("create", needs, one(), both_ways=False),
        *changes,
        to("replacement", one(), one(**{replaced: other})),
        to("destroy", one(), needs, both_ways=False),
    )


OF_OTHER_KINDS = tuple(each for case in (RESOURCE_GROUP, *CASES) for each in _scenarios(case))
