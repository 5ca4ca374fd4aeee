"""Secrets of object stores and Docker registries: both are changed and deleted late, and never show their values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api, error_of

VALUE = "a very private value"
STORES = "/admin/objectStoreSecrets"
REGISTRIES = "/admin/dockerRegistrySecrets"
S3 = {
    "name": "store",
    "type": "S3",
    "bucket": "b",
    "endpoint": "s3.example.com",
    "region": "eu",
    "pathPrefix": "p",
    "data": {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": VALUE},
}
REGISTRY = {
    "name": "store",
    "data": {".dockerconfigjson": json.dumps({"auths": {"r.example.com": {"username": "u", "password": VALUE}}})},
}
BOTH = pytest.mark.parametrize(("path", "body"), [(STORES, S3), (REGISTRIES, REGISTRY)])


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


def post(api: Api, path: str, body: dict[str, Any]) -> None:
    answer = api.call("POST", path, json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["message"].lower() == "secret has been created"


def names(api: Api, path: str, **asked: Any) -> list[str]:
    return [each["name"] for each in api.get(path, **asked)["resources"]]


def metadata(api: Api, name: str = "store") -> dict[str, str]:
    return {key.partition("/")[2]: value for key, value in api.get(f"{STORES}/{name}")["metadata"].items()}


@BOTH
def test_a_life(api: Api, path: str, body: dict[str, Any]) -> None:
    post(api, path, body)
    assert names(api, path) == ["store"]
    assert api.get(f"{path}/store")["name"] == "store"

    changed = api.call("PATCH", f"{path}/store", json=body)
    assert changed.status_code == 202
    assert changed.json() == {"id": "store", "message": "Secret has been modified"}

    deleted = api.call("DELETE", f"{path}/store")
    assert deleted.status_code == 202
    assert deleted.json()["id"] == "store"
    assert deleted.json()["message"].endswith("Secret has been deleted")
    assert names(api, path) == ["store"]
    for method, sent in (("POST", body), ("PATCH", body), ("DELETE", None)):
        there = path if method == "POST" else f"{path}/store"
        answer = api.call(method, there, json=sent)
        assert answer.status_code == 409
        assert "store" in error_of(answer)["message"]

    api.emulator.advance(TRANSITION_S)
    assert names(api, path) == []
    for method in ("GET", "PATCH", "DELETE"):
        assert api.call(method, f"{path}/store", json=body).status_code == 404
    post(api, path, body)
    assert names(api, path) == ["store"]


@BOTH
def test_a_rotation_arrives(api: Api, path: str, body: dict[str, Any]) -> None:
    def digests() -> dict[str, str]:
        (found,) = api.emulator.secret_digests
        assert found["scope"] == ("default" if path == STORES else None)
        return dict(found["digests"])

    post(api, path, body)
    assert digests() == {key: hashlib.sha256(value.encode()).hexdigest() for key, value in body["data"].items()}
    other = {key: value.replace("a", "b") for key, value in body["data"].items()}
    api.call("PATCH", f"{path}/store", json={**body, "data": other})
    assert digests() == {key: hashlib.sha256(value.encode()).hexdigest() for key, value in other.items()}

    api.call("DELETE", f"{path}/store")
    assert len(digests()) == len(other)
    api.emulator.advance(TRANSITION_S)
    assert api.emulator.secret_digests == []


def test_a_change_shows_late(api: Api) -> None:
    post(api, STORES, S3)
    before = metadata(api)
    assert before == {
        "type": "S3",
        "bucket": "b",
        "endpoint": "s3.example.com",
        "region": "eu",
        "pathPrefix": "p",
        "s3-usehttps": "1",
        "s3-endpoint": "s3.example.com",
        "s3-region": "eu",
    }
    api.call("PATCH", f"{STORES}/store", json={**S3, "bucket": "c", "verifyssl": "0", "usehttps": "0"})
    assert metadata(api) == before
    api.emulator.advance(TRANSITION_S)
    assert metadata(api) == {**before, "bucket": "c", "s3-verifyssl": "0", "s3-usehttps": "0"}

    # What is not sent is removed, but for the two flags.
    api.call("PATCH", f"{STORES}/store", json={key: S3[key] for key in ("name", "type", "bucket", "data")})
    api.emulator.advance(TRANSITION_S)
    assert metadata(api) == {"type": "S3", "bucket": "b", "s3-verifyssl": "0", "s3-usehttps": "0"}


@BOTH
def test_clocks_that_count_reads(api: Api, path: str, body: dict[str, Any]) -> None:
    api.emulator.pace = {"transitions": {"removing-secret": {"reads": 2}, "changing-secret": "atOnce"}}
    post(api, path, body)
    api.call("PATCH", f"{path}/store", json={**body, "bucket": "c"})
    if path == STORES:
        assert metadata(api)["bucket"] == "c"
    api.call("DELETE", f"{path}/store")
    assert [len(names(api, path)) for _ in range(3)] == [1, 1, 0]


@pytest.mark.parametrize(
    ("type_", "data", "shown"),
    [
        (
            "oss",
            {"BUCKET": "b", "ENDPOINT": "e", "REGION": "r", "ACCESS_KEY_ID": "i", "SECRET_ACCESS_KEY": VALUE},
            {"bucket": "b", "endpoint": "e", "region": "r"},
        ),
        (
            "webhdfs",
            {"HDFS_NAMENODE": "https://n", "TLS_CERT": "c", "TLS_KEY": VALUE, "HEADERS": VALUE},
            {"hdfsNameNode": "https://n"},
        ),
        (
            "azure",
            {"CONTAINER_URI": f"https://c/x?sig={VALUE}", "STORAGE_ACCESS_KEY": VALUE, "TENANT_ID": "t"},
            {"containerUri": "https://c/x", "tenantId": "t"},
        ),
        ("GCS", {"BUCKET": "b", "PRIVATE_KEY": VALUE}, {"bucket": "b"}),
        (
            "webhdfs",
            {"HDFS_NAMENODE": f"https://u:{VALUE}@n", "TLS_CERT": "c", "TLS_KEY": VALUE, "HEADERS": VALUE},
            {"hdfsNameNode": "https://***@n"},
        ),
    ],
)
def test_types_of_stores(api: Api, type_: str, data: dict[str, str], shown: dict[str, str]) -> None:
    post(api, STORES, {"name": "store", "type": type_, "data": data})
    assert metadata(api) == {"type": type_, **shown}
    required = "BUCKET" if "BUCKET" in data else next(iter(data))
    without = {key: value for key, value in data.items() if key != required}
    refused = api.call("POST", STORES, json={"name": "other", "type": type_, "data": without})
    assert refused.status_code == 400
    assert required in error_of(refused)["message"]
    assert VALUE not in refused.text


@pytest.mark.parametrize(
    "change",
    [
        {"type": None},
        {"type": "FTP"},
        {"data": None},
        {"data": {}},
        {"data": {"AWS_ACCESS_KEY_ID": "id"}},
        {"data": {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": 1}},
        {"bucket": None},
        {"bucket": ""},
        {"verifyssl": "yes"},
        {"usehttps": 1},
    ],
)
def test_stores_that_are_refused(api: Api, change: dict[str, Any]) -> None:
    post(api, STORES, {**S3, "name": "there"})
    for method, path, name in (("POST", STORES, "store"), ("PATCH", f"{STORES}/there", "there")):
        answer = api.call(method, path, json={**S3, "name": name, **change})
        assert answer.status_code == 400
        assert VALUE not in error_of(answer)["message"]
    assert names(api, STORES) == ["there"]


def test_names_of_stores(api: Api) -> None:
    for name in ("", "Upper", "a_b", "-a", "a-", ".a", "a..b", "a" * 234):
        assert api.call("POST", STORES, json={**S3, "name": name}).status_code == 400
    for name in ("a", "a.b-c", "a" * 233):
        post(api, STORES, {**S3, "name": name})
        assert api.get(f"{STORES}/{name}")["name"] == name
    assert api.call("GET", f"{STORES}/a~b").status_code == 400
    assert api.call("GET", f"{STORES}/Upper_case").status_code == 404
    # PATCH cannot rename.
    assert api.call("PATCH", f"{STORES}/a", json={**S3, "name": "b"}).status_code == 400


def test_stores_are_in_groups(api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    team = Api(api.emulator, "team-b")
    post(api, STORES, S3)
    assert names(team, STORES) == []
    post(team, STORES, S3)
    del api.session.headers["AI-Resource-Group"]
    assert names(api, STORES) == ["store"]

    assert api.call("DELETE", "/admin/resourceGroups/team-b").status_code == 202
    api.emulator.advance(TRANSITION_S)
    assert team.call("GET", STORES).status_code == 403
    api.get("/admin/resourceGroups")
    assert [each["scope"] for each in api.emulator.secret_digests] == ["default"]
    team.session.close()


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {".dockerconfigjson": 1},
        {".dockerconfigjson": "e30="},
        {".dockerconfigjson": "[]"},
        {".dockerconfigjson": f"not json {VALUE}"},
        {".dockerconfigjson": "{}", "more": "x"},
    ],
)
def test_registries_that_are_refused(api: Api, data: Any) -> None:
    post(api, REGISTRIES, REGISTRY)
    for method, path, body in (
        ("POST", REGISTRIES, {"name": "other", "data": data}),
        ("PATCH", f"{REGISTRIES}/store", {"data": data}),
    ):
        answer = api.call(method, path, json=body)
        assert answer.status_code == 400
        assert VALUE not in error_of(answer)["message"]


def test_names_of_registries(api: Api) -> None:
    for name in ("", "a", "Upper", "a__b", "a_", "_a", "a" * 64, f"{'a' * 62}!"):
        assert api.call("POST", REGISTRIES, json={**REGISTRY, "name": name}).status_code == 400
    for name in ("ab", "a_bc", "a.-b", "a" * 63):
        post(api, REGISTRIES, {**REGISTRY, "name": name})
    assert api.call("GET", f"{REGISTRIES}/Upper").status_code == 400


def test_both_media_types(api: Api) -> None:
    post(api, REGISTRIES, REGISTRY)
    body = json.dumps({"data": REGISTRY["data"]})
    for media_type, status in (("application/merge-patch+json", 202), ("application/json", 202), ("text/plain", 400)):
        answer = api.call("PATCH", f"{REGISTRIES}/store", data=body, headers={"Content-Type": media_type})
        assert answer.status_code == status


def test_a_quota_of_registries(api: Api) -> None:
    for index in range(50):
        post(api, REGISTRIES, {**REGISTRY, "name": f"r{index}"})
    refused = api.call("POST", REGISTRIES, json={**REGISTRY, "name": "more"})
    assert refused.status_code == 400
    assert "Quota of 50" in error_of(refused)["message"]
    api.emulator.faults = [{"dockerRegistrySecretQuota": 51}]
    post(api, REGISTRIES, {**REGISTRY, "name": "more"})
    assert api.get(REGISTRIES, **{"$top": 2, "$skip": 50, "$count": "true"}) == {
        "count": 51,
        "resources": [{"name": "more"}],
    }


@BOTH
def test_stale_lists_and_faults(api: Api, path: str, body: dict[str, Any]) -> None:
    post(api, path, {**body, "name": "old"})
    api.emulator.advance(100)
    post(api, path, {**body, "name": "new"})
    api.call("DELETE", f"{path}/old")
    api.emulator.advance(TRANSITION_S)
    assert names(api, path) == ["new"]
    api.emulator.faults = [
        {"method": "GET", "path": f"/v2{path}", "effect": {"staleListSeconds": 60}},
        {"method": "POST", "path": f"/v2{path}*", "effect": {"drop": "afterCommit"}},
    ]
    assert names(api, path) == ["old"]
    with pytest.raises(OSError, match="Remote end closed"):
        api.call("POST", path, json={**body, "name": "lost"})
    api.emulator.faults = []
    assert names(api, path) == ["new", "lost"]


def test_no_value_is_kept_anywhere(tmp_path: Path) -> None:
    with Emulator.running(state=tmp_path / "state.db", clock=SteppedClock()) as emulator:
        api = Api(emulator)
        store = {**S3, "endpoint": f"https://u:{VALUE}@s3.example.com"}
        post(api, STORES, store)
        post(api, REGISTRIES, REGISTRY)
        assert {each for key, each in metadata(api).items() if "endpoint" in key} == {"https://***@s3.example.com"}
        for path, body in ((STORES, store), (REGISTRIES, REGISTRY)):
            api.call("PATCH", f"{path}/store", json={**body, "name": "store"})
            api.call("POST", path, json={**body, "type": 1, "name": 1})
        seen = repr(emulator.journal) + api.session.get(f"{api.url}/_emulator/overview", timeout=10).text
        before = emulator.secret_digests
        api.session.close()
    assert VALUE not in seen
    assert VALUE.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())

    with Emulator.running(state=tmp_path / "state.db", clock=SteppedClock()) as emulator:
        assert emulator.secret_digests == before
        api = Api(emulator)
        assert (names(api, STORES), names(api, REGISTRIES)) == (["store"], ["store"])
        api.session.close()
