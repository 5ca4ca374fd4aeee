"""Objects that a program names itself: secrets, repositories and applications.

The service finds such an object by its name, keeps what is written and tells only a part of it, never a secret. So an
object is compared by what the program gives, and drift by what the service tells. All these kinds share this module;
each has a page that says what is its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import (
    Checked,
    CheckFailure,
    CreatedButFailed,
    Difference,
    Found,
    Made,
    RemovedAgain,
    Updated,
    UpdatedButFailed,
)
from aicore_provider.kinds.property import Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import (
    as_text,
    changed,
    complaints,
    complete,
    input_names,
    is_unknown,
    normal_map,
    replacing,
    text,
)
from aicore_provider.lifecycle.values import Done, Gone, Wait
from aicore_provider.lifecycle.waiting import (
    Failed,
    LookFailed,
    WaitError,
    WaitFailed,
    WaitInterrupted,
    is_transient,
    wait_until,
)
from aicore_provider.unexpected import summary_of

Object = TypeVar("Object")

_AGAIN = "Run the command again; it goes on from here."


@dataclass(frozen=True)
class Named(Generic[Object]):
    """What is particular to one kind of named object.

    Attributes:
        kind: such as `AIGenericSecret`.
        noun: for people, such as `generic secret`.
        properties: its table.
        path: of all objects of the kind in the API, below `/v2`.
        scope: where its objects are: in a resource group, in the tenant, or in either as `tenant_wide` says.
        collection: takes the client and the properties of an object, and returns where it is.
        body: takes the inputs and returns what a POST sends.
        patch: takes the inputs and returns what a PATCH sends: everything that may change.
        told: takes an object and returns the properties that the service tells of it. Those among them that are inputs
            show drift.
        judge: takes an object, the inputs, and the service's time when they were written; tells whether it is as it is
            wanted.
        look: takes the client, the collection and the name, and requests an object; returns None where there is none.
            None for a kind of which a list tells everything.
        after_write: requests what makes the service take up a write at once.
        is_due: takes the outputs of the state; whether an object must be waited for although no input differs.
        advice: what to check when the service refuses the object.
        name: the input that is its name.
    """

    kind: str
    noun: str
    properties: tuple[Property, ...]
    path: str
    scope: Literal["group", "tenant", "either"]
    collection: Callable[[AICore, Properties], Collection[Any]]
    body: Callable[[Properties], dict[str, Any]]
    patch: Callable[[Properties], dict[str, Any]]
    told: Callable[[Object], dict[str, Any]]
    advice: str
    judge: Callable[[Object, Properties, dt.datetime], Wait | Done | Failed] = lambda _found, _inputs, _at: Done()
    look: Callable[[AICore, Collection[Any], str], Object | None] | None = None
    after_write: Callable[[AICore, str], None] = lambda _client, _name: None
    is_due: Callable[[Properties], bool] = lambda _outputs: False
    name: str = "name"

    @property
    def as_kind(self) -> Kind:
        """The kind as a front end uses it."""
        return Kind(
            self.kind,
            self.properties,
            check=partial(_check, self),
            diff=partial(_diff, self),
            create=partial(_create, self),
            read=partial(_read, self),
            update=partial(_update, self),
            delete=partial(_delete, self),
            path=self.path,
        )

    def find(self, client: AICore, properties: Properties) -> Object | None:
        """Request an object; None when the service itself says that there is none."""
        there, name = self.collection(client, properties), text(properties, self.name)
        return self.look(client, there, name) if self.look else there.find(name)

    def key(self, properties: Properties) -> str:
        """Return what the index knows an object by: its name alone may be that of another object."""
        return f"{self.path}/{text(properties, 'resource_group')}/{text(properties, self.name)}"

    def what(self, properties: Properties) -> str:
        """Return an object for people, such as `Generic secret db in resource group team-a`."""
        group = text(properties, "resource_group")
        where = f" in resource group {group}" if group else ""
        return f"{self.noun[0].upper()}{self.noun[1:]} {text(properties, self.name)}{where}"


def _check(spec: Named[Object], session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    inputs = {key: value for key, value in news.items() if value is not None}
    inputs |= _home(spec, session, olds, news)
    inputs |= {each.name: normal_map(inputs[each.name]) for each in _maps(spec) if each.name in inputs}
    if not is_unknown(given := inputs.get(spec.name)) and given is not None:
        inputs[spec.name] = as_text(given) or given
    failures = complaints(spec.properties, olds, inputs)
    if inputs.get("tenant_wide") is True and inputs.get("resource_group"):
        failures.append(CheckFailure("tenant_wide", "goes with no resource_group"))
    if not failures and not olds and _is_known(spec, inputs):
        if other := session.index.claim(call.urn, spec.key(inputs)):
            failures.append(CheckFailure(spec.name, _managed_already(spec, inputs, other)))
        elif session.rules.is_on and not session.index.is_in_state(call.urn):
            failures += _failures_at_the_service(spec, session, inputs)
    return Checked(inputs, tuple(failures))


def _diff(
    spec: Named[Object], session: Session, call: Call, id_: str, olds: Properties, news: Properties
) -> Difference:
    session.index.add_held(call.urn, spec.key(olds), text(olds, "resource_group"))
    different = changed(spec.properties, olds, news)
    replaces = replacing(spec.properties, different, news)
    is_due = not different and spec.is_due(olds)
    if is_due:
        session.info_once(f"{_lowered(spec.what(olds))} is not ready: {_state_of(olds)}")
    # The service has one object of a name, so the new one cannot stand beside the old one.
    deletes_first = bool(replaces) and spec.key(olds) == spec.key(news)
    return Difference(tuple(different), tuple(replaces), is_due, delete_before_replace=deletes_first)


def _create(
    spec: Named[Object], session: Session, call: Call, inputs: Properties
) -> Made | CreatedButFailed | RemovedAgain:
    name, key, what = text(inputs, spec.name), spec.key(inputs), spec.what(inputs)
    # The old object of a replacement; one with the same name was deleted before.
    stands = session.index.is_in_state(call.urn) and not session.index.before(call.urn).deleted
    session.client.authenticate()
    if (other := session.index.holder(key)) not in (None, call.urn):
        raise AICoreError(f"{spec.noun.capitalize()} {_managed_already(spec, inputs, str(other))}")
    there = spec.collection(session.client, inputs)
    if existing := there.find(name):
        if stands or inputs.get("take_over") is not True:
            raise _exists_already(spec, session, inputs)
        return _take_over(spec, session, call, inputs, existing)
    if session.host.interrupted.is_set():
        raise AICoreError(f"{what}: interrupted before it was made.")
    is_answer_lost = _post(spec, session, inputs)
    try:
        outputs = _outputs(spec, session, inputs, _wait(spec, session, call, inputs, _timeout_s(session, call)))
    except WaitError as error:
        if is_answer_lost and error.last is None and isinstance(error, WaitFailed):
            told = f"{what}: the service gave no good answer to the POST, and does not show it.\nRun `pulumi up` again."
            raise AICoreError(told) from None
        is_kept = not stands or isinstance(error, WaitInterrupted)
        if not (is_kept and call.can_keep()):
            return _remove(spec, session, inputs, error)
        session.index.add_held(call.urn, key, text(inputs, "resource_group"))
        return CreatedButFailed(name, _outputs(spec, session, inputs, error.last), f"{error}\n{_AGAIN}")
    except AICoreError:
        raise
    except Exception as error:
        raise AICoreError(f"{what} was made, but aicore-provider has a fault: {summary_of(error)}.") from error
    if not call.is_active():
        return _remove(spec, session, inputs, AICoreError(f"{what}: the engine is gone."))
    session.index.add_made(call.urn, key)
    return Made(name, outputs)


def _read(spec: Named[Object], session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        here = {**outputs, **_home(spec, session, {}, outputs), spec.name: id_}
        if found := spec.find(session.client, here):
            seen = _outputs(spec, session, {**here, **spec.told(found)}, found)
            return Found(id_, seen, {key: seen[key] for key in input_names(spec.properties)})
        raise AICoreError(f"There is no {_lowered(spec.what(here))} on {session.client.url}.")
    with session.reading(call, spec.key(outputs), spec.what(outputs), outputs):
        found = _find_listed(spec, session, outputs)
    if found is None:
        told = f"{_lowered(spec.what(outputs))} does not exist any more"
        session.info_once(f"{told}; where the program still has it, `up` makes it again")
        return Gone()
    seen = _outputs(spec, session, outputs, found)
    given = call.old_inputs or seen
    return Found(id_, seen, {key: seen[key] for key in input_names(spec.properties) if key in given})


def _update(
    spec: Named[Object], session: Session, call: Call, id_: str, olds: Properties, news: Properties
) -> Updated | UpdatedButFailed:
    what = spec.what(olds)
    session.require_home(what, olds)
    if session.host.interrupted.is_set():
        raise AICoreError(f"{what}: interrupted before it was changed.")
    inputs = {**news, "resource_group": text(olds, "resource_group")}
    timeout_s = _timeout_s(session, call)
    try:
        _patch(spec, session, inputs)
        return Updated(_outputs(spec, session, inputs, _wait(spec, session, call, inputs, timeout_s)))
    except NotFound as error:
        if not error.message.is_from_service:
            raise
        raise AICoreError(
            f"{what} does not exist any more.\nThe next `pulumi up` makes it again, with `--refresh` where the project "
            "does not say `refresh: always`."
        ) from None
    except WaitError as error:
        # The service has taken the change, so the state must hold it.
        return UpdatedButFailed(_outputs(spec, session, inputs, error.last), f"{error}\n{_AGAIN}")


def _delete(spec: Named[Object], session: Session, call: Call, id_: str, outputs: Properties) -> None:
    what, key = spec.what(outputs), spec.key(outputs)
    session.require_home(what, outputs)
    if session.index.forget_one_of_several(key):
        session.host.warn(f"{_lowered(what)} stands in the state twice; this entry is forgotten, the object is kept")
        return
    try:
        _remove_and_wait(spec, session, session.client, outputs, call.timeout_s or session.limits.timeouts.delete_s)
    except WaitError as error:
        refusal = error.__cause__ if isinstance(error, LookFailed) else None
        if isinstance(refusal, AICoreError) and not is_transient(refusal):
            raise refusal from None
        raise AICoreError(f"{error}\n{_AGAIN}") from None
    session.index.add_deleted(call.urn, key)


# --- requests ---------------------------------------------------------------------------------------------------------


def _post(spec: Named[Object], session: Session, inputs: Properties) -> bool:
    """Request a new object, and return whether the answer was lost. Raises an AICoreError for a refusal."""
    there = spec.collection(session.client, inputs)
    try:
        there.create(spec.body(inputs))
    except WrongState:
        raise _exists_already(spec, session, inputs) from None
    except (InvalidRequest, Forbidden, NotFound) as error:
        if isinstance(error, InvalidRequest) and there.find(text(inputs, spec.name)):
            raise _exists_already(spec, session, inputs) from None
        refused = AICoreError(f"{spec.what(inputs)} was refused: {error.facts}\n{spec.advice}")
        if group := text(inputs, "resource_group"):
            refused = session.client.resource_groups.explain(group, refused)
        raise refused from None
    except AICoreError as error:
        if not error.maybe_committed:
            raise
        return True
    finally:
        session.listed(there).note_write()
    _take_up(spec, session, inputs)
    return False


def _patch(spec: Named[Object], session: Session, inputs: Properties) -> None:
    there = spec.collection(session.client, inputs)
    try:
        there.update(text(inputs, spec.name), spec.patch(inputs))
    except (InvalidRequest, Forbidden) as error:
        raise AICoreError(f"{spec.what(inputs)} was not changed: {error.facts}\n{spec.advice}") from None
    finally:
        session.listed(there).note_write()
    _take_up(spec, session, inputs)


def _take_up(spec: Named[Object], session: Session, inputs: Properties) -> None:
    """Let the service take up a write at once, if it can: otherwise it does so later."""
    try:
        spec.after_write(session.client, text(inputs, spec.name))
    except AICoreError as error:
        session.host.debug(f"{spec.what(inputs)}: {error}")


def _take_over(
    spec: Named[Object], session: Session, call: Call, inputs: Properties, existing: Object
) -> Made | CreatedButFailed:
    """Bring an existing object to the inputs, since what it holds cannot be read and compared."""
    if session.host.interrupted.is_set():
        raise AICoreError(f"{spec.what(inputs)}: interrupted before it was taken over.")
    if different := replacing(
        spec.properties, changed(spec.properties, {**inputs, **spec.told(existing)}, inputs), inputs
    ):
        raise AICoreError(
            f"{spec.what(inputs)} cannot be taken over: it has another {', '.join(different)}.\n"
            "Declare it as it is first; a later change replaces it."
        )
    _patch(spec, session, inputs)
    session.index.add_made(call.urn, spec.key(inputs))
    try:
        found = _wait(spec, session, call, inputs, _timeout_s(session, call))
    except WaitError as error:
        if not call.can_keep():
            raise AICoreError(
                f"{error}\nIt was not taken over, but changed all the same. Run `pulumi up` again."
            ) from None
        outputs = _outputs(spec, session, inputs, error.last or existing)
        return CreatedButFailed(text(inputs, spec.name), outputs, f"{error}\n{_AGAIN}")
    return Made(text(inputs, spec.name), _outputs(spec, session, inputs, found))


def _wait(spec: Named[Object], session: Session, call: Call, inputs: Properties, timeout_s: float) -> Object:
    """Wait until the object is there and as it is wanted, and return it. Raises a WaitError."""
    client = session.client
    started, written_at = client.clock.now(), client.now

    def judge(found: Object | None) -> Wait | Done | Failed:
        if found is not None:
            return spec.judge(found, inputs, written_at)
        is_late = client.clock.now() - started > session.limits.settled_after_s
        return Failed("the service does not show it") if is_late else Wait("not visible yet")

    found = wait_until(
        lambda: spec.find(client, inputs),
        judge,
        what=spec.what(inputs),
        deadline=started + timeout_s,
        clock=client.clock,
        poll_interval=session.limits.poll_interval,
        outage_s=session.limits.outage_s,
        interrupted=session.host.interrupted,
        report=session.host.progress,
    )
    assert found is not None  # noqa: S101  (the judge is not done with none)
    return found


def _remove_and_wait(
    spec: Named[Object], session: Session, client: AICore, properties: Properties, timeout_s: float
) -> None:
    """Request the deletion until it is accepted, then wait until there is no such object. Raises a WaitError."""
    there, name, what = spec.collection(client, properties), text(properties, spec.name), spec.what(properties)
    is_accepted = False

    def look() -> str:
        """Return why the object is not gone yet; "" when it is."""
        nonlocal is_accepted
        if not is_accepted:
            if client.interrupted.is_set():
                raise AICoreError(f"{what}: interrupted before it was deleted.\n{_AGAIN}")
            try:
                there.delete(name)
            except WrongState as refusal:
                return f"DELETE is refused: {refusal.facts}"
            except (Forbidden, NotFound) as refusal:
                # Of the object, or of its resource group; or there is no right to delete it.
                if there.find(name) is None:
                    return ""
                if isinstance(refusal, Forbidden):
                    raise
                return f"DELETE is refused: {refusal.facts}"
            except AICoreError as error:
                if not error.maybe_committed:
                    raise
            else:
                is_accepted = True
            session.listed(there).note_write()
        return "deletion accepted, still there" if there.find(name) else ""

    wait_until(
        look,
        lambda why: Wait(why) if why else Done(),
        what=what,
        deadline=client.clock.now() + timeout_s,
        clock=client.clock,
        poll_interval=session.limits.poll_interval,
        outage_s=session.limits.outage_s,
        interrupted=client.interrupted,
        report=session.host.progress,
    )


def _remove(spec: Named[Object], session: Session, inputs: Properties, error: AICoreError) -> RemovedAgain:
    """Remove what was just made, also when the user wants out; if that fails, the error names it."""
    first = error.first_line
    try:
        _remove_and_wait(spec, session, session.client.uninterrupted(), inputs, session.limits.timeouts.delete_s)
    except AICoreError as second:
        told = second.first_line.rstrip(".")
        raise AICoreError(f"{first}\nIt could not be removed again and may still exist: {told}.") from error.__cause__
    return RemovedAgain(f"{first}\nThe new {spec.noun} was removed again.", error.__cause__)


def _find_listed(spec: Named[Object], session: Session, outputs: Properties) -> Object | None:
    """Return an object of the state; None when the service surely has none.

    All reads share a list, where that tells everything.
    """
    if spec.look is None:
        # What a list is refused for, the resource group, is told better by the look at the object.
        with suppress(Forbidden, NotFound):
            there = spec.collection(session.client, outputs)
            listed = session.listed(there).look_after_writes(session.fresh)
            found: Object | None = listed.objects.get(text(outputs, spec.name))
            if found is not None:
                return found
    return session.find_surely(lambda: spec.find(session.client, outputs))


def _failures_at_the_service(spec: Named[Object], session: Session, inputs: Properties) -> list[CheckFailure]:
    """Complain about a new object that `create` would refuse; nothing where the service does not tell.

    All checks share a list.
    """
    group = text(inputs, "resource_group")
    if group and session.index.is_unready(group):
        return []
    try:
        listed = session.listed(spec.collection(session.client, inputs)).look_after_writes(session.fresh)
    except AICoreError:
        return []
    is_there, is_taken_over = text(inputs, spec.name) in listed.objects, inputs.get("take_over") is True
    if is_there and not is_taken_over:
        what, _, advice = str(_exists_already(spec, session, inputs)).partition("\n")
        return [CheckFailure(spec.name, f"{_lowered(what)}\n{advice}")]
    if is_taken_over and not is_there:
        told = f"there is no {_lowered(spec.what(inputs))} on {session.client.url}; without `take_over` it is made"
        return [CheckFailure("take_over", told)]
    return []


# --- texts ------------------------------------------------------------------------------------------------------------


def _exists_already(spec: Named[Object], session: Session, inputs: Properties) -> AICoreError:
    return AICoreError(
        f"{spec.what(inputs)} exists already on {session.client.url}.\n"
        "Give `take_over=True` to manage it from now on, which writes what the program says into it; an interrupted "
        f"run of this stack may have made it. `{spec.kind}.get` looks at it without managing it."
    )


def _managed_already(spec: Named[Object], inputs: Properties, urn: str) -> str:
    return (
        f"{text(inputs, spec.name)} is managed by this stack already, as {urn}.\n"
        "Remove one of the two, or give it an alias."
    )


def _state_of(outputs: Properties) -> str:
    return " ".join(filter(None, (text(outputs, key) for key in ("status", "sync_status", "message"))))


def _lowered(sentence: str) -> str:
    return f"{sentence[0].lower()}{sentence[1:]}"


# --- properties -------------------------------------------------------------------------------------------------------


def _home(spec: Named[Object], session: Session, olds: Properties, news: Properties) -> dict[str, Any]:
    what = f"This {spec.noun}"
    if spec.scope == "tenant" or (spec.scope == "either" and news.get("tenant_wide") is True):
        return session.service(what, olds)
    if spec.scope == "either" and olds.get("tenant_wide") and not news.get("resource_group"):
        olds = {"service_url": olds.get("service_url")}
    return session.home(what, olds, news)


def _maps(spec: Named[Object]) -> list[Property]:
    return [each for each in spec.properties if each.type == "map"]


def _is_known(spec: Named[Object], inputs: Mapping[str, Any]) -> bool:
    """Whether a preview knows which object it is."""
    return not any(is_unknown(inputs.get(key)) for key in (spec.name, "resource_group", "tenant_wide"))


def _timeout_s(session: Session, call: Call) -> float:
    return call.timeout_s or session.limits.timeouts.update_s


def _outputs(spec: Named[Object], session: Session, properties: Properties, found: Any) -> dict[str, Any]:
    told: dict[str, Any] = {each.name: properties.get(each.name) for each in spec.properties}
    if found is not None:
        # Of the inputs, only what the program gives is looked at: the service has values of its own for others.
        inputs = {each.name for each in spec.properties if each.change}
        seen = spec.told(found)
        told |= {key: value for key, value in seen.items() if key not in inputs or told[key] is not None}
    return complete(told | {"tenant": session.client.identity.tenant}, spec.properties)
