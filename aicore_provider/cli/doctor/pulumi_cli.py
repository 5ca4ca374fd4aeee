"""The Pulumi CLI: is it there, which one, and what it says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.cli.doctor.finding import Finding, ok, problem, skipped
from aicore_provider.cli.doctor.versions import OLDEST_PULUMI, number, pulumi_objection

COMPANIONS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
"""What the engine needs for a Python program with dynamic providers, beside itself or on PATH."""

INSTALL = f"install Pulumi {number(OLDEST_PULUMI)} or newer (https://www.pulumi.com/docs/install/) and put it on PATH"

_PATIENCE_S = 60.0


@dataclass(frozen=True)
class CliFacts:
    """What stands on PATH.

    Attributes:
        executable: `pulumi`, or None.
        version: what `pulumi version` said, or why it said nothing.
        missing: those of `COMPANIONS` that are neither beside it nor on PATH.
    """

    executable: Path | None
    version: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a command said.

    Attributes:
        output: its stdout.
        failure: why it failed, in its own words on one line; "" when it did not.
    """

    output: str
    failure: str = ""


@dataclass(frozen=True)
class PulumiCli:
    """A CLI that can be asked, in one folder."""

    executable: Path
    folder: Path
    environment: Mapping[str, str]

    def ask(self, *arguments: str) -> Answer:
        """Run `pulumi` with these arguments; it can ask nothing back. Never raises for what the command does."""
        environment = {**self.environment, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        return run([str(self.executable), *arguments, "--non-interactive"], self.folder, environment)


def look_for_cli(environment: Mapping[str, str]) -> CliFacts:
    """Find `pulumi` as a shell would, and ask for its version."""
    path = environment.get("PATH", "")
    found = shutil.which("pulumi", path=path)
    if found is None:
        return CliFacts(None)
    executable = Path(found).absolute()
    answer = PulumiCli(executable, Path.cwd(), environment).ask("version")
    folder = executable.resolve().parent
    missing = tuple(
        name for name in COMPANIONS if not shutil.which(name, path=str(folder)) and not shutil.which(name, path=path)
    )
    return CliFacts(executable, answer.failure or answer.output.strip(), missing)


def judge_cli(facts: CliFacts) -> Finding:
    """Whether there is a CLI of a supported version."""
    if facts.executable is None:
        return problem("pulumiCli", "no Pulumi CLI on PATH", INSTALL)
    what = f"Pulumi CLI {facts.version.removeprefix('v')} ({facts.executable})"
    if objection := pulumi_objection(facts.version):
        return problem("pulumiCli", f"{what} {objection}", INSTALL)
    return ok("pulumiCli", what)


def judge_language_host(facts: CliFacts) -> Finding:
    """Whether that CLI can run Python programs."""
    if facts.executable is None:
        return skipped("languageHost", "Python language host: there is no Pulumi CLI")
    if facts.missing:
        return problem(
            "languageHost",
            f"{', '.join(facts.missing)} neither beside {facts.executable.name} nor on PATH",
            "install Pulumi with all of its files: the archive holds them side by side",
        )
    return ok("languageHost", "Python language host found")


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> Answer:
    """Run a command to its end, without a terminal.

    Args:
        command: program and arguments.
        folder: where it runs.
        environment: all of its variables.
    """
    try:
        ended = subprocess.run(  # noqa: S603 - the person's own pulumi and python
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer("", f"no answer within {_PATIENCE_S:.0f} s")
    except OSError as error:
        return Answer("", f"cannot be run: {error.strerror or type(error).__name__}")
    if ended.returncode == 0:
        return Answer(ended.stdout)
    return Answer(ended.stdout, complaint(ended.stderr) or f"it ended with exit code {ended.returncode}")


def complaint(errors: str) -> str:
    """The line of a failed command's stderr that says why: Pulumi's own error, else the last one."""
    lines = [each.strip() for each in errors.splitlines() if each.strip()]
    told = [each.removeprefix("error:").strip() for each in lines if each.startswith("error:")]
    return (told or lines[-1:] or [""])[0]
