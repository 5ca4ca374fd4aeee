"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable

import click

from aicore_provider.api.naming import resource_group_problem
from aicore_provider.catalog.model_policy import days
from aicore_provider.cli import completing


def refusing(
    problem: Callable[[str], str | None],
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return the callback of an option of which `problem` says what is wrong, or None."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None and (complaint := problem(value)):
            raise click.BadParameter(complaint)
        return value

    return check


def as_days(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """Parse an option that is a number of days, `30` or `30d`."""
    if value is None:
        return None
    if (found := days(value)) is not None:
        return found
    raise click.BadParameter(f"{value!r} is no number of days, such as 30 or 30d")


resource_group_option = click.option(
    "--resource-group",
    "-g",
    metavar="NAME",
    callback=refusing(resource_group_problem),
    shell_complete=completing.resource_groups,
    help="Resource group.  [default: the stack's, else AICORE_RESOURCE_GROUP, else of SAP's configuration file, else"
    " default]",
)
"""The option `--resource-group`. It is None when not given, so that a command can say where its value comes from."""

stack_option = click.option(
    "--stack",
    "-s",
    metavar="NAME",
    shell_complete=completing.stacks,
    help="Stack of the folder's project.  [default: PULUMI_STACK, else the selected one]",
)
stacks_option = click.option(
    "--stack",
    "-s",
    "stacks",
    metavar="NAME",
    multiple=True,
    shell_complete=completing.stacks,
    help="A stack; may be repeated.  [default: PULUMI_STACK, else the selected one]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, for scripts.")
