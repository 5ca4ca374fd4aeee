"""Several tenants in one emulator, none of which sees another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock(), tenants=["other"]) as running:
        yield running


@pytest.fixture
def other(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator, client="other")
    with client.session:
        yield client


def test_nothing_of_one_is_seen_by_the_other(api: Api, other: Api) -> None:
    configuration = api.configuration()
    deployment = api.running(configuration)
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})

    assert other.ids() == []
    assert other.call("GET", f"/lm/deployments/{deployment}").status_code == 404
    assert other.call("GET", f"/lm/configurations/{configuration}").status_code == 404
    assert other.ask(deployment).status_code == 404
    assert other.delete(deployment).status_code == 404
    assert other.get("/admin/resourceGroups")["count"] == 1
    assert other.get("/admin/tenantInfo")["tenantId"] != api.get("/admin/tenantInfo")["tenantId"]
    assert api.ids() == [deployment]


def test_credentials_of_one_are_not_those_of_the_other(emulator: Emulator) -> None:
    form = {"grant_type": "client_credentials", "client_id": "other", "client_secret": "emulator"}

    assert requests.post(f"{emulator.url}/oauth/token", data=form, timeout=10).status_code == 401
    environment = emulator.environment("other")
    assert (environment["AICORE_CLIENT_ID"], environment["AICORE_CLIENT_SECRET"]) == ("other", "other")


def test_names_are_what_tells_them_apart() -> None:
    with Emulator.running(tenants=["other", "emulator", "other"]) as running:
        assert running.environment("other")["AICORE_CLIENT_ID"] == "other"
        assert running.environment()["AICORE_CLIENT_ID"] == "emulator"
    with pytest.raises(ValueError, match="needs a name"):
        Emulator(tenants=[""])


def test_a_quota_counts_each_tenant_alone(api: Api, other: Api, emulator: Emulator) -> None:
    emulator.faults = [{"deploymentQuota": 1}]
    api.create(api.configuration())

    other.create(other.configuration())


def test_the_service_re_points_in_all_tenants(api: Api, other: Api, emulator: Emulator) -> None:
    deployments = [client.running(client.configuration("2025-05-01")) for client in (api, other)]

    assert emulator.cascade_update(model="gpt-5-mini", to_version="2025-08-07") == deployments


def test_one_state_file_for_all(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"state": tmp_path / "state.db", "clock": SteppedClock(), "tenants": ["other"]}
    with Emulator.running(**settings) as emulator:
        made = {name: create(emulator, name) for name in ("emulator", "other")}
    with Emulator.running(**settings) as emulator:
        for name, deployment in made.items():
            client = Api(emulator, client=name)
            with client.session:
                assert client.ids() == [deployment]


def create(emulator: Emulator, name: str) -> str:
    client = Api(emulator, client=name)
    with client.session:
        return client.create(client.configuration())
