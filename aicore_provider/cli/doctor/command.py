"""`aicore-provider doctor`."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import click

from aicore_provider.cli.console import say, say_document
from aicore_provider.cli.failures import current_folder, errors_in_words
from aicore_provider.cli.options import json_option, resource_group_option, stack_option

if TYPE_CHECKING:
    from aicore_provider.cli.doctor.finding import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@resource_group_option
@stack_option
@json_option
def doctor(resource_group: str | None, stack: str | None, as_json: bool) -> None:
    """Check everything that `pulumi up` needs, and say what to do about what is wrong.

    Nothing is changed. The exit code is 1 when something is wrong, and 0 when there are warnings only.
    """
    from aicore_provider.cli.doctor.examination import examine, look_around
    from aicore_provider.cli.doctor.finding import as_document

    found: list[Finding] = []
    with errors_in_words():
        around = look_around(current_folder(), os.environ, stack=stack, resource_group=resource_group)
        say(around.line, err=True)
        for finding in examine(around, _own_version()):
            found.append(finding)
            if not as_json:
                # At once: some checks take seconds.
                _show(finding)
    if as_json:
        say_document(**around.facts, findings=[as_document(each) for each in found])
    if any(each.level == "problem" for each in found):
        raise click.exceptions.Exit(1)


def _show(finding: Finding) -> None:
    from aicore_provider.cli.doctor.finding import line

    mark, _, text = line(finding, sys.stdout.encoding or "ascii").partition(" ")
    say(f" {text}", mark=click.style(mark, fg=_COLOURS.get(finding.level), bold=True))


def _own_version() -> str:
    try:
        return metadata.version("aicore-provider")
    except metadata.PackageNotFoundError:
        return ""
