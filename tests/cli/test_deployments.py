"""`aicore-provider deployments`, against the emulator."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aicore_provider.api.types import Deployment
from aicore_provider.cli.deployments import age, as_document, status, visible
from aicore_provider.emulator import Emulator
from tests.cli.command import DAY_S, Command, after_first_line, cells
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

ROOT = Path(__file__).parents[2]


def test_the_table_shows_what_runs_oldest_first(command: Command, api: Api) -> None:
    older_configuration = api.configuration(name="chat [blue]")
    older = api.running(older_configuration)
    api.emulator.advance(3 * DAY_S)
    latest_configuration = api.configuration("latest", model="text-embedding-3-small", name="embeddings")
    newer = api.create(latest_configuration)
    api.emulator.advance(HALF_WAY_S)

    ended = command("deployments")

    assert ended.exit_code == 0
    assert cells(ended.stdout) == [
        ["ID", "MODEL", "VERSION", "STATUS", "AGE", "EXECUTABLE", "CONFIGURATION ID", "CONFIGURATION NAME"],
        [older, "gpt-5-mini", "2025-08-07", "RUNNING", "3d", "azure-openai", older_configuration, "chat [blue]"],
        [
            newer,
            "text-embedding-3-small",
            "latest",
            "PENDING -> RUNNING",
            "4s",
            "azure-openai",
            latest_configuration,
            "embeddings",
        ],
    ]


def test_json_is_for_scripts(command: Command, api: Api) -> None:
    configuration = api.configuration()
    running = api.running(configuration)

    ended = command("deployments", "--json")

    told = api.deployment(running)
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    assert json.loads(ended.stdout)["deployments"] == [
        {
            "id": running,
            "url": f"{api.url}/v2/inference/deployments/{running}",
            "model": "gpt-5-mini",
            "version": "2025-08-07",
            "status": "RUNNING",
            "targetStatus": "RUNNING",
            "statusMessage": told.get("statusMessage") or None,
            "scenario": "foundation-models",
            "executable": "azure-openai",
            "configurationId": configuration,
            "configurationName": "chat",
            "latestRunningConfigurationId": configuration,
            "resourceGroup": "default",
            "createdAt": told["createdAt"],
        }
    ]


def test_those_being_deleted_are_shown_with_all_only(command: Command, api: Api) -> None:
    going = api.running(api.configuration())
    api.call("PATCH", f"/lm/deployments/{going}", json={"targetStatus": "STOPPED"})
    api.emulator.advance(TRANSITION_S)
    api.call("DELETE", f"/lm/deployments/{going}")
    assert api.deployment(going)["targetStatus"] == "DELETED"

    left_out, everything = command("deployments"), command("deployments", "--all")

    assert left_out.stdout == "No deployments in resource group default; 1 being deleted, see --all.\n"
    assert json.loads(command("deployments", "--json").stdout)["deployments"] == []
    [_, row] = cells(everything.stdout)
    assert (row[0], row[3].endswith("-> DELETED")) == (going, True)
    assert [each["id"] for each in json.loads(command("deployments", "--json", "--all").stdout)["deployments"]] == [
        going
    ]


def test_an_empty_group_is_a_clear_line(command: Command, api: Api) -> None:
    api.running(api.configuration())
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)

    by_option = command("deployments", "--resource-group", "team-b")
    by_variable = command("deployments", AICORE_RESOURCE_GROUP="team-b")

    assert by_option.stdout == by_variable.stdout == "No deployments in resource group team-b.\n"
    assert json.loads(command("deployments", "--json", "-g", "team-b").stdout)["deployments"] == []


def test_errors_are_texts(command: Command) -> None:
    nowhere = command("deployments", AICORE_BASE_URL=None, AICORE_AUTH_URL=None, AICORE_CLIENT_ID=None)
    no_group = command("deployments", "--resource-group", "missing", "--json")
    no_name = command("deployments", "--resource-group", "a/b")

    assert nowhere.exit_code == 1
    assert nowhere.stderr.startswith("Error: Credentials from the AICORE_* variables are incomplete: ")
    assert (no_group.exit_code, no_group.stdout) == (1, "")
    assert after_first_line(no_group).startswith("Error: GET /lm/deployments was refused: ")
    assert "\nResource group missing does not exist on http://" in no_group.stderr
    assert ", there are: default.\n" in no_group.stderr
    assert no_name.exit_code == 2
    assert "'a/b' is no resource group id" in no_name.stderr


def test_watch_needs_a_terminal_and_excludes_json(command: Command) -> None:
    piped, both = command("deployments", "--watch"), command("deployments", "--watch", "--json")

    assert (piped.exit_code, both.exit_code) == (2, 2)
    assert "--watch needs a terminal" in piped.stderr
    assert "--json and --watch exclude each other" in both.stderr


def test_watch_follows_changes_and_survives_trouble_until_ctrl_c(emulator: Emulator, api: Api) -> None:
    api.create(api.configuration())
    api.emulator.advance(HALF_WAY_S)
    terminal, inner = pty.openpty()
    terminal_of_a_person = {"TERM": "xterm", "COLUMNS": "200", "LINES": "40"}
    watching = subprocess.Popen(
        [sys.executable, "-m", "aicore_provider.cli", "deployments", "--watch"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **terminal_of_a_person, **emulator.environment()},
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    shown = ""

    def until(text: str) -> None:
        nonlocal shown
        while text not in shown:
            assert select.select([terminal], [], [], 30)[0], shown
            shown += os.read(terminal, 4096).decode(errors="replace")
        shown = ""

    until("PENDING -> RUNNING")
    emulator.faults = [{"path": "/v2/lm/deployments", "effect": {"status": 429, "headers": {"Retry-After": "0"}}}]
    until("not up to date: GET /lm/deployments was refused")
    emulator.faults = []
    emulator.advance(TRANSITION_S)
    until("\x1b[32mRUNNING\x1b")
    watching.send_signal(signal.SIGINT)

    assert watching.wait(timeout=30) == 0
    os.close(terminal)


def test_watch_shows_the_newest_in_a_low_terminal(emulator: Emulator, api: Api) -> None:
    configuration = api.configuration()
    # Made at one time, since the clock stands still: the id decides.
    newest = max(api.create(configuration) for _ in range(6))
    terminal, inner = pty.openpty()
    watching = subprocess.Popen(
        [sys.executable, "-m", "aicore_provider.cli", "deployments", "--watch"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": "200", "LINES": "5", **emulator.environment()},
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    shown = ""
    while newest not in shown:
        assert select.select([terminal], [], [], 30)[0], shown
        shown += os.read(terminal, 4096).decode(errors="replace")
    watching.send_signal(signal.SIGINT)

    assert "4 older not shown: the terminal is too low" in shown
    assert watching.wait(timeout=30) == 0
    os.close(terminal)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"),
        (0.9, "0s"),
        (59, "59s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (86_399, "23h"),
        (86_400, "1d"),
        (400 * 86_400, "400d"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert age(seconds) == text


def deployment(deployment_id: str, **more: object) -> Deployment:
    return Deployment.model_validate({"id": deployment_id, "configurationId": "c", "status": "NEW-ONE", **more})


def test_what_the_service_leaves_out() -> None:
    bare = deployment("dbare")
    undated = deployment("dzoneless", createdAt="2026-02-03T09:11:00")
    dated = deployment("dzone", createdAt="2026-02-03T10:10:00+01:00")

    shown, left_out = visible([bare, undated, dated], everything=False)

    assert ([each.id for each in shown], left_out) == (["dzone", "dzoneless", "dbare"], 0)
    assert status(bare) == "NEW-ONE"
    assert as_document(bare, "default")["createdAt"] is None
    assert as_document(dated, "default")["createdAt"] == "2026-02-03T09:10:00Z"
    assert as_document(undated, "default")["createdAt"] == "2026-02-03T09:11:00Z"
    assert undated.created_at == dt.datetime(2026, 2, 3, 9, 11, tzinfo=dt.timezone.utc)
