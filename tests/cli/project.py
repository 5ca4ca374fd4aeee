"""A project folder with a file backend, for the commands that ask the real Pulumi CLI."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from click.testing import Result

PYTHON = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}


class Project:
    """A project folder with a file backend, both temporary."""

    def __init__(self, folder: Path, pulumi_bin: Path, command: Callable[..., Result]) -> None:
        self.folder = folder
        self._command = command
        self.environment = {
            "PATH": os.pathsep.join([str(pulumi_bin), "/usr/bin", "/bin"]),
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_CONFIG_PASSPHRASE": "tests",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "HOME": str(folder),
        }
        (folder / "state").mkdir()
        (folder / "__main__.py").touch()
        self.file = folder / "Pulumi.yaml"
        self.write(runtime=PYTHON, options={"refresh": "always"})

    def write(self, **document: Any) -> None:
        """Write the project file."""
        self.file.write_text(yaml.safe_dump({"name": "aicore", **document}))

    def pulumi(self, *arguments: str) -> str:
        """Run the CLI."""
        command = ["pulumi", *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def asked(self, *arguments: str, **environment: str | None) -> tuple[Result, list[str]]:
        """Run `aicore-provider`; its result, and the commands of the CLI that it has run, a line each."""
        folder, path = self.folder / "noting", self.environment["PATH"]
        folder.mkdir()
        noted = folder / "noted"
        noted.touch()
        pulumi = shutil.which("pulumi", path=path)
        (folder / "pulumi").write_text(f'#!/bin/sh\necho "$*" >> "{noted}"\nexec "{pulumi}" "$@"\n')
        (folder / "pulumi").chmod(0o755)
        ended = self.run(*arguments, **{"PATH": os.pathsep.join([str(folder), path]), **environment})
        lines = noted.read_text().splitlines()
        shutil.rmtree(folder)
        return ended, lines

    def configure(self, key: str, value: Any) -> None:
        """Set a key in the file of stack dev."""
        path = self.folder / "Pulumi.dev.yaml"
        document = yaml.safe_load(path.read_text())
        path.write_text(yaml.safe_dump(document | {"config": document.get("config", {}) | {f"aicore:{key}": value}}))

    def state(self, stack: str = "dev") -> Path:
        """The file in which the backend keeps the state of a stack."""
        return self.folder / "state" / ".pulumi" / "stacks" / "aicore" / f"{stack}.json"

    def lock(self, stack: str = "dev") -> str:
        """Leave a lock of a stack, as a killed run does; how the commands name it."""
        folder = self.folder / "state" / ".pulumi" / "locks" / "organization" / "aicore" / stack
        folder.mkdir(parents=True, exist_ok=True)
        lock = {"pid": 7, "username": "me", "hostname": "elsewhere", "timestamp": "2026-01-02T03:04:05Z"}
        (folder / "an-id.json").write_text(json.dumps(lock))
        return "an-id, by me@elsewhere, process 7, since 2026-01-02T03:04:05Z"

    def remember(self, document: Mapping[str, Any], stack: str = "dev") -> None:
        """Write a stack's state: `pulumi stack import` would drop what an interrupted run leaves behind."""
        kept = json.loads(self.state(stack).read_text())
        kept["checkpoint"]["latest"] |= document["deployment"]
        self.state(stack).write_text(json.dumps(kept))

    def doctor(self, *arguments: str, **environment: str | None) -> tuple[Result, dict[str, Mapping[str, str]]]:
        """Run `doctor --json`; the findings by their check."""
        ended = self.run("doctor", "--json", *arguments, **environment)
        return ended, {each["check"]: each for each in json.loads(ended.stdout)["findings"]}

    def run(self, *arguments: str, **environment: str | None) -> Result:
        """Run `aicore-provider`; `None` takes a variable away."""
        return self._command(*arguments, **{**self.environment, **environment})
