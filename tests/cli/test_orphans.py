"""`aicore-provider orphans` on states as interrupted runs leave them, with the real Pulumi CLI and the emulator."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from aicore_provider.emulator.server import TENANT_ID
from tests.cli.command import DAY_S, after_first_line, cells
from tests.cli.project import Project
from tests.cli.states import creating, entry, exported
from tests.support.client import Api
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

CREDENTIALS = ("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET")


@dataclass(frozen=True)
class Case:
    """Stack dev with its configuration, a deployment in its state, and what stands beside it."""

    project: Project
    api: Api
    configuration: str
    held: str
    orphan: str
    not_ours: str

    def entry(self, kind: str, id_: str, **more: Any) -> dict[str, Any]:
        """An entry whose home is the emulator."""
        return entry(kind, id_, **{"service": self.api.url, "tenant": TENANT_ID, **more})

    def remember(self, *more: dict[str, Any], creates: int = 1) -> None:
        """Write the state of stack dev, with so many creates that were cut short."""
        ours = [self.entry("AIConfiguration", self.configuration), self.entry("AIDeployment", self.held)]
        pending = [creating(self.configuration, service=self.api.url) for _ in range(creates)]
        self.project.remember(exported(*ours, *more, pending=pending))


@pytest.fixture
def case(project: Project, api: Api) -> Case:
    project.pulumi("stack", "init", "dev")
    ours, theirs = api.configuration(), api.configuration()
    held, orphan, not_ours = (api.running(each) for each in (ours, ours, theirs))
    found = Case(project, api, ours, held, orphan, not_ours)
    found.remember()
    api.emulator.advance(3 * DAY_S)
    return found


def test_a_table_and_what_to_do_next(case: Case) -> None:
    ended = case.project.run("orphans", PULUMI_CONFIG_PASSPHRASE=None)

    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    head, orphan, others, following = ended.stdout.splitlines()
    configuration = case.configuration
    assert cells(f"{head}\n{orphan}") == [
        ["VERDICT", "ID", "STATUS", "MODEL", "VERSION", "AGE", "CONFIGURATION ID", "RESOURCE GROUP", "STACK"],
        ["orphan", case.orphan, "RUNNING", "gpt-5-mini", "2025-08-07", "3d", configuration, "default", "dev"],
    ]
    assert others == "1 other is not ours and never touched; --all shows them."
    assert following == "`aicore-provider orphans --remove` removes the orphan."
    everything = case.project.run("orphans", "--all", "--stack", "dev").stdout
    assert [row[:2] for row in cells(everything)[1:3]] == [["orphan", case.orphan], ["not ours", case.not_ours]]
    assert everything.splitlines()[3] == "`aicore-provider orphans --stack dev --remove` removes the orphan."


def test_json_is_for_scripts(case: Case) -> None:
    ended = case.project.run("orphans", "--json")

    told = json.loads(ended.stdout)
    keys = ["version", "service", "resourceGroups", "stacks", "locks", "orphans", "uncertain", "notOurs"]
    assert (list(told), after_first_line(ended)) == (keys, "")
    (orphan,), (other,) = told["orphans"], told["notOurs"]
    assert {key: orphan[key] for key in ("id", "status", "model", "version", "configurationId", "resourceGroup")} == {
        "id": case.orphan,
        "status": "RUNNING",
        "model": "gpt-5-mini",
        "version": "2025-08-07",
        "configurationId": case.configuration,
        "resourceGroup": "default",
    }
    assert (orphan["verdict"], orphan["stack"]) == ("orphan", "dev")
    assert orphan["createdAt"] == case.api.deployment(case.orphan)["createdAt"]
    assert (other["id"], other["verdict"], other["stack"]) == (case.not_ours, "notOurs", None)


def test_nothing_is_removed_while_a_stack_is_locked(case: Case) -> None:
    lock = case.project.lock()
    locked = [
        f"Stack dev is locked: {lock}.",
        "What its run is making looks like an orphan. Wait until it ends; if it was killed, run "
        "`aicore-provider recover --stack dev`.",
    ]

    shown, documented = case.project.run("orphans"), case.project.run("orphans", "--json")
    assert shown.stdout.splitlines()[-2:] == locked
    assert json.loads(documented.stdout)["locks"] == [
        {
            "stack": "dev",
            "id": "an-id",
            "user": "me",
            "host": "elsewhere",
            "pid": 7,
            "since": "2026-01-02T03:04:05Z",
        }
    ]
    for arguments in (("--remove", "--yes"), ("--remove", "--yes", case.orphan), ("--remove", "--yes", "--json")):
        ended = case.project.run("orphans", *arguments)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert ended.stderr.splitlines()[-3:] == ["Error: Nothing was removed.", *locked]
    assert case.api.deployment(case.orphan)["targetStatus"] == "RUNNING"


def test_a_run_that_ends_while_the_deployments_are_listed_counts_as_one_that_goes_on(case: Case) -> None:
    lock = case.project.lock()
    folder, path = case.project.folder / "ending", case.project.environment["PATH"]
    folder.mkdir()
    locks = case.project.folder / "state" / ".pulumi" / "locks"
    (folder / "pulumi").write_text(
        f'#!/bin/sh\n"{shutil.which("pulumi", path=path)}" "$@"; code=$?\n'
        f'case "$*" in *export*) rm -rf "{locks}";; esac\nexit $code\n'
    )
    (folder / "pulumi").chmod(0o755)

    ended = case.project.run("orphans", "--remove", "--yes", PATH=os.pathsep.join([str(folder), path]))

    assert not locks.exists()
    assert ended.exit_code == 1
    assert f"Stack dev is locked: {lock}." in ended.stderr
    assert case.api.deployment(case.orphan)["targetStatus"] == "RUNNING"


def test_a_look_at_what_a_killed_run_has_left_names_its_lock(case: Case) -> None:
    lock = case.project.lock()

    ended = case.project.run("recover", "--json")

    assert [each["id"] for each in json.loads(ended.stdout)["locks"]] == ["an-id"]
    assert f"Stack dev is locked: {lock}." in ended.stderr.splitlines()
    assert "say so with --lock an-id" in ended.stderr
    case.remember(creates=0)
    assert "every operation has ended" not in case.project.run("recover", "--json").stderr


def test_what_to_do_with_the_uncertain_and_with_nothing(case: Case) -> None:
    run, entry_ = case.project.run, case.entry("AIDeployment", case.orphan, name="second")
    case.remember(creates=0)
    uncertain = run("orphans").stdout.splitlines()
    case.remember(entry_)
    nothing = run("orphans").stdout.splitlines()
    case.project.remember(exported())
    empty = run("orphans").stdout.splitlines()

    assert uncertain[-1] == (
        "No create that was cut short explains these; an uncertain one goes only by its id: "
        "`aicore-provider orphans --remove ID`."
    )
    assert nothing[1:] == [
        "There are no orphans of stack dev in resource group default.",
        "`pulumi refresh --clear-pending-creates --stack dev` forgets what was cut short: creating AIDeployment chat.",
    ]
    home = f"{case.api.url} (tenant {TENANT_ID})"
    assert empty == [f"Stack dev has no configurations or deployments on {home}, so it can have no orphans there."]


def test_what_any_of_the_stacks_holds_is_no_orphan(case: Case) -> None:
    project = case.project
    project.pulumi("stack", "init", "prod")
    project.remember(exported(case.entry("AIDeployment", case.orphan)), "prod")

    alone = project.run("orphans", "--json", "--stack", "dev")
    both = project.run("orphans", "--json", "--stack", "dev", "--stack", "prod")

    assert [each["id"] for each in json.loads(alone.stdout)["orphans"]] == [case.orphan]
    assert json.loads(both.stdout)["orphans"] == []


def test_what_lives_elsewhere_is_told_and_left_out(case: Case) -> None:
    project, there = case.project, {"service": "https://api.ai.example.com"}
    case.remember(case.entry("AIConfiguration", "c-there", **there))
    some = project.run("orphans", "--json")
    project.remember(exported(case.entry("AIConfiguration", case.configuration, tenant="another"), pending=[]))
    begun = len(case.api.emulator.journal)
    all_of_it = project.run("orphans", "--remove", "--yes")

    assert [each["id"] for each in json.loads(some.stdout)["orphans"]] == [case.orphan]
    assert after_first_line(some) == (
        "Stack dev: 1 of 4 objects are left out; they live on https://api.ai.example.com (tenant "
        f"{TENANT_ID}), your credentials are for {case.api.url} (tenant {TENANT_ID}).\n"
    )
    assert (all_of_it.exit_code, all_of_it.stdout) == (1, "")
    assert "they live on" in all_of_it.stderr
    assert len(after_first_line(all_of_it).splitlines()) == 2
    assert {each.path for each in case.api.emulator.journal[begun:]} == {"/oauth/token"}


def test_a_resource_group_that_is_gone_holds_nothing(case: Case) -> None:
    case.remember(case.entry("AIConfiguration", "c-gone", group="team-gone"))

    ended = case.project.run("orphans", "--json")

    assert [each["id"] for each in json.loads(ended.stdout)["orphans"]] == [case.orphan]


def test_a_stack_may_bring_the_credentials(case: Case) -> None:
    url = case.api.url
    key = {"clientid": "emulator", "clientsecret": "emulator", "url": url, "serviceurls": {"AI_API_URL": url}}
    case.project.pulumi("config", "set", "--secret", "aicore:serviceKey", json.dumps(key))

    ended = case.project.run("orphans", "--json", **dict.fromkeys(CREDENTIALS))

    assert [each["id"] for each in json.loads(ended.stdout)["orphans"]] == [case.orphan]


def test_the_first_stack_brings_the_credentials_for_all(case: Case) -> None:
    url, project = case.api.url, case.project
    key = {"clientid": "emulator", "clientsecret": "emulator", "url": url, "serviceurls": {"AI_API_URL": url}}
    nobodys, both = dict.fromkeys(CREDENTIALS), ("orphans", "--json", "--stack", "dev", "--stack", "prod")
    project.pulumi("config", "set", "--secret", "aicore:serviceKey", json.dumps(key))
    project.pulumi("stack", "init", "prod")
    alone = project.run(*both, **nobodys)
    project.pulumi("config", "set", "aicore:baseUrl", "https://api.ai.example.com", "--stack", "prod")
    elsewhere = project.run(*both, **nobodys)
    (project.folder / "Pulumi.prod.yaml").write_text("config: [not, a, map]\n")
    unreadable = project.run(*both, **nobodys)

    assert alone.exit_code == 0, alone.stderr
    assert json.loads(alone.stdout)["stacks"] == ["dev", "prod"]
    assert elsewhere.stderr.startswith("Error: The aicore:baseUrl of stack prod is https://api.ai.example.com, ")
    assert unreadable.stderr.startswith("Error: The configuration of stack prod cannot be read: ")
    assert elsewhere.exit_code == unreadable.exit_code == 1


def test_errors_are_one_to_three_lines(case: Case, tmp_path: Path) -> None:
    run = case.project.run
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        down = run("orphans", AICORE_AUTH_URL=f"http://127.0.0.1:{nobody.getsockname()[1]}")
    no_state = tmp_path / "bin" / "pulumi"
    no_state.parent.mkdir()
    no_state.write_text("#!/bin/sh\necho '[]'\n")
    no_state.chmod(0o755)
    cases = [
        (down, "No access token: POST http://127.0.0.1:"),
        (run("orphans", "--stack", "nope"), "The state of stack nope cannot be read: no stack named 'nope' found."),
        (run("orphans", PATH=""), "There is no Pulumi CLI on PATH"),
        (run("orphans", PATH=str(no_state.parent)), "The state of stack [] cannot be read: it is no state."),
        (run("orphans", **dict.fromkeys(CREDENTIALS)), "No SAP AI Core credentials found."),
        (run("orphans", "--remove", "d0000000"), "Nothing was removed."),
    ]
    case.project.file.unlink()
    cases.append((run("orphans"), "No stack to look at: not in a Pulumi project"))

    for ended, text in cases:
        assert (ended.exit_code, ended.stdout) == (1, "")
        # On a busy machine it takes so long that it says what it does.
        lines = [each for each in ended.stderr.splitlines(True) if not each.startswith("Looking for orphans (")]
        error = "".join(lines[1:] if lines[0].startswith("Service http") else lines)
        assert error.startswith(f"Error: {text}")
        assert 1 < len(error.splitlines()) <= 3
    assert run("orphans", "d0000000").exit_code == 2
    assert run("orphans", "--yes").exit_code == 2
    assert case.orphan in case.api.ids()


def test_each_result_is_told_and_one_that_fails_fails_the_command(case: Case, emulator: Emulator) -> None:
    second = case.api.create(case.configuration)
    case.remember(creates=2)
    assert case.api.stop(case.orphan).ok
    emulator.advance(60)
    refused = {"status": 403, "body": "RBAC: access denied"}
    emulator.faults = [
        {"method": "PATCH", "path": f"/v2/lm/deployments/{second}", "effect": refused},
        {"method": "DELETE", "path": f"/v2/lm/deployments/{case.orphan}", "effect": refused},
    ]

    ended = case.project.run("orphans", "--remove", "--yes", "--json")
    plain = case.project.run("orphans", "--remove", "--yes", second)

    told = {each["id"]: each for each in json.loads(ended.stdout)["orphans"]}
    assert ended.exit_code == plain.exit_code == 1
    for id_ in (second, case.orphan):
        assert told[id_]["removed"] is False
        assert told[id_]["error"].startswith(f"Deployment {id_}: ")
        assert "RBAC: access denied" in told[id_]["error"]
    assert after_first_line(plain).startswith(f"Error: Deployment {second}: ")
    assert plain.stdout == "", "what was cut short is still the evidence, so nothing is said of forgetting it"


def on_a_terminal(case: Case, *arguments: str) -> Terminal:
    """The command on a terminal of its own."""
    environment = {**case.project.environment, **case.api.emulator.environment()}
    return Terminal(["orphans", *arguments], case.project.folder, environment)


def test_a_person_is_asked_first(case: Case) -> None:
    terminal = on_a_terminal(case, "--remove")
    terminal.until("Remove? [y/N]")
    terminal.answer("")
    terminal.until("Aborted!")

    assert terminal.ended() == 1
    assert f"{case.orphan} (orphan): RUNNING, model gpt-5-mini 2025-08-07, 3d old" in terminal.shown
    assert "An update of stack dev that is still running would look the same" in terminal.shown
    assert case.api.deployment(case.orphan)["targetStatus"] == "RUNNING"


def test_what_was_switched_while_the_question_was_open_is_left_alone(case: Case) -> None:
    terminal = on_a_terminal(case, "--remove")
    terminal.until("Remove? [y/N]")
    assert case.api.switch(case.orphan, case.api.configuration("2025-05-01")).ok
    terminal.answer("y")
    terminal.until("meanwhile, and is left alone")

    assert terminal.ended() == 1
    assert case.api.deployment(case.orphan)["targetStatus"] == "RUNNING"


def test_ctrl_c_ends_the_waiting_and_the_next_run_goes_on(case: Case, emulator: Emulator) -> None:
    terminal = on_a_terminal(case, "--remove", "--yes")
    terminal.until("STOPPING")
    terminal.running.send_signal(signal.SIGINT)
    terminal.until("it goes on from here")

    assert terminal.ended() == 130
    again = on_a_terminal(case, "--remove", "--yes")
    again.until("STOPPING")
    emulator.advance(60)
    again.until("deletion accepted")
    emulator.advance(60)
    again.until(f"Removed {case.orphan}.")
    again.until("`pulumi refresh --clear-pending-creates --stack dev` forgets")

    assert again.ended() == 0
    assert set(case.api.ids()) == {case.held, case.not_ours}
