"""`AIResourceGroup`: a resource group of the tenant.

The service creates and deletes one asynchronously. Only the labels of an existing group can be changed (API contract
2.42.0).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, label_problem, resource_group_problem
from aicore_provider.api.resource_groups import PATH
from aicore_provider.api.types import ResourceGroup
from aicore_provider.kinds.call import Call, is_given_anew
from aicore_provider.kinds.index import group_key
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
)
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import (
    CLOCK_TOLERANCE,
    HOME,
    SECRET_INPUTS,
    as_text,
    changed,
    complaints,
    complete,
    input_names,
    is_unknown,
    iso,
    normal_map,
    replacing,
    string_map,
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

_DOC = "A resource group of the tenant. Only its labels change in place."
PROPERTIES = (
    Property(
        "resource_group_id",
        "Its id, by which everything in it names it.",
        Change.REPLACES,
        rule=resource_group_problem,
        is_required=True,
    ),
    Property(
        "labels",
        "All its labels; left out, they are left alone.",
        Change.IN_PLACE,
        type="map",
        item_rule=label_problem,
        is_left_alone=True,
    ),
    Property(
        "take_over",
        "Whether a group of this id that exists already is managed from now on.",
        Change.NO_DIFFERENCE,
        type="flag",
    ),
    *HOME,
    Property("status", "PROVISIONED, PROVISIONING, ERROR, or something new."),
    Property("was_provisioned", "Whether it has ever been PROVISIONED, as far as the state knows.", type="flag"),
    Property("service_plan", "The service plan that covers it, as far as the service tells."),
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    SECRET_INPUTS,
)
_INPUTS = input_names(PROPERTIES)
_AGAIN = "Run the command again; it goes on from here."


def check(session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    """Return the inputs in their normal form, and complaints about what the service would refuse.

    Unless the checks are off, looks whether there is a group of the id of a new one.

    Raises:
        CredentialsError: there are no credentials.
        WrongServiceError: they are for another service than the stack's, or than that of the group in the state.
    """
    inputs = {key: value for key, value in news.items() if value is not None}
    inputs |= session.service("This resource group", olds)
    if olds:
        session.index.add_compared(call.urn)
    if "labels" in inputs:
        inputs["labels"] = normal_map(inputs["labels"])
    if not is_unknown(given := inputs.get("resource_group_id")) and given is not None:
        inputs["resource_group_id"] = as_text(given) or given
    failures = complaints(PROPERTIES, olds, inputs)
    id_ = text(inputs, "resource_group_id")
    if id_ and not olds and not session.index.is_made_here(group_key(id_)):
        session.index.set_unready(id_, True)
    if id_ == DEFAULT_RESOURCE_GROUP:
        told = f"{id_} is made and kept by the service; look at it with `AIResourceGroup.get`"
        failures.append(CheckFailure("resource_group_id", told))
    elif id_ and not olds and (other := session.index.claim(call.urn, group_key(id_))):
        failures.append(CheckFailure("resource_group_id", _managed_already(id_, other)))
    elif not failures and id_ and not olds and not session.index.is_in_state(call.urn) and session.rules.is_on:
        failures += _failures_at_the_service(session, id_, is_taken_over=inputs.get("take_over") is True)
    return Checked(inputs, tuple(failures))


def diff(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Difference:
    """Compare inputs: other labels are an update, another id is a replacement.

    A group that is not PROVISIONED is waited for, although no input differs.
    """
    session.index.add_held(call.urn, group_key(id_), id_)
    if is_given_anew("take_over", call, olds, news):
        session.index.add_take_over(call.urn)
    different = changed(PROPERTIES, olds, news)
    given = news.get("labels")
    removed = sorted(string_map(olds, "labels").keys() - given.keys()) if isinstance(given, Mapping) else []
    if removed:
        session.info_once(f"resource group {id_}: labels are removed: {', '.join(removed)}")
    is_ready = text(olds, "status") == "PROVISIONED"
    session.index.set_unready(id_, not is_ready)
    is_due = not different and not is_ready
    if is_due:
        session.info_once(f"resource group {id_} is not ready: status {text(olds, 'status')}")
    replaces = replacing(PROPERTIES, different, news)
    if replaces:
        session.index.add_replaced_group(id_)
    return Difference(tuple(different), tuple(replaces), is_due)


def create(session: Session, call: Call, inputs: Properties) -> Made | CreatedButFailed | RemovedAgain:
    """Make the group, or take over an existing one, and wait until it is PROVISIONED and shows its labels.

    A new group that fails is kept in the state. It is removed again where it was to replace another one, and where the
    front end cannot keep an id. An interrupted replacement is kept.

    Raises:
        AICoreError: there is a group of this id already, or nothing was made, or what was made could not be removed.
    """
    id_ = text(inputs, "resource_group_id")
    replaces = session.index.is_in_state(call.urn)
    session.client.authenticate()
    if (other := session.index.holder(group_key(id_))) not in (None, call.urn):
        raise AICoreError(f"Resource group {_managed_already(id_, str(other))}")
    timeout_s = call.timeout_s or session.limits.timeouts.create_s
    if existing := session.client.resource_groups.find(id_):
        is_old_one = replaces and session.index.holder(group_key(id_)) == call.urn
        is_wanted = inputs.get("take_over") is True
        if is_old_one or not (is_wanted and (not replaces or session.index.may_take_over(call.urn, group_key(id_)))):
            raise _exists_already(session, id_, is_old_one=is_old_one, is_wanted=is_wanted)
        found = _take_over(session, existing, inputs, timeout_s)
        session.index.add_made(call.urn, group_key(id_))
        return Made(id_, _outputs(session, inputs, found))
    _require_uninterrupted(session.host.interrupted, f"Resource group {id_}: interrupted before it was made.")
    asked_at = session.client.now
    is_answer_lost = _post(session, id_, _labels(inputs))
    try:
        found = _wait_until_ready(session, id_, _labels(inputs), timeout_s)
        outputs = _outputs(session, inputs, found)
    except WaitError as error:
        last = error.last if isinstance(error.last, ResourceGroup) else None
        if is_answer_lost and (last or isinstance(error, WaitFailed)):
            _require_own(session, id_, last, inputs, asked_at)
        is_kept = not replaces or isinstance(error, WaitInterrupted)
        if not (is_kept and call.can_keep()):
            if is_answer_lost and not last:
                told = "The service gave no good answer to the POST, so the group may have been made."
                raise AICoreError(f"{error}\n{told}") from error.__cause__
            return _remove(session, id_, error)
        session.index.add_held(call.urn, group_key(id_), id_)
        why = f"{error}\n{_next_step(error, call)}"
        return CreatedButFailed(id_, _outputs(session, inputs, last), why, error.__cause__)
    except AICoreError:
        raise
    except Exception as error:
        told = f"Resource group {id_} was made, but aicore-provider has a fault: {summary_of(error)}."
        raise AICoreError(told) from error
    session.fetch_catalog_ahead(id_)
    if is_answer_lost:
        _require_own(session, id_, found, inputs, asked_at)
    if not call.is_active():
        return _remove(session, id_, AICoreError(f"Resource group {id_}: the engine is gone."))
    session.index.add_made(call.urn, group_key(id_))
    return Made(id_, outputs)


def read(session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    """Ask the service. Inputs are rewritten to what it says, so that drift shows as a change of a property.

    Raises:
        WrongServiceError: it is on another service or tenant than the credentials are for.
        AICoreError: the service does not tell; or the program gets it by its id with `.get()`, and there is none.
    """
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        here = {**outputs, **session.service("", {})}
        if found := session.client.resource_groups.find(id_):
            return _seen(session, call, here, found)
        raise session.not_there(f"resource group {id_}", id_)
    with session.reading(call, group_key(id_), f"Resource group {id_}", outputs):
        found = _find(session, id_)
    if found is None:
        told = f"resource group {id_} does not exist any more; where the program still uses it, `up` makes a new one"
        session.info_once(f"{told}, which is empty")
        session.index.add_gone(group_key(id_))
        return Gone()
    return _seen(session, call, outputs, found)


def update(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Updated:
    """Replace the labels, and wait until the service shows them and the group is PROVISIONED.

    Raises:
        AICoreError: they are not shown in time. The state keeps the old labels, so that the next run tries again.
    """
    session.require_home(f"Resource group {id_}", olds)
    timeout_s = call.timeout_s or session.limits.timeouts.update_s
    existing = session.client.resource_groups.find(id_)
    if existing is None:
        raise AICoreError(
            f"Resource group {id_} does not exist any more.\nThe next `pulumi up` makes a new one, with `--refresh` "
            "where the project does not say `refresh: always`."
        )
    try:
        found = _relabel(session, existing, _labels(news), timeout_s)
    except WaitError as error:
        raise AICoreError(f"{error}\n{_next_step(error, call)}") from error.__cause__
    was_provisioned = bool(olds.get("was_provisioned"))
    return Updated(_outputs(session, {**news, "was_provisioned": was_provisioned}, found))


def delete(session: Session, call: Call, id_: str, outputs: Properties) -> None:
    """Delete it with everything in it, and wait until the service knows it no more.

    Deployments in it that this stack does not manage forbid that; its own are waited for, since they go as well.

    Raises:
        AICoreError: it may still be there; it stays in the state.
    """
    session.require_home(f"Resource group {id_}", outputs)
    if session.index.forget_one_of_several(group_key(id_)):
        session.host.warn(f"resource group {id_} stands in the state twice; this entry is forgotten, the group is kept")
        return
    timeout_s = call.timeout_s or session.limits.timeouts.delete_s
    is_empty = not outputs.get("was_provisioned") and text(outputs, "status") != "PROVISIONED"
    try:
        _delete(session, session.client, id_, timeout_s, is_empty=is_empty)
    except WaitError as error:
        refusal = error.__cause__ if isinstance(error, LookFailed) else None
        if isinstance(refusal, AICoreError) and not is_transient(refusal):
            raise refusal from None
        raise AICoreError(f"{error}\n{_AGAIN}") from None
    session.index.add_deleted(call.urn, group_key(id_))


KIND = Kind("AIResourceGroup", _DOC, PROPERTIES, check, diff, create, read, update, delete, path=PATH)


# --- requests ---------------------------------------------------------------------------------------------------------


def _find(session: Session, id_: str) -> ResourceGroup | None:
    """Return a group; None when the service surely has none. All reads share a list."""
    with suppress(Forbidden, NotFound):
        if found := session.listed_group(id_):
            return found
    return session.find_surely(lambda: session.client.resource_groups.find(id_))


def _post(session: Session, id_: str, labels: dict[str, str] | None) -> bool:
    """Request a new group, and return whether the answer was lost. Raises an AICoreError for a refusal."""
    try:
        session.client.resource_groups.create(id_, labels=labels or {})
    except WrongState:
        raise _exists_already(session, id_) from None
    except (InvalidRequest, Forbidden) as error:
        raise AICoreError(
            f"Resource group {id_} was refused: {error.facts}\n"
            "Check its id and labels, the quota of resource groups, and that the credentials cover administration."
        ) from None
    except AICoreError as error:
        if not error.maybe_committed:
            raise
        return True
    finally:
        session.note_group_write()
    return False


def _failures_at_the_service(session: Session, id_: str, *, is_taken_over: bool) -> list[CheckFailure]:
    """Complain about a new group that `create` would refuse; nothing where the service does not tell."""
    try:
        found = session.listed_group(id_)
        if is_taken_over and not found:  # a list may lag behind
            found = session.client.resource_groups.find(id_)
    except AICoreError:
        return []
    if found and not is_taken_over:
        what, _, advice = str(_exists_already(session, id_)).partition("\n")
        return [CheckFailure("resource_group_id", f"{what[0].lower()}{what[1:]}\n{advice}")]
    if is_taken_over and not found:
        told = f"there is no resource group {id_} on {session.client.url}; without `take_over` one is made"
        return [CheckFailure("take_over", told)]
    return []


def _require_own(
    session: Session, id_: str, found: ResourceGroup | None, inputs: Properties, asked_at: dt.datetime
) -> None:
    """Make sure that a group is what a POST without a good answer has made, and not somebody else's.

    There was none just before, so what was created since and has the labels that were asked for is ours. Raises an
    AICoreError when nothing shows, or nobody can tell.
    """
    unclear = f"Resource group {id_}: the service gave no good answer to the POST"
    if found is None:
        raise AICoreError(f"{unclear}, and does not show the group.\nRun `pulumi up` again.")
    is_new = found.created_at is not None and found.created_at >= asked_at - CLOCK_TOLERANCE
    if not is_new or found.labels != (_labels(inputs) or {}):
        raise AICoreError(
            f"{unclear}, and there is one now that somebody else may have made.\n"
            "If it is yours, run `pulumi up` again with `take_over=True` (in a stack file `takeOver: true`)."
        )


def _take_over(session: Session, existing: ResourceGroup, inputs: Properties, timeout_s: float) -> ResourceGroup:
    labels = _labels(inputs)
    try:
        return _relabel(session, existing, labels, timeout_s)
    except WaitError as error:
        is_changed = labels not in (None, existing.labels)
        changed_too = " Its labels were changed all the same." if is_changed else ""
        told = f"{error}\nIt was not taken over.{changed_too} Run `pulumi up` again."
        raise AICoreError(told) from error.__cause__


def _relabel(
    session: Session, existing: ResourceGroup, labels: dict[str, str] | None, timeout_s: float
) -> ResourceGroup:
    if labels is not None and labels != existing.labels:
        told = f"Resource group {existing.id}: interrupted before its labels were changed."
        _require_uninterrupted(session.host.interrupted, told)
        try:
            session.client.resource_groups.update_labels(existing.id, labels)
        finally:
            session.note_group_write()
    return _wait_until_ready(session, existing.id, labels, timeout_s)


def _wait_until_ready(session: Session, id_: str, labels: dict[str, str] | None, timeout_s: float) -> ResourceGroup:
    started = session.client.clock.now()
    usable, seen, not_found_count = False, False, 0

    def look() -> ResourceGroup | None:
        nonlocal usable, seen, not_found_count
        found = session.client.resource_groups.find(id_)
        seen, not_found_count = seen or found is not None, 0 if found else not_found_count + 1
        if found and found.status == "PROVISIONED" and not usable:
            usable = _is_usable(session, id_)
        return found

    def judge(found: ResourceGroup | None) -> Wait | Done | Failed:
        if found is None and seen and not_found_count > 1:
            return Failed("it was deleted meanwhile")
        if found is None:
            is_late = session.client.clock.now() - started > session.limits.invisible_for_s
            return Failed("the service does not show it") if is_late else Wait("not visible yet")
        if found.status == "ERROR":
            return Failed(f"status ERROR{f', {found.status_message}' if found.status_message else ''}")
        if found.status != "PROVISIONED":
            return Wait(found.status)
        if labels not in (None, found.labels):
            return Wait("labels not shown yet")
        return Done() if usable else Wait("PROVISIONED, and not usable yet")

    found = wait_until(look, judge, **_waiting(session, id_, timeout_s, session.host.interrupted))
    assert found is not None  # noqa: S101  (the judge is not done with none)
    session.index.set_unready(id_, False)
    session.host.progress(f"Resource group {id_}: {found.status}")
    return found


def _is_usable(session: Session, id_: str) -> bool:
    """Whether the service answers within the group: just after PROVISIONED it may refuse that for a while."""
    try:
        session.client.scenarios(id_).list()
    except (Forbidden, NotFound, WrongState):
        return False
    return True


def _delete(session: Session, client: AICore, id_: str, timeout_s: float, *, is_empty: bool) -> None:
    """Request the deletion until it is accepted, then wait for it.

    `is_empty` is True when nothing can be in it, because it has never been PROVISIONED. Raises a WaitError when it is
    still there; a `LookFailed` has the refusal as its cause.
    """
    standing_since: dict[str, float] = {}
    is_accepted = False

    def request() -> str:
        """Return why the deletion is not accepted yet; "" when it is, or there is no such group."""
        if not is_empty and (own := _deployments_of_the_stack(session, id_)):
            now = session.client.clock.now()
            began = standing_since.setdefault(", ".join(own), now)
            # What a deletion of theirs has done by now would show.
            if now - began > session.limits.taken_up_after_s:
                raise AICoreError(
                    f"Resource group {id_} still holds deployments of this stack that nobody deletes: {', '.join(own)}."
                    "\nThey would be deleted with it. Give them its `id` as `resource_group`, so that they go first; "
                    "or keep the group with `retain_on_delete`."
                )
            return f"it still holds deployments of this stack: {', '.join(own)}"
        _require_uninterrupted(
            client.interrupted, f"Resource group {id_}: interrupted before it was deleted.\n{_AGAIN}"
        )
        try:
            client.resource_groups.delete(id_)
        except WrongState as refusal:  # also while a deletion runs, so of a request whose answer was lost
            return f"DELETE is refused: {refusal.facts}" if client.resource_groups.find(id_) else ""
        except NotFound as error:
            if not error.message.is_from_service:
                raise
        except AICoreError as error:
            if not error.maybe_committed:
                raise
            return error.first_line
        finally:
            session.note_group_write()
        return ""

    def look() -> str:
        """Return why the group is not gone yet; "" when it is."""
        nonlocal is_accepted
        if not is_accepted and (why := request()):
            return why
        is_accepted = True
        return "deletion accepted, still listed" if client.resource_groups.find(id_) else ""

    def judge(why: str) -> Wait | Done:
        return Wait(why) if why else Done()

    wait_until(look, judge, **_waiting(session, id_, timeout_s, client.interrupted))
    session.host.progress(f"Resource group {id_}: deleted")


def _waiting(session: Session, id_: str, timeout_s: float, interrupted: threading.Event) -> dict[str, Any]:
    """Return what every wait for a group is passed."""
    return {
        "what": f"Resource group {id_}",
        "deadline": session.client.clock.now() + timeout_s,
        "clock": session.client.clock,
        "poll_interval": session.limits.poll_interval,
        "outage_s": session.limits.outage_s,
        "interrupted": interrupted,
        "report": session.host.progress,
    }


def _deployments_of_the_stack(session: Session, id_: str) -> list[str]:
    """Return the stack's own deployments in a group that is to be deleted, without those that are being deleted.

    Raises an AICoreError when there are others, which would be deleted with the group, or when nobody can tell.
    """
    try:
        there = session.client.deployments(id_).list()
    except (Forbidden, NotFound) as refusal:
        found = session.client.resource_groups.find(id_)
        if found is None:
            return []
        raise AICoreError(
            f"Resource group {id_} ({found.status}) is not deleted: what is in it cannot be listed, {refusal.facts}\n"
            "Delete it in SAP AI Launchpad, or keep it with `retain_on_delete`."
        ) from None
    standing = [each.id for each in there if not each.is_being_deleted]
    managed = session.index.managed
    if others := [each for each in standing if each not in managed]:
        unread = "" if session.index.has_all() else " If they are this stack's, run the command with `--refresh`."
        raise AICoreError(
            f"Resource group {id_} still holds deployments that this stack does not manage: {', '.join(others)}.\n"
            f"They would be deleted with it. Delete them yourself, or keep the group with `retain_on_delete`.{unread}"
        )
    return standing


def _remove(session: Session, id_: str, error: AICoreError) -> RemovedAgain:
    """Remove a group that was just made, also when the user wants out; if that fails, the error names it."""
    first = error.first_line
    try:
        _delete(session, session.client.uninterrupted(), id_, session.limits.timeouts.delete_s, is_empty=True)
    except AICoreError as second:
        told = second.first_line.rstrip(".")
        text_ = f"{first}\nIt could not be removed again and may still exist: {told}."
        raise AICoreError(text_) from error.__cause__
    return RemovedAgain(f"{first}\nThe new resource group was removed again.", error.__cause__)


# --- texts ------------------------------------------------------------------------------------------------------------


def _exists_already(session: Session, id_: str, *, is_old_one: bool = False, is_wanted: bool = False) -> AICoreError:
    advice = (
        "Give `take_over=True` (in a stack file `takeOver: true`) to manage it from now on; an interrupted run of this "
        "stack may have made it. "
        "`AIResourceGroup.get` looks at it without managing it."
    )
    if is_wanted:
        advice = "`take_over` was given for the one before it. Choose another id, or delete this group."
    if is_old_one:
        advice = (
            "A group is never made anew beside itself. If its id was changed and the run did not end, go on with the "
            "other id first. To make it anew, delete it with `pulumi destroy --target`."
        )
    return AICoreError(f"Resource group {id_} exists already on {session.client.url}.\n{advice}")


def _managed_already(id_: str, urn: str) -> str:
    return f"{id_} is managed by this stack already, as {urn}.\nRemove one of the two, or give it an alias."


def _require_uninterrupted(interrupted: threading.Event, told: str) -> None:
    """Raise an AICoreError when the user wants out, before something is changed."""
    if interrupted.is_set():
        raise AICoreError(told)


def _next_step(error: WaitError, call: Call) -> str:
    if isinstance(error, WaitFailed) and isinstance(error.last, ResourceGroup) and error.last.status == "ERROR":
        return f"`pulumi destroy --target '{call.urn}'` removes it, and the next `pulumi up` makes a new one."
    return "Run `pulumi up` again; it goes on from here."


# --- properties -------------------------------------------------------------------------------------------------------


def _labels(inputs: Properties) -> dict[str, str] | None:
    """Return the labels that the program gives; None where it gives none, so that they are left alone."""
    return None if inputs.get("labels") is None else string_map(inputs, "labels")


def _seen(session: Session, call: Call, outputs: Properties, found: ResourceGroup) -> Found:
    seen = _outputs(session, {**outputs, "resource_group_id": found.id}, found)
    given = call.old_inputs or seen
    return Found(found.id, seen, {key: seen[key] for key in _INPUTS if key in given})


def _outputs(session: Session, properties: Properties, found: ResourceGroup | None) -> dict[str, Any]:
    told: dict[str, Any] = {key: properties.get(key) for key in (*_INPUTS, "was_provisioned")}
    if found:
        told |= {
            "labels": found.labels,
            "status": found.status,
            "was_provisioned": bool(properties.get("was_provisioned")) or found.status == "PROVISIONED",
            "service_plan": found.service_plan,
            "created_at": iso(found.created_at),
        }
    return complete(told | {"tenant": session.client.identity.tenant}, PROPERTIES)
