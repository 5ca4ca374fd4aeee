"""`AIDeployment`: a running configuration, which is switched to another one in place.

`lifecycle.decide` says which request a deployment needs next. This module decides what depends on the state: whether a
create is a replacement, what is kept and what is removed when it fails, what is taken over, and what the state must
note for the next run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from aicore_provider.api.address import recorded_address
from aicore_provider.api.deployments import PATH
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest
from aicore_provider.api.naming import (
    deployment_url,
    generic_id_problem,
    ttl_problem,
    verify_problem,
)
from aicore_provider.api.types import Deployment
from aicore_provider.inference import Probe
from aicore_provider.kinds import deployment_messages as messages
from aicore_provider.kinds import deployment_take_over as take_over
from aicore_provider.kinds import verification
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.index import Before
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.model_checks import require_offered
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
from aicore_provider.kinds.parallelism import taking_turns
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import (
    HOME,
    RESOURCE_GROUP,
    SECRET_INPUTS,
    changed,
    complaints,
    complete,
    differ,
    input_names,
    is_secret_parameter,
    is_unknown,
    iso,
    replacing,
    secret_inputs,
    text,
)
from aicore_provider.lifecycle.context import Context
from aicore_provider.lifecycle.decide import decide
from aicore_provider.lifecycle.errors import (
    DeploymentError,
    DeploymentFault,
    DeploymentInterrupted,
    ReplacementNeeded,
    SwitchRolledBack,
)
from aicore_provider.lifecycle.observe import observe
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import (
    Absent,
    Attempt,
    Constraints,
    Done,
    Gone,
    Refusal,
    Replace,
    Rollback,
    Running,
    Verify,
    Wait,
)
from aicore_provider.secret_text import SecretText
from aicore_provider.urn import logical_name

_DOC = "A running configuration, which is switched to another one in place and keeps its id and URL."
PROPERTIES = (
    Property(
        "configuration_id",
        "The configuration that is wanted.",
        Change.IN_PLACE,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property("executable_id", "Executable of the configuration.", Change.REPLACES, may_be_left_out=True),
    Property("scenario_id", "Scenario of the executable.", Change.REPLACES, may_be_left_out=True),
    RESOURCE_GROUP,
    Property("ttl", "Life time such as `10h`, counted from creation.", Change.REPLACES, rule=ttl_problem),
    Property(
        "take_over",
        "Id of a deployment made by hand that is managed from its first creation on.",
        Change.NO_DIFFERENCE,
        rule=generic_id_problem,
    ),
    Property(
        "rollback", "Whether a switch that fails is rolled back.", Change.NO_DIFFERENCE, type="flag", default=True
    ),
    Property(
        "verify",
        "`true`, or a path that a GET must answer: what a new or switched deployment must answer once it runs.",
        Change.NO_DIFFERENCE,
        rule=verify_problem,
    ),
    *HOME,
    Property("status", "UNKNOWN, PENDING, RUNNING, STOPPING, STOPPED, DEAD, or a new value that the service tells."),
    Property("target_status", "The status that the service is bringing it to: RUNNING, STOPPED or DELETED."),
    Property("latest_running_configuration_id", "The last configuration that reached RUNNING."),
    Property("model_name", "The model, as the service tells it."),
    Property("model_version", "The version that was asked for, as the service tells it."),
    Property("created_at", "When it was created; ISO 8601, UTC.", is_constant=True),
    Property("modified_at", "When it was last changed, as far as the service tells; ISO 8601, UTC."),
    Property("submission_time", "When the runtime took up the last create or switch; ISO 8601, UTC."),
    Property("start_time", "When it last started to run; ISO 8601, UTC."),
    Property("switch_refused", "Whether it is DEAD and the service has refused to switch it.", type="flag"),
    Property("unverified", "Whether an earlier command was to verify it, and it has not answered yet.", type="flag"),
    SECRET_INPUTS,
)
_INPUTS = input_names(PROPERTIES)
_ONLY_SAID = tuple(each.name for each in PROPERTIES if each.change is Change.NO_DIFFERENCE)
"""Inputs of which the service tells nothing, and which change nothing, so that the outputs keep older values."""
_NOT_KNOWN_YET = "(known after the configuration is made)"
_NOT_RECORDED = "(not in the state)"


def check(session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    """Return the inputs in their normal form, and complaints about what the service would refuse.

    Unless the stack's `aicore:checks` is off, asks the service three things: whether the resource group of a new or
    moved deployment exists, whether the model of a deployment that is made again is still offered, and whether a
    deployment can be taken over.

    Raises:
        CredentialsError: there are no credentials.
        WrongServiceError: they are for another service than the stack's, or than the one in the state.
        ResourceGroupMissing: there is no such resource group.
        ModelsRefused: the model is not offered.
    """
    inputs = verification.normal_form({key: value for key, value in news.items() if value not in (None, "")})
    inputs |= session.home("This deployment", olds, news)
    failures = complaints(PROPERTIES, olds, inputs)
    if problem := verification.problem(inputs):
        failures.append(CheckFailure("verify", problem))
    if not failures and session.rules.is_on:
        failures = _failures_at_the_service(session, call, olds, inputs)
    return Checked(inputs, tuple(failures))


def diff(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Difference:
    """Compare inputs, and ask `decide` whether the deployment, as the state has it, needs anything else.

    Another configuration is an update; another executable, scenario, resource group or ttl is a replacement.

    Raises:
        AICoreError: another resource of the program takes the same deployment over.
    """
    index = session.index
    is_taken = index.is_made_here(id_)
    other = index.holder(id_) if is_taken else index.claimant(id_)
    if other not in (None, call.urn):
        when = "is" if is_taken else "is to be"
        raise AICoreError(
            f"Deployment {id_} {when} taken over by {other} although this resource manages it already.\n"
            "Remove one of the two from the program; the deployment itself is kept."
        )
    index.add_held(call.urn, id_, text(olds, "resource_group"))
    different = changed(PROPERTIES, olds, news)
    replaces = replacing(PROPERTIES, different, news)
    if is_unknown(news.get("resource_group")) and index.is_replaced_group(text(olds, "resource_group")):
        replaces.append("resource_group")
    observed = _from_state(id_, olds)
    refusal = Refusal("DEAD", "refused before") if olds.get("switch_refused") else None
    action = decide(
        observed,
        Running(
            text(news, "configuration_id") or _NOT_KNOWN_YET,
            may_roll_back=_may_roll_back(news),
            probe=verification.is_due(olds, news),
        ),
        Attempt(refusal=refusal),
        Constraints(),
        now=0.0,
    )
    is_due = not different and not isinstance(action, Done)
    match action:
        case Replace(why):
            session.info_once(messages.to_be_replaced(id_, why))
            replaces = different or ["status"]
        case Rollback(back, why):
            session.info_once(messages.to_be_rolled_back(id_, why, back))
        case Verify() if is_due:
            session.info_once(messages.to_be_verified(id_))
        case Wait(why) if is_due:
            session.info_once(f"deployment {id_} is not ready yet: {why}")
        case _ if observed.status == "DEAD":
            session.info_once(messages.dead(id_))
    return Difference(tuple(different), tuple(replaces), is_due)


def create(session: Session, call: Call, inputs: Properties) -> Made | CreatedButFailed | RemovedAgain:
    """Make the deployment, or take over the one that `take_over` names, and wait until it runs.

    A new deployment that fails is kept in the state. It is removed again where it was to replace another one, which
    then stays in use, and where the front end cannot keep an id. An interrupted replacement is kept.

    Raises:
        AICoreError: nothing was made; or what was made could not be removed again, and the text names it.
    """
    index, group, configuration_id = session.index, text(inputs, "resource_group"), text(inputs, "configuration_id")
    replaces, before = index.is_in_state(call.urn), index.before(call.urn)
    session.client.authenticate()
    context = session.context(group)
    timeout_s = call.timeout_s or session.limits.timeouts.create_s
    probe = verification.probe_of(session, inputs)
    if text(inputs, "take_over"):
        if not replaces:
            taken = _take_over(session, inputs, context, timeout_s, probe)
            index.add_made(call.urn, taken.id)
            return Made(taken.id, _outputs_of_made(session, inputs, taken))
        session.host.info("take_over counts at the first creation only: a new one is made")
    try:
        deployment = reconcile(
            Running(
                configuration_id,
                ttl=text(inputs, "ttl") or None,
                may_adopt=configuration_id in index.configurations.get(group, ()),
                is_configuration_new=index.is_made_here(configuration_id),
                probe=probe,
            ),
            context,
            timeout_s=timeout_s,
        )
        outputs = _outputs_of_made(session, inputs, deployment)
    except (InvalidRequest, Forbidden) as error:
        raise messages.create_refused(error, configuration_id, _with_unseen(session, before)) from None
    except DeploymentError as error:
        if not error.deployment_id:
            raise messages.create_failed(error, _with_unseen(session, before)) from None
        is_kept = not replaces or isinstance(error, DeploymentInterrupted)
        if not (is_kept and call.can_keep()):
            return _remove(error, context, _with_unseen(session, before))
        index.add_held(call.urn, error.deployment_id, group)
        # An interrupted replacement is gone on with, so the one before does not stay.
        told = messages.create_failed(error, replace(before, standing=()))
        outputs = _outputs(session, inputs, error.deployment or _from_state(error.deployment_id, inputs))
        outputs |= {"unverified": probe is not None}
        return CreatedButFailed(error.deployment_id, outputs, str(told), error.__cause__)
    except AICoreError as error:
        raise messages.create_failed(error, before) from None
    if not call.is_active():
        unheard = DeploymentInterrupted("The engine is gone.", deployment_id=deployment.id)
        return _remove(unheard, context, before)
    index.add_made(call.urn, deployment.id)
    return Made(deployment.id, outputs)


def read(session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    """Ask the service. Inputs are rewritten to what it says, so that drift shows as a change of a property.

    Raises:
        WrongServiceError: it lives on another service or tenant than the credentials are for.
        AICoreError: the service does not tell; or the program gets it by its id with `.get()`, and there is none.
    """
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        outputs = {**outputs, **session.home("", {}, outputs)}
        group = str(outputs["resource_group"])
        observed = observe(id_, session.context(group))
        if isinstance(observed, Deployment):
            return _seen(session, call, {**outputs, "ttl": observed.ttl}, observed)
        raise session.not_there(f"deployment {id_}", group)
    with session.reading(call, id_, f"Deployment {id_}", outputs):
        observed = observe(id_, session.context(text(outputs, "resource_group")))
    if not isinstance(observed, Deployment):
        gone = messages.gone(id_, text(outputs, "ttl"), text(outputs, "created_at"), session.client.now)
        session.info_once(gone)
        return Gone()
    if _stands(observed):
        session.index.add_found(id_)
    return _seen(session, call, outputs, observed)


def update(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Updated | UpdatedButFailed:
    """Switch to another configuration with a PATCH, and wait until it serves; roll back when it does not.

    Raises:
        AICoreError: the switch failed. The state keeps the old configuration, so that the next run tries again.
    """
    session.require_home(f"Deployment {id_}", olds)
    configuration_id = text(news, "configuration_id")
    if not text(news, "executable_id"):
        _require_same_executable(session, id_, news, text(olds, "executable_id"))
    probe = verification.probe_of(session, news)
    try:
        deployment = reconcile(
            Running(configuration_id, may_roll_back=_may_roll_back(news), probe=probe),
            session.context(text(news, "resource_group")),
            timeout_s=call.timeout_s or session.limits.timeouts.update_s,
            deployment_id=id_,
        )
    except InvalidRequest as error:
        raise messages.switch_refused(error, id_, configuration_id) from None
    except DeploymentError as error:
        is_unverified = probe is not None and not isinstance(error, SwitchRolledBack)
        if not error.switch_refused and not isinstance(error, ReplacementNeeded) and not is_unverified:
            raise
        # Noted in the state, so that the next preview shows what is due: a replacement instead of the same attempt, or
        # a verification although the configuration runs by then.
        outputs = _outputs(session, olds, error.deployment or _from_state(id_, olds))
        noted = outputs | {"switch_refused": error.switch_refused, "unverified": is_unverified}
        if not call.can_keep():
            raise
        return UpdatedButFailed(noted, str(error))
    return Updated(_outputs(session, news, deployment))


def delete(session: Session, call: Call, id_: str, outputs: Properties) -> None:
    """Stop and delete the deployment, and wait until the service answers that there is none.

    A deployment that stands in the state twice is only forgotten.

    Raises:
        WrongServiceError: it lives on another service or tenant than the credentials are for.
        AICoreError: it may still be there, and stays in the state.
    """
    session.require_home(f"Deployment {id_}", outputs)
    if session.index.forget_one_of_several(id_):
        told = f"deployment {id_} stands in the state twice; this entry is forgotten, the deployment is kept"
        session.host.warn(told)
        return
    context = session.context(text(outputs, "resource_group"))
    reconcile(Absent(), context, timeout_s=call.timeout_s or session.limits.timeouts.delete_s, deployment_id=id_)
    session.index.add_deleted(call.urn, id_)


KIND = taking_turns(Kind("AIDeployment", _DOC, PROPERTIES, check, diff, create, read, update, delete, path=PATH))


# --- taking over ------------------------------------------------------------------------------------------------------


def _take_over(
    session: Session, inputs: Properties, context: Context, timeout_s: float, probe: Probe | None
) -> Deployment:
    """Take over a deployment that somebody else made. It is switched if it runs another configuration.

    Raises a DeploymentError when it does not exist, is managed here already, or could only be replaced.
    """
    id_, configuration_id = text(inputs, "take_over"), text(inputs, "configuration_id")
    why_not = take_over.managed_already(id_, urn) if (urn := session.index.holder(id_)) else None
    why_not = why_not or take_over.objection(id_, observe(id_, context), _declared(session, inputs))
    if why_not:
        raise DeploymentError(f"{why_not[0].upper()}{why_not[1:]}", deployment_id=id_)
    try:
        goal = Running(configuration_id, may_roll_back=_may_roll_back(inputs), probe=probe)
        return reconcile(goal, context, timeout_s=timeout_s, deployment_id=id_)
    except InvalidRequest as error:
        raise messages.switch_refused(error, id_, configuration_id) from None
    except DeploymentError as error:
        raise messages.not_taken_over(error) from None


def _take_over_failures(session: Session, call: Call, inputs: Properties) -> list[CheckFailure]:
    """Return the complaint about a deployment that `create` could not take over; empty when it could."""
    id_ = text(inputs, "take_over")
    if other := session.index.claim(call.urn, id_):
        if session.index.holder(id_):
            return [CheckFailure("take_over", take_over.managed_already(id_, other))]
        return [CheckFailure("take_over", take_over.named_twice(id_, (logical_name(other), call.name)))]
    try:
        found = observe(id_, session.context(text(inputs, "resource_group")))
    except AICoreError as error:
        told = f"deployment {id_}, which is to be taken over, was not looked at: {error.first_line}"
        session.host.warn(told)
        return []
    why_not = take_over.objection(id_, found, _declared(session, inputs))
    return [CheckFailure("take_over", why_not)] if why_not else []


def _declared(session: Session, inputs: Properties) -> take_over.Declared:
    return take_over.Declared(
        resource_group=text(inputs, "resource_group"),
        service_url=session.client.url,
        executable_id=text(inputs, "executable_id") or None,
        ttl=text(inputs, "ttl") or None,
        is_ttl_known=not is_unknown(inputs.get("ttl")),
    )


# --- what there is ----------------------------------------------------------------------------------------------------


def _failures_at_the_service(session: Session, call: Call, olds: Properties, inputs: Properties) -> list[CheckFailure]:
    """Return complaints about what a new or moved deployment needs and the service lacks. Raises as `check` does."""
    group = inputs["resource_group"]
    if is_unknown(group) or session.index.is_unready(group):
        return []
    if differ(olds.get("resource_group"), group):
        session.require_resource_group(group)
    if olds:
        return []
    # A replacement is checked with empty olds as well, and takes nothing over.
    if text(inputs, "take_over") and not session.index.is_in_state(call.urn):
        return _take_over_failures(session, call, inputs)
    if wanted := session.index.wanted_by(text(inputs, "configuration_id")):
        require_offered(wanted, session.catalog, session.rules, session.client.today)
    return []


def _require_same_executable(session: Session, id_: str, news: Properties, executable_id: str) -> None:
    """Read the wanted configuration and compare its executable, which a bare configuration id does not tell.

    Another executable is an error: the API does not say what a PATCH to a configuration of another one does.
    """
    wanted = text(news, "configuration_id")
    configuration = session.client.configurations(text(news, "resource_group")).get(wanted)
    if executable_id and configuration.executable_id != executable_id:
        raise DeploymentError(
            f"Deployment {id_}: configuration {wanted} is for executable "
            f"{configuration.executable_id}, the deployment runs {executable_id}; it cannot be switched in place.\n"
            "Pass `configuration=` instead of `configuration_id=`, so that a preview shows the replacement.",
            deployment_id=id_,
        )


def _with_unseen(session: Session, before: Before) -> Before:
    """Ask the service for the deployments that this process has not read, and count those that exist as standing."""
    standing = list(before.standing)
    for id_, resource_group in before.unseen:
        with suppress(AICoreError):
            if _stands(observe(id_, session.context(resource_group))):
                standing.append(id_)
    return replace(before, standing=tuple(standing))


def _stands(observed: object) -> bool:
    return isinstance(observed, Deployment) and not observed.is_being_deleted


def _remove(error: DeploymentError, context: Context, before: Before) -> RemovedAgain:
    """Remove what was made, even when the user has interrupted the command; if that fails, the error names it."""
    timeout_s = context.limits.timeouts.delete_s
    try:
        reconcile(Absent(), context.uninterrupted(), timeout_s=timeout_s, deployment_id=error.deployment_id)
    except AICoreError as second:
        raise messages.not_removed(error, second, before) from error.__cause__
    finally:
        context.watcher.note_write()
    return RemovedAgain(str(messages.removed(error, before)), error.__cause__)


# --- properties -------------------------------------------------------------------------------------------------------


def _may_roll_back(inputs: Properties) -> bool:
    return inputs.get("rollback") is not False


def _from_state(id_: str, outputs: Properties) -> Deployment:
    """Return the deployment as the state has it, for a preview. With inputs alone only its id is known."""
    return Deployment(
        id=id_,
        configuration_id=text(outputs, "configuration_id") or _NOT_RECORDED,
        status=text(outputs, "status") or "UNKNOWN",
        target_status=text(outputs, "target_status") or None,
        latest_running_configuration_id=text(outputs, "latest_running_configuration_id") or None,
    )


def _seen(session: Session, call: Call, outputs: Properties, observed: Deployment) -> Found:
    """Return outputs, and the inputs of the state rewritten to what the service says."""
    seen = _outputs(session, {**outputs, "configuration_id": observed.configuration_id}, observed)
    if outputs.get("switch_refused") and observed.status == "DEAD":
        seen["switch_refused"] = True
    if outputs.get("unverified"):
        seen["unverified"] = True
    given = call.old_inputs or seen
    inputs = {key: seen[key] for key in _INPUTS if key in given and seen[key] != ""}
    return Found(
        observed.id, seen, inputs | {key: given[key] for key in _ONLY_SAID if given.get(key) not in (None, "")}
    )


def _outputs_of_made(session: Session, inputs: Properties, deployment: Deployment) -> dict[str, Any]:
    """Return the outputs of a deployment that no state holds yet. An error names it, so that it is not lost."""
    try:
        return _outputs(session, inputs, deployment)
    except AICoreError:
        raise
    except Exception as error:
        raise DeploymentFault(error, deployment.id) from error


def _outputs(session: Session, inputs: Properties, deployment: Deployment) -> dict[str, Any]:
    _compare_url(session, inputs, deployment)
    model, secret = deployment.model, session.index.secrets_of(text(inputs, "configuration_id"))
    given = {
        key: text(inputs, key)
        for key in ("configuration_id", "resource_group", "service_url", "ttl", "take_over", "verify")
    }
    told = given | {
        "executable_id": deployment.executable_id or text(inputs, "executable_id"),
        "scenario_id": deployment.scenario_id or text(inputs, "scenario_id"),
        "rollback": _may_roll_back(inputs),
        "tenant": session.client.identity.tenant,
        "status": deployment.status,
        "target_status": deployment.target_status,
        "latest_running_configuration_id": deployment.latest_running_configuration_id,
        "model_name": _of_model(model.name, "modelName", secret),
        "model_version": _of_model(model.version, "modelVersion", secret),
        "created_at": iso(deployment.created_at),
        "modified_at": iso(deployment.modified_at),
        "submission_time": iso(deployment.submission_time),
        "start_time": iso(deployment.start_time),
        SECRET_INPUTS.name: sorted(secret_inputs(inputs)),
    }
    return complete(told, PROPERTIES)


def _of_model(told: str | None, parameter: str, secret: frozenset[str]) -> str | None:
    """Mark what the service tells of the model as secret where the configuration's parameter of that name is."""
    return SecretText(told) if told and is_secret_parameter(secret, parameter) else told


def _compare_url(session: Session, inputs: Properties, deployment: Deployment) -> None:
    expected = deployment_url(recorded_address(text(inputs, "service_url")), deployment.id)
    if deployment.deployment_url and (told := recorded_address(deployment.deployment_url)) != expected:
        session.host.warn(f"the service reports the URL {told}, expected was {expected}; use the first")
