"""`AIExecutionSchedule`: starts executions of a configuration again and again.

Everything but its name can be changed in place (API contract 2.42.0).
"""

from __future__ import annotations

import datetime as dt

from aicore_provider.api.naming import generic_id_problem, schedule_name_problem
from aicore_provider.api.paths import EXECUTION_SCHEDULES
from aicore_provider.api.types import ExecutionSchedule, timestamp
from aicore_provider.kinds.posted import posted, take_over_by_id
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, RESOURCE_GROUP, SECRET_INPUTS, iso, text
from aicore_provider.lifecycle.values import Done, Wait

_STATUSES = ("ACTIVE", "INACTIVE")


def _moment_problem(value: str) -> str | None:
    return None if not value or timestamp(value) else f"{value!r} is no point in time such as 2026-01-31T22:00:00Z"


PROPERTIES = (
    Property(
        "name", "Its name, which need not be unique.", Change.REPLACES, rule=schedule_name_problem, is_required=True
    ),
    Property(
        "configuration_id",
        "Id of the configuration that is executed.",
        Change.IN_PLACE,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property("cron", "When, such as `0 3 * * *`; once an hour at most.", Change.IN_PLACE, is_required=True),
    Property("start", "From when on, ISO 8601.", Change.IN_PLACE, rule=_moment_problem),
    Property("end", "Until when, ISO 8601.", Change.IN_PLACE, rule=_moment_problem),
    Property("status", "`ACTIVE` or `INACTIVE`.", Change.IN_PLACE, choices=_STATUSES, is_left_alone=True),
    RESOURCE_GROUP,
    take_over_by_id("Id of a schedule that exists already and is managed from now on."),
    *HOME,
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    SECRET_INPUTS,
)
_POSTED = {"configuration_id": "configurationId", "cron": "cron", "start": "start", "end": "end"}
_PATCHED = {**_POSTED, "status": "status"}
"""Inputs, and the service's names for them. A POST cannot say the status."""


def _body(inputs: Properties) -> dict[str, str]:
    given = {sent: text(inputs, key) for key, sent in _POSTED.items() if inputs.get(key)}
    return {"name": text(inputs, "name"), **given}


def _patch(inputs: Properties) -> dict[str, str]:
    return {sent: text(inputs, key) for key, sent in _PATCHED.items() if inputs.get(key)}


def _told(found: ExecutionSchedule, inputs: Properties) -> dict[str, str | None]:
    return {
        "name": found.name,
        "configuration_id": found.configuration_id,
        "cron": found.cron,
        "start": _as_given(found.start, text(inputs, "start")),
        "end": _as_given(found.end, text(inputs, "end")),
        "status": found.status,
        "created_at": iso(found.created_at),
    }


def _as_given(told: dt.datetime | None, given: str) -> str | None:
    """A point in time as the program writes it, where the service tells the same."""
    return given if given and timestamp(given) == told else iso(told)


def _judge(found: ExecutionSchedule, inputs: Properties, _written_at: dt.datetime) -> Wait | Done:
    told = _told(found, inputs)
    late = [key for key in _PATCHED if inputs.get(key) and told[key] != text(inputs, key)]
    return Wait(f"{', '.join(late)} not shown yet") if late else Done()


def _is_same(found: ExecutionSchedule, inputs: Properties) -> bool:
    told = _told(found, inputs)
    return all(told[key] == text(inputs, key) for key in ("name", *_POSTED) if inputs.get(key))


KIND = posted(
    Standard(
        kind="AIExecutionSchedule",
        doc="A schedule that starts executions of a configuration again and again.",
        noun="execution schedule",
        properties=PROPERTIES,
        path=EXECUTION_SCHEDULES,
        home="group",
        name=None,
        collection=lambda client, properties: client.execution_schedules(text(properties, "resource_group")),
        body=_body,
        patch=lambda inputs, _: _patch(inputs),
        told=_told,
        judge=_judge,
        # The API cannot take them away.
        also_replaces=lambda olds, news: tuple(
            key for key in ("start", "end") if text(olds, key) and not news.get(key)
        ),
        needs_patch=lambda inputs: bool(inputs.get("status")),
        advice="Check its configuration, and that `cron` starts it once an hour at most.",
    ),
    is_same=_is_same,
)
