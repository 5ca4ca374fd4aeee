"""Generic secrets: scopes, labels, rotation, replication; and that no value is ever shown or kept."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api, error_of

VALUE = "a very private value"
MAIN = {"AI-Tenant-Scope": "true", "AI-Resource-Group": ""}
TENANT_WIDE = {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}
GROUNDING = "ext.ai.sap.com/document-grounding"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


def encoded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def post(api: Api, name: str = "token", headers: dict[str, str] | None = None, **more: Any) -> None:
    body = {"name": name, "data": {"value": encoded(VALUE)}, **more}
    answer = api.call("POST", "/admin/secrets", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"message": "secret has been created", "name": name}


def get(api: Api, name: str = "token", headers: dict[str, str] | None = None) -> Any:
    answer = api.call("GET", f"/admin/secrets/{name}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(api: Api, headers: dict[str, str] | None = None, asked: Any = None) -> list[str]:
    answer = api.call("GET", "/admin/secrets", headers=headers, params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["count"] >= len(answer.json()["resources"])
    return [each["name"] for each in answer.json()["resources"]]


def test_a_life(api: Api) -> None:
    post(api, labels=[{"key": "ext.ai.sap.com/owner", "value": "me"}])
    shown = get(api)
    assert shown == {
        "name": "token",
        "createdAt": shown["createdAt"],
        "labels": [{"key": "ext.ai.sap.com/owner", "value": "me"}],
    }

    changed = api.call("PATCH", "/admin/secrets/token", json={"data": {"value": encoded("another")}})
    assert changed.json() == {"message": "The secret has been modified", "name": "token"}
    assert get(api) == shown

    deleted = api.call("DELETE", "/admin/secrets/token")
    assert (deleted.status_code, deleted.text) == (200, "")
    assert names(api) == []
    for method, body in (("GET", None), ("PATCH", {"data": {}}), ("DELETE", None)):
        answer = api.call(method, "/admin/secrets/token", json=body)
        assert answer.status_code == 404
        assert error_of(answer)["message"] == "Secret token not found"


def test_a_rotation_arrives(api: Api) -> None:
    """Told by the digest, which is that of the value itself."""

    def digests() -> dict[str, str]:
        (found,) = api.emulator.secret_digests
        assert (found["tenant"], found["kind"], found["scope"], found["name"]) == (
            "emulator",
            "secret",
            "default",
            "token",
        )
        return dict(found["digests"])

    post(api)
    assert digests() == {"value": hashlib.sha256(VALUE.encode()).hexdigest()}

    api.call("PATCH", "/admin/secrets/token", json={"data": {"value": encoded("new"), "other": ""}})
    assert digests() == {
        "value": hashlib.sha256(b"new").hexdigest(),
        "other": hashlib.sha256(b"").hexdigest(),
    }

    # PATCH replaces all data.
    api.call("PATCH", "/admin/secrets/token", json={"data": {}})
    assert digests() == {}
    assert api.session.get(f"{api.url}/_emulator/secrets", timeout=10).json() == api.emulator.secret_digests


def test_each_scope_has_its_own(api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    team = {"AI-Resource-Group": "team-b"}
    for index, headers in enumerate((MAIN, TENANT_WIDE, team, None)):
        post(api, "same", headers)
        post(api, f"own-{index}", headers)
    assert names(api, MAIN) == ["same", "own-0"]
    assert names(api, TENANT_WIDE) == ["same", "own-1"]
    assert names(api, team) == ["same", "own-2"]
    assert names(api) == ["same", "own-3"]

    assert api.call("DELETE", "/admin/secrets/same", headers=TENANT_WIDE).status_code == 200
    assert "same" in names(api, MAIN)

    # With its resource group a secret is gone.
    assert api.call("DELETE", "/admin/resourceGroups/team-b").status_code == 202
    api.emulator.advance(TRANSITION_S)
    assert api.call("GET", "/admin/secrets", headers=team).status_code == 403
    api.get("/admin/resourceGroups")
    assert [each["name"] for each in api.emulator.secret_digests if each["scope"] == "team-b"] == []


def test_which_headers_mean_which_scope(api: Api) -> None:
    post(api, "of-default")
    post(api, "of-main", MAIN)
    del api.session.headers["AI-Resource-Group"]
    assert names(api) == ["of-default"]
    assert names(api, {"AI-Tenant-Scope": "true"}) == ["of-main"]
    assert names(api, {"AI-Tenant-Scope": "True", "AI-Resource-Group": "default"}) == ["of-main"]
    assert names(api, {"AI-Tenant-Scope": "false"}) == ["of-default"]

    assert api.call("GET", "/admin/secrets", headers={"AI-Tenant-Scope": "maybe"}).status_code == 400
    assert api.call("GET", "/admin/secrets", headers={"AI-Resource-Group": "unknown"}).status_code == 403
    assert api.call("GET", "/admin/secrets", headers={"AI-Resource-Group": "*"}).status_code == 403


def test_a_name_that_exists(api: Api) -> None:
    post(api)
    again = api.call("POST", "/admin/secrets", json={"name": "token", "data": {}})
    assert again.status_code == 409
    assert error_of(again)["message"] == "Secret token already exists"


@pytest.mark.parametrize(
    "body",
    [
        {"data": {}},
        {"name": "token"},
        {"name": "", "data": {}},
        {"name": "a" * 253, "data": {}},
        {"name": "Token", "data": {}},
        {"name": "to_ken", "data": {}},
        {"name": "token", "data": {"a": 1}},
        {"name": "token", "data": []},
        {"name": "token", "data": {"a": VALUE}},
        {"name": "token", "data": {"a": "YQ=="[:-1]}},
        {"name": "token", "data": {"a": "ü"}},
        {"name": "token", "data": {}, "labels": [{"key": "owner", "value": "x"}]},
        {"name": "token", "data": {}, "labels": [{"key": "ext.ai.sap.com/a", "value": "x" * 5001}]},
        {"name": "token", "data": {}, "labels": [{"key": "ext.ai.sap.com/a"}]},
    ],
)
def test_bodies_that_are_refused(api: Api, body: dict[str, Any]) -> None:
    answer = api.call("POST", "/admin/secrets", json=body)
    assert answer.status_code == 400
    assert VALUE not in error_of(answer)["message"]
    if "name" in body:
        post(api, "there")
        body = {**body, "name": "there"}
        body.setdefault("data", None)
        if body["data"] != {} or "labels" in body:
            assert api.call("PATCH", "/admin/secrets/there", json=body).status_code == 400


def test_names_in_the_path(api: Api) -> None:
    for name in ("UPPER", "a_b", "a" * 253):
        for method in ("GET", "PATCH", "DELETE"):
            assert api.call(method, f"/admin/secrets/{name}", json={"data": {}}).status_code == 400
    post(api, "a" * 252)
    assert get(api, "a" * 252)["name"] == "a" * 252


def test_labels_change_one_by_one(api: Api) -> None:
    def labels() -> dict[str, str]:
        return {each["key"]: each["value"] for each in get(api)["labels"]}

    def patch(**changes: str) -> int:
        wanted = [{"key": f"ext.ai.sap.com/{key.replace('_', '-')}", "value": value} for key, value in changes.items()]
        return api.call("PATCH", "/admin/secrets/token", json={"data": {}, "labels": wanted}).status_code

    post(api, labels=[{"key": GROUNDING, "value": "true"}, {"key": "ext.ai.sap.com/a", "value": "1"}])
    assert patch(b="2") == 200
    assert labels() == {GROUNDING: "true", "ext.ai.sap.com/a": "1", "ext.ai.sap.com/b": "2"}
    assert patch(a="", b="3") == 200
    assert labels() == {GROUNDING: "true", "ext.ai.sap.com/b": "3"}
    assert api.call("PATCH", "/admin/secrets/token", json={"data": {}}).status_code == 200
    assert labels() == {GROUNDING: "true", "ext.ai.sap.com/b": "3"}

    assert patch(document_grounding="true") == 200
    assert patch(document_grounding="false") == 400
    assert patch(document_grounding="") == 400
    assert patch(documentRepositoryType="S3") == 400
    assert api.call("PATCH", "/admin/secrets/token", json={"data": {}, "labels": None}).status_code == 400


def test_pages(api: Api) -> None:
    for index in range(4):
        post(api, f"s{index}")
    assert names(api, asked={"$top": 2}) == ["s0", "s1"]
    assert names(api, asked={"$skip": 3}) == ["s3"]
    assert names(api, asked={"$top": 1, "$skip": 1}) == ["s1"]
    page = {"$top": 1, "$count": "true"}
    assert api.get("/admin/secrets", **page)["count"] == 4
    assert api.get("/admin/secrets", **{**page, "$count": "false"})["count"] == 1
    for wrong in ({"$top": -1}, {"$skip": -1}, {"$count": "yes"}):
        assert api.call("GET", "/admin/secrets", params=wrong).status_code == 400


def test_a_tenant_wide_secret_is_replicated(api: Api) -> None:
    def status() -> dict[str, bool]:
        found = get(api, headers=TENANT_WIDE)["resourceGroupSecretsSyncStatus"]
        (listed,) = api.call("GET", "/admin/secrets", headers=TENANT_WIDE).json()["resources"]
        assert listed["resourceGroupSecretsSyncStatus"] == found
        return dict(found)

    post(api, headers=TENANT_WIDE)
    assert status() == {"default": False}
    api.emulator.advance(TRANSITION_S)
    assert status() == {"default": True}

    api.call("PATCH", "/admin/secrets/token", json={"data": {}}, headers=TENANT_WIDE)
    assert status() == {"default": False}
    api.emulator.advance(TRANSITION_S)
    assert status() == {"default": True}

    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    assert status() == {"default": True, "team-b": False}
    api.emulator.advance(TRANSITION_S)
    assert status() == {"default": True, "team-b": True}

    # One of a resource group with the same name takes its place there, for a while.
    post(api)
    assert status() == {"default": False, "team-b": True}
    api.emulator.advance(180)
    assert status() == {"default": True, "team-b": True}


def test_replication_that_waits_for_reads(api: Api) -> None:
    api.emulator.pace = {"transitions": {"replicating": {"reads": 2}}}
    post(api, headers=TENANT_WIDE)
    seen = [get(api, headers=TENANT_WIDE)["resourceGroupSecretsSyncStatus"]["default"] for _ in range(3)]
    assert seen == [False, False, True]


def test_at_most_five_tenant_wide_secrets(api: Api) -> None:
    for index in range(5):
        post(api, f"s{index}", TENANT_WIDE)
    body = {"name": "one-more", "data": {}}
    answer = api.call("POST", "/admin/secrets", json=body, headers=TENANT_WIDE)
    assert answer.status_code == 400
    assert "Quota of 5 secrets" in error_of(answer)["message"]
    assert api.call("POST", "/admin/secrets", json=body, headers=MAIN).status_code == 200

    api.call("DELETE", "/admin/secrets/s0", headers=TENANT_WIDE)
    post(api, "one-more", TENANT_WIDE)
    api.emulator.faults = [{"secretQuota": 1}]
    assert api.call("POST", "/admin/secrets", json={"name": "two", "data": {}}, headers=MAIN).status_code == 400
    post(api, "in-a-group")


def test_stale_lists(api: Api) -> None:
    post(api, "old")
    api.emulator.advance(100)
    post(api, "new")
    api.call("DELETE", "/admin/secrets/old")
    assert names(api) == ["new"]
    api.emulator.faults = [{"path": "/v2/admin/secrets", "effect": {"staleListSeconds": 60}}]
    assert names(api) == ["old"]
    api.emulator.advance(61)
    assert names(api) == ["new"]


def test_faults(api: Api) -> None:
    api.emulator.faults = [{"method": "PATCH", "path": "/v2/admin/secrets/*", "effect": {"status": 503}}]
    post(api)
    assert api.call("PATCH", "/admin/secrets/token", json={"data": {}}).status_code == 503
    assert get(api)


def test_no_value_is_kept_anywhere(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    body = {"name": "token", "data": {"value": encoded(VALUE)}}
    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        api = Api(emulator)
        post(api)
        post(api, headers=TENANT_WIDE)
        api.call("POST", "/admin/secrets", json=body)
        api.call("POST", "/admin/secrets", json={**body, "data": {"value": VALUE}})
        kept = repr(emulator.journal) + api.session.get(f"{api.url}/_emulator/overview", timeout=10).text
        before = emulator.secret_digests
        api.session.close()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (VALUE, encoded(VALUE)):
        assert secret not in kept
        assert secret.encode() not in files

    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        assert emulator.secret_digests == before
        api = Api(emulator)
        assert names(api) == ["token"]
        assert names(api, TENANT_WIDE) == ["token"]
        api.session.close()
