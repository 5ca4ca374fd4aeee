"""Nothing of the caller's leads a sandbox's `pulumi` to a real tenant or login."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from aicore_provider.proxies import without_proxy
from sandbox.environment import export_lines, for_pulumi, path_with, sandbox_variables
from sandbox.layout import Layout

LAYOUT = Layout(Path("/home/a person/clone"))
VARIABLES = sandbox_variables(LAYOUT, 20123, {})
FIRST = (LAYOUT.environment_bin, Path("/cache/pulumi/bin"))
CALLER = {
    "HOME": "/home/a person",
    "PATH": "/usr/bin:/bin",
    "AICORE_SERVICE_KEY": '{"clientid": "real"}',
    "AICORE_CLIENT_SECRET": "real",
    "AICORE_PROFILE": "real",
    "VCAP_SERVICES": '{"aicore": "real"}',
    "PULUMI_ACCESS_TOKEN": "real",
    "PULUMI_BACKEND_URL": "s3://real",
    "PULUMI_STACK": "real",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/real",
    "PYTHONPATH": "/real",
    "HTTPS_PROXY": "http://proxy:3128",
    "NO_PROXY": "intranet",
}


def test_nothing_of_a_real_tenant_or_login_reaches_pulumi() -> None:
    environment = for_pulumi(CALLER, VARIABLES, FIRST)
    assert [name for name, value in environment.items() if "real" in value] == []
    assert {name for name in environment if name.startswith(("AICORE_", "PULUMI_"))} == set(VARIABLES)


def test_the_rest_of_the_environment_stays() -> None:
    environment = for_pulumi(CALLER, VARIABLES, FIRST)
    assert environment["HOME"] == CALLER["HOME"]
    assert environment["HTTPS_PROXY"] == CALLER["HTTPS_PROXY"]


def test_the_emulator_is_never_asked_for_through_a_proxy() -> None:
    environment = for_pulumi(CALLER, VARIABLES, FIRST)
    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert environment["no_proxy"] == "intranet,127.0.0.1,localhost", "else it would hide what the other says"


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": ""}, "127.0.0.1,localhost"),
        ({"no_proxy": "a, localhost"}, "a,localhost,127.0.0.1"),
        ({"NO_PROXY": "a,b", "no_proxy": "b,c"}, "a,b,c,127.0.0.1,localhost"),
        ({"NO_PROXY": "*"}, "*"),
    ],
)
def test_a_shell_asks_no_proxy_for_the_emulator_either(given: dict[str, str], hosts: str) -> None:
    lines = export_lines({"PATH": os.defpath, "HTTP_PROXY": "http://proxy:3128", **given}, VARIABLES, FIRST)
    assert {f"export NO_PROXY={shlex.quote(hosts)}", f"export no_proxy={shlex.quote(hosts)}"} <= set(lines)
    assert without_proxy(given) == {"NO_PROXY": hosts, "no_proxy": hosts}


def test_the_virtual_environment_comes_first_on_path() -> None:
    environment = for_pulumi(CALLER, VARIABLES, FIRST)
    assert environment["PATH"] == "/home/a person/clone/.venv/bin:/cache/pulumi/bin:/usr/bin:/bin"
    assert path_with(FIRST, environment["PATH"]) == environment["PATH"]


@pytest.mark.parametrize(
    ("of_the_caller", "used"), [({}, "64"), ({"PULUMI_PARALLEL": "2"}, "2"), ({"PULUMI_PARALLEL": ""}, "64")]
)
def test_all_deployments_wait_at_once_unless_the_caller_says_a_number(of_the_caller: dict[str, str], used: str) -> None:
    caller = CALLER | of_the_caller
    variables = sandbox_variables(LAYOUT, 20123, caller)
    assert for_pulumi(caller, variables, FIRST)["PULUMI_PARALLEL"] == used
    assert f"export PULUMI_PARALLEL={used}" in export_lines(caller, variables, FIRST)


@pytest.mark.parametrize("name", ["PULUMI_BACKEND_URL", "PULUMI_HOME"])
def test_state_and_login_are_in_the_sandbox(name: str) -> None:
    assert "/home/a person/clone/.sandbox/" in VARIABLES[name]


def test_a_shell_takes_the_lines_as_they_are_and_drops_a_real_service_key() -> None:
    lines = export_lines(CALLER, VARIABLES, FIRST)
    shell = subprocess.run(
        ["/bin/sh", "-c", "\n".join([*lines, "/usr/bin/env -0"])],
        env=CALLER,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = dict(line.split("=", 1) for line in shell.stdout.split("\0") if line)
    assert all(line.startswith("export ") for line in lines)
    assert {name: seen[name] for name in VARIABLES} == VARIABLES
    assert seen["PATH"] == path_with(FIRST, CALLER["PATH"])
    assert seen["PULUMI_STACK"] == "sandbox"
    for name in ("AICORE_SERVICE_KEY", "AICORE_PROFILE", "VCAP_SERVICES"):
        assert seen[name] == ""


def test_the_lines_of_an_ordinary_shell_hold_nothing_but_the_sandbox() -> None:
    lines = export_lines({"PATH": os.defpath}, VARIABLES, FIRST)
    assert len(lines) == len(VARIABLES) + len(["PATH", "NO_PROXY", "no_proxy"])
