"""What most kinds have in common: secrets, repositories, applications, artifacts, schedules and executions.

The service keeps what is written and tells a part of it, never a secret. So an object is compared by what the program
gives, and drift by what the service tells. A page of a kind says what is its own in a `Standard`; how an object comes
into being is in `named`, for those that a program names, and in `posted`, for those to which the service gives an id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from aicore_provider.api.client import AICore
from aicore_provider.api.collection import Collection
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.api.naming import IN_GROUP
from aicore_provider.kinds.call import Call, is_given_anew
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
from aicore_provider.kinds.session import CHECK_WHERE, Session
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
Due = Literal["", "update", "replace"]
"""What an object needs although no input differs: nothing, to be waited for, or to be made anew."""

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.timezone.utc) + dt.timedelta(days=1)
_AGAIN = "Run the command again; it goes on from here."


@dataclass(frozen=True, kw_only=True)
class Standard(Generic[Object]):
    """What is particular to one kind.

    A function takes the inputs or outputs of an object as `Properties`, unless it says otherwise.

    Attributes:
        kind: such as `AIGenericSecret`.
        doc: what an object of it is, for people.
        noun: for people, such as `generic secret`.
        properties: its table.
        path: of all objects of the kind in the API, below `/v2`.
        home: where its objects are: in a resource group, in the tenant, or in either as the input `scope` says.
        name: the input that is its id, or None where the service gives one.
        collection: takes the client as well, and returns where an object is.
        body: what a POST sends.
        patch: takes the inputs, and the properties as they were; returns what a PATCH sends: everything that may
            change. None where nothing does.
        told: takes an object as the service has it, and the inputs; returns the properties that the service tells of
            it. Those among them that are inputs show drift.
        judge: takes an object, the inputs, and the service's time when they were written; tells whether it is as it is
            wanted.
        look: takes the client, the collection and the id, and requests an object; returns None where there is none.
            None for a kind of which a list tells everything.
        needs_patch: whether a PATCH must follow the POST, which cannot say everything.
        also_replaces: takes the outputs of the state and the inputs; returns inputs that replace the object, although
            the table says that they do not.
        excludes: takes the outputs of the state and the inputs of another name; tells whether the service does not take
            the new object beside the old one, which then goes first.
        after_write: takes the client and the id, and requests what makes the service take up a write at once.
        before_delete: takes the client, the group and an object, and requests what must precede its DELETE. Returns
            what is waited for; "" when a DELETE is allowed.
        can_delete: False where the API has no DELETE.
        is_kept_when_gone: whether an object that the service has no more stays in the state.
        due: what an object of the state needs although no input differs.
        evidence: takes the client, the group and the id of an object that failed; returns further lines about it.
        advice: what to check when the service refuses the object.
    """

    kind: str
    doc: str
    noun: str
    properties: tuple[Property, ...]
    path: str
    home: Literal["group", "tenant", "either"]
    name: str | None
    collection: Callable[[AICore, Properties], Collection[Any]]
    body: Callable[[Properties], dict[str, Any]]
    patch: Callable[[Properties, Properties], dict[str, Any]] | None
    told: Callable[[Object, Properties], dict[str, Any]]
    advice: str
    judge: Callable[[Object, Properties, dt.datetime], Wait | Done | Failed] = lambda _found, _inputs, _at: Done()
    look: Callable[[AICore, Collection[Any], str], Object | None] | None = None
    needs_patch: Callable[[Properties], bool] = lambda _inputs: False
    also_replaces: Callable[[Properties, Properties], tuple[str, ...]] = lambda _olds, _news: ()
    excludes: Callable[[Properties, Properties], bool] = lambda _olds, _news: False
    after_write: Callable[[AICore, str], None] = lambda _client, _id: None
    before_delete: Callable[[AICore, str, Object], str] = lambda _client, _group, _found: ""
    can_delete: bool = True
    is_kept_when_gone: Callable[[Properties], bool] = lambda _outputs: False
    due: Callable[[Properties], Due] = lambda _outputs: ""
    evidence: Callable[[AICore, str, str], str] = lambda _client, _group, _id: ""

    def find(self, client: AICore, properties: Properties, id_: str) -> Object | None:
        """Request an object; None when the service itself says that there is none."""
        there = self.collection(client, properties)
        return self.look(client, there, id_) if self.look else there.find(id_)

    def key(self, properties: Properties, id_: str) -> str:
        """Return what the index knows an object by: its id alone may be that of another object."""
        return "/".join((self.path, text(properties, "scope"), text(properties, "resource_group"), id_))

    def what(self, properties: Properties, id_: str) -> str:
        """Return an object for people, such as `Generic secret db in resource group team-a`."""
        group = text(properties, "resource_group")
        return f"{self.noun[0].upper()}{self.noun[1:]} {id_}" + (f" in resource group {group}" if group else "")


Create = Callable[[Standard[Any], Session, Call, Properties], Made | CreatedButFailed | RemovedAgain]
Check = Callable[[Standard[Any], Session, Call, Properties], list[CheckFailure]]


def kind_of(spec: Standard[Any], *, create: Create, check_new: Check) -> Kind:
    """Return a kind as a front end uses it.

    `create` makes an object, and `check_new` complains about the inputs of a new one, as far as a preview knows them.
    """
    return Kind(
        spec.kind,
        spec.doc,
        spec.properties,
        check=partial(_check, spec, check_new),
        diff=partial(_diff, spec),
        create=partial(create, spec),
        read=partial(_read, spec),
        update=partial(_update, spec),
        delete=partial(_delete, spec),
        path=spec.path,
    )


def _check(
    spec: Standard[Object], check_new: Check, session: Session, call: Call, olds: Properties, news: Properties
) -> Checked:
    inputs = {key: value for key, value in news.items() if value is not None}
    if spec.home == "either" and inputs.get("scope") == IN_GROUP:
        del inputs["scope"]  # the same as none
    inputs |= _home(spec, session, olds, news)
    for each in spec.properties:
        if each.name in inputs and each.type == "map":
            inputs[each.name] = normal_map(inputs[each.name])
        elif each.name in inputs and each.change and each.type == "text" and not is_unknown(inputs[each.name]):
            inputs[each.name] = as_text(inputs[each.name]) or inputs[each.name]
    failures = complaints(spec.properties, olds, inputs)
    if spec.home == "either" and not _is_in_group(spec, inputs) and news.get("resource_group"):
        failures.append(CheckFailure("resource_group", f"goes with no scope {inputs['scope']}"))
    if olds:
        session.index.add_compared(call.urn)
    elif not failures:
        failures += check_new(spec, session, call, inputs)
    return Checked(inputs, tuple(failures))


def _diff(
    spec: Standard[Object], session: Session, call: Call, id_: str, olds: Properties, news: Properties
) -> Difference:
    session.index.add_held(call.urn, spec.key(olds, id_), text(olds, "resource_group"))
    if is_given_anew("take_over", call, olds, news):
        session.index.add_take_over(call.urn)
    different = changed(spec.properties, olds, news)
    replaces = list(dict.fromkeys((*replacing(spec.properties, different, news), *spec.also_replaces(olds, news))))
    if different:
        goes_first = bool(replaces) and _excludes(spec, id_, olds, news)
        return Difference(tuple(different), tuple(replaces), delete_before_replace=goes_first)
    due = spec.due(olds)
    if due:
        session.info_once(f"{lowered(spec.what(olds, id_))}: {_state_of(olds)}")
    first = next(each.name for each in spec.properties if each.change)
    return Difference((), (first,) if due == "replace" else (), is_due=bool(due))


def _excludes(spec: Standard[Object], id_: str, olds: Properties, news: Properties) -> bool:
    """Whether a new object cannot stand beside the old one: the service has one of a name."""
    is_same_name = spec.name is not None and spec.key(olds, id_) == spec.key(news, text(news, spec.name))
    return is_same_name or spec.excludes(olds, news)


def _read(spec: Standard[Object], session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        if failures := complaints((each for each in spec.properties if each.name in outputs), {}, outputs):
            raise AICoreError("; ".join(f"{each.property}: {each.reason}" for each in failures) + ".")
        here = {**outputs, **_home(spec, session, {}, outputs), **({spec.name: id_} if spec.name else {})}
        if found := spec.find(session.client, here, id_):
            seen = outputs_of(spec, session, {**here, **spec.told(found, {})}, found)
            return Found(id_, seen, {key: seen[key] for key in input_names(spec.properties)})
        raise AICoreError(f"There is no {lowered(spec.what(here, id_))} on {session.client.url}.\n{CHECK_WHERE}")
    with session.reading(call, spec.key(outputs, id_), spec.what(outputs, id_), outputs):
        found = _find_listed(spec, session, outputs, id_)
    if found is not None or spec.is_kept_when_gone(outputs):
        session.index.add_found(spec.key(outputs, id_))
    if found is None and spec.is_kept_when_gone(outputs):
        return Found(id_, dict(outputs))
    if found is None:
        told = f"{lowered(spec.what(outputs, id_))} does not exist any more"
        session.info_once(f"{told}; where the program still has it, `up` makes it again")
        session.index.add_gone(spec.key(outputs, id_))
        return Gone()
    # A state without inputs has all of them as outputs, where an empty one says that the program gives none.
    stored = {each.name: value for each in spec.properties if (value := outputs.get(each.name)) != each.empty}
    given = call.old_inputs or stored
    seen = outputs_of(spec, session, outputs, found, given)
    return Found(id_, seen, {key: seen[key] for key in input_names(spec.properties) if key in given})


def _update(
    spec: Standard[Object], session: Session, call: Call, id_: str, olds: Properties, news: Properties
) -> Updated | UpdatedButFailed:
    what = spec.what(olds, id_)
    session.require_home(what, olds)
    inputs = {**news, "resource_group": text(olds, "resource_group")}
    different, missing = changed(spec.properties, olds, news), unknown_values(spec, news)
    is_written = bool(different) or (spec.name is not None and not missing)
    if missing and different:
        raise AICoreError(
            f"{what} cannot be changed without {', '.join(missing)}.\nThe service takes everything in one request, and "
            "does not tell what it was taken over with."
        )
    if session.host.interrupted.is_set():
        raise AICoreError(f"{what}: interrupted before it was changed.")
    try:
        if is_written and spec.patch:
            write(spec, session, inputs, id_, olds)
        limit_s = call.timeout_s or session.limits.timeouts.update_s
        found = wait(spec, session, inputs, id_, limit_s, is_written=is_written)
    except NotFound as error:
        if not error.message.is_from_service:
            raise
        raise AICoreError(
            f"{what} does not exist any more.\nThe next `pulumi up` makes it again, with `--refresh` where the project "
            "does not say `refresh: always`."
        ) from None
    except WaitError as error:
        # The service has taken the change, so the state must hold it.
        outputs = outputs_of(spec, session, _merged(spec, olds, inputs), error.last, inputs)
        return UpdatedButFailed(outputs, why(spec, session, inputs, id_, error))
    return Updated(outputs_of(spec, session, _merged(spec, olds, inputs), found, inputs))


def _delete(spec: Standard[Object], session: Session, call: Call, id_: str, outputs: Properties) -> None:
    what, key = spec.what(outputs, id_), spec.key(outputs, id_)
    session.require_home(what, outputs)
    if session.index.forget_one_of_several(key):
        session.host.warn(f"{lowered(what)} stands in the state twice; this entry is forgotten, the object is kept")
        return
    if not spec.can_delete:
        if not session.index.has_made(call.urn):
            session.announce_once(f"an {spec.noun} that is deleted is only forgotten: the service keeps it")
        return
    delete_s = call.timeout_s or session.limits.timeouts.delete_s
    try:
        _remove_and_wait(spec, session, session.client, outputs, id_, delete_s)
    except WaitError as error:
        refusal = error.__cause__ if isinstance(error, LookFailed) else None
        if isinstance(refusal, AICoreError) and not is_transient(refusal):
            raise refusal from None
        raise AICoreError(f"{error}\n{_AGAIN}") from None
    session.index.add_deleted(call.urn, key)


# --- what both ways to create use -------------------------------------------------------------------------------------


def settle(
    spec: Standard[Object],
    session: Session,
    call: Call,
    inputs: Properties,
    id_: str,
    *,
    replaces: bool,
    is_certain: bool = True,
) -> Made | CreatedButFailed | RemovedAgain:
    """Wait until a new object is as it is wanted, and say what became of it.

    One that fails is kept in the state, unless it was to replace another one, or the front end cannot keep an id: then
    it is removed again. An interrupted replacement is kept. `replaces` is what `stands` said before the POST, and
    `is_certain` is False when nobody knows whether the object was made.

    Raises:
        AICoreError: the object was not made; or it could not be removed, and is named.
    """
    what = spec.what(inputs, id_)
    try:
        _complete(spec, session, inputs, id_)
        limit_s = call.timeout_s or session.limits.timeouts.create_s
        outputs = outputs_of(spec, session, inputs, wait(spec, session, inputs, id_, limit_s))
    except WaitError as error:
        if not is_certain and error.last is None and isinstance(error, WaitFailed):
            told = f"{what}: the service gave no good answer to the POST, and does not show it.\nRun `pulumi up` again."
            raise AICoreError(told) from None
        is_kept = not replaces or isinstance(error, WaitInterrupted)
        told = why(spec, session, inputs, id_, error)
        if not (is_kept and call.can_keep()):
            return _remove(spec, session, inputs, id_, told, error)
        session.index.add_held(call.urn, spec.key(inputs, id_), text(inputs, "resource_group"))
        return CreatedButFailed(id_, outputs_of(spec, session, inputs, error.last), told)
    except AICoreError:
        raise
    except Exception as error:
        raise AICoreError(f"{what} was made, but aicore-provider has a fault: {summary_of(error)}.") from error
    if not call.is_active():
        return _remove(spec, session, inputs, id_, f"{what}: the engine is gone.")
    session.index.add_made(call.urn, spec.key(inputs, id_))
    return Made(id_, outputs)


def _complete(spec: Standard[Object], session: Session, inputs: Properties, id_: str) -> None:
    """Send the PATCH that must follow a POST, if any. Raises a WaitError where it fails, since the object exists."""
    if not spec.needs_patch(inputs):
        return
    try:
        write(spec, session, inputs, id_, inputs)
    except AICoreError as error:
        raise LookFailed(spec.what(inputs, id_), f"it was made, but not changed as wanted: {error}", None) from error


def stands(session: Session, call: Call) -> bool:
    """Whether the new object replaces one that exists, as far as this process knows.

    One with the same name was deleted before, and one that is gone is made again.
    """
    before = session.index.before(call.urn)
    return not before.deleted and bool(before.standing or before.unseen)


def require_caller(session: Session, call: Call, what: str) -> None:
    """Raise an AICoreError before something is made that the user does not want any more, or no engine would note."""
    if session.host.interrupted.is_set() or not call.is_active():
        raise AICoreError(f"{what}: interrupted before it was made.")


def write(spec: Standard[Object], session: Session, inputs: Properties, id_: str, olds: Properties) -> None:
    """Send a PATCH with everything that may change; `olds` are the properties as they were.

    Raises:
        NotFound: there is no such object.
        AICoreError: the service refuses, or does not answer.
    """
    assert spec.patch  # noqa: S101  (a kind without one is never changed)
    there = spec.collection(session.client, inputs)
    try:
        there.update(id_, spec.patch(inputs, olds))
    except (InvalidRequest, Forbidden, WrongState) as error:
        raise AICoreError(f"{spec.what(inputs, id_)} was not changed: {error.facts}\n{spec.advice}") from None
    finally:
        session.listed(there).note_write()
    take_up(spec, session, inputs, id_)


def take_up(spec: Standard[Object], session: Session, inputs: Properties, id_: str) -> None:
    """Let the service take up a write at once, if it can: otherwise it does so later."""
    try:
        spec.after_write(session.client, id_)
    except AICoreError as error:
        session.host.debug(f"{spec.what(inputs, id_)}: {error}")


def refused(spec: Standard[Object], session: Session, inputs: Properties, what: str, reason: str) -> AICoreError:
    """Return the error for a POST that the service refused for this reason."""
    error = AICoreError(f"{what} was refused: {reason}\n{spec.advice}")
    group = text(inputs, "resource_group")
    return session.client.resource_groups.explain(group, error) if group else error


def wait(
    spec: Standard[Object],
    session: Session,
    inputs: Properties,
    id_: str,
    timeout_s: float,
    *,
    is_written: bool = True,
) -> Object:
    """Wait until the object is there and as it is wanted, and return it. Raises a WaitError.

    `is_written` is False where this call has not changed it, so that what the service shows is not out of date.
    """
    client = session.client
    started = client.clock.now()
    written_at = client.now if is_written else _LONG_AGO

    def judge(found: Object | None) -> Wait | Done | Failed:
        if found is not None:
            return spec.judge(found, inputs, written_at)
        is_late = client.clock.now() - started > session.limits.settled_after_s
        return Failed("the service does not show it") if is_late else Wait("not visible yet")

    found = wait_until(
        lambda: spec.find(client, inputs, id_),
        judge,
        what=spec.what(inputs, id_),
        deadline=started + timeout_s,
        clock=client.clock,
        poll_interval=session.limits.poll_interval,
        outage_s=session.limits.outage_s,
        interrupted=session.host.interrupted,
        report=session.host.progress,
    )
    assert found is not None  # noqa: S101  (the judge is not done with none)
    return found


def why(spec: Standard[Object], session: Session, inputs: Properties, id_: str, error: WaitError) -> str:
    """Return one to three lines about a wait that ended without success."""
    if isinstance(error, WaitFailed):
        evidence = spec.evidence(session.client, text(inputs, "resource_group"), id_)
        return "\n".join(filter(None, (str(error), evidence)))
    return f"{error}\n{_AGAIN}"


def unknown_values(spec: Standard[Any], inputs: Properties) -> list[str]:
    """Return the inputs without a value that the service needs and never tells."""
    return [each.name for each in spec.properties if each.is_untold and each.is_required and not inputs.get(each.name)]


def take_over(
    spec: Standard[Object], session: Session, call: Call, inputs: Properties, id_: str, existing: Object
) -> Made | CreatedButFailed:
    """Manage an existing object, which is changed only where it differs.

    What the service never tells cannot be compared: it is written where the program gives it, and left as it is where
    the program does not.

    Raises:
        AICoreError: it is not taken over.
    """
    what = spec.what(inputs, id_)
    if session.host.interrupted.is_set():
        raise AICoreError(f"{what}: interrupted before it was taken over.")
    there = {**inputs, **spec.told(existing, inputs)}
    different = changed(spec.properties, there, inputs)
    if replaced := replacing(spec.properties, different, inputs):
        raise AICoreError(
            f"{what} cannot be taken over: it has another {', '.join(replaced)}.\n"
            "Declare it as it is first; a later change replaces it."
        )
    unknown = unknown_values(spec, inputs)
    if unknown and different:
        raise AICoreError(
            f"{what} cannot be taken over with another {', '.join(different)} and without {', '.join(unknown)}.\n"
            "The service takes both in one request. Declare it as it is, or give both."
        )
    is_written = bool(different) or any(each.is_untold and inputs.get(each.name) for each in spec.properties)
    if is_written:
        write(spec, session, inputs, id_, there)
    session.index.add_made(call.urn, spec.key(inputs, id_))
    try:
        limit_s = call.timeout_s or session.limits.timeouts.create_s
        found = wait(spec, session, inputs, id_, limit_s, is_written=is_written)
    except WaitError as error:
        if not call.can_keep():
            changed_too = "It was changed, but" if is_written else "It was"
            raise AICoreError(f"{error}\n{changed_too} not taken over. Run `pulumi up` again.") from None
        outputs = outputs_of(spec, session, inputs, error.last or existing)
        return CreatedButFailed(id_, outputs, why(spec, session, inputs, id_, error))
    return Made(id_, outputs_of(spec, session, inputs, found))


# --- requests ---------------------------------------------------------------------------------------------------------


def _remove_and_wait(
    spec: Standard[Object], session: Session, client: AICore, properties: Properties, id_: str, timeout_s: float
) -> None:
    """Request the deletion until it is accepted, then wait until there is no such object. Raises a WaitError."""
    there, what = spec.collection(client, properties), spec.what(properties, id_)
    is_accepted = False

    def request() -> str:
        """Return why the deletion is not accepted yet; "" when it is, or there is no such object."""
        nonlocal is_accepted
        if client.interrupted.is_set():
            raise AICoreError(f"{what}: interrupted before it was deleted.\n{_AGAIN}")
        found = session.find_surely(lambda: there.find(id_))
        if found is None:
            return ""
        try:
            if first := spec.before_delete(client, text(properties, "resource_group"), found):
                return first
            there.delete(id_)
        except (NotFound, WrongState) as refusal:
            return f"DELETE is refused: {refusal.facts}"
        except AICoreError as error:
            if not error.maybe_committed:
                raise
            return error.first_line
        finally:
            session.listed(there).note_write()
        is_accepted = True
        return ""

    def look() -> str:
        """Return why the object is not gone yet; "" when it is."""
        if not is_accepted and (told := request()):
            return told
        return "deletion accepted, still there" if is_accepted and there.find(id_) else ""

    wait_until(
        look,
        lambda told: Wait(told) if told else Done(),
        what=what,
        deadline=client.clock.now() + timeout_s,
        clock=client.clock,
        poll_interval=session.limits.poll_interval,
        outage_s=session.limits.outage_s,
        interrupted=client.interrupted,
        report=session.host.progress,
    )


def _remove(
    spec: Standard[Object],
    session: Session,
    inputs: Properties,
    id_: str,
    told: str,
    cause: BaseException | None = None,
) -> RemovedAgain:
    """Remove what was just made, also when the user wants out; if that fails, the error names it."""
    first = told.removesuffix(f"\n{_AGAIN}")
    if not spec.can_delete:
        raise AICoreError(f"{first}\nIt exists, and the API cannot delete it.") from cause
    try:
        _remove_and_wait(spec, session, session.client.uninterrupted(), inputs, id_, session.limits.timeouts.delete_s)
    except AICoreError as second:
        kept = second.first_line.rstrip(".")
        raise AICoreError(f"{first}\nIt could not be removed again and may still exist: {kept}.") from cause
    return RemovedAgain(f"{first}\nThe new {spec.noun} was removed again.")


def _find_listed(spec: Standard[Object], session: Session, outputs: Properties, id_: str) -> Object | None:
    """Return an object of the state; None when the service surely has none.

    All reads share a list, where that tells everything.
    """
    if spec.look is None:
        # What a list is refused for, the resource group, is told better by the look at the object.
        with suppress(Forbidden, NotFound):
            listed = session.listed(spec.collection(session.client, outputs)).look_after_writes(session.fresh)
            found: Object | None = listed.objects.get(id_)
            if found is not None:
                return found
    return session.find_surely(lambda: spec.find(session.client, outputs, id_))


# --- texts and properties ---------------------------------------------------------------------------------------------


def lowered(sentence: str) -> str:
    """Return a sentence to stand within another one."""
    return f"{sentence[0].lower()}{sentence[1:]}"


def managed_already(id_: str, urn: str) -> str:
    """Return why a resource is not made for an object that the state holds already."""
    return f"{id_} is managed by this stack already, as {urn}.\nRemove one of the two, or give it an alias."


def outputs_of(
    spec: Standard[Any], session: Session, properties: Properties, found: Any, given: Properties | None = None
) -> dict[str, Any]:
    """Return all properties: as they were, with what the service tells of the object; None for one not seen yet.

    Of the inputs, only those that the program gives are taken from the service, which has values of its own for others.
    They are those of `properties`, unless `given` has them.
    """
    told: dict[str, Any] = {each.name: properties.get(each.name) for each in spec.properties}
    if found is not None:
        by_program = properties if given is None else given
        left_out = {
            each.name
            for each in spec.properties
            if each.change and not each.is_left_alone and by_program.get(each.name) is None
        }
        told |= {key: value for key, value in spec.told(found, properties).items() if key not in left_out}
    return complete(told | {"tenant": session.client.identity.tenant}, spec.properties)


def _merged(spec: Standard[Any], olds: Properties, inputs: Properties) -> dict[str, Any]:
    """Return the outputs of the state with other inputs; one that the program gives no longer is left out."""
    return {**olds, **{each.name: inputs.get(each.name) for each in spec.properties if each.change}}


def _state_of(outputs: Properties) -> str:
    told = " ".join(filter(None, (text(outputs, key) for key in ("status", "sync_status", "message"))))
    return told or "not ready"


def _home(spec: Standard[Object], session: Session, olds: Properties, news: Properties) -> dict[str, Any]:
    what = f"This {spec.noun}"
    return session.home(what, olds, news) if _is_in_group(spec, news) else session.service(what, olds)


def _is_in_group(spec: Standard[Object], properties: Properties) -> bool:
    return spec.home == "group" or (spec.home == "either" and text(properties, "scope") in ("", IN_GROUP))
