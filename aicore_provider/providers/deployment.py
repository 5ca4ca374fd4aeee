"""`AIDeployment`: switched in place.

Every decision is asked of `lifecycle.decide`; here is the translation between Pulumi's calls and the reconcile loop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from aicore_provider.api.address import recorded_address
from aicore_provider.api.errors import AICoreError, Forbidden, InvalidRequest
from aicore_provider.api.naming import deployment_url, generic_id_problem, ttl_problem
from aicore_provider.api.types import Deployment
from aicore_provider.dynamic import log
from aicore_provider.dynamic.call import Call, current_call
from aicore_provider.dynamic.concealed import conceal, secret_output
from aicore_provider.dynamic.failures import clear_errors, created_but_failed, log_traceback
from aicore_provider.dynamic.process import is_active, track_call
from aicore_provider.dynamic.unknowns import is_unknown
from aicore_provider.lifecycle.decide import decide
from aicore_provider.lifecycle.errors import DeploymentError, DeploymentFault, DeploymentInterrupted, ReplacementNeeded
from aicore_provider.lifecycle.values import Absent, Attempt, Constraints, Done, Gone, Refusal, Replace, Running, Wait
from aicore_provider.providers import known, take_over, wording
from aicore_provider.providers.answering import answering
from aicore_provider.providers.base import AICoreProvider, checked, is_look, resource_group_failures
from aicore_provider.providers.models import require_offered
from aicore_provider.providers.properties import (
    Properties,
    complete,
    differ,
    secret_inputs,
    secret_texts,
    text,
)
from aicore_provider.urn import logical_name

if TYPE_CHECKING:
    from aicore_provider.lifecycle.context import Context

INPUTS = (
    "configuration_id",
    "executable_id",
    "scenario_id",
    "resource_group",
    "service_url",
    "ttl",
    "take_over",
    "rollback",
)
PROPERTIES: Mapping[str, Any] = {
    **dict.fromkeys(INPUTS, ""),
    "rollback": True,
    "tenant": "",
    "status": "",
    "target_status": "",
    "latest_running_configuration_id": "",
    "model_name": "",
    "model_version": "",
    "created_at": "",
    "modified_at": "",
    "submission_time": "",
    "start_time": "",
    "switch_refused": False,
    "secret_inputs": [],
}
"""Everything that the resource shows, inputs and outputs, with the value of each where nothing is told."""
_CHANGES = ("configuration_id", "executable_id", "scenario_id", "resource_group", "ttl")
_MAY_BE_LEFT_OUT = ("executable_id", "scenario_id")
_NOT_KNOWN_YET = "(known after the configuration is made)"
_NOT_RECORDED = "(not in the state)"


@dataclass(frozen=True)
class DeploymentInputs:
    """The inputs of an `AIDeployment`, parsed."""

    configuration_id: str
    executable_id: str | None
    scenario_id: str | None
    resource_group: str
    service_url: str
    ttl: str | None
    take_over: str | None
    rollback: bool
    secret_inputs: frozenset[str]

    @classmethod
    def parse(cls, props: Properties) -> DeploymentInputs:
        """From what Pulumi hands over; complete, because `check` has seen it."""
        return cls(
            configuration_id=text(props, "configuration_id") or "",
            executable_id=text(props, "executable_id"),
            scenario_id=text(props, "scenario_id"),
            resource_group=text(props, "resource_group") or "",
            service_url=text(props, "service_url") or "",
            ttl=text(props, "ttl"),
            take_over=text(props, "take_over"),
            rollback=props.get("rollback") is not False,
            secret_inputs=secret_inputs(props),
        )


class AIDeploymentProvider(AICoreProvider):
    """Creates, switches and deletes deployments, and waits for each."""

    @clear_errors(AICoreError)
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into their normal form and say what the service would refuse.

        Unless the checks are off, looks whether the resource group of a new or moved deployment exists, once for each
        group and process, whether the model of one that is made anew is offered, and at a deployment that is to be
        taken over.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            ModelsRefused: the model is not offered.
        """
        conceal(secret_texts(news))
        inputs = {k: v for k, v in news.items() if v not in (None, "")}
        inputs |= self.home("This deployment", olds, news)
        failures = _failures(inputs)
        if not failures and self.rules.is_on:
            failures = self._failures_at_the_service(olds, inputs)
        return checked(inputs, failures)

    @clear_errors(AICoreError)
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Another configuration is an update; another executable, resource group or ttl a replacement."""
        conceal(secret_texts(olds))
        urn = current_call().urn
        is_taken = known.is_made_here(id_)
        other = known.holder(id_) if is_taken else known.claimant(id_)
        if other not in (None, urn):
            when = "is" if is_taken else "is to be"
            raise AICoreError(
                f"Deployment {id_} {when} taken over by {other} although this resource manages it already.\n"
                "Remove one of the two from the program; the deployment itself is kept."
            )
        known.remember_held(urn, id_, text(olds, "resource_group") or "")
        changed = [key for key in _CHANGES if _differs(key, olds, news)]
        replaces = [key for key in changed if key != "configuration_id" and not is_unknown(news.get(key))]
        observed = _from_state(id_, olds)
        wanted = text(news, "configuration_id") or _NOT_KNOWN_YET
        refusal = Refusal("DEAD", "refused before") if olds.get("switch_refused") else None
        action = decide(observed, Running(wanted), Attempt(refusal=refusal), Constraints(), now=0.0)
        if isinstance(action, Replace):
            self.tell_once(wording.to_be_replaced(id_, action.why))
            replaces = changed or ["status"]
        elif observed.status == "DEAD":
            self.tell_once(wording.dead(id_))
        if changed or isinstance(action, Done):
            # With `changes=None` the engine shows each property, which it does not for True.
            return DiffResult(changes=None if changed else False, replaces=replaces)
        if isinstance(action, Wait):
            self.tell_once(f"deployment {id_} is not there yet: {action.why}")
        return DiffResult(changes=True, replaces=replaces)

    @clear_errors(AICoreError)
    def create(self, props: dict[str, Any]) -> CreateResult:
        """POST it, or take over the one that is named, and wait for RUNNING.

        Raises:
            AICoreError: it did not get there. The id of a new deployment stands in the state then, unless this was a
                replacement: its failed object is removed, so that the old deployment stays the live one.
        """
        from aicore_provider.lifecycle.reconcile import reconcile

        call, inputs = current_call(), DeploymentInputs.parse(props)
        replaces, before = known.is_in_state(call.urn), known.before(call.urn)
        self.connection.authenticate()
        context = self._context(inputs, call)
        timeout_s = call.timeout_s or context.limits.timeouts.create_s
        if inputs.take_over and not replaces:
            with track_call(call):
                taken = self._take_over(inputs.take_over, inputs, context, timeout_s)
            known.remember_made(call.urn, taken.id)
            return CreateResult(taken.id, self._outputs_of_made(inputs, taken))
        if inputs.take_over:
            log.info("take_over counts at the first creation only: a new one is made")
        with track_call(call):
            try:
                deployment = reconcile(
                    Running(inputs.configuration_id),
                    context,
                    timeout_s=timeout_s,
                    ttl=inputs.ttl,
                    may_adopt=inputs.configuration_id in known.configurations().get(inputs.resource_group, ()),
                )
                outs = self._outputs_of_made(inputs, deployment)
            except (InvalidRequest, Forbidden) as error:
                raise wording.create_refused(error, inputs.configuration_id, self._with_unseen(before)) from None
            except DeploymentError as error:
                if not error.deployment_id:
                    raise wording.create_failed(error, self._with_unseen(before)) from None
                log_traceback(error.__cause__)
                if not is_active(call) or (replaces and not isinstance(error, DeploymentInterrupted)):
                    raise _remove(error, context, self._with_unseen(before)) from None
                known.remember_held(call.urn, error.deployment_id, inputs.resource_group)
                outs = self._outputs(inputs, error.deployment or _scheduled(error.deployment_id, inputs))
                # An interrupted replacement is gone on with, so the one before does not stay.
                told = wording.create_failed(error, replace(before, standing=()))
                kept = created_but_failed(call, error.deployment_id, outs, str(told))
                raise kept or _remove(error, context, before) from None
            except AICoreError as error:
                raise wording.create_failed(error, before) from None
            if not is_active(call):
                unheard = DeploymentInterrupted("The engine is gone.", deployment_id=deployment.id)
                raise _remove(unheard, context, before)
        known.remember_made(call.urn, deployment.id)
        return CreateResult(deployment.id, outs)

    @clear_errors(AICoreError)
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """What the service says now; the inputs follow it, so that drift shows as a change of a property.

        Raises:
            WrongServiceError: it lives on another service or tenant.
            AICoreError: the service does not answer, which says nothing about the deployment; or it is to be got by
                its id, and there is none.
        """
        from aicore_provider.lifecycle.observe import observe

        conceal(secret_texts(props))
        call = current_call()
        if not props.get("service_url"):  # only `.get()` reads what `check` has not seen
            inputs = DeploymentInputs.parse(props | self.home("", {}, props))
            observed = observe(id_, self._context(inputs, call))
            if isinstance(observed, Deployment):
                return self._seen(id_, replace(inputs, ttl=observed.ttl), observed, call)
            raise self.connection.not_there(f"deployment {id_}", inputs.resource_group)
        inputs = DeploymentInputs.parse(props)
        with known.reading(call.urn, id_, is_look=is_look(call)), track_call(call), answering.reading():
            self._require_home(id_, props)
            observed = observe(id_, self._context(inputs, call))
        if not isinstance(observed, Deployment):
            self.tell_once(wording.gone(id_, inputs.ttl, text(props, "created_at"), self.connection.now))
            return ReadResult("", {})
        if _stands(observed):
            known.remember_found(id_)
        return self._seen(id_, inputs, observed, call, switch_refused=bool(props.get("switch_refused")))

    @clear_errors(AICoreError)
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """PATCH the configuration and wait until it serves; go back to the one before when it does not.

        Raises:
            AICoreError: the switch failed; the state keeps the old configuration, so the next `up` tries again.
        """
        from aicore_provider.lifecycle.reconcile import reconcile

        call, inputs = current_call(), DeploymentInputs.parse(news)
        self._require_home(id_, olds)
        context = self._context(inputs, call)
        if inputs.executable_id is None:
            self._require_same_executable(id_, inputs, text(olds, "executable_id"))
        try:
            with track_call(call):
                deployment = reconcile(
                    Running(inputs.configuration_id),
                    context,
                    timeout_s=call.timeout_s or context.limits.timeouts.update_s,
                    deployment_id=id_,
                    may_roll_back=inputs.rollback,
                )
        except InvalidRequest as error:
            raise wording.switch_refused(error, id_, inputs.configuration_id) from None
        except DeploymentError as error:
            if not error.switch_refused and not isinstance(error, ReplacementNeeded):
                raise
            # Noted in the state, so that the next preview shows the replacement instead of the same attempt.
            now = error.deployment or _from_state(id_, olds)
            outs = self._outputs(DeploymentInputs.parse(olds), now) | {"switch_refused": error.switch_refused}
            raise created_but_failed(call, id_, outs, str(error)) or error from None
        return UpdateResult(self._outputs(inputs, deployment))

    @clear_errors(AICoreError)
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stop it, delete it, and wait until the service knows it no more.

        Raises:
            AICoreError: it may still be there; it stays in the state.
        """
        from aicore_provider.lifecycle.reconcile import reconcile

        conceal(secret_texts(props))
        call, inputs = current_call(), DeploymentInputs.parse(props)
        self._require_home(id_, props)
        if known.forget_one_of_several(id_):
            log.warn(f"deployment {id_} stands in the state twice; this entry is forgotten, the deployment is kept")
            return
        with track_call(call):
            context = self._context(inputs, call)
            timeout_s = call.timeout_s or context.limits.timeouts.delete_s
            reconcile(Absent(), context, timeout_s=timeout_s, deployment_id=id_)
        known.remember_deleted(call.urn, id_)

    def _take_over(self, id_: str, inputs: DeploymentInputs, context: Context, timeout_s: float) -> Deployment:
        """Manage a deployment that somebody else made; it is switched when it runs another configuration.

        Raises:
            DeploymentError: it does not exist, is managed here already, or could only be replaced.
        """
        from aicore_provider.lifecycle.observe import observe
        from aicore_provider.lifecycle.reconcile import reconcile

        why_not = take_over.managed_already(id_, urn) if (urn := known.holder(id_)) else None
        declared = take_over.Declared(inputs.resource_group, inputs.service_url, inputs.executable_id, inputs.ttl)
        if why_not := why_not or take_over.objection(id_, observe(id_, context), declared):
            raise DeploymentError(f"{why_not[0].upper()}{why_not[1:]}", deployment_id=id_)
        try:
            return reconcile(
                Running(inputs.configuration_id),
                context,
                timeout_s=timeout_s,
                deployment_id=id_,
                may_roll_back=inputs.rollback,
            )
        except InvalidRequest as error:
            raise wording.switch_refused(error, id_, inputs.configuration_id) from None
        except DeploymentError as error:
            raise wording.not_taken_over(error) from None

    def _failures_at_the_service(self, olds: Properties, inputs: Properties) -> list[CheckFailure]:
        """The complaints about what a new or moved deployment needs and the service has not.

        Raises:
            ResourceGroupMissing: there is no such resource group.
            ModelsRefused: the model of one that is made anew is not offered.
        """
        group = inputs["resource_group"]
        if is_unknown(group):
            return []
        if differ(olds.get("resource_group"), group):
            self.connection.require_resource_group(group)
        if olds:
            return []
        # A replacement is checked with empty olds as well, and takes nothing over.
        taken = text(inputs, "take_over")
        if taken and not known.is_in_state(current_call().urn):
            return self._take_over_failures(taken, group, inputs)
        if wanted := known.wanted_by(text(inputs, "configuration_id") or ""):
            require_offered(wanted, self.connection.catalog, self.rules, self.connection.now.date())
        return []

    def _take_over_failures(self, id_: str, resource_group: str, inputs: Properties) -> list[CheckFailure]:
        """The complaint about a deployment that `create` could not take over."""
        from aicore_provider.lifecycle.observe import observe

        call = current_call()
        if other := known.claim(call.urn, id_):
            if known.holder(id_):
                return [CheckFailure("take_over", take_over.managed_already(id_, other))]
            return [CheckFailure("take_over", take_over.named_twice(id_, (logical_name(other), call.name)))]
        try:
            found = observe(id_, self.connection.deployments(resource_group))
        except AICoreError as error:
            log.warn(f"deployment {id_}, which is to be taken over, was not looked at: {str(error).splitlines()[0]}")
            return []
        declared = take_over.Declared(
            resource_group=resource_group,
            service_url=self.connection.service_url,
            executable_id=text(inputs, "executable_id"),
            ttl=text(inputs, "ttl"),
            is_ttl_known=not is_unknown(inputs.get("ttl")),
        )
        why_not = take_over.objection(id_, found, declared)
        return [CheckFailure("take_over", why_not)] if why_not else []

    def _with_unseen(self, before: known.Before) -> known.Before:
        """The same with those that stand after all: a refresh may have read them in a process of its own."""
        from aicore_provider.lifecycle.observe import observe

        standing = list(before.standing)
        for id_, resource_group in before.unseen:
            with suppress(AICoreError):
                if _stands(observe(id_, self.connection.deployments(resource_group))):
                    standing.append(id_)
        return replace(before, standing=tuple(standing))

    def _seen(
        self, id_: str, inputs: DeploymentInputs, observed: Deployment, call: Call, *, switch_refused: bool = False
    ) -> ReadResult:
        """What a read answers: outputs, and inputs rewritten after them."""
        seen = replace(
            inputs,
            configuration_id=observed.configuration_id,
            executable_id=observed.executable_id or inputs.executable_id,
            scenario_id=observed.scenario_id or inputs.scenario_id,
        )
        outs = self._outputs(seen, observed)
        if switch_refused and observed.status == "DEAD":
            outs["switch_refused"] = True
        given = call.old_inputs or outs
        return ReadResult(
            id_, outs, {key: outs[key] for key in (*INPUTS, "secret_inputs") if key in given and outs[key] != ""}
        )

    def _context(self, inputs: DeploymentInputs, call: Call) -> Context:
        return self.connection.deployments(inputs.resource_group, lambda line: log.progress(line, call.urn))

    def _require_home(self, id_: str, props: Properties) -> None:
        self.connection.require_home(f"Deployment {id_}", text(props, "service_url") or "", text(props, "tenant") or "")

    def _require_same_executable(self, id_: str, inputs: DeploymentInputs, executable_id: str | None) -> None:
        """A bare configuration id does not say which executable it is for; the service promises nothing about another.

        Raises:
            DeploymentError: it is another executable.
        """
        configuration = self.connection.configurations(inputs.resource_group).get(inputs.configuration_id)
        if executable_id and configuration.executable_id != executable_id:
            raise DeploymentError(
                f"Deployment {id_}: configuration {inputs.configuration_id} is for executable "
                f"{configuration.executable_id}, the deployment runs {executable_id}; it cannot be switched in place.\n"
                "Pass `configuration=` instead of `configuration_id=`, so that a preview shows the replacement.",
                deployment_id=id_,
            )

    def _outputs_of_made(self, inputs: DeploymentInputs, deployment: Deployment) -> dict[str, Any]:
        """The outputs of a deployment that no state holds yet, so that whatever fails must name it.

        Raises:
            DeploymentFault: they cannot be worked out.
        """
        try:
            return self._outputs(inputs, deployment)
        except AICoreError:
            raise
        except Exception as error:
            raise DeploymentFault(error, deployment.id) from error

    def _outputs(self, inputs: DeploymentInputs, deployment: Deployment) -> dict[str, Any]:
        """All properties of the resource: inputs and what the service tells. A refresh compares against these."""
        _compare_url(inputs, deployment)
        model = deployment.model
        told: dict[str, Any] = {
            "configuration_id": inputs.configuration_id,
            "executable_id": deployment.executable_id or inputs.executable_id,
            "scenario_id": deployment.scenario_id or inputs.scenario_id,
            "resource_group": inputs.resource_group,
            "service_url": inputs.service_url,
            "ttl": inputs.ttl,
            "take_over": inputs.take_over,
            "rollback": inputs.rollback,
            "tenant": self.connection.tenant,
            "status": deployment.status,
            "target_status": deployment.target_status,
            "latest_running_configuration_id": deployment.latest_running_configuration_id,
            "model_name": model.name,
            "model_version": model.version,
            "created_at": _iso(deployment.created_at),
            "modified_at": _iso(deployment.modified_at),
            "submission_time": _iso(deployment.submission_time),
            "start_time": _iso(deployment.start_time),
            "secret_inputs": sorted(inputs.secret_inputs),
        }
        return complete(_with_secrets(told, known.secrets_of(inputs.configuration_id)), PROPERTIES)


def _with_secrets(told: dict[str, Any], secrets: frozenset[str]) -> dict[str, Any]:
    """What the service tells of the model is as secret as the configuration's input that says it."""
    for key, parameter in (("model_name", "modelName"), ("model_version", "modelVersion")):
        if told[key] and secrets & {"parameter_bindings", f"parameter_bindings.{parameter}"}:
            told[key] = secret_output(told[key])
    return told


def _failures(inputs: Properties) -> list[CheckFailure]:
    """The complaints about inputs that the service cannot take, whatever there is."""
    failures = resource_group_failures(inputs)
    if not is_unknown(id_ := inputs.get("configuration_id")) and (problem := generic_id_problem(str(id_ or ""))):
        failures.append(CheckFailure("configuration_id", problem))
    if not is_unknown(taken := inputs.get("take_over")) and taken is not None:
        problem = generic_id_problem(str(taken))
        failures += [CheckFailure("take_over", problem)] if problem else []
    if not is_unknown(rollback := inputs.get("rollback")) and rollback not in (None, True, False):
        failures.append(CheckFailure("rollback", "must be true or false"))
    if not is_unknown(ttl := inputs.get("ttl")) and ttl is not None and (problem := ttl_problem(str(ttl))):
        failures.append(CheckFailure("ttl", problem))
    return failures


def _differs(key: str, olds: Properties, news: Properties) -> bool:
    if key in _MAY_BE_LEFT_OUT and not (olds.get(key) and news.get(key)):
        return False
    return differ(olds.get(key), news.get(key))


def _from_state(id_: str, outs: Properties) -> Deployment:
    """The deployment as the state last saw it: `preview` decides on this, after a refresh."""
    return Deployment(
        id=id_,
        configuration_id=text(outs, "configuration_id") or _NOT_RECORDED,
        status=text(outs, "status") or "UNKNOWN",
        target_status=text(outs, "target_status"),
        latest_running_configuration_id=text(outs, "latest_running_configuration_id"),
    )


def _stands(observed: Deployment | Gone) -> bool:
    return isinstance(observed, Deployment) and observed.target_status != "DELETED"


def _scheduled(id_: str, inputs: DeploymentInputs) -> Deployment:
    """A deployment that was made and never seen."""
    return Deployment(id=id_, configuration_id=inputs.configuration_id, status="UNKNOWN")


def _remove(error: DeploymentError, context: Context, before: known.Before) -> DeploymentError:
    """Remove a half-made deployment, and return the error that says so, or that it could not be."""
    from aicore_provider.lifecycle.reconcile import reconcile

    try:
        context = context.uninterrupted()
        reconcile(Absent(), context, timeout_s=context.limits.timeouts.delete_s, deployment_id=error.deployment_id)
    except AICoreError as second:
        return wording.not_removed(error, second, before)
    return wording.removed(error, before)


def _compare_url(inputs: DeploymentInputs, deployment: Deployment) -> None:
    expected = deployment_url(recorded_address(inputs.service_url), deployment.id)
    if deployment.deployment_url and (told := recorded_address(deployment.deployment_url)) != expected:
        log.warn(f"the service reports the URL {told}, expected was {expected}; use the first")


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
