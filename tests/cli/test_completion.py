"""What a shell is told that could come next: by click's protocol, and with the shells on this machine."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from tests.cli.command import Command
from tests.support.client import TRANSITION_S, Api

BIN = Path(sys.executable).parent
NOBODYS = dict.fromkeys(("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET"))
Complete = Callable[..., list[str]]


@pytest.fixture
def complete(command: Command) -> Complete:
    """Ask as the script for bash does; the answers, in their order."""

    def ask(line: str, **environment: str | None) -> list[str]:
        words = line.split(" ")
        ended = command(
            _AICORE_PROVIDER_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(len(words) - 1),
            **environment,
        )
        assert (ended.exit_code, ended.stderr) == (0, "")
        return [each.partition(",")[2] for each in ended.stdout.splitlines() if each]

    return ask


def project(folder: Path, **files: str) -> None:
    (folder / "Pulumi.yaml").write_text("name: aicore\nruntime: python\nstackConfigDir: stacks\n")
    (folder / "stacks").mkdir()
    for stack, text in files.items():
        (folder / "stacks" / f"Pulumi.{stack}.yaml").write_text(text)


def test_commands_and_options(complete: Complete) -> None:
    assert complete("aicore-provider mod") == ["models"]
    assert complete("aicore-provider models --ret") == ["--retiring"]
    assert complete("aicore-provider completion ") == ["bash", "fish", "zsh"]
    assert complete("aicore-provider schema --of take") == ["take-over"]


def test_stacks_are_the_files_of_the_project(complete: Complete, tmp_path: Path) -> None:
    assert complete("aicore-provider deployments --stack ") == []
    project(tmp_path, dev="", prod="", **{"preview-1": ""})
    assert complete("aicore-provider deployments --stack ") == ["dev", "preview-1", "prod"]
    assert complete("aicore-provider orphans --stack dev -s pr") == ["preview-1", "prod"]


def test_resource_groups_of_the_service_and_of_the_stack_file(complete: Complete, api: Api, tmp_path: Path) -> None:
    project(tmp_path, dev="config:\n  aicore:resourceGroup: team-x\n  aicore:resourceGroups: {team-y: {}}\n")
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    assert complete("aicore-provider models -g team") == ["team-b"]
    assert complete("aicore-provider models -s dev -g ") == ["default", "team-b", "team-x", "team-y"]
    assert complete("aicore-provider models -s dev -g ", **NOBODYS) == ["default", "team-x", "team-y"]
    assert complete("aicore-provider export -g team-b -g d") == ["default"]


def test_models_executables_and_capabilities(complete: Complete) -> None:
    found = complete("aicore-provider models gpt-5")
    assert "gpt-5-mini" in found
    assert all(each.startswith("gpt-5") for each in found)
    assert complete("aicore-provider models --executable azure") == ["azure-openai"]
    assert complete("aicore-provider models gpt -c text-g") == ["text-generation"]


def test_deployments_by_their_ids(complete: Complete, api: Api, command: Command) -> None:
    configuration = api.configuration()
    ids = {api.running(configuration), api.running(configuration)}
    assert set(complete("aicore-provider take-over ")) == ids
    first, second = sorted(ids)
    assert complete(f"aicore-provider orphans --remove {first} ") == [second]
    ended = command(
        _AICORE_PROVIDER_COMPLETE="zsh_complete", COMP_WORDS=f"aicore-provider take-over {first}", COMP_CWORD="2"
    )
    assert ended.stdout.splitlines() == ["plain", first, "gpt-5-mini, RUNNING"]


def test_they_are_those_of_the_resource_group_that_is_named(complete: Complete, api: Api, tmp_path: Path) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")
    with there.session:
        id_ = there.running(there.configuration())
    project(tmp_path, dev="config:\n  aicore:resourceGroup: team-b\n")
    assert complete("aicore-provider take-over ") == []
    assert complete("aicore-provider take-over -g team-b ") == [id_]
    assert complete("aicore-provider take-over -s dev ") == [id_]
    assert complete("aicore-provider take-over ", PULUMI_STACK="dev") == [id_]


@pytest.mark.parametrize("arguments", ["models ", "models -g ", "models -e ", "take-over ", "orphans --remove "])
def test_a_service_that_refuses_is_no_trouble(complete: Complete, emulator: Emulator, arguments: str) -> None:
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 403, "body": "denied"}}]
    assert complete(f"aicore-provider {arguments}") in ([], ["default"])


@pytest.mark.parametrize("arguments", ["deployments -s ", "models -s dev -g ", "models -s dev gpt"])
def test_a_project_that_cannot_be_read_is_no_trouble(complete: Complete, tmp_path: Path, arguments: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("[")
    (tmp_path / "Pulumi.dev.yaml").write_text("\x00{")
    complete(f"aicore-provider {arguments}")


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A service that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def asking(silent: socket.socket) -> dict[str, str]:
    """The variables with which a shell asks for models of that service."""
    url = f"http://127.0.0.1:{silent.getsockname()[1]}"
    return {
        "AICORE_BASE_URL": url,
        "AICORE_AUTH_URL": url,
        "AICORE_CLIENT_ID": "client",
        "AICORE_CLIENT_SECRET": "secret",
        "PATH": str(BIN),
        "COMP_WORDS": "aicore-provider models gpt",
        "COMP_CWORD": "2",
        "_AICORE_PROVIDER_COMPLETE": "bash_complete",
    }


def test_a_service_that_does_not_answer_is_not_waited_for(tmp_path: Path, silent: socket.socket) -> None:
    # The client itself would wait longer for its first answer than this.
    ended = subprocess.run(
        [BIN / "aicore-provider"], env=asking(silent), cwd=tmp_path, capture_output=True, timeout=25, check=False
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, b"", b"")


def test_ctrl_c_while_a_service_is_asked_shows_nothing(tmp_path: Path, silent: socket.socket) -> None:
    # Its own time limit would end first on a slow machine.
    program = "from aicore_provider.cli import completing, main; completing.LIMIT_S = 60; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env=asking(silent),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        connection, _ = silent.accept()
        with connection:
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=25) == (b"", b"")


def shell(name: str) -> str:
    """A shell of this machine."""
    found = shutil.which(name, path="/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin")
    return found or pytest.skip(f"there is no {name} here")


def variables(folder: Path, emulator: Emulator) -> dict[str, str]:
    path = os.pathsep.join([str(BIN), "/usr/bin", "/bin"])
    return {"PATH": path, "HOME": str(folder), "TERM": "dumb", "AICORE_HOME": "/nowhere", **emulator.environment()}


def test_bash_is_told(tmp_path: Path, emulator: Emulator) -> None:
    script = (
        'eval "$(aicore-provider completion bash)"\n'
        "complete -p aicore-provider\n"
        'COMP_WORDS=(aicore-provider models "gpt-5-m") COMP_CWORD=2\n'
        "_aicore_provider_completion aicore-provider\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    ended = subprocess.run(
        [shell("bash"), "--norc", "-c", script],
        cwd=tmp_path,
        env=variables(tmp_path, emulator),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr == ""
    declared, *answers = ended.stdout.splitlines()
    assert "_aicore_provider_completion" in declared
    assert answers == ["gpt-5-mini"]


def test_fish_is_told(tmp_path: Path, emulator: Emulator) -> None:
    script = "aicore-provider completion fish | source; complete --do-complete 'aicore-provider models gpt-5-m'"
    ended = subprocess.run(
        [shell("fish"), "--no-config", "-c", script],
        cwd=tmp_path,
        env=variables(tmp_path, emulator),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.stdout.partition("\t")[0].strip(), ended.stderr) == ("gpt-5-mini", "")


@pytest.mark.parametrize(
    ("name", "options", "set_up"),
    [
        ("bash", ["--norc", "-i"], ""),
        ("zsh", ["-f", "-i"], "autoload -U compinit; compinit -u; "),
    ],
)
def test_a_key_press_completes(tmp_path: Path, emulator: Emulator, name: str, options: list[str], set_up: str) -> None:
    """With the shell at a terminal: the Tab key makes `schema` of `sche`, and the command says its usage."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [shell(name), *options],
        cwd=tmp_path,
        env=variables(tmp_path, emulator) | {"PS1": "% ", "TERM": "xterm"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    ) as running:
        os.close(follower)
        try:
            sent = f'{set_up}eval "$(aicore-provider completion {name})"; echo re""ady\n'
            os.write(leader, sent.encode())
            until(leader, "ready")
            os.write(leader, b"aicore-provider sche\t --help\n")
            until(leader, "Usage: aicore-provider schema")
            os.write(leader, b"exit\n")
            until(leader, "")
        finally:
            running.kill()
            os.close(leader)


def until(leader: int, text: str) -> None:
    seen = ""
    while text not in seen or not text:
        try:
            read = os.read(leader, 65536).decode(errors="replace")
        except OSError:
            # The shell has ended.
            break
        if not read:
            break
        seen += read
    assert text in seen
