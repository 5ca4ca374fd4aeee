"""Finds the Pulumi CLI on PATH and runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.redaction import without_secrets
from aicore_provider.cli.supported import OLDEST_PULUMI, number
from aicore_provider.json_document import read_json

INSTALL = f"install Pulumi {number(OLDEST_PULUMI)} or newer (https://www.pulumi.com/docs/install/) and put it on PATH"

_TIMEOUT_S = 60.0
_SHORT = ("--non-interactive", "--color", "never", "--suppress-outputs", "--suppress-progress")


@dataclass(frozen=True)
class Answer:
    """A command's stdout; and why it failed, in its own words on one line, without secrets, or ""."""

    output: str
    failure: str = ""

    @property
    def json(self) -> Any:
        """What the command printed as JSON; None when it failed or printed something else."""
        with suppress(ValueError):
            return None if self.failure else read_json(self.output)
        return None

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON object that the command printed; empty when it failed or printed something else."""
        printed = self.json
        return printed if isinstance(printed, Mapping) else {}


@dataclass(frozen=True)
class PulumiCli:
    """A Pulumi CLI that runs in one folder. `timeout_s` is the time limit of each command, in seconds."""

    executable: Path
    folder: Path
    timeout_s: float = _TIMEOUT_S

    def ask(self, *arguments: str) -> Answer:
        """Run `pulumi` with these arguments, without a terminal. A failure is part of the result and raises nothing."""
        return run([str(self.executable), *arguments, "--non-interactive"], self.folder, self.timeout_s)

    def update(self, *arguments: str) -> Answer:
        """Run a command of Pulumi that takes the lock of a stack, and wait until it ends, however long that takes.

        It has no terminal. The failure is all that it says on stderr, and the output has no secrets either.

        Raises:
            KeyboardInterrupt: after Ctrl-C, once the command has ended. Ctrl-C reaches it directly and is left to it:
                killed, it would leave its lock behind.
        """
        interrupted = False
        try:
            begun = subprocess.Popen(  # noqa: S603 - the person's own pulumi
                [str(self.executable), *arguments, *_SHORT],
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            return Answer("", _not_begun(error))
        with begun as process:
            while True:
                try:
                    output, told = process.communicate()
                    break
                except KeyboardInterrupt:
                    interrupted = True
        if interrupted:
            raise KeyboardInterrupt
        output, told = (without_secrets(each.strip(), os.environ) for each in (output, told))
        return Answer(output, "" if process.returncode == 0 else told or _exit_code(process.returncode))


def find_cli() -> PulumiCli | None:
    """Return `pulumi` as a shell would find it, for the current folder; None when there is none."""
    folder, found = current_folder(), shutil.which("pulumi", path=os.environ.get("PATH", ""))
    return PulumiCli(Path(found).absolute(), folder) if found else None


def run(command: list[str], folder: Path, timeout_s: float = _TIMEOUT_S) -> Answer:
    """Run a command in a folder, without a terminal, and wait until it ends."""
    try:
        ended = subprocess.run(  # noqa: S603 - the person's own pulumi and python
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer("", f"no answer within {timeout_s:.0f} s")
    except OSError as error:
        return Answer("", _not_begun(error))
    except ValueError:
        return Answer("", "cannot be run: there is a zero byte in its folder or arguments")
    if ended.returncode == 0:
        return Answer(ended.stdout)
    told = without_secrets(complaint(ended.stderr), os.environ)
    return Answer(ended.stdout, told or _exit_code(ended.returncode))


def _not_begun(error: OSError) -> str:
    return f"cannot be run: {error.strerror or type(error).__name__}"


def _environment() -> dict[str, str]:
    return {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}


def _exit_code(code: int) -> str:
    return f"it ended with exit code {code}"


def complaint(errors: str) -> str:
    """Return the line of a failed command's stderr that says why: Pulumi's own error, or else the last line.

    An error that ends with a colon says why in its next line.
    """
    lines = [each.strip() for each in errors.splitlines() if each.strip()]
    first = next((number for number, each in enumerate(lines) if each.startswith("error:")), max(len(lines) - 1, 0))
    told, following = lines[first : first + 1], lines[first + 1 : first + 2]
    if told and told[0].endswith(":"):
        told += following
    return " ".join(told).removeprefix("error:").strip()
