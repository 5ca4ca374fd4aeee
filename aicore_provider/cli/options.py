"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def _checked(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    from aicore_provider.naming import resource_group_problem

    if value is not None and (problem := resource_group_problem(value)):
        raise click.BadParameter(problem)
    return value


def resource_group_option(default: str) -> Callable[[Command], Command]:
    """`--resource-group`; None where it is not given, so that a command can tell where its value came from.

    Args:
        default: what the command takes then, for the help text.
    """
    return click.option(
        "--resource-group", "-g", metavar="NAME", callback=_checked, help=f"Resource group.  [default: {default}]"
    )
