"""Files of data sets over HTTP: upload, download, delete, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock, datasets
from tests.support.client import TRANSITION_S, Api, error_of

CSV = {"Content-Type": "text/csv"}
STORE = {
    "name": "default",
    "type": "S3",
    "bucket": "data",
    "data": {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"},
}


@pytest.fixture
def store(api: Api) -> str:
    return object_store(api)


def object_store(api: Api, **more: Any) -> str:
    body = {**STORE, **more}
    assert api.call("POST", "/admin/objectStoreSecrets", json=body).status_code == 202
    return str(body["name"])


def upload(api: Api, path: str, content: bytes = b"text,class\n", **more: Any) -> requests.Response:
    return api.call("PUT", f"/lm/dataset/files/{path}", data=content, **{"headers": CSV, **more})


def test_a_file_is_kept_until_it_is_deleted(api: Api, store: str) -> None:
    content = b"text,class\n\xff\x00,1\n"
    answer = upload(api, "default/May/train.csv", content)
    assert (answer.status_code, answer.json()) == (
        201,
        {"message": "File default/May/train.csv created successfully.", "url": "ai://default/May/train.csv"},
    )
    assert answer.headers["Location"] == "ai://default/May/train.csv"

    found = api.call("GET", "/lm/dataset/files/default/May/train.csv")
    assert (found.status_code, found.content) == (200, content)
    assert found.headers["Content-Type"] == "application/octet-stream"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert found.headers["Content-Disposition"] == "attachment"
    deleted = api.call("DELETE", "/lm/dataset/files/default/May/train.csv")
    assert (deleted.status_code, deleted.content) == (204, b"")
    for method in ("GET", "DELETE"):
        gone = api.call(method, "/lm/dataset/files/default/May/train.csv")
        assert (gone.status_code, gone.json()["error"]["details"]) == (404, [])


def test_one_that_exists_is_overwritten_on_request_only(api: Api, store: str) -> None:
    upload(api, "default/train.csv", b"old")

    refused = upload(api, "default/train.csv", b"new")
    assert (refused.status_code, error_of(refused)["message"]) == (
        409,
        "The file default/train.csv exists and is not overwritten",
    )
    assert upload(api, "default/train.csv", b"new", params={"overwrite": "false"}).status_code == 409
    assert upload(api, "default/train.csv", b"new", params={"overwrite": "true"}).status_code == 201
    assert api.call("GET", "/lm/dataset/files/default/train.csv").content == b"new"
    assert upload(api, "default/train.csv", params={"overwrite": "yes"}).status_code == 400


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("elsewhere/train.csv", "text/csv"),
        ("azure/train.csv", "text/csv"),
        ("default", "text/csv"),
        ("default/", "text/csv"),
        ("default/train.tar.gz", "text/csv"),
        ("default/train.csv", "application/json"),
        ("default/train.csv", "multipart/form-data; boundary=part"),
        ("default/train data.csv", "text/csv"),
        (f"default/{'x' * 1024}.csv", "text/csv"),
        ("default/train.csv/", "text/csv"),
        ("a:b/train.csv", "text/csv"),
    ],
)
def test_files_that_are_refused(api: Api, store: str, path: str, content_type: str) -> None:
    azure = {"CONTAINER_URI": "https://x", "STORAGE_ACCESS_KEY": "key"}
    object_store(api, name="azure", type="azure", data=azure)

    answer = upload(api, path, headers={"Content-Type": content_type})

    assert answer.status_code == 400, answer.text
    assert error_of(answer)["details"] == []


def test_without_a_secret_that_is_there(api: Api, store: str) -> None:
    upload(api, "default/train.csv")
    assert api.call("DELETE", "/admin/objectStoreSecrets/default").status_code == 202
    api.emulator.advance(TRANSITION_S)

    assert "secret default not found" in error_of(upload(api, "default/other.csv"))["message"]
    assert api.call("GET", "/lm/dataset/files/default/train.csv").status_code == 200


def test_all_files_of_a_tenant_have_one_limit(api: Api, store: str) -> None:
    part = b"x" * (datasets.MOST_BYTES // 5)
    for number in range(5):
        assert upload(api, f"default/{number}.csv", part).status_code == 201

    refused = upload(api, "default/more.csv", b"12345")
    assert (refused.status_code, error_of(refused)["code"]) == (413, "02000005")
    assert upload(api, "default/0.csv", b"12345", params={"overwrite": "true"}).status_code == 201
    assert upload(api, "default/more.csv", b"12345").status_code == 201


def test_resource_groups_are_apart_and_default_is_the_default(api: Api, store: str) -> None:
    upload(api, "default/train.csv")
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")

    assert there.call("GET", "/lm/dataset/files/default/train.csv").status_code == 404
    assert upload(there, "default/train.csv").status_code == 400
    there.session.close()
    del api.session.headers["AI-Resource-Group"]
    assert api.call("GET", "/lm/dataset/files/default/train.csv").status_code == 200


def test_they_survive_a_restart(tmp_path: Any) -> None:
    state = tmp_path / "state.db"
    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        api = Api(emulator)
        object_store(api)
        upload(api, "default/train.csv", b"\xff\x00")
        api.session.close()
    with Emulator.running(state=state, clock=SteppedClock()) as emulator:
        api = Api(emulator)
        assert api.call("GET", "/lm/dataset/files/default/train.csv").content == b"\xff\x00"
        assert api.call("DELETE", "/lm/dataset/files/default/train.csv").status_code == 204
        api.session.close()
