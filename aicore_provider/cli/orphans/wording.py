"""Makes the rows, documents and lines of `orphans`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.cli import deployments
from aicore_provider.cli.orphans.claims import Verdict, explained, forgettable
from aicore_provider.cli.orphans.survey import Found, Survey
from aicore_provider.cli.table import NOTHING, Column

_WORDS = {Verdict.ORPHAN: "orphan", Verdict.UNCERTAIN: "uncertain", Verdict.NOT_OURS: "not ours"}
_KEYS = {Verdict.ORPHAN: "orphans", Verdict.UNCERTAIN: "uncertain", Verdict.NOT_OURS: "notOurs"}


def columns(now: dt.datetime) -> tuple[Column[Found], ...]:
    """Return the columns of the table, with ages at a point in time."""
    return (
        Column("VERDICT", lambda each: _WORDS[each.verdict]),
        Column("ID", lambda each: each.deployment.id),
        Column(
            "STATUS",
            lambda each: deployments.status(each.deployment),
            lambda each: deployments.status_style(each.deployment),
        ),
        Column("MODEL", lambda each: each.deployment.model.name),
        Column("VERSION", lambda each: each.deployment.model.version),
        Column("AGE", lambda each: deployments.age_of(each.deployment, now)),
        Column("CONFIGURATION ID", lambda each: each.deployment.configuration_id),
        Column("RESOURCE GROUP", lambda each: each.resource_group),
        Column("STACK", lambda each: each.stack),
    )


def as_document(survey: Survey, results: Mapping[str, AICoreError | None] | None = None) -> dict[str, Any]:
    """Return the item of `--json`, with the results of the removals by id if something was to be removed."""

    def entry(found: Found) -> dict[str, Any]:
        told = deployments.as_document(found.deployment, found.resource_group)
        told |= {"stack": found.stack, "verdict": found.verdict.value}
        if results is not None:
            error = results.get(found.deployment.id)
            told |= {
                "removed": found.deployment.id in results and error is None,
                "error": None if error is None else str(error),
            }
        return told

    facts = {
        "service": survey.client.url,
        "resourceGroups": list(survey.resource_groups),
        "stacks": [state.stack for state in survey.states],
        "locks": [{"stack": stack, **asdict(lock)} for stack, held in survey.locks.items() for lock in held],
    }
    return facts | {key: [entry(each) for each in survey.those(verdict)] for verdict, key in _KEYS.items()}


def question(chosen: Sequence[Found], now: dt.datetime) -> list[str]:
    """Return the question before a removal."""
    stacks = _listed(sorted({each.stack or "" for each in chosen}))
    return [
        "These are stopped and deleted:",
        *(f"  {described(each, now)}" for each in chosen),
        f"An update of stack {stacks} that is still running would look the same: make sure that none is.",
    ]


def not_ours(survey: Survey) -> str | None:
    """Return the line about the deployments that are not shown."""
    others = len(survey.those(Verdict.NOT_OURS))
    if not others:
        return None
    are = "1 other is" if others == 1 else f"{others} others are"
    return f"{are} not ours and never touched; --all shows them."


def next_step(survey: Survey, command: str) -> str:
    """What to do about what was found, with the command as it was called, without `--remove`."""
    orphans, uncertain = survey.those(Verdict.ORPHAN), survey.those(Verdict.UNCERTAIN)
    by_id = f"an uncertain one goes only by its id: `{command} --remove ID`."
    if orphans:
        them = "the orphan" if len(orphans) == 1 else f"the {len(orphans)} orphans"
        return f"`{command} --remove` removes {them}" + (f"; {by_id}" if uncertain else ".")
    if uncertain:
        return f"No create that was cut short explains these; {by_id}"
    stacks = _listed([state.stack for state in survey.states])
    if not survey.resource_groups:
        home = survey.client.identity
        return f"Stack {stacks} has no configurations or deployments on {home}, so it can have no orphans there."
    return f"There are no orphans of stack {stacks} in resource group {_listed(survey.resource_groups)}."


def to_forget(survey: Survey, removed: Collection[str] = ()) -> list[str]:
    """Say for each stack how to clear the creates that were cut short, when there are no orphans of them any more.

    Until then they are the evidence that a deployment is an orphan.
    """
    with_orphans = _configurations_of_the_rest(survey, removed)
    return [
        f"`pulumi refresh --clear-pending-creates --stack {stack}` forgets what was cut short: creating "
        f"{_listed(names)}."
        for stack, names in explained(survey.states, survey.client.identity, with_orphans).items()
    ]


def forgotten(survey: Survey, removed: Collection[str]) -> tuple[str, ...]:
    """Return the stacks whose creates that were cut short can be forgotten when these deployments are removed."""
    return forgettable(survey.states, survey.client.identity, _configurations_of_the_rest(survey, removed))


def _configurations_of_the_rest(survey: Survey, removed: Collection[str]) -> set[str]:
    rest = [each for each in survey.those(Verdict.ORPHAN, Verdict.UNCERTAIN) if each.deployment.id not in removed]
    return {each.deployment.configuration_id for each in rest}


def described(found: Found, now: dt.datetime) -> str:
    """Return the line about one deployment."""
    texts = (column.text(found) or NOTHING for column in columns(now))
    verdict, id_, status, model, version, age, configuration, group, stack = texts
    return (
        f"{id_} ({verdict}): {status}, model {model} {version}, {age} old, on configuration {configuration} of stack "
        f"{stack}, in resource group {group}"
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
