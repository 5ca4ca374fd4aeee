"""Execution schedules: they start executions at the times of a cron expression, by the emulator's clock.

`catch_up` starts what is due. The routes call it before each request that looks at executions, and so does the clock
when it is moved on.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from aicore_provider.emulator import executions
from aicore_provider.emulator.cron import InvalidCron, parse
from aicore_provider.emulator.errors import invalid, not_found
from aicore_provider.emulator.validation import Body, Id, refuse_null, rfc_3339_seconds
from aicore_provider.emulator.wall_clock import LAST_MOMENT

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

Status = Literal["ACTIVE", "INACTIVE"]
STATUSES = ("ACTIVE", "INACTIVE")

_MINUTE_S = 60.0
_MOST_RUNS = 1000
"""Of one schedule at a time, when the clock is moved far ahead. Only the last ones are started."""


def _hourly_at_most(text: str) -> str:
    """A cron expression. One that runs more than once an hour is refused, since `/lm/meta` tells this limit [docs]."""
    try:
        cron = parse(text)
    except InvalidCron as error:
        raise ValueError(str(error)) from None
    if not cron.is_at_most_hourly:
        raise ValueError("should run once an hour at most: one minute, not several")
    return text


def _shown_moment(text: str) -> float:
    moment = rfc_3339_seconds(text)
    if not 0 <= moment <= LAST_MOMENT:
        raise ValueError("should be between the years 1970 and 9999")
    return moment


CronText = Annotated[str, AfterValidator(_hourly_at_most)]
Moment = Annotated[float, BeforeValidator(_shown_moment)]


class NewSchedule(Body):
    """POST /lm/executionSchedules. Times are seconds since the epoch."""

    name: Annotated[str, Field(max_length=256)]
    configuration_id: Id
    cron: CronText
    start: Moment | None = None
    end: Moment | None = None

    _not_null = field_validator("start", "end", mode="before")(refuse_null)


class ScheduleChange(Body):
    """PATCH /lm/executionSchedules/{id}. The name cannot be changed [docs]: it is ignored like any unknown property."""

    configuration_id: Id | None = None
    cron: CronText | None = None
    start: Moment | None = None
    end: Moment | None = None
    status: Status | None = None

    _not_null = field_validator("configuration_id", "cron", "start", "end", "status", mode="before")(refuse_null)


@dataclass(frozen=True)
class ExecutionSchedule:
    """An execution schedule. Times are seconds since the epoch.

    Attributes:
        start: no run before it.
        end: no run from then on; None: it has no end.
        is_paused: somebody has stopped it.
        last_run: when it last started an execution, or None.
        next_run: when it starts an execution next; None: never.
    """

    id: str
    resource_group: str
    name: str
    configuration_id: str
    cron: str
    created_at: float
    modified_at: float
    start: float
    end: float | None = None
    is_paused: bool = False
    last_run: float | None = None
    next_run: float | None = None

    def status(self, now: float) -> Status:
        """INACTIVE when it is stopped or has reached its end [docs]."""
        return "INACTIVE" if self.is_paused or (self.end is not None and now >= self.end) else "ACTIVE"


def planned(schedule: ExecutionSchedule, moment: float) -> ExecutionSchedule:
    """The schedule with its first run at a moment or after it, and after the last run."""
    earliest = max(moment, schedule.start, 0.0 if schedule.last_run is None else schedule.last_run + _MINUTE_S)
    run = None if schedule.is_paused else parse(schedule.cron).first_from(earliest)
    is_over = run is None or (schedule.end is not None and run >= schedule.end)
    return replace(schedule, next_run=None if is_over else run)


def catch_up(service: Service) -> None:
    """Start the executions that are due, then bring all executions up to the present."""
    now = service.now()
    for schedule in service.store.every(ExecutionSchedule):
        _start_due(service, schedule, now)
    executions.settle(service)


def selected(
    service: Service, group: str, *, configuration_id: str | None, status: str | None
) -> list[ExecutionSchedule]:
    """The schedules that all filters select."""
    then = service.listed_at()
    return [
        each
        for each in service.listed(ExecutionSchedule, group)
        if configuration_id in (None, each.configuration_id) and status in (None, each.status(then))
    ]


def one(service: Service, group: str, schedule_id: str) -> ExecutionSchedule:
    """One schedule."""
    found = service.store.get(ExecutionSchedule, group, schedule_id)
    if found is None:
        raise not_found(f"Execution schedule {schedule_id} not found")
    return found


def create(service: Service, group: str, body: NewSchedule) -> ExecutionSchedule:
    """A new schedule, which begins now unless the body says when. Its configuration is checked as for an execution."""
    now = service.now()
    configuration = executions.usable_configuration(service, group, body.configuration_id)
    schedule = ExecutionSchedule(
        id=str(uuid.uuid4()),
        resource_group=group,
        name=body.name,
        configuration_id=configuration.id,
        cron=body.cron,
        created_at=now,
        modified_at=now,
        start=now if body.start is None else body.start,
        end=body.end,
    )
    return _put(service, schedule, now)


def change(service: Service, group: str, schedule_id: str, body: ScheduleChange) -> None:
    """PATCH. What is not sent stays. Missed runs of a stopped schedule are not made up for [guess].

    One whose end is reached is neither stopped nor resumed [docs]; that this is a 400 is a guess.
    """
    schedule, now = one(service, group, schedule_id), service.now()
    if body.configuration_id is not None:
        executions.usable_configuration(service, group, body.configuration_id)
    changes: Mapping[str, Any] = body.model_dump(exclude_unset=True, exclude={"status"})
    changed = replace(schedule, modified_at=now, **changes)
    if body.status is not None:
        if changed.end is not None and now >= changed.end:
            raise invalid(f"status: the end of execution schedule {schedule_id} is reached")
        changed = replace(changed, is_paused=body.status == "INACTIVE")
    _put(service, changed, now)


def delete(service: Service, group: str, schedule_id: str) -> None:
    """DELETE, at once. Its executions stay [guess]."""
    service.store.remove(one(service, group, schedule_id))


def _put(service: Service, schedule: ExecutionSchedule, now: float) -> ExecutionSchedule:
    if schedule.end is not None and schedule.end <= schedule.start:
        raise invalid("end: should be after start")
    ready = planned(schedule, now)
    service.store.put(ready)
    return ready


def _start_due(service: Service, schedule: ExecutionSchedule, now: float) -> None:
    due: deque[float] = deque(maxlen=_MOST_RUNS)
    following = schedule
    while (run := following.next_run) is not None and run <= now:
        due.append(run)
        following = planned(replace(following, last_run=run), run)
    if not due:
        return
    # Before the executions: a process that is killed in between starts none of them twice.
    service.store.put(following)
    configuration = service.configuration(schedule.resource_group, schedule.configuration_id)
    for moment in due:
        executions.start(service, configuration, moment, schedule.id)
