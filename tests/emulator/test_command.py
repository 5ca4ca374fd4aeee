"""The command `aicore-provider emulator`, as a process."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.emulator.process import COMMAND, ROOT, process
from tests.support.client import Api

CHOOSE = "Choose another port with --port, or another address with --host."


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_stop(how: signal.Signals) -> None:
    with process() as (running, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        with requests.Session() as idle:
            assert idle.get(f"{url}/v2/lm/meta", timeout=10).status_code == 401

            running.send_signal(how)

            assert running.wait(timeout=10) == 0
        assert running.stdout is not None
        assert running.stderr is not None
        assert (running.stdout.read(), running.stderr.read()) == ("", "")


def test_verbose_tells_requests_and_no_credentials() -> None:
    with process("--verbose", "--transition-seconds", "0") as (running, url):
        api = Api(url)
        api.create(api.configuration())
        query = {"grant_type": "client_credentials", "client_secret": "hush-hush"}
        requests.get(f"{url}/oauth/token", params=query, timeout=10)
        api.get("/lm/deployments", status="RUNNING")
        bearer = str(api.session.headers["Authorization"])
        api.session.close()
        running.terminate()
        assert running.stderr is not None
        lines = running.stderr.read().splitlines()

    assert lines == [
        "POST /oauth/token 200",
        "POST /v2/lm/configurations 201",
        "POST /v2/lm/deployments 202",
        "GET /oauth/token 401",
        "GET /v2/lm/deployments?status=RUNNING 200",
    ]
    assert bearer.split(".")[2] not in "".join(lines)


def test_another_address() -> None:
    with process("--host", "127.0.0.2") as (_, url):
        assert url.startswith("http://127.0.0.2:")
        assert requests.get(f"{url}/_emulator/clock", timeout=10).ok
    ended = run("--host", "no.such.host.invalid")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 2)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("::1", r"\[::1\]"),
        ("[::1]", r"\[::1\]"),
        ("localhost", "localhost"),
        ("::", r"\[::\]"),
    ],
)
def test_addresses_of_both_kinds_and_a_name(host: str, shown: str) -> None:
    with process("--host", host) as (_, url):
        assert re.fullmatch(rf"http://{shown}:\d+", url)
        port = url.rpartition(":")[2]
        home = f"http://[::1]:{port}" if host == "::" else url
        api = Api(home)
        assert api.get("/lm/deployments")["count"] == 0
        api.session.close()


def test_a_busy_port_is_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = run("--port", str(port))

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert re.fullmatch(rf"Error: cannot listen on 127\.0\.0\.1:{port}: .+\n{CHOOSE}\n", ended.stderr)


def test_a_busy_port_of_the_newer_kind_is_one_line() -> None:
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = run("--host", "::1", "--port", str(port))

    assert re.fullmatch(rf"Error: cannot listen on \[::1\]:{port}: .+\n{CHOOSE}\n", ended.stderr)


def test_a_foreign_state_file_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, not a state\n" * 100)

    ended = run("--state", str(path))

    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(r"Error: .+ is not a state file of the emulator: .+\n", ended.stderr)


def test_faults_from_a_file(tmp_path: Path) -> None:
    rules = [{"path": "/oauth/token", "times": 1, "effect": {"status": 503}}]
    good, bad, broken = (tmp_path / f"{name}.json" for name in ("good", "bad", "broken"))
    good.write_text(json.dumps(rules))
    bad.write_text('[{"effect": {"colour": "red"}}]')
    broken.write_text("[")

    with process("--faults", str(good)) as (_, url):
        assert requests.get(f"{url}/_emulator/faults", timeout=10).json() == rules
        assert requests.post(f"{url}/oauth/token", timeout=10).status_code == 503
    for path in (bad, broken):
        ended = run("--faults", str(path))
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.count("\n") == 1
        assert str(path) in ended.stderr


def test_help_imports_neither_flask_nor_pulumi() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from aicore_provider.cli.commands import aicore_provider\n"
        "for arguments in (['--help'], ['emulator', '--help'], ['--version']):\n"
        "    assert CliRunner().invoke(aicore_provider, arguments).exit_code == 0, arguments\n"
        "sys.exit(', '.join({'flask', 'pulumi', 'requests', 'pydantic'} & set(sys.modules)) or 0)\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_pace_and_tenants(tmp_path: Path) -> None:
    pace = {"transitions": {"submitted": {"reads": 1}}}
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(pace))
    bad.write_text('{"transitions": {"flying": "atOnce"}}')

    with process("--pace", str(good), "--tenant", "team-b", "--default-orchestration") as (_, url):
        assert requests.get(f"{url}/_emulator/pace", timeout=10).json() == pace
        api = Api(url, client="team-b")
        assert len(api.ids()) == 1
        api.session.close()
    assert "a tenant needs a name" in run("--tenant", "").stderr
    ended = run("--pace", str(bad))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert str(bad) in ended.stderr


@pytest.mark.parametrize(
    ("missing", "extra", "arguments"),
    [
        ("click", "cli", ["emulator"]),
        ("flask", "emulator", ["emulator"]),
        ("jwt", "emulator", ["emulator"]),
        ("yaml", "cli", ["deployments"]),
        ("yaml", "cli", ["doctor"]),
        ("yaml", "cli", ["models"]),
        ("yaml", "cli", ["orphans"]),
        ("yaml", "cli", ["schema"]),
        ("yaml", "cli", ["take-over", "d0123456789abcdef"]),
        ("yaml", "cli", ["upgrade"]),
    ],
)
def test_a_missing_library_is_one_line(missing: str, extra: str, arguments: list[str]) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from aicore_provider.cli import main; main()"

    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=30, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"pip install 'aicore-provider[{extra}]'" in ended.stderr
