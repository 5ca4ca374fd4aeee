"""`aicore-provider upgrade`: newer versions and replacements for the models of a stack file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.catalog.catalog import LATEST, NO_VERSION
from aicore_provider.cli.console import progress, say, say_document, warn
from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import as_days, json_option, stack_option
from aicore_provider.cli.table import Column, retirement, show
from aicore_provider.secret_text import SecretText

if TYPE_CHECKING:
    from aicore_provider.api.credentials import Credentials
    from aicore_provider.catalog.catalog import Catalog
    from aicore_provider.catalog.changes import ModelChange
    from aicore_provider.catalog.upgrades import Assessment
    from aicore_provider.catalog.wanted import Wanted
    from aicore_provider.stack.file import StackFile
    from aicore_provider.stack.model import StackConfig

_BY_POLICY = "policy"
_PARAMETERS = {"model": "parameters.modelName", "version": "parameters.modelVersion"}


def _check_days(context: click.Context, parameter: click.Parameter, value: str | None) -> int | str | None:
    return value if value == _BY_POLICY else as_days(context, parameter, value)


@command(
    exit_codes={1: "An error, told on stderr; with --check: a model is gone, retired, or retires soon."},
    examples=(
        Example("What could run in place of the models in use", "aicore-provider upgrade --stack dev"),
        Example("Write it into the stack file", "aicore-provider upgrade --stack dev --write"),
        Example("In CI: fail when a model retires within 30 days", "aicore-provider upgrade --stack dev --check 30d"),
    ),
)
@stack_option
@click.option("--write", is_flag=True, help="Put what is proposed into the stack file; comments and order stay.")
@click.option(
    "--check",
    "check_days",
    metavar="[DAYS]",
    is_flag=False,
    flag_value=_BY_POLICY,
    callback=_check_days,
    help="Exit with 1 when a model is gone, retired or retires within DAYS.  [default: aicore:retirement.warnDays, else"
    " 90]",
)
@json_option
def upgrade(stack: str | None, write: bool, check_days: int | str | None, as_json: bool) -> None:
    """Show what could run in place of the models of a stack file.

    In place of a pinned version it proposes the one that the service calls latest. Where a model is deprecated or
    retires soon and has no newer version, it proposes the replacement that the service suggests. Where the service
    suggests several, it names them and the choice is yours. Nothing is deployed: after --write, look at
    `pulumi preview`.

    Credentials are those of the environment, else of the stack, as for `pulumi up`.
    """
    if write and check_days is not None:
        raise click.UsageError("--write and --check exclude each other.")
    from aicore_provider.cli.pulumi_cli import find_cli
    from aicore_provider.cli.stack import find_stack, require_stack
    from aicore_provider.cli.stack_config import check_file, read_file
    from aicore_provider.cli.target import groups_told, introduction, usable_credentials
    from aicore_provider.stack.file import DEPLOYMENTS, read_stack_file

    selection = find_stack(stack, find_cli())
    file = read_stack_file(current_folder(), require_stack(selection).name)
    read = read_file(selection, file)
    config = read.config
    credentials = usable_credentials(selection)
    groups = sorted({str(each.resource_group) for each in config.wanted() if each.model})
    say(introduction(credentials, groups_told(groups, f"from {file.path.name}"), selection), err=True)
    if read.unread:
        warn(f"not looked at, since encrypted: {', '.join(read.unread)} ({read.why}).")
    entries = {each.name: each.entry for each in config.placements()}
    with progress("Reading the model catalogue"):
        alone = _assess(config, credentials)
    found = _agreed(alone, entries)
    # Of an entry in several resource groups, all have the same.
    encrypted = {entries[each.wanted.name]: keys for each in found if (keys := _encrypted(each))}
    changes = {entries[each.wanted.name]: changes for each in found if (changes := _changes(each))}
    proposed = {name: each for name, each in changes.items() if name not in encrypted}
    if write and proposed:
        edited = file.edited({name: _in_file(config, name, each) for name, each in proposed.items()})
        check_file(edited)
        edited.write(over=file)
    days = config.policy.warn_days if isinstance(check_days, str) else check_days
    ending = [each for each in found if days is not None and each.ends_within(days)]
    if as_json:
        facts = {"service": credentials.base_url, "stack": require_stack(selection).name}
        say_document(**facts, **as_document(file, found, written=write and bool(proposed)))
    else:
        _show(file, found, proposed=len(proposed), write=write, ending=ending, days=days)
    for name in dict.fromkeys(entries[one.wanted.name] for one, each in zip(alone, found, strict=True) if one != each):
        told = _offered_in([each for each in alone if entries[each.wanted.name] == name])
        warn(f"{name}: nothing is proposed, since its resource groups do not offer the same: {told}.")
    for name, keys in encrypted.items():
        for key in _in_file(config, name, dict.fromkeys(keys, "")):
            path = f"{DEPLOYMENTS}.{name}.{key}"
            warn(f"{path} is encrypted; change it with `pulumi config set --secret --path {path}`.")
    if ending:
        raise click.exceptions.Exit(1)


def _written(wanted: Wanted) -> dict[str, str | None]:
    return {"model": wanted.model, "version": wanted.version, "executable": wanted.executable_id}


def _changes(assessment: Assessment) -> dict[str, str]:
    """Return the new values of an entry of the stack file, by key."""
    proposed = asdict(assessment.proposal) if assessment.proposal else {}
    before = _written(assessment.wanted)
    return {key: after for key, after in proposed.items() if after not in (None, before[key])}


def _encrypted(assessment: Assessment) -> list[str]:
    """Return the keys of encrypted values that a proposal changes. A person has to change these."""
    before = _written(assessment.wanted)
    return [key for key in _changes(assessment) if isinstance(before[key], SecretText)]


def _in_file(config: StackConfig, name: str, changes: Mapping[str, str]) -> dict[str, str]:
    """Return the changes by the keys of the entry; an entry with `scenario` has the model below `parameters`."""
    from aicore_provider.stack.sections.deployments import ExecutableConfig

    if not isinstance(config.deployments[name], ExecutableConfig):
        return dict(changes)
    return {_PARAMETERS.get(key, key): value for key, value in changes.items()}


def as_document(file: StackFile, found: Sequence[Assessment], *, written: bool) -> dict[str, Any]:
    """Return the items of `--json`."""
    return {
        "file": str(file.path),
        "written": written,
        "deployments": [
            {
                "name": each.wanted.name,
                "resourceGroup": str(each.wanted.resource_group),
                "model": str(each.wanted.model),
                "version": str(each.wanted.version) if each.wanted.version else None,
                "executable": str(each.wanted.executable_id) if each.wanted.executable_id else None,
                "offered": each.offered,
                "latest": _latest(each),
                "deprecated": each.deprecated,
                "retirementDate": each.retires_on.isoformat() if each.retires_on else None,
                "daysLeft": each.days_left,
                "proposal": _changes(each) or None,
                "change": _as_document(each.change) if each.change else None,
                "choices": list(each.choices),
            }
            for each in found
        ],
    }


def _as_document(change: ModelChange) -> dict[str, Any]:
    retires_on = [date and date.isoformat() for date in change.retires_on or ()]
    return {
        "cost": {name: _pair((before, after)) for name, before, after in change.costs},
        "contextLength": _pair(change.context_length),
        "inputTypes": asdict(change.input_types),
        "capabilities": asdict(change.capabilities),
        "deprecated": change.deprecated,
        "retirementDate": _pair(retires_on),
    }


def _pair(values: Sequence[object] | None) -> dict[str, object] | None:
    return dict(zip(("before", "after"), values, strict=True)) if values else None


def _assess(config: StackConfig, credentials: Credentials) -> list[Assessment]:
    from aicore_provider.api.client import AICore
    from aicore_provider.api.resource_groups import ResourceGroupMissing
    from aicore_provider.catalog.source import Catalogs
    from aicore_provider.catalog.upgrades import assess

    client = AICore(credentials)
    catalogs = Catalogs(client, warn)
    wanted = [each for each in config.wanted() if each.model and each.is_read]
    catalogs.fetch_ahead({each.resource_group for each in wanted})
    offered: dict[str, Catalog] = {}
    for group in dict.fromkeys(each.resource_group for each in wanted):
        try:
            offered[group] = catalogs.of(group)
        except ResourceGroupMissing:
            if group not in config.resource_groups:
                raise
            warn(f"not looked at, since `pulumi up` is to make it: resource group {group}.")
    here = (each for each in wanted if each.resource_group in offered)
    return [assess(each, offered[each.resource_group], config.policy, client.today) for each in here]


def _agreed(found: Sequence[Assessment], entries: Mapping[str, str]) -> list[Assessment]:
    """Return the assessments with what is proposed for all resource groups of an entry alone, in the same order."""
    from aicore_provider.catalog.upgrades import agreed

    by_entry: dict[str, list[Assessment]] = {}
    for each in found:
        by_entry.setdefault(entries[each.wanted.name], []).append(each)
    together = {each.wanted.name: each for several in by_entry.values() for each in agreed(several)}
    return [together[each.wanted.name] for each in found]


def _offered_in(several: Sequence[Assessment]) -> str:
    """Say what could run in each resource group of an entry."""
    return "; ".join(f"{each.wanted.resource_group}: {_proposal(each) or 'nothing newer'}" for each in several)


def _show(
    file: StackFile,
    found: Sequence[Assessment],
    *,
    proposed: int,
    write: bool,
    ending: Sequence[Assessment],
    days: int | None,
) -> None:
    if not found:
        say(f"{file.path} lists no models.")
        return
    told = [column for column in _change_columns() if any(map(column.text, found))]
    show((*_columns(), *told), found)
    if any(each.proposal and each.proposal.model != each.wanted.model for each in found):
        say("Another model answers differently: try it first. For another embedding, embed all texts anew.")
    if proposed and write:
        say(f"Wrote {proposed} {'change' if proposed == 1 else 'changes'} to {file.path}; see `pulumi preview`.")
    elif proposed:
        say(f"--write puts what is proposed into {file.path}.")
    else:
        say("Nothing to propose.")
    for each in ending:
        release = " ".join(str(part) for part in (each.wanted.model, each.wanted.version) if part)
        warn(f"{each.wanted.name}: {release} {_end(each, days)}.")


def _columns() -> tuple[Column[Assessment], ...]:
    def version(each: Assessment) -> str:
        return "" if each.wanted.version == NO_VERSION else str(each.wanted.version or LATEST)

    return (
        Column("NAME", lambda each: each.wanted.name),
        Column("MODEL", lambda each: str(each.wanted.model or "")),
        Column("VERSION", version),
        Column("LATEST", _latest),
        Column("RETIRES", _retirement, _colour),
        Column("PROPOSED", _proposal, lambda _: "green"),
    )


def _change_columns() -> tuple[Column[Assessment], ...]:
    """Return the columns that compare what is proposed with what is in use."""
    from aicore_provider.catalog.change_texts import context, cost, end, gains, loses

    parts = {"COST": cost, "CONTEXT": context, "GAINS": gains, "LOSES": loses, "THEN": end}
    return tuple(Column(name, partial(_told, part)) for name, part in parts.items())


def _told(part: Callable[[ModelChange], str], each: Assessment) -> str:
    return part(each.change) if each.change else ""


def _colour(each: Assessment) -> str:
    ends = not each.offered or (each.days_left is not None and each.days_left <= 0)
    return "red" if ends else "yellow" if each.deprecated else ""


def _latest(each: Assessment) -> str | None:
    """Return the version that the catalogue calls latest; `[secret]` if the entry has the same one encrypted."""
    return str(each.wanted.version) if each.latest == each.wanted.version else each.latest


def _retirement(each: Assessment) -> str:
    if not each.offered:
        return "not offered any more"
    return retirement(each.retires_on, each.days_left, deprecated=each.deprecated)


def _end(each: Assessment, days: int | None) -> str:
    if not each.offered or each.days_left is None:
        return "is not offered any more"
    if each.days_left > 0:
        return f"retires within {_days(days or 0)}: on {each.retires_on}, in {_days(each.days_left)}"
    ago = f", {_days(-each.days_left)} ago" if each.days_left else ", today"
    return f"was retired on {each.retires_on}{ago}"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _proposal(each: Assessment) -> str:
    if changes := _changes(each):
        return ", ".join(f"{key} {value}" for key, value in changes.items())
    return f"choose: {', '.join(each.choices)}" if each.choices else ""
