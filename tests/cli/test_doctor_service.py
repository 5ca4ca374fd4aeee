"""`aicore-provider doctor` without Pulumi: what it finds out about the service, on the emulator."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from click.testing import Result

from aicore_provider.emulator import Emulator
from tests.cli.command import Command, after_first_line
from tests.support.client import TRANSITION_S, Api

TENANT = "e0000000-0000-4000-8000-000000000000"


def lines(ended: Result, *, first: int = 5, last: int = -4) -> list[str]:
    """The lines on the service; before and after it stand those on Pulumi, project and state."""
    return ended.stdout.splitlines()[first:last]


def test_outside_of_a_project_with_a_service_that_works(command: Command, emulator: Emulator) -> None:
    ended = command("doctor")

    assert ended.stdout.splitlines() == [
        "✗ no Pulumi CLI on PATH: install Pulumi 3.216 or newer (https://www.pulumi.com/docs/install/) and put it on"
        " PATH",
        "- Python language host: there is no Pulumi CLI",
        "- interpreter: not in a Pulumi project",
        "- Python environment: not in a Pulumi project",
        "- refresh option: not in a Pulumi project",
        f"✓ credentials from the AICORE_* variables, for {emulator.url}",
        f"✓ token obtained, tenant {TENANT}",
        "✓ resource group default (from AICORE_RESOURCE_GROUP) is PROVISIONED",
        "✓ scenario foundation-models is available",
        "- backend: PULUMI_BACKEND_URL is not set, and there is no Pulumi CLI to ask",
        "- stack: not in a Pulumi project",
        "- pending operations: no stack to look at",
        "- models: no stack to look at",
    ]
    assert (ended.exit_code, after_first_line(ended)) == (1, "")


def test_json_has_the_same(command: Command) -> None:
    ended = command("doctor", "--json")

    found = json.loads(ended.stdout)["findings"]
    assert (ended.exit_code, after_first_line(ended)) == (1, "")
    assert [each["check"] for each in found] == [
        "pulumiCli",
        "languageHost",
        "interpreter",
        "environment",
        "refresh",
        "credentials",
        "token",
        "resourceGroup",
        "scenario",
        "backend",
        "stack",
        "pendingOperations",
        "models",
    ]
    assert found[0]["level"] == "problem"
    assert found[6] == {
        "check": "token",
        "level": "ok",
        "message": f"token obtained, tenant {TENANT}",
        "advice": "",
        "deployments": [],
    }


def test_no_credentials(command: Command) -> None:
    ended = command(
        "doctor", **dict.fromkeys(("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID")), AICORE_CLIENT_SECRET=None
    )

    credentials, *others = lines(ended)
    assert credentials.startswith("✗ No SAP AI Core credentials found: Set AICORE_SERVICE_KEY ")
    assert others == [
        "- token: no usable credentials",
        "- resource group: no usable credentials",
        "- scenario: no usable credentials",
    ]


def test_a_wrong_secret(command: Command, emulator: Emulator) -> None:
    ended = command("doctor", AICORE_CLIENT_SECRET="hush-hush")

    _, token, *others = lines(ended)
    assert token.startswith("✗ The token endpoint refused the credentials from the AICORE_* variables: ")
    assert token.endswith(
        f": Check client id and secret for {emulator.url}/oauth/token; a rotated key must be set anew"
    )
    assert others == ["- resource group: no token", "- scenario: no token"]
    assert "hush" not in ended.stdout
    assert ended.exit_code == 1


def test_a_service_that_does_not_answer(command: Command) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        ended = command("doctor", AICORE_AUTH_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")

    _, token, *others = lines(ended)
    assert token.startswith("✗ No access token: POST http://127.0.0.1:")
    assert "connection refused" in token
    assert [each[0] for each in others] == ["-", "-"]


def test_a_wrong_resource_group(command: Command, api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    wrong = "resource group team-c (from --resource-group) does not exist"
    advice = "correct the name, create it in SAP AI Launchpad, or declare it as `AIResourceGroup`"

    ended = command("doctor", "--resource-group", "team-c")
    api.emulator.faults = [
        {"path": "/v2/admin/resourceGroups", "effect": {"status": 403, "body": "RBAC: access denied"}}
    ]
    without_list = command("doctor", "--resource-group", "team-c")

    assert lines(ended)[2:] == [
        f"✗ {wrong}, there are: default, team-b: {advice}",
        "- scenario: no usable resource group",
    ]
    assert lines(without_list)[2] == f"✗ {wrong}: {advice}"


def test_a_resource_group_of_the_environment(command: Command, api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    asked = {"AICORE_RESOURCE_GROUP": "team-b"}
    what = "resource group team-b (from AICORE_RESOURCE_GROUP)"

    new = command("doctor", **asked)
    api.emulator.advance(TRANSITION_S)
    ready = command("doctor", **asked)
    nonsense = command("doctor", AICORE_RESOURCE_GROUP="../admin")

    assert lines(new)[2] == f"✗ {what} is still PROVISIONING: run this again in a minute"
    assert lines(ready)[2:] == [f"✓ {what} is PROVISIONED", "✓ scenario foundation-models is available"]
    assert lines(nonsense)[2].startswith("✗ AICORE_RESOURCE_GROUP is no resource group id")


def test_a_group_that_may_not_be_read_is_a_warning_and_the_next_check_tells(
    command: Command, emulator: Emulator
) -> None:
    denied = {"status": 403, "body": "RBAC: access denied"}
    emulator.faults = [{"path": "/v2/admin/*", "effect": denied}]
    readable = command("doctor")
    emulator.faults = [{"effect": denied, "path": "/v2/*"}]
    nothing = command("doctor")

    group, scenario = lines(readable)[2:]
    assert group.startswith("! whether resource group default (from AICORE_RESOURCE_GROUP) is ready")
    assert scenario == "✓ scenario foundation-models is available"
    assert lines(nothing)[3].startswith("✗ GET /lm/scenarios was refused: RBAC: access denied (HTTP 403): Check the")


def test_the_meanings_of_a_403_are_told_apart(command: Command, api: Api) -> None:
    for group in ("team-b", "team-f"):
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    api.emulator.advance(TRANSITION_S)
    denied = {"status": 403, "body": "RBAC: access denied"}
    within: dict[str, Any] = {"path": "/v2/lm/scenarios", "effect": denied}
    administration = {"path": "/v2/admin/*", "effect": denied}

    def told(*faults: dict[str, Any], group: str = "team-f") -> str:
        api.emulator.faults = list(faults)
        return lines(command("doctor", "--resource-group", group))[3]

    refused = "✗ GET /lm/scenarios was refused: RBAC: access denied (HTTP 403)"
    assert told(within | {"resourceGroup": "team-f"}, administration) == (
        f"{refused}, but not in default: resource group team-f does not exist, or belongs to another tenant:"
        " correct its name, or use credentials of its tenant"
    )
    assert told(within | {"resourceGroup": "team-b"}, group="team-b") == (
        f"{refused}, although resource group team-b is PROVISIONED, and not in default: a new group may refuse requests"
        " for a minute, so run this again; else the service plan does not cover it"
    )
    plan = {"resourceGroupId": "team-f", "status": "PROVISIONED", "servicePlan": "standard"}
    of_plan = {"path": "/v2/admin/resourceGroups/team-f", "effect": {"status": 200, "body": plan}}
    assert told(within, of_plan) == (
        f"{refused}, and the service plan of resource group team-f is standard: generative AI needs the service plan"
        " extended"
    )
    assert told(within) == (
        f"{refused}, although resource group team-f is PROVISIONED: the service plan does not cover this, or a proxy on"
        " the way drops the header AI-Resource-Group"
    )


def test_a_plan_without_foundation_models(command: Command, emulator: Emulator) -> None:
    emulator.faults = [{"path": "/v2/lm/scenarios", "effect": {"status": 200, "body": {"count": 0, "resources": []}}}]

    ended = command("doctor")

    assert lines(ended)[3] == (
        "✗ resource group default has no scenario foundation-models: use another resource group; the service plan is"
        " extended as it must be"
    )
    assert ended.exit_code == 1


def test_an_old_pulumi(command: Command, tmp_path: Path) -> None:
    executable = tmp_path / "bin" / "pulumi"
    executable.parent.mkdir()
    executable.write_text("#!/bin/sh\necho v3.100.0\n")
    executable.chmod(0o755)

    ended = command("doctor", PULUMI_BACKEND_URL="file:///somewhere")

    cli, host, *_ = ended.stdout.splitlines()
    assert cli.startswith(f"✗ Pulumi CLI 3.100.0 ({executable}) is too old, 3.216 or newer is needed: install Pulumi")
    assert host.startswith("✗ pulumi-language-python, ")
    assert "✓ backend file:///somewhere" in ended.stdout.splitlines()


def test_a_pulumi_that_does_not_run(command: Command, tmp_path: Path) -> None:
    executable = tmp_path / "bin" / "pulumi"
    executable.parent.mkdir()
    executable.write_text("#!/bin/sh\necho 'error: no such luck' >&2\nexit 3\n")
    executable.chmod(0o755)

    ended = command("doctor")

    assert ended.stdout.startswith(f"✗ Pulumi CLI no such luck ({executable}) does not tell its version: install")


def test_a_real_service_with_its_state_on_this_machine(command: Command) -> None:
    """The service is never asked: its token endpoint is the one that nobody listens on."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        ended = command(
            "doctor",
            AICORE_BASE_URL="https://api.ai.example.com/v2",
            AICORE_AUTH_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}",
            PULUMI_BACKEND_URL="file:///somewhere",
        )

    assert ended.stdout.splitlines()[-4].startswith(
        "! the state is kept in file:///somewhere, on this machine alone, but https://api.ai.example.com is a real"
    )
