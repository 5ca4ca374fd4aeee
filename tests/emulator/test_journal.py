from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator
from tests.support.client import Api, token

SECRET = "hush-hush"


def test_what_a_request_leaves(api: Api) -> None:
    api.emulator.clear_journal()
    body = {"configurationId": "no-such-configuration"}

    answer = api.call("POST", "/lm/deployments", json=body, params={"x": "y"})

    (entry,) = requests.get(f"{api.emulator.url}/_emulator/journal", timeout=10).json()
    assert isinstance(entry.pop("time"), float)
    assert entry == {
        "method": "POST",
        "path": "/v2/lm/deployments",
        "query": "x=y",
        "resourceGroup": "default",
        "status": 400,
        "requestId": answer.headers["x-request-id"],
        "body": body,
        "fault": None,
    }
    (same,) = api.emulator.journal
    assert same.request_id == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("effects", "text"),
    [
        ([], None),
        ([{"status": 500}], "status beforeCommit"),
        ([{"status": 500, "afterCommit": True}], "status afterCommit"),
        ([{"staleListSeconds": 5}, {"latencySeconds": 0.5}], "latency 0.5 s, list 5 s old"),
        ([{"expireToken": True}], "expired token"),
    ],
)
def test_the_faults_of_a_request(api: Api, effects: list[dict[str, Any]], text: str | None) -> None:
    api.emulator.faults = [{"effect": effect} for effect in effects]

    api.call("GET", "/lm/deployments")

    assert api.emulator.journal[-1].fault == text


def test_it_can_be_cleared(api: Api) -> None:
    assert requests.delete(f"{api.emulator.url}/_emulator/journal", timeout=10).status_code == 204
    assert api.emulator.journal == []


def test_it_holds_no_secret(emulator: Emulator) -> None:
    bearer = token(emulator.url)
    url = f"{emulator.url}/oauth/token"
    headers = {"Authorization": f"Bearer {bearer}", "AI-Resource-Group": "default"}
    grant = {"grant_type": "client_credentials"}
    requests.post(url, data={**grant, "client_id": "emulator", "client_secret": SECRET}, timeout=10)
    requests.get(url, params={**grant, "client_id": "emulator", "client_secret": SECRET}, timeout=10)
    requests.get(url, params=grant, auth=("emulator", SECRET), timeout=10)
    requests.post(url, json={"client_secret": SECRET}, timeout=10)
    for path in ("/admin/secrets", "/admin/objectStoreSecrets", "/admin/dockerRegistrySecrets", "/admin/repositories"):
        requests.post(f"{emulator.url}/v2{path}", json={"data": SECRET}, headers=headers, timeout=10)
    requests.get(f"{emulator.url}/v2/lm/meta", headers={**headers, "Cookie": SECRET}, timeout=10)

    noted = json.dumps([entry.as_json() for entry in emulator.journal])

    assert len(emulator.journal) == 10
    assert SECRET not in noted
    assert bearer not in noted
    assert bearer.split(".")[2] not in noted
