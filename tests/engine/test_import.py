"""`pulumi import` of everything that a tenant holds, and the program of the provider plugin that manages it then."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.engine.filled_tenant import fill, run, writes
from tests.support.client import Api
from tests.support.native import PLUGINS

PROGRAM = """
import json
from pathlib import Path

import pulumi

for kind, name, inputs in json.loads(Path("imported.json").read_text()):
    pulumi.CustomResource(f"aicore:index:{kind}", name, inputs)
"""


def imported(stack: EngineStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    _ = stack.stack  # makes it
    options = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false", "--non-interactive"]
    command = [str(stack.cli), "import", *arguments, *options, "--stack", stack.name, "--color", "never"]
    return subprocess.run(command, cwd=stack.folder, env=stack.shell, capture_output=True, text=True, check=False)


def declare_all(stack: EngineStack) -> list[dict[str, Any]]:
    """Make a program that says what the state's inputs say."""
    found = [each for each in stack.resources if each["type"].startswith("aicore:")]
    declared = [
        (each["type"].rpartition(":")[2], each["urn"].rpartition("::")[2], without_home(each["inputs"]))
        for each in found
    ]
    (stack.folder / "imported.json").write_text(json.dumps(declared))
    stack.program(PROGRAM)
    return found


def without_home(inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key != "serviceUrl"}


def test_a_tenant_is_imported_and_managed_as_it_is(stack: EngineStack, emulator: Emulator) -> None:
    count = fill(emulator)
    stack.configure({})
    stack.project(plugins=PLUGINS)
    file = Path("imports.json")
    done = run(stack, "--pulumi-import", str(file))
    assert done.returncode == 0, done.stderr
    wanted = json.loads((stack.folder / file).read_text())["resources"]
    assert len({each["name"] for each in wanted}) == len(wanted), "code has a variable for each"
    kinds = [each["type"].rpartition(":")[2] for each in wanted]
    assert len([each for each in kinds if each != "AIConfiguration"]) == count
    assert done.stdout.startswith(f"imports.json: {len(wanted)} resources, "), done.stdout

    emulator.clear_journal()
    bulk = imported(stack, "--file", str(file))
    assert bulk.returncode == 0, bulk.stdout + bulk.stderr
    found = declare_all(stack)
    assert {each["urn"].rpartition("::")[2] for each in found} == {each["name"] for each in wanted}
    up = stack.up()
    assert (up.failed, up.changes) == (False, {}), up.output
    again = stack.preview()
    assert (again.failed, again.changes) == (False, {}), again.output
    assert writes(emulator) == []


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("AIDeployment", "default/d0000000"),
        ("AIGenericSecret", "tenant-wide:nothing"),
        ("AIGenericSecret", "tenant:nothing"),
        ("AIResourceGroup", "nowhere"),
    ],
)
def test_what_is_not_there_is_told(stack: EngineStack, kind: str, missing: str) -> None:
    stack.configure({})
    stack.project(plugins=PLUGINS)
    done = imported(stack, f"aicore:index:{kind}", "it", missing)
    assert done.returncode != 0
    assert missing.rpartition("/")[2].rpartition(":")[2] in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


LOOKING = """
import pulumi

looked_at = pulumi.CustomResource(
    "aicore:index:AIDeployment", "theirs", {"status": None, "deploymentUrl": None}, pulumi.ResourceOptions(id=WHICH)
)
pulumi.export("status", looked_at.status)
pulumi.export("url", looked_at.deploymentUrl)
"""


def test_what_a_program_merely_looks_at_is_told_and_never_changed(stack: EngineStack, emulator: Emulator) -> None:
    api = Api(emulator)
    theirs = api.create(api.configuration(name="theirs"))
    api.settle()
    emulator.clear_journal()
    stack.configure({})
    stack.project(plugins=PLUGINS)
    stack.program(LOOKING.replace("WHICH", repr(f"default/{theirs}")))
    up = stack.up()
    assert not up.failed, up.output
    assert stack.exports == {"status": "RUNNING", "url": f"{emulator.url}/v2/inference/deployments/{theirs}"}
    assert not stack.destroy().failed
    assert writes(emulator) == []
    assert api.deployment(theirs)["status"] == "RUNNING"


def test_secrets_of_the_tenant_are_imported_by_their_scope(stack: EngineStack, emulator: Emulator) -> None:
    scopes = {
        "tenant-wide": {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"},
        "main-tenant": {"AI-Tenant-Scope": "true"},
    }
    stack.configure({})
    stack.project(plugins=PLUGINS)
    for scope, headers in scopes.items():
        body = {"name": f"of-{scope}", "data": {"key": "dmFsdWU="}}
        assert Api(emulator, None).call("POST", "/admin/secrets", json=body, headers=headers).ok
        done = imported(stack, "aicore:index:AIGenericSecret", scope, f"{scope}:of-{scope}")
        assert done.returncode == 0, done.stdout + done.stderr
    found = declare_all(stack)
    assert {each["inputs"]["scope"] for each in found} == set(scopes)
    up = stack.up()
    assert (up.failed, up.changes) == (False, {}), up.output
