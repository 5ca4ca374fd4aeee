"""Checks the Pulumi CLI: its version, and whether it can run Python programs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.cli.doctor.diagnosis import Diagnosis, ok, problem, skipped
from aicore_provider.cli.pulumi_cli import INSTALL, find_cli
from aicore_provider.cli.supported import missing_companions, pulumi_objection


@dataclass(frozen=True)
class CliFacts:
    """The Pulumi CLI on PATH, or None.

    `version` is the output of `pulumi version`, or says why there is no such output. `missing` are those of
    `COMPANIONS` that are neither beside it nor on PATH.
    """

    executable: Path | None
    version: str = ""
    missing: tuple[str, ...] = ()


def look_for_cli() -> CliFacts:
    """Find `pulumi` as a shell would, and its version."""
    cli = find_cli()
    if cli is None:
        return CliFacts(None)
    answer = cli.ask("version")
    missing = missing_companions(cli.executable, os.environ.get("PATH", ""))
    return CliFacts(cli.executable, answer.failure or answer.output.strip(), missing)


def judge_cli(facts: CliFacts) -> Diagnosis:
    """Check that there is a CLI of a supported version."""
    if facts.executable is None:
        return problem("no Pulumi CLI on PATH", INSTALL)
    what = f"Pulumi CLI {facts.version.removeprefix('v')} ({facts.executable})"
    if objection := pulumi_objection(facts.version):
        return problem(f"{what} {objection}", INSTALL)
    return ok(what)


def judge_language_host(facts: CliFacts) -> Diagnosis:
    """Check that the CLI can run Python programs."""
    if facts.executable is None:
        return skipped("Python language host: there is no Pulumi CLI")
    if facts.missing:
        return problem(
            f"{', '.join(facts.missing)} neither beside {facts.executable.name} nor on PATH",
            "install Pulumi with all of its files: the archive holds them side by side",
        )
    return ok("Python language host found")
