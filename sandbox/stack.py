"""Runs the Pulumi CLI on stack `sandbox` of the project in the repository's root."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.console import Problem, last_lines, say
from sandbox.layout import STACK, Layout
from sandbox.processes import command_line, run_in_front
from sandbox.pulumi_cli import PulumiCli
from sandbox.stack_state import Lock, Owner, locks, owner_of

_FIELDS = ("model", "version", "status", "id")


@dataclass(frozen=True)
class Stack:
    """Stack `sandbox`, with the CLI and the environment of its commands."""

    layout: Layout
    cli: PulumiCli
    environment: Mapping[str, str]

    def select(self) -> None:
        """Select the stack; create it if it does not exist."""
        self.layout.backend.mkdir(parents=True, exist_ok=True)
        self._quietly("stack", "select", "--create", STACK)

    def up(self) -> int:
        """Run `pulumi up` in the foreground, and return its exit code."""
        return self._in_front("up", "--yes", "--suppress-outputs", "--stack", STACK)

    def destroy(self) -> int:
        """Run `pulumi destroy` in the foreground, and return its exit code."""
        return self._in_front("destroy", "--yes", "--skip-preview", "--suppress-outputs", "--stack", STACK)

    def remove(self) -> None:
        """Remove the stack, and keep its stack file, which is part of the repository."""
        self._quietly("stack", "rm", "--yes", "--preserve-config", STACK)

    def outputs(self) -> dict[str, Any]:
        """Return the outputs of the stack."""
        outputs = json.loads(self._quietly("stack", "output", "--json", "--stack", STACK))
        return outputs if isinstance(outputs, dict) else {}

    def free_of_dead_locks(self) -> None:
        """Remove the lock that a killed `pulumi` has left.

        Raises:
            Problem: the process that made the lock still runs, or is on another host.
        """
        found = locks(self.layout.backend)
        for lock in found:
            if trouble := lock_trouble(lock, owner_of(lock, socket.gethostname(), command_line)):
                raise Problem(trouble)
        if found:
            say(f"A `pulumi` that was killed (process {found[0].pid}) left its lock on the sandbox; removing it.")
            self._quietly("cancel", "--yes", "--stack", STACK)

    def _in_front(self, *arguments: str) -> int:
        command: list[str | Path] = [self.cli.executable, *arguments]
        return run_in_front(command, environment=self.environment, folder=self.layout.project)

    def _quietly(self, *arguments: str) -> str:
        answer = subprocess.run(
            [self.cli.executable, *arguments, "--non-interactive"],
            cwd=self.layout.project,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            said = last_lines(answer.stderr or answer.stdout, 6)
            raise Problem(f"`pulumi {' '.join(arguments)}` failed:\n{said}")
        return answer.stdout


def lock_trouble(lock: Lock, owner: Owner) -> str | None:
    """Return why a lock must stay; None when it may be removed."""
    if owner is Owner.RUNNING:
        return (
            f"Another `pulumi` is at work on the sandbox (process {lock.pid}, since {lock.since}).\n"
            "Wait until it ends, then run this again."
        )
    if owner is Owner.ON_ANOTHER_HOST:
        return (
            f"The sandbox is locked by process {lock.pid} on host {lock.hostname!r} (since {lock.since}).\n"
            'If nothing runs there any more: eval "$(make -s sandbox-env)" && pulumi cancel --yes'
        )
    if owner is Owner.UNKNOWN:
        return (
            "The sandbox has a lock that cannot be read: a kill has cut its file.\n"
            'If no `pulumi` runs there any more: eval "$(make -s sandbox-env)" && pulumi cancel --yes'
        )
    return None


def deployment_lines(outputs: Mapping[str, Any]) -> list[str]:
    """Return two lines for each deployment that the program exports: name, model, version, status, id; and its URL."""
    exported = outputs.get("deployments")
    deployments = {str(name): value for name, value in exported.items()} if isinstance(exported, Mapping) else {}
    rows = {name: _cells(name, value) for name, value in deployments.items() if isinstance(value, Mapping)}
    widths = [max(map(len, column)) for column in zip(*rows.values(), strict=True)]
    lines = []
    for name, cells in rows.items():
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        lines.append(f"  {'  '.join(padded)}".rstrip())
        lines.append(f"  {' ' * widths[0]}  {deployments[name].get('url') or 'no URL yet'}")
    return lines


def _cells(name: str, deployment: Mapping[str, Any]) -> list[str]:
    return [name, *(str(deployment.get(field) or "-") for field in _FIELDS)]
