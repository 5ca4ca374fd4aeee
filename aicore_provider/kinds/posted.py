"""How an object comes into being to which the service gives an id: artifacts, schedules and executions."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from aicore_provider.api.collection import Collection
from aicore_provider.api.decoding import id_of
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.api.naming import generic_id_problem
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import CheckFailure, CreatedButFailed, Made, RemovedAgain
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.standard import (
    Standard,
    kind_of,
    managed_already,
    refused,
    require_caller,
    settle,
    stands,
    take_over,
)
from aicore_provider.kinds.values import CLOCK_TOLERANCE, is_unknown, text
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import Failed, WaitError, wait_until

IsSame = Callable[[Any, Properties], bool]
"""Takes an object and inputs: whether the object may be what a POST with these inputs has made."""


def take_over_by_id(doc: str) -> Property:
    """Return the input with which an object that exists already is managed; `doc` is one sentence."""
    return Property(
        "take_over", doc, Change.NO_DIFFERENCE, rule=lambda given: generic_id_problem(given) if given else None
    )


def posted(spec: Standard[Any], *, is_same: IsSame) -> Kind:
    """Return a kind to whose objects the service gives an id."""

    def create(
        spec: Standard[Any], session: Session, call: Call, inputs: Properties
    ) -> Made | CreatedButFailed | RemovedAgain:
        replaces = stands(session, call)
        session.client.authenticate()
        wanted = text(inputs, "take_over")
        if wanted and (not replaces or session.index.may_take_over(call.urn, spec.key(inputs, wanted))):
            return _take_over(spec, session, call, inputs, wanted)
        id_ = _post(spec, session, call, inputs, is_same)
        return settle(spec, session, call, inputs, id_, replaces=replaces)

    return kind_of(spec, create=create, check_new=_check_new)


def _post(spec: Standard[Any], session: Session, call: Call, inputs: Properties, is_same: IsSame) -> str:
    """Request a new object, and return its id. Raises an AICoreError when nothing was made, or nobody can tell."""
    there, body = spec.collection(session.client, inputs), spec.body(inputs)
    what = f"{spec.noun[0].upper()}{spec.noun[1:]} {call.name or 'without a name'}"
    # What a POST whose answer was lost has made can then be told from what other calls of this process make.
    with session.post_lock(f"{there.key} {json.dumps(body, sort_keys=True)}"):
        require_caller(session, call, what)
        asked_at = session.client.now
        try:
            id_ = id_of(there.create(body), f"POST {spec.path}")
        except (InvalidRequest, Forbidden, NotFound, WrongState) as error:
            raise refused(spec, session, inputs, what, error.facts) from None
        except AICoreError as error:
            if not error.maybe_committed:
                raise
            id_ = _find_lost(session, there, what, lambda each: _is_new(session, spec, inputs, each, asked_at, is_same))
        finally:
            session.listed(there).note_write()
        session.index.add_made(call.urn, spec.key(inputs, id_))
        return id_


def _is_new(
    session: Session, spec: Standard[Any], inputs: Properties, each: Any, asked_at: dt.datetime, is_same: IsSame
) -> bool:
    is_recent = each.created_at is None or each.created_at >= asked_at - CLOCK_TOLERANCE
    return is_recent and is_same(each, inputs) and session.index.holder(spec.key(inputs, each.id)) is None


def _find_lost(session: Session, there: Collection[Any], what: str, is_new: Callable[[Any], bool]) -> str:
    """Return the id of what a POST without a good answer has made. Raises an AICoreError when nobody can tell."""
    client = session.client
    started = client.clock.now()

    def look() -> list[str]:
        return [each.id for each in there.list() if is_new(each)]

    def judge(found: list[str]) -> Wait | Done | Failed:
        if found:
            return Done() if len(found) == 1 else Failed(f"it may be any of {', '.join(found)}")
        is_late = client.clock.now() - started > session.limits.settled_after_s
        return Failed("the service does not show it") if is_late else Wait("the POST has no answer, not visible yet")

    unclear = f"{what}: the service gave no good answer to the POST"
    try:
        (id_,) = wait_until(
            look,
            judge,
            what=what,
            deadline=started + session.limits.settled_after_s + session.limits.outage_s,
            clock=client.clock,
            poll_interval=session.limits.poll_interval,
            outage_s=session.limits.outage_s,
            interrupted=session.host.interrupted,
            report=session.host.progress,
        )
    except WaitError as error:
        raise AICoreError(
            f"{unclear}; {error.why}\nRun `pulumi up` again. If one was made all the same, `take_over` manages it by "
            "its id."
        ) from None
    return id_


def _take_over(
    spec: Standard[Any], session: Session, call: Call, inputs: Properties, id_: str
) -> Made | CreatedButFailed | RemovedAgain:
    """Manage the object of this id, if nothing else of this stack does."""
    key, what = spec.key(inputs, id_), spec.what(inputs, id_)
    if (other := session.index.holder(key)) not in (None, call.urn):
        raise AICoreError(f"{spec.noun.capitalize()} {managed_already(id_, str(other))}")
    existing = session.find_surely(lambda: spec.find(session.client, inputs, id_))
    if existing is None:
        raise AICoreError(
            f"{what} does not exist on {session.client.url}, so it cannot be taken over.\n"
            "Correct the id, or take `take_over` out, and one is made."
        )
    return take_over(spec, session, call, inputs, id_, existing)


def _check_new(spec: Standard[Any], session: Session, call: Call, inputs: Properties) -> list[CheckFailure]:
    """Complain about an object that two resources would manage."""
    id_ = text(inputs, "take_over")
    if not id_ or is_unknown(inputs.get("resource_group")):
        return []
    other = session.index.claim(call.urn, spec.key(inputs, id_))
    return [CheckFailure("take_over", managed_already(id_, other))] if other else []
