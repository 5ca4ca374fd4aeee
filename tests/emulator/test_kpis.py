"""KPIs over HTTP: columns and rows."""

from __future__ import annotations

import pytest

from aicore_provider.emulator import Emulator
from tests.support.client import TRANSITION_S, Api

TRAINING = ("text-classification", "text-classification-training")


@pytest.fixture
def busy(emulator: Emulator, api: Api) -> Api:
    """Two resource groups with executions that have made artifacts, and deployments."""
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(emulator, "team-b")
    api.execute(api.training())
    api.create(api.configuration())
    there.create(there.configuration())
    there.create(there.configuration(None, model=None, scenario="orchestration", executable="orchestration"))
    api.emulator.advance(TRANSITION_S)
    there.session.close()
    return api


def rows(api: Api, select: str) -> list[list[str | int]]:
    found = api.get("/analytics/kpis", **{"$select": select})
    assert found["header"] == select.split(",")
    return list(found["rows"])


def test_without_a_choice_of_columns(busy: Api) -> None:
    del busy.session.headers["AI-Resource-Group"]

    assert busy.get("/analytics/kpis") == {
        "header": ["ResourceGroup", "Executions", "Artifacts", "Deployments"],
        "rows": [["default", 1, 2, 1], ["team-b", 0, 0, 2]],
    }


def test_columns_in_any_order(busy: Api) -> None:
    assert rows(busy, "Deployments,Scenario,ResourceGroup") == [
        [0, "text-classification", "default"],
        [1, "foundation-models", "default"],
        [1, "foundation-models", "team-b"],
        [1, "orchestration", "team-b"],
    ]
    # The artifact that was registered has no executable, the one that was made has that of its execution.
    assert rows(busy, "Scenario,Executable,Executions,Artifacts") == [
        [*TRAINING, 1, 1],
        [TRAINING[0], "", 0, 1],
        ["foundation-models", "azure-openai", 0, 0],
        ["orchestration", "orchestration", 0, 0],
    ]
    assert rows(busy, "Artifacts,Deployments") == [[2, 3]]


def test_nothing_there(api: Api) -> None:
    assert api.get("/analytics/kpis")["rows"] == []
    assert rows(api, "Executions") == [[0]]


@pytest.mark.parametrize("select", ["Models", "", "Executions,Executions", "executions"])
def test_columns_that_are_refused(api: Api, select: str) -> None:
    assert api.call("GET", "/analytics/kpis", params={"$select": select}).status_code == 400
