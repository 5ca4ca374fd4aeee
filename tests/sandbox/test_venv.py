"""The script that makes the virtual environment says in a line or two what is missing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "sandbox" / "venv.sh"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    return tmp_path


def _run(project: Path, *arguments: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", SCRIPT, "requirements.txt", *arguments],
        cwd=project,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def _program(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_a_python_that_is_too_old_or_broken_is_named(project: Path) -> None:
    old = _program(project / "python3.8", "exit 1")
    answer = _run(project, str(old))
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"PYTHON={old} does not run, is older than 3.10, or lacks venv")
    assert len(answer.stderr.splitlines()) == 1
    assert not (project / ".venv").exists()


def test_without_any_python_it_says_what_to_do(project: Path) -> None:
    tools = project / "tools"
    for tool in ("cat", "cksum"):
        _program(tools / tool, f'exec /usr/bin/{tool} "$@"')
    answer = _run(project, path=str(tools))
    assert answer.returncode == 1
    assert "No Python from 3.10 on" in answer.stderr
    assert "make PYTHON=" in answer.stderr


def test_an_environment_that_holds_the_list_is_left_as_it_is(project: Path) -> None:
    # Any use of this Python would be seen.
    _program(project / ".venv" / "bin" / "python", "echo used >&2; exit 1")
    checksum = subprocess.run(["/usr/bin/cksum"], input="", capture_output=True, text=True, check=True).stdout
    (project / ".venv" / "installed-requirements.txt").write_text(checksum)
    answer = _run(project)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_packages_that_cannot_be_installed_end_with_what_to_look_at(project: Path) -> None:
    python = _program(
        project / "python3",
        'case "$*" in\n'
        '"-m venv"*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;\n'
        '*"pip install"*) echo "ERROR: No matching distribution found" >&2; exit 1 ;;\n'
        "esac",
    )
    answer = _run(project, str(python))
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-3:] == [
        "ERROR: No matching distribution found",
        "The packages of requirements.txt could not be installed: pip says why above.",
        "Check the network, HTTPS_PROXY and pip's index (pip config list), then run the same command again.",
    ]
    assert not list((project / ".venv").glob("installed-*"))
