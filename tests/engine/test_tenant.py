"""One program with an object of each kind that a tenant has besides deployments, on the real engine."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack, Run
from tests.engine.pace import COUNTED_OBJECTS
from tests.engine.tenant_program import DECLARED, PROGRAM, SECRETS, changing
from tests.support.client import Api
from tests.support.native import of_plugin

ROTATED = "s3cr3t-rotated"
WITH_SECRETS = {
    ("secret", "documents"),
    ("objectStoreSecret", "store"),
    ("dockerRegistrySecret", "registry"),
    ("repository", "templates"),
}
LISTS = (
    "/admin/objectStoreSecrets",
    "/admin/dockerRegistrySecrets",
    "/admin/repositories",
    "/admin/applications",
    "/lm/executions",
    "/lm/executionSchedules",
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(pace=COUNTED_OBJECTS) as running:
        yield running


def written(folder: Path, emulator: Emulator, runs: list[Run]) -> Iterator[str]:
    """Everything that runs have shown and left behind, and what the service has written down of their requests."""
    yield from (json.dumps(run.__dict__) for run in runs)
    yield from (path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
    yield json.dumps([entry.as_json() for entry in emulator.journal])


def digests(emulator: Emulator) -> dict[tuple[str, str], dict[str, str]]:
    """The digests of the secret values, by kind and name of the object that has them."""
    found = requests.get(f"{emulator.url}/_emulator/secrets", timeout=10).json()
    return {(each["kind"], each["name"]): each["digests"] for each in found}


@pytest.mark.parametrize("front_end", ["dynamic provider", "provider plugin"])
def test_one_program_holds_all_that_a_tenant_has(
    stack: EngineStack, emulator: Emulator, tmp_path: Path, front_end: str
) -> None:
    default, team = Api(emulator), Api(emulator, "team-new")
    stack.environment |= SECRETS
    stack.program(PROGRAM if front_end == "dynamic provider" else of_plugin(stack, PROGRAM))
    stack.configure({})

    made = stack.up(debug=True)
    assert not made.failed, made.output
    assert {key: step for key, step in made.steps.items() if key.startswith("AI")} == dict.fromkeys(DECLARED, "create")
    assert stack.exports["run"] == "COMPLETED"
    assert [entry["name"] for entry in team.get("/admin/secrets")["resources"]] == ["documents"]
    left = list(written(tmp_path, emulator, [made]))

    # A secret is rotated with one request.
    stack.environment["DOCUMENTS"] = ROTATED
    before = digests(emulator)
    assert set(before) == WITH_SECRETS
    shown = stack.preview(diff=True)
    emulator.clear_journal()
    rotated = stack.up(diff=True)
    assert (rotated.failed, rotated.steps) == (False, {"AIGenericSecret documents": "update"}), rotated.output
    assert changing(emulator) == [("PATCH", "/v2/admin/secrets/documents")]
    value = hashlib.sha256(ROTATED.encode()).hexdigest()
    documents = ("secret", "documents")
    assert digests(emulator) == before | {documents: before[documents] | {"clientSecret": value}}

    # What somebody does by hand shows, and is put right.
    assert default.call("DELETE", "/admin/objectStoreSecrets/store").ok
    default.get("/admin/objectStoreSecrets")  # shows it once more
    label = {"key": "ext.ai.sap.com/owner", "value": "team-b"}
    assert team.call("PATCH", "/admin/secrets/documents", json={"data": {}, "labels": [label]}).ok
    drifted = stack.preview(diff=True)
    repaired = stack.up()
    expected = {"AIObjectStoreSecret store": "create", "AIGenericSecret documents": "update"}
    assert (drifted.steps, repaired.steps) == (expected, expected)
    assert drifted.diffs["AIGenericSecret documents"] == ['labels["ext.ai.sap.com/owner"]']

    destroyed = stack.destroy()
    assert not destroyed.failed, destroyed.output
    left += written(tmp_path, emulator, [shown, rotated, drifted, repaired, destroyed])
    assert stack.resources == []
    assert digests(emulator) == {}
    assert {path: default.get(path)["resources"] for path in LISTS} == {path: [] for path in LISTS}
    assert "team-new" not in [each["resourceGroupId"] for each in default.get("/admin/resourceGroups")["resources"]]
    # The API cannot delete these, nor what the run has made.
    assert [each["name"] for each in default.get("/lm/configurations")["resources"]] == ["training"]
    assert "texts" in [each["name"] for each in default.get("/lm/artifacts")["resources"]]

    values = [*SECRETS.values(), ROTATED]
    hidden = [*values, *(base64.b64encode(each.encode()).decode() for each in values)]
    assert [text[:200] for text in left if any(each in text for each in hidden)] == []
