"""`aicore-provider doctor`."""

from __future__ import annotations

import sys

import click

from aicore_provider.cli.console import progress, say, say_document
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, resource_group_option, stack_option

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@command(
    exit_codes={
        0: "No problem was found; there may be warnings.",
        1: "A check found a problem; or an error, told on stderr.",
    },
    examples=(
        Example("All checks, for the selected stack", "aicore-provider doctor"),
        Example("For another stack, before its first `pulumi up`", "aicore-provider doctor --stack prod"),
        Example("In CI: a list of what was found", "aicore-provider doctor --stack prod --json"),
    ),
)
@resource_group_option
@stack_option
@json_option
def doctor(resource_group: str | None, stack: str | None, as_json: bool) -> None:
    """Check everything that `pulumi up` needs, and say what to do about what is wrong.

    Nothing is changed.
    """
    from aicore_provider.cli.doctor.checks import examine
    from aicore_provider.cli.doctor.diagnosis import as_document, line
    from aicore_provider.cli.doctor.situation import look_around

    found = []
    with progress("Checking") as step:
        situation = look_around(stack=stack, resource_group=resource_group)
        say(situation.line, err=True)
        for check, diagnosis in examine(situation, step):
            found.append((check.name, diagnosis))
            if not as_json:
                # At once: some checks take seconds.
                mark, _, text = line(diagnosis, sys.stdout.encoding or "ascii").partition(" ")
                say(f" {text}", mark=click.style(mark, fg=_COLOURS.get(diagnosis.level), bold=True))
    if as_json:
        say_document(**situation.summary, findings=[as_document(*each) for each in found])
    if any(diagnosis.level == "problem" for _, diagnosis in found):
        raise click.exceptions.Exit(1)
