"""What belongs to a tenant as a whole: quotas, reserved nodes, instance types, services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

LOGIN = {"username": "x", "password": "x"}
TENANT_WIDE = {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}
MAIN = {"AI-Tenant-Scope": "true"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


def quota(api: Api, kind: str, headers: dict[str, str] | None = None, **asked: str) -> Any:
    answer = api.call("GET", f"/admin/resourceQuota/{kind}", headers=headers, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


CREATES: dict[str, tuple[str, dict[str, Any], int]] = {
    "applications": ("application", {"repositoryUrl": "u", "revision": "HEAD", "path": "p"}, 50),
    "repositories": ("repository", {"url": "u", **LOGIN}, 50),
    "dockerRegistrySecrets": ("dockerRegistrySecret", {"name": "ab", "data": {".dockerconfigjson": "{}"}}, 50),
    "secrets": ("secret", {"name": "ab", "data": {}}, 5),
}


@pytest.mark.parametrize("kind", CREATES)
def test_quotas_are_shown_set_and_enforced(api: Api, kind: str) -> None:
    rule, body, most = CREATES[kind]
    headers = TENANT_WIDE if kind == "secrets" else None
    assert quota(api, kind, headers) == {"quota": {"maxCount": most}, "usage": {"count": 0}}
    assert api.call("POST", f"/admin/{kind}", json=body, headers=headers).ok

    api.emulator.faults = [{f"{rule}Quota": 1}]
    assert quota(api, kind, headers) == {"quota": {"maxCount": 1}, "usage": {"count": 1}}
    assert quota(api, kind, headers, quotaOnly="true") == {"quota": {"maxCount": 1}}
    more = {**body, "name": "cd", "url": "other", "applicationName": "other"}
    refused = api.call("POST", f"/admin/{kind}", json=more, headers=headers)
    assert refused.status_code == 400
    assert "Quota of 1 " in error_of(refused)["message"]
    api.emulator.faults = []
    assert api.call("POST", f"/admin/{kind}", json=more, headers=headers).ok
    assert quota(api, kind, headers)["usage"] == {"count": 2}


def test_quotas_of_secrets_by_scope(api: Api) -> None:
    for headers in (MAIN, None):
        api.call("POST", "/admin/secrets", json={"name": "a", "data": {}}, headers=headers)
    api.call("POST", "/admin/secrets", json={"name": "b", "data": {}}, headers=MAIN)
    assert quota(api, "secrets", TENANT_WIDE) == {"quota": {"maxCount": 5}, "usage": {"count": 0}}
    assert quota(api, "secrets", MAIN)["usage"] == {"count": 2}
    assert quota(api, "secrets")["usage"] == {"count": 1}
    api.emulator.faults = [{"secretQuota": 3}]
    assert quota(api, "secrets", TENANT_WIDE)["quota"] == quota(api, "secrets", MAIN)["quota"] == {"maxCount": 3}
    assert quota(api, "secrets")["quota"]["maxCount"] > 3


def test_executables(api: Api) -> None:
    assert quota(api, "executables") == {
        "quota": {"servingTemplateMaxCount": 50, "workflowTemplateMaxCount": 50},
        "usage": {"servingTemplateCount": 0, "workflowTemplateCount": 0},
    }
    api.emulator.faults = [{"executableQuota": 0}]
    assert quota(api, "executables", quotaOnly="true") == {
        "quota": {"servingTemplateMaxCount": 0, "workflowTemplateMaxCount": 0}
    }


def test_a_deleted_registry_counts_until_it_is_gone(api: Api) -> None:
    _, body, _ = CREATES["dockerRegistrySecrets"]
    api.call("POST", "/admin/dockerRegistrySecrets", json=body)
    api.call("DELETE", "/admin/dockerRegistrySecrets/ab")
    assert quota(api, "dockerRegistrySecrets")["usage"] == {"count": 1}
    api.emulator.advance(TRANSITION_S)
    assert quota(api, "dockerRegistrySecrets")["usage"] == {"count": 0}


class TestNodes:
    def reserve(self, api: Api, **wanted: int) -> None:
        plans = [{"name": name, "request": number} for name, number in wanted.items()]
        answer = api.call("PATCH", "/admin/resources/nodes", json={"resourcePlans": plans})
        assert answer.status_code == 200, answer.text
        assert answer.json()["message"]

    def plan(self, api: Api, name: str) -> tuple[int, int]:
        found = api.get("/admin/resources/nodes")["resourcePlans"][name]
        return found["requested"], found["provisioned"]

    def test_they_are_provisioned_later(self, api: Api) -> None:
        assert self.plan(api, "basic") == (0, 0)
        self.reserve(api, basic=2, starter=1)
        assert self.plan(api, "basic") == (2, 0)
        api.emulator.advance(HALF_WAY_S)
        assert (self.plan(api, "basic"), self.plan(api, "starter")) == ((2, 2), (1, 1))
        self.reserve(api, basic=1)
        assert (self.plan(api, "basic"), self.plan(api, "starter")) == ((1, 2), (1, 1))
        api.emulator.advance(HALF_WAY_S)
        assert self.plan(api, "basic") == (1, 1)

    def test_after_a_number_of_reads(self, api: Api) -> None:
        api.emulator.pace = {"transitions": {"reserving": {"reads": 1}}}
        self.reserve(api, basic=2)
        assert [self.plan(api, "basic") for _ in range(2)] == [(2, 0), (2, 2)]

    @pytest.mark.parametrize(
        "plans",
        [
            None,
            {},
            [{"name": "basic"}],
            [{"request": 1}],
            [{"name": "basic", "request": -1}],
            [{"name": "basic", "request": "1"}],
            [{"name": "basic", "request": 1}, {"name": "unknown", "request": 1}],
        ],
    )
    def test_what_is_refused(self, api: Api, plans: Any) -> None:
        answer = api.call("PATCH", "/admin/resources/nodes", json={"resourcePlans": plans})
        assert answer.status_code == 400
        assert self.plan(api, "basic") == (0, 0)

    def test_instance_types(self, api: Api) -> None:
        found = api.get("/admin/resources/instanceTypes")["instanceTypes"]
        assert found.keys() == api.get("/admin/resources/nodes")["resourcePlans"].keys()
        assert found["infer.s"] == {"memory": "10Gi", "cpu": 3, "gpu": 1, "billableUnitsPerHour": 1.0}


def test_there_are_no_services(api: Api) -> None:
    assert api.get("/admin/services") == {"count": 0, "resources": []}
    for name, status in (("some", 404), ("a" * 33, 400), ("a.b", 400)):
        assert api.call("GET", f"/admin/services/{name}").status_code == status
