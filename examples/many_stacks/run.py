"""Runs `pulumi preview`, `up` or `destroy` on many stacks of one project, some of them at a time.

    python examples/many_stacks/run.py up                          # each stack that the project has a file for
    python examples/many_stacks/run.py preview --at-once 8 dev prod
    python examples/many_stacks/run.py up --project ../estate

It needs a Pulumi CLI on PATH that is logged in, and the Python package `pulumi`. A stack that the backend does not have
yet is created by `up`. Each run lets 64 deployments wait at the same time, unless PULUMI_PARALLEL says another number.

Exit codes: 0 when every stack succeeded, 1 when at least one failed, 2 for wrong arguments, 130 after Ctrl-C. After
Ctrl-C no further stack is begun. Those at work end by themselves: a terminal interrupts their `pulumi` as well.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from pulumi import automation

COMMANDS = ("preview", "up", "destroy")
FAILED, INTERRUPTED = 1, 130


@dataclass(frozen=True)
class Result:
    """What became of one stack.

    Attributes:
        stack: its name.
        outcome: `ok`, `failed` or `not begun`.
        changes: number of resources by operation, without those that stay the same.
        seconds: that it took.
        error: what `pulumi` has printed, or why it could not be run; "" after a success.
    """

    stack: str
    outcome: str
    changes: str = ""
    seconds: float = 0.0
    error: str = ""


class Runner:
    """Runs a command of Pulumi on the stacks of one project."""

    def __init__(self, project: Path, command: str) -> None:
        self.interrupted = threading.Event()
        self._project = project
        self._command = command
        self._selecting = threading.Lock()

    def run_all(self, stacks: Sequence[str], at_once: int) -> list[Result]:
        """Run the command on each stack, `at_once` at a time; the results in the order of the stacks."""
        with ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self._run, stacks))

    def _run(self, stack: str) -> Result:
        if self.interrupted.is_set():
            return Result(stack, "not begun")
        say(f"{stack}: begun")
        begun = time.monotonic()
        try:
            result = Result(stack, "ok", self._changes(self._open(stack)))
        except (automation.CommandError, RuntimeError, OSError) as error:
            result = Result(stack, "failed", error=str(error))
        result = replace(result, seconds=time.monotonic() - begun)
        say(f"{stack}: {result.outcome} after {result.seconds:.0f} s")
        return result

    def _open(self, stack: str) -> automation.Stack:
        variables = {"PULUMI_PARALLEL": os.environ.get("PULUMI_PARALLEL") or "64"}
        workspace = automation.LocalWorkspace(work_dir=str(self._project), env_vars=variables)
        # Pulumi remembers the selected stack of a folder in a file, which must not be written by two at once.
        with self._selecting:
            opened = automation.Stack.create_or_select if self._command == "up" else automation.Stack.select
            return opened(stack, workspace)

    def _changes(self, stack: automation.Stack) -> str:
        if self._command == "preview":
            counts = dict(stack.preview(color="never").change_summary)
        else:
            run = stack.up if self._command == "up" else stack.destroy
            counts = dict(run(color="never").summary.resource_changes or {})
        told = {getattr(operation, "value", operation): count for operation, count in counts.items()}
        return ", ".join(f"{told[operation]} {operation}" for operation in sorted(told) if operation != "same")


def stacks_of(project: Path) -> list[str]:
    """Return the names of the stacks that the project has a file for."""
    settings = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    folder = project / (settings.get("stackConfigDir") or "")
    return sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in folder.glob("Pulumi.*.yaml"))


def table(results: Sequence[Result]) -> str:
    """Return the results as lines for people."""
    rows = [("STACK", "RESULT", "SECONDS", "CHANGES")]
    rows += [(each.stack, each.outcome, f"{each.seconds:.0f}", each.changes or "-") for each in results]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def exit_code(results: Sequence[Result], *, interrupted: bool) -> int:
    """Return the exit code of the whole run."""
    if interrupted:
        return INTERRUPTED
    return FAILED if any(each.outcome != "ok" for each in results) else 0


def say(line: str) -> None:
    """Tell how far it is; the table alone goes to stdout."""
    # In one piece, else the lines of two threads could mix.
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Run the command line, and return its exit code."""
    parser = argparse.ArgumentParser(description="Run Pulumi on many stacks of one project, some of them at a time.")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("stacks", nargs="*", help="default: each stack that the project has a file for")
    parser.add_argument("--project", type=Path, default=Path(), help="folder with Pulumi.yaml; default: this one")
    parser.add_argument("--at-once", type=int, default=4, help="stacks at work at a time; default: 4")
    given = parser.parse_args()
    if given.at_once < 1:
        parser.error("--at-once must be 1 or more")
    try:
        stacks = given.stacks or stacks_of(given.project)
    except OSError as error:
        parser.error(f"{given.project} is no folder of a Pulumi project ({error.strerror})")
    if not stacks:
        parser.error(f"the project in {given.project} has no stack file")

    runner = Runner(given.project.resolve(), given.command)
    signal.signal(signal.SIGINT, lambda *_: runner.interrupted.set())
    results = runner.run_all(stacks, given.at_once)
    for each in results:
        if each.outcome == "failed":
            say(f"\n--- {each.stack} ---\n{each.error}")
    print(table(results))
    return exit_code(results, interrupted=runner.interrupted.is_set())


if __name__ == "__main__":
    sys.exit(main())
