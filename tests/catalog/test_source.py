"""Catalogues from the service: one request for each resource group, and help where the scenario is missing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import ServiceError
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.api.resource_groups import ResourceGroupMissing
from aicore_provider.catalog.source import Catalogs
from aicore_provider.emulator import Emulator
from tests.support.catalogs import NO_SCENARIOS
from tests.support.client import Api


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=0) as running:
        for group in ("team-a", "team-b"):
            Api(running).call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
        running.clear_journal()
        yield running


@pytest.fixture
def client(emulator: Emulator) -> AICore:
    return AICore(find_credentials(emulator.environment()), retries=RetryPolicy(attempts=1))


def asked(emulator: Emulator) -> list[str]:
    return [e.path.removeprefix("/v2/") for e in emulator.journal if "oauth" not in e.path]


def test_many_askers_make_one_request_for_each_group(emulator: Emulator, client: AICore) -> None:
    catalogs = Catalogs(client)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(catalogs.of, ["default", "team-a"] * 16))
    assert {each.resource_group for each in found} == {"default", "team-a"}
    assert all(each.offers("gpt-5-mini") for each in found)
    assert sorted(asked(emulator)) == ["lm/scenarios"] * 2 + ["lm/scenarios/foundation-models/models"] * 2


def test_a_failure_is_asked_for_once_as_well(emulator: Emulator, client: AICore) -> None:
    emulator.faults = [{"path": "*/models", "effect": {"status": 503}}]
    catalogs = Catalogs(client)
    for _ in range(3):
        with pytest.raises(ServiceError):
            catalogs.of("default")
    assert len(asked(emulator)) == 2


def test_where_the_scenario_is_missing_the_groups_that_have_it_are_found(emulator: Emulator, client: AICore) -> None:
    emulator.faults = [NO_SCENARIOS | {"resourceGroup": group} for group in ("default", "team-b")]
    found = Catalogs(client).of("default")
    assert (found.models, found.scenarios) == ((), frozenset())
    assert [group for group, has in found.elsewhere.items() if "foundation-models" in has] == ["team-a"]


def test_without_leave_to_look_at_other_groups_none_are_named(emulator: Emulator, client: AICore) -> None:
    emulator.faults = [NO_SCENARIOS, {"path": "/v2/admin/*", "effect": {"status": 403, "body": "RBAC: access denied"}}]
    assert Catalogs(client).of("default").elsewhere == {}


def test_what_cannot_be_read_is_reported_once(emulator: Emulator, client: AICore) -> None:
    emulator.faults = [{"path": "*/models", "effect": {"status": 200, "body": {"resources": [{"model": "odd"}, None]}}}]
    told: list[str] = []
    catalogs = Catalogs(client, told.append)
    catalogs.of("default")
    catalogs.of("default")
    (line,) = told
    assert line.endswith("left out: odd (executableId, versions); entry 2 (no object)")


def test_a_group_that_is_not_there(emulator: Emulator, client: AICore) -> None:
    catalogs = Catalogs(client)
    for _ in range(2):
        with pytest.raises(ResourceGroupMissing) as caught:
            catalogs.of("nowhere")
    assert str(caught.value).startswith(
        f"Resource group nowhere does not exist on {emulator.url}, there are: default, team-a, team-b.\n"
    )
    models = "lm/scenarios/foundation-models/models"
    refused = ["lm/scenarios", "admin/resourceGroups/nowhere", "admin/resourceGroups"]
    assert [path for path in asked(emulator) if path != models] == refused
