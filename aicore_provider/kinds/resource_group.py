"""`AIResourceGroup`: a resource group of the tenant.

The service creates and deletes one asynchronously. Only the labels of an existing group can be changed (API contract
2.42.0).
"""

from __future__ import annotations

import threading
from typing import Any

from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest, NotFound, WrongState
from aicore_provider.api.naming import label_problem, resource_group_problem
from aicore_provider.api.resource_groups import PATH
from aicore_provider.api.types import ResourceGroup
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import (
    Checked,
    CreatedButFailed,
    Difference,
    Found,
    Gone,
    Made,
    RemovedAgain,
    Updated,
)
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import SECRET_INPUTS, changed, complaints, complete, iso, normal_map, string_map, text
from aicore_provider.lifecycle.values import Done, Wait
from aicore_provider.lifecycle.waiting import Failed, WaitError, WaitFailed, WaitInterrupted, wait_until

PROPERTIES = (
    Property(
        "resource_group_id",
        "Its id, by which everything in it names it.",
        Change.REPLACES,
        rule=resource_group_problem,
        is_required=True,
    ),
    Property(
        "labels", "All its labels; left out, they are left alone.", Change.IN_PLACE, type="map", item_rule=label_problem
    ),
    Property(
        "take_over",
        "Whether a group of this id that exists already is managed from now on.",
        Change.NO_DIFFERENCE,
        type="flag",
    ),
    Property("service_url", "The service that it is on, without version."),
    Property("tenant", "Identity zone of the tenant that it belongs to."),
    Property("status", "PROVISIONED, PROVISIONING, ERROR, or something new."),
    Property("service_plan", "The service plan that covers it, as far as the service tells."),
    Property("created_at", "ISO 8601, UTC."),
    SECRET_INPUTS,
)
_INPUTS = ("resource_group_id", "labels", "take_over", "service_url", SECRET_INPUTS.name)


def check(session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    """Return the inputs in their normal form, and complaints about what the service would refuse. Sends nothing.

    Raises:
        CredentialsError: there are no credentials.
        WrongServiceError: they are for another service than the stack's, or than that of the group in the state.
    """
    inputs = {key: value for key, value in news.items() if value is not None}
    inputs |= session.service("This resource group", olds)
    if "labels" in inputs:
        inputs["labels"] = normal_map(inputs["labels"])
    return Checked(inputs, tuple(complaints(PROPERTIES, olds, inputs)))


def diff(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Difference:
    """Compare inputs.

    Other labels are an update, another id is a replacement; so is a group that is not PROVISIONED due.
    """
    session.index.add_held(call.urn, id_, id_)
    different = changed(PROPERTIES, olds, news)
    if "labels" in different and news.get("labels") is None:
        different.remove("labels")
    is_due = not different and text(olds, "status") != "PROVISIONED"
    if is_due:
        session.info_once(f"resource group {id_} is not ready: status {text(olds, 'status')}")
    replaces = tuple(key for key in different if key == "resource_group_id")
    return Difference(tuple(different), replaces, is_due)


def create(session: Session, call: Call, inputs: Properties) -> Made | CreatedButFailed | RemovedAgain:
    """Make the group, or take over an existing one, and wait until it is PROVISIONED and shows its labels.

    A new group that fails is kept in the state. It is removed again where it was to replace another one, and where the
    front end cannot keep an id. An interrupted replacement is kept.

    Raises:
        AICoreError: there is a group of this id already, or nothing was made, or what was made could not be removed.
    """
    id_, labels = text(inputs, "resource_group_id"), _labels(inputs)
    replaces = session.index.is_in_state(call.urn)
    session.client.authenticate()
    existing = session.client.resource_groups.find(id_)
    is_taken_over = existing is not None and inputs.get("take_over") is True and not replaces
    if existing and not is_taken_over:
        raise _exists_already(session, id_)
    timeout_s = call.timeout_s or session.limits.timeouts.create_s
    try:
        if is_taken_over:
            found = _relabel(session, id_, labels, timeout_s)
        else:
            _post(session, id_, labels)
            found = _wait_until_ready(session, id_, labels, timeout_s)
    except WaitError as error:
        if is_taken_over:
            raise AICoreError(f"{error}\nIt was not taken over. {_next_step(error)}") from error.__cause__
        kept = not replaces or isinstance(error, WaitInterrupted)
        if not (kept and call.can_keep()):
            return _remove(session, id_, error)
        last = error.last if isinstance(error.last, ResourceGroup) else None
        why = f"{error}\n{_next_step(error)}"
        return CreatedButFailed(id_, _outputs(session, inputs, last), why, error.__cause__)
    if not is_taken_over and not call.is_active():
        return _remove(session, id_, AICoreError(f"Resource group {id_}: the engine is gone."))
    return Made(id_, _outputs(session, inputs, found))


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
    with session.index.reading(call.urn, id_, is_lookup=call.is_lookup), session.availability.reading():
        session.require_home(f"Resource group {id_}", outputs)
        found = _find_surely(session, id_)
    if found is None:
        session.info_once(f"resource group {id_} does not exist any more; `up` makes a new one, which is empty")
        return Gone()
    return _seen(session, call, outputs, found)


def update(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Updated:
    """Replace the labels, and wait until the service shows them and the group is PROVISIONED.

    Raises:
        AICoreError: they are not shown in time. The state keeps the old labels, so that the next run tries again.
    """
    session.require_home(f"Resource group {id_}", olds)
    timeout_s = call.timeout_s or session.limits.timeouts.update_s
    try:
        found = _relabel(session, id_, _labels(news), timeout_s)
    except WaitError as error:
        raise AICoreError(f"{error}\n{_next_step(error)}") from error.__cause__
    return Updated(_outputs(session, news, found))


def delete(session: Session, call: Call, id_: str, outputs: Properties) -> None:
    """Delete the group with everything in it, and wait until the service answers that there is none.

    It is not deleted while it holds deployments that this stack does not manage. Those that the stack manages are
    waited for, since the same command deletes them.

    Raises:
        WrongServiceError: it is on another service or tenant than the credentials are for.
        AICoreError: it may still be there, and stays in the state.
    """
    session.require_home(f"Resource group {id_}", outputs)
    timeout_s = call.timeout_s or session.limits.timeouts.delete_s
    try:
        _delete(session, id_, timeout_s, session.host.interrupted)
    except WaitError as error:
        raise AICoreError(f"{error}\nRun the command again; it goes on from here.") from error.__cause__


KIND = Kind("AIResourceGroup", PROPERTIES, check, diff, create, read, update, delete, path=PATH)


# --- requests ---------------------------------------------------------------------------------------------------------


def _post(session: Session, id_: str, labels: dict[str, str] | None) -> None:
    """Send the POST. When its answer is lost, that is no error: the looks that follow tell whether it was carried out.

    Raises:
        AICoreError: the service refused, so that nothing was made.
    """
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


def _relabel(session: Session, id_: str, labels: dict[str, str] | None, timeout_s: float) -> ResourceGroup:
    found = session.client.resource_groups.find(id_)
    if found is None:
        raise AICoreError(f"Resource group {id_} does not exist any more.\nThe next `pulumi up` makes a new one.")
    if labels not in (None, found.labels):
        session.client.resource_groups.update_labels(id_, labels or {})
    return _wait_until_ready(session, id_, labels, timeout_s)


def _wait_until_ready(session: Session, id_: str, labels: dict[str, str] | None, timeout_s: float) -> ResourceGroup:
    started = session.client.clock.now()

    def judge(found: ResourceGroup | None) -> Wait | Done | Failed:
        if found is None:
            if session.client.clock.now() - started > session.limits.invisible_for_s:
                return Failed("the service does not show it")
            return Wait("not visible yet")
        if found.status == "ERROR":
            return Failed(f"status ERROR{f', {found.status_message}' if found.status_message else ''}")
        if found.status != "PROVISIONED":
            return Wait(found.status)
        return Done() if labels in (None, found.labels) else Wait("labels not shown yet")

    found = wait_until(
        lambda: session.client.resource_groups.find(id_),
        judge,
        **_waiting(session, id_, timeout_s, session.host.interrupted),
    )
    assert found is not None  # noqa: S101  (the judge takes none for done)
    return found


def _delete(session: Session, id_: str, timeout_s: float, interrupted: threading.Event) -> None:
    """Send the DELETE until it is accepted, then wait until the group is gone.

    Raises:
        AICoreError: the group holds deployments that the stack does not manage.
        WaitError: it is still there.
    """

    def ask() -> str:
        """Send the DELETE, and return why it is not accepted yet; "" when it is, or there is no such group."""
        if own := _deployments_of_the_stack(session, id_):
            return f"it still holds deployments of this stack: {', '.join(own)}"
        try:
            session.client.resource_groups.delete(id_)
        except WrongState as refusal:
            return f"DELETE is refused: {refusal.facts}"
        except NotFound as error:
            if not error.message.is_from_service:
                raise
        except AICoreError as error:
            if not error.maybe_committed:
                raise
            return str(error).splitlines()[0]
        return ""

    def find() -> str:
        return "deletion accepted, still listed" if session.client.resource_groups.find(id_) else ""

    def judge(why: str) -> Wait | Done:
        return Wait(why) if why else Done()

    waiting = _waiting(session, id_, timeout_s, interrupted)
    wait_until(ask, judge, **waiting)
    wait_until(find, judge, **waiting)


def _waiting(session: Session, id_: str, timeout_s: float, interrupted: threading.Event) -> dict[str, Any]:
    """Return the arguments of `wait_until` that are the same for every wait."""
    return {
        "what": f"Resource group {id_}",
        "deadline": session.client.clock.now() + timeout_s,
        "clock": session.client.clock,
        "poll_interval": session.limits.poll_interval,
        "interrupted": interrupted,
        "report": session.host.progress,
    }


def _deployments_of_the_stack(session: Session, id_: str) -> list[str]:
    """Return the ids of the stack's own deployments in a group, without those that are being deleted.

    Raises:
        AICoreError: there are other deployments, which would be deleted with the group.
    """
    try:
        there = session.client.deployments(id_).list()
    except (Forbidden, NotFound):
        found = session.client.resource_groups.find(id_)
        if found and found.status == "PROVISIONED":
            raise
        return []  # what is not there, or not ready, holds nothing that can be listed
    standing = [each.id for each in there if each.target_status != "DELETED"]
    held = session.index.held
    if others := [each for each in standing if each not in held]:
        unread = "" if session.index.has_all() else " If they are this stack's, run the command with `--refresh`."
        raise AICoreError(
            f"Resource group {id_} still holds deployments that this stack does not manage: {', '.join(others)}.\n"
            f"They would be deleted with it. Delete them yourself, or keep the group with `retain_on_delete`.{unread}"
        )
    return standing


def _remove(session: Session, id_: str, error: AICoreError) -> RemovedAgain:
    """Remove a group that was just made.

    Raises:
        AICoreError: it could not be removed; the text names it.
    """
    first = str(error).partition("\n")[0]
    try:
        # Not ended by an interruption.
        _delete(session, id_, session.limits.timeouts.delete_s, threading.Event())
    except AICoreError as second:
        told = str(second).splitlines()[0].rstrip(".")
        raise AICoreError(f"{first}\nIt could not be removed again and may still exist: {told}.") from None
    return RemovedAgain(f"{first}\nThe new resource group was removed again.", error.__cause__)


def _find_surely(session: Session, id_: str) -> ResourceGroup | None:
    """Return a group of the state; None only when two looks in a row agree, since one answer may be a fault."""
    groups, clock = session.client.resource_groups, session.client.clock
    if found := groups.find(id_):
        return found
    clock.sleep(session.limits.poll_interval.after(0), session.host.interrupted)
    return groups.find(id_)


def _exists_already(session: Session, id_: str) -> AICoreError:
    return AICoreError(
        f"Resource group {id_} exists already on {session.client.url}.\n"
        "Give `take_over=True` to manage it from now on, or look at it with `AIResourceGroup.get`."
    )


def _next_step(error: WaitError) -> str:
    if isinstance(error, WaitFailed):
        return "See it in SAP AI Launchpad. Once it is deleted there, `pulumi up` makes a new one."
    return "Run `pulumi up` again; it goes on from here."


# --- properties -------------------------------------------------------------------------------------------------------


def _labels(inputs: Properties) -> dict[str, str] | None:
    """Return the labels that the program gives; None where it gives none, so that they are left alone."""
    return None if inputs.get("labels") is None else string_map(inputs, "labels")


def _seen(session: Session, call: Call, outputs: Properties, found: ResourceGroup) -> Found:
    seen = _outputs(session, {**outputs, "resource_group_id": found.id, "labels": found.labels}, found)
    given = call.old_inputs or seen
    return Found(found.id, seen, {key: seen[key] for key in _INPUTS if key in given})


def _outputs(session: Session, inputs: Properties, found: ResourceGroup | None) -> dict[str, Any]:
    told: dict[str, Any] = {key: inputs.get(key) for key in _INPUTS} | {"tenant": session.client.identity.tenant}
    if found:
        told |= {
            "status": found.status,
            "service_plan": found.service_plan,
            "created_at": iso(found.created_at),
        }
    return complete(told, PROPERTIES)
