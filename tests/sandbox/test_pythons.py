"""Which Pythons the quick part of the tests runs with."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "sandbox" / "pythons.sh"


def program(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("own", "on_path", "managed", "chosen"),
    [
        ("3.11", ["3.10", "3.11", "3.12", "3.13"], [], ["3.10", "3.13"]),
        ("3.10", ["3.10", "3.11", "3.12"], [], ["3.12"]),
        ("3.13", ["3.11", "3.13"], ["3.10.9"], ["3.10"]),
        ("3.12", ["3.12"], ["3.12.1"], []),
        ("3.12", [], ["3.14.0", "3.10.1", "3.10.13"], ["3.10", "3.14"]),
    ],
)
def test_the_oldest_and_the_newest_but_not_the_one_that_runs_everything(
    tmp_path: Path, own: str, on_path: list[str], managed: list[str], chosen: list[str]
) -> None:
    tools, versions = tmp_path / "tools", tmp_path / "pyenv" / "versions"
    program(tmp_path / ".venv" / "bin" / "python", f"echo {own}")
    for version in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        # A version manager's stand-in refuses to run.
        program(tools / f"python{version}", "exit 0" if version in on_path else "exit 127")
    for full in managed:
        program(versions / full / "bin" / "python", "exit 0")
    ended = subprocess.run(
        ["/bin/sh", SCRIPT],
        cwd=tmp_path,
        env={"PATH": f"{tools}:/usr/bin:/bin", "PYENV_ROOT": str(tmp_path / "pyenv")},
        capture_output=True,
        text=True,
        check=True,
    )
    found = {each.rpartition("/python")[2] or each.split("/")[-3].rpartition(".")[0] for each in ended.stdout.split()}
    assert sorted(found) == chosen
    here = {*on_path, *(full.rpartition(".")[0] for full in managed)}
    missing = {line.split()[4] for line in ended.stderr.splitlines()}
    assert missing == {"3.10", "3.11", "3.12", "3.13", "3.14"} - here
