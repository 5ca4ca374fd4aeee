"""Checks the Pulumi CLI: its version, and whether it can run the programs of the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.cli.doctor.diagnosis import Diagnosis, ok, problem, skipped
from aicore_provider.cli.pulumi_cli import INSTALL, find_cli
from aicore_provider.cli.supported import PYTHON, missing_companions, pulumi_objection


@dataclass(frozen=True)
class CliFacts:
    """The Pulumi CLI on PATH, or None.

    `version` is the output of `pulumi version`, or says why there is no such output.
    """

    executable: Path | None
    version: str = ""


def look_for_cli() -> CliFacts:
    """Find `pulumi` as a shell would, and its version."""
    cli = find_cli()
    if cli is None:
        return CliFacts(None)
    answer = cli.ask("version")
    return CliFacts(cli.executable, answer.failure or answer.output.strip())


def look_for_missing_companions(facts: CliFacts, runtime: str) -> tuple[str, ...]:
    """Return what the CLI lacks for programs of a runtime."""
    if facts.executable is None:
        return ()
    return missing_companions(facts.executable, os.environ.get("PATH", ""), runtime)


def judge_cli(facts: CliFacts) -> Diagnosis:
    """Check that there is a CLI of a supported version."""
    if facts.executable is None:
        return problem("no Pulumi CLI on PATH", INSTALL)
    what = f"Pulumi CLI {facts.version.removeprefix('v')} ({facts.executable})"
    if objection := pulumi_objection(facts.version):
        return problem(f"{what} {objection}", INSTALL)
    return ok(what)


def judge_language_host(facts: CliFacts, runtime: str, missing: Sequence[str]) -> Diagnosis:
    """Check that the CLI can run programs of a runtime."""
    what = "Python language host" if runtime == PYTHON else f"language host of {runtime}"
    if facts.executable is None:
        return skipped(f"{what}: there is no Pulumi CLI")
    if missing:
        return problem(
            f"{', '.join(missing)} neither beside {facts.executable.name} nor on PATH",
            "install Pulumi with all of its files: the archive holds them side by side",
        )
    return ok(f"{what} found")
