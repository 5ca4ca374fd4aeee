"""How an object comes into being that a program names: secrets, repositories and applications.

There is at most one of a name, so that one which exists already is never made again, and is managed only by wish.
"""

from __future__ import annotations

from typing import Any

from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import CheckFailure, CreatedButFailed, Made, RemovedAgain
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.standard import (
    Standard,
    kind_of,
    lowered,
    managed_already,
    refused,
    require_caller,
    settle,
    stands,
    take_over,
    take_up,
    unknown_values,
)
from aicore_provider.kinds.values import is_unknown, text


def take_over_by_name(noun: str) -> Property:
    """Return the input with which an object of the same name is managed."""
    doc = f"Whether a {noun} of this name that exists already is managed from now on."
    return Property("take_over", doc, Change.NO_DIFFERENCE, type="flag")


def named(spec: Standard[Any]) -> Kind:
    """Return a kind whose objects a program names."""
    return kind_of(spec, create=_create, check_new=_check_new)


def _create(
    spec: Standard[Any], session: Session, call: Call, inputs: Properties
) -> Made | CreatedButFailed | RemovedAgain:
    name = _name(spec, inputs)
    key, what = spec.key(inputs, name), spec.what(inputs, name)
    replaces = stands(session, call)
    session.client.authenticate()
    if (other := session.index.holder(key)) not in (None, call.urn):
        raise AICoreError(f"{spec.noun.capitalize()} {managed_already(name, str(other))}")
    if existing := spec.find(session.client, inputs, name):
        is_wished = inputs.get("take_over") is True and (not replaces or session.index.may_take_over(call.urn, key))
        # The state holds this very object where an interrupted run has deleted the one before and made it, and where
        # the engine is told to make it anew with `--replace`.
        if not (is_wished or (replaces and session.index.holder(key) == call.urn)):
            raise _exists_already(spec, session, inputs)
        return take_over(spec, session, call, inputs, name, existing)
    if unknown := unknown_values(spec, inputs):
        raise AICoreError(
            f"{what} does not exist, and cannot be made without {', '.join(unknown)}.\n"
            "Give all its values, or correct the name of the one that is to be taken over."
        )
    require_caller(session, call, what)
    is_certain = _post(spec, session, inputs)
    return settle(spec, session, call, inputs, name, replaces=replaces, is_certain=is_certain)


def _post(spec: Standard[Any], session: Session, inputs: Properties) -> bool:
    """Request a new object, and return whether the service has answered. Raises an AICoreError for a refusal.

    There was none of the name just before, so what shows after a lost answer is what the POST has made.
    """
    name, there = _name(spec, inputs), spec.collection(session.client, inputs)
    try:
        there.create(spec.body(inputs))
    except WrongState:
        raise _exists_already(spec, session, inputs) from None
    except (InvalidRequest, Forbidden, NotFound) as error:
        # The contract does not say how an existing name is refused.
        if isinstance(error, InvalidRequest) and there.find(name):
            raise _exists_already(spec, session, inputs) from None
        raise refused(spec, session, inputs, spec.what(inputs, name), error.facts) from None
    except AICoreError as error:
        if not error.maybe_committed:
            raise
        return False
    finally:
        session.listed(there).note_write()
    take_up(spec, session, inputs, name)
    return True


def _check_new(spec: Standard[Any], session: Session, call: Call, inputs: Properties) -> list[CheckFailure]:
    """Complain about a new object that `create` would refuse; nothing where the service does not tell.

    All checks share a list, where that tells the names as they are.
    """
    name, input_ = _name(spec, inputs), str(spec.name)
    if any(is_unknown(inputs.get(key)) for key in (input_, "resource_group", "scope")):
        return []
    if other := session.index.claim(call.urn, spec.key(inputs, name)):
        return [CheckFailure(input_, managed_already(name, other))]
    group = text(inputs, "resource_group")
    if not session.rules.is_on or session.index.is_in_state(call.urn) or (group and session.index.is_unready(group)):
        return []
    try:
        is_there = _is_there(spec, session, inputs)
    except AICoreError:
        return []
    is_taken_over = inputs.get("take_over") is True
    if is_there and not is_taken_over:
        what, _, advice = str(_exists_already(spec, session, inputs)).partition("\n")
        return [CheckFailure(input_, f"{lowered(what)}\n{advice}")]
    if is_taken_over and not is_there:
        what = lowered(spec.what(inputs, name))
        told = f"there is no {what} on {session.client.url}; without `take_over` it is made"
        return [CheckFailure("take_over", told)]
    return []


def _is_there(spec: Standard[Any], session: Session, inputs: Properties) -> bool:
    name, there = _name(spec, inputs), spec.collection(session.client, inputs)
    if there.is_prefixed:
        return there.find(name) is not None
    return name in session.listed(there).look_after_writes(session.fresh).objects


def _exists_already(spec: Standard[Any], session: Session, inputs: Properties) -> AICoreError:
    if inputs.get("take_over") is True:
        advice = "`take_over` was given for the one before it. Choose another name, or delete this one."
    else:
        advice = (
            "Give `take_over=True` to manage it from now on, which writes what the program says into it; an "
            f"interrupted run of this stack may have made it. `{spec.kind}.get` looks at it without managing it."
        )
    return AICoreError(f"{spec.what(inputs, _name(spec, inputs))} exists already on {session.client.url}.\n{advice}")


def _name(spec: Standard[Any], inputs: Properties) -> str:
    return text(inputs, str(spec.name))
