"""`aicore-provider deployments`: the deployments of a resource group, as a table, as JSON, or watched."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.cli.console import cell, console, progress, say_document
from aicore_provider.cli.failures import free_silently
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, resource_group_option, stack_option
from aicore_provider.cli.table import Column, Table, print_lines, table
from aicore_provider.clock import SystemClock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from aicore_provider.api.client import AICore
    from aicore_provider.api.types import Deployment

_COLOURS = {"RUNNING": "green", "PENDING": "yellow", "STOPPING": "yellow", "DEAD": "red"}
_LATEST = dt.datetime.max.replace(tzinfo=dt.timezone.utc)
_MINUTE_S, _HOUR_S, _DAY_S = 60, 60 * 60, 24 * 60 * 60
_WATCH_INTERVAL_S = 2.0


@command(
    exit_codes={0: "Done; or --watch was ended with Ctrl-C."},
    examples=(
        Example("The deployments where stack dev puts its own", "aicore-provider deployments --stack dev"),
        Example("The same, kept up to date while `pulumi up` runs", "aicore-provider deployments --stack dev --watch"),
        Example(
            "In a script: the address of each that runs",
            """aicore-provider deployments --json | jq -r '.deployments[] | select(.status == "RUNNING").url'""",
        ),
    ),
)
@resource_group_option
@stack_option
@json_option
@click.option("--watch", is_flag=True, help="Keep the table up to date until Ctrl-C.")
@click.option("--all", "everything", is_flag=True, help="Also those being deleted.")
def deployments(resource_group: str | None, stack: str | None, as_json: bool, watch: bool, everything: bool) -> None:
    """List the deployments of a resource group, the oldest first.

    Credentials are those of the environment, else of the stack, as for `pulumi up`.
    """
    if as_json and watch:
        raise click.UsageError("--json and --watch exclude each other.")
    from aicore_provider.cli.target import introduced

    target = introduced(stack=stack, resource_group=resource_group)
    group = target.group.name
    read = partial(_list, target.client, group)
    if as_json:
        with progress(f"Listing the deployments of resource group {group}"):
            shown, _ = visible(read(), everything=everything)
        say_document(**target.facts, deployments=[as_document(each, group) for each in shown])
        return
    out = console()

    def look() -> Table:
        found = read()
        return _table(found, group, target.client.now, everything=everything, width=out.width)

    if watch:
        _watch(out, look)
    else:
        with progress(f"Listing the deployments of resource group {group}"):
            found = look()
        print_lines(out, found.lines)


def _list(client: AICore, resource_group: str) -> list[Deployment]:
    """List all deployments. When the service refuses, the error says what is wrong with the resource group."""
    try:
        return client.deployments(resource_group).list()
    except (Forbidden, NotFound) as refusal:
        told = client.resource_groups.explain(resource_group, refusal)
        if told is refusal:
            raise
        raise AICoreError(f"{refusal.first_line}\n{told}") from None


def visible(found: Sequence[Deployment], *, everything: bool) -> tuple[list[Deployment], int]:
    """Return the deployments to show, the oldest first, and how many are left out as they are being deleted."""
    shown = [each for each in found if everything or not each.is_being_deleted]
    shown.sort(key=oldest_first)
    return shown, len(found) - len(shown)


def oldest_first(deployment: Deployment) -> tuple[dt.datetime, str]:
    """Return the key to sort by; a deployment without a time of creation comes last."""
    return deployment.created_at or _LATEST, deployment.id


def as_document(deployment: Deployment, resource_group: str) -> dict[str, Any]:
    """Return the item of `--json`. Keys that the program exports as well have the same names there."""
    created_at = deployment.created_at
    return {
        "id": deployment.id,
        "url": deployment.deployment_url,
        "model": deployment.model.name,
        "version": deployment.model.version,
        "status": deployment.status,
        "targetStatus": deployment.target_status,
        "statusMessage": deployment.status_message,
        "scenario": deployment.scenario_id,
        "executable": deployment.executable_id,
        "configurationId": deployment.configuration_id,
        "configurationName": deployment.configuration_name,
        "latestRunningConfigurationId": deployment.latest_running_configuration_id,
        "resourceGroup": resource_group,
        "createdAt": created_at.isoformat().replace("+00:00", "Z") if created_at else None,
    }


def age(seconds: float) -> str:
    """Return a time span in its largest full unit: `42s`, `3m`, `2h`, `5d`; `0s` for a negative one."""
    whole = max(0, int(seconds))
    for unit_s, name in ((_DAY_S, "d"), (_HOUR_S, "h"), (_MINUTE_S, "m")):
        if whole >= unit_s:
            return f"{whole // unit_s}{name}"
    return f"{whole}s"


def age_of(deployment: Deployment, now: dt.datetime) -> str:
    """Return the age of a deployment; "" when the service does not tell when it was made."""
    return age((now - deployment.created_at).total_seconds()) if deployment.created_at else ""


def status(deployment: Deployment) -> str:
    """Return the status, and the target status if that is another one."""
    if deployment.target_status in (None, deployment.status):
        return deployment.status
    return f"{deployment.status} -> {deployment.target_status}"


def status_style(deployment: Deployment) -> str:
    """Return the colour for a status."""
    return _COLOURS.get(deployment.status, "")


def _columns(now: dt.datetime) -> tuple[Column[Deployment], ...]:
    return (
        Column("ID", lambda each: each.id),
        Column("MODEL", lambda each: each.model.name),
        Column("VERSION", lambda each: each.model.version),
        Column("STATUS", status, status_style),
        Column("AGE", lambda each: age_of(each, now)),
        Column("EXECUTABLE", lambda each: each.executable_id),
        Column("CONFIGURATION ID", lambda each: each.configuration_id),
        Column("CONFIGURATION NAME", lambda each: each.configuration_name),
    )


def _table(
    found: Sequence[Deployment], resource_group: str, now: dt.datetime, *, everything: bool, width: int
) -> Table:
    shown, left_out = visible(found, everything=everything)
    if not shown:
        hidden = f"; {left_out} being deleted, see --all" if left_out else ""
        return Table((), ((cell(f"No deployments in resource group {resource_group}{hidden}."),),))
    return table(_columns(now), shown, width)


def newest(found: Table, terminal: Console, height: int) -> list[Text]:
    """Return the newest rows of a table that fit into so many lines, below a line with the number of the others."""

    def wrapped(lines: Sequence[Text]) -> list[Text]:
        return [part for line in lines for part in line.wrap(terminal, terminal.width, overflow="fold")]

    head, rows = wrapped(found.head), [wrapped(each) for each in found.rows]
    shown: list[Text] = []
    for older, lines in reversed(list(enumerate(rows))):
        note = wrapped([cell(f"{older + 1} older not shown: the terminal is too low", "yellow")])
        needed = len(head) + len(lines) + len(shown) + (len(note) if older else 0)
        # The newest is shown in any case.
        if shown and needed > height:
            return [*note, *head, *shown]
        shown = [*lines, *shown]
    return [*head, *shown]


def _watch(terminal: Console, look: Callable[[], Table]) -> None:
    from rich.console import Group
    from rich.live import Live

    if terminal.is_dumb_terminal or not sys.stdout.isatty():
        raise click.UsageError("--watch needs a terminal that can be written over; leave it out, or use --json.")
    clock = SystemClock()
    try:
        table, trouble = look(), ""
        with Live(console=terminal, auto_refresh=False, vertical_overflow="crop") as live:
            while True:
                last = list(cell(trouble, "yellow").wrap(terminal, terminal.width)) if trouble else []
                # One line is the cursor's.
                shown = newest(table, terminal, terminal.height - 1 - len(last))
                live.update(Group(*shown, *last), refresh=True)
                clock.sleep(_WATCH_INTERVAL_S)
                try:
                    table, trouble = look(), ""
                except AICoreError as error:
                    if not error.retryable:
                        raise
                    # The last table stays while the service does not answer.
                    trouble = f"not up to date: {error.first_line}"
    except KeyboardInterrupt:
        free_silently()
