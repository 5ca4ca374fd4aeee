"""`AIConfiguration`: immutable, and undeletable at the service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    UpdateResult,
)

from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.api.naming import (
    FOUNDATION_MODELS,
    configuration_name,
    configuration_name_problem,
    generic_id_problem,
)
from aicore_provider.api.types import Configuration, Deployment
from aicore_provider.catalog.catalog import LATEST, NO_VERSION
from aicore_provider.dynamic import log
from aicore_provider.dynamic.call import current_call
from aicore_provider.dynamic.concealed import conceal, secret_output
from aicore_provider.dynamic.failures import clear_errors
from aicore_provider.dynamic.unknowns import is_unknown
from aicore_provider.json_document import read_json
from aicore_provider.providers import known
from aicore_provider.providers.answering import answering
from aicore_provider.providers.base import AICoreProvider, checked, is_look, resource_group_failures
from aicore_provider.providers.models import ModelChecks, wanted_model
from aicore_provider.providers.properties import (
    Properties,
    as_text,
    complete,
    differ,
    secret_inputs,
    secret_texts,
    string_map,
    text,
)
from aicore_provider.unexpected import summary_of

if TYPE_CHECKING:
    from aicore_provider.catalog.catalog import Catalog

_MEANING = (
    "scenario_id",
    "executable_id",
    "parameter_bindings",
    "input_artifact_bindings",
    "resource_group",
    "version_id",
)
PROPERTIES: Mapping[str, Any] = {
    "scenario_id": "",
    "executable_id": "",
    "parameter_bindings": {},
    "input_artifact_bindings": {},
    "resource_group": "",
    "version_id": "",
    "name": "",
    "take_over": "",
    "service_url": "",
    "tenant": "",
    "latest_version": "",
    "taken_over": False,
    "secret_inputs": [],
}
"""Everything that the resource shows, inputs and outputs, with the value of each where nothing is told."""
_FORGOTTEN = "a configuration that is replaced or deleted is only forgotten: the service keeps it, and it costs nothing"
_BINDINGS = ("parameter_bindings", "input_artifact_bindings")


@dataclass(frozen=True)
class ConfigurationInputs:
    """The inputs of an `AIConfiguration`, parsed."""

    name: str | None
    scenario_id: str
    executable_id: str
    parameter_bindings: dict[str, str]
    input_artifact_bindings: dict[str, str]
    resource_group: str
    service_url: str
    take_over: str | None
    version_id: str | None

    @classmethod
    def parse(cls, props: Properties) -> ConfigurationInputs:
        """From what Pulumi hands over; complete, because `check` has seen it."""
        return cls(
            name=text(props, "name"),
            scenario_id=text(props, "scenario_id") or "",
            executable_id=text(props, "executable_id") or "",
            parameter_bindings=string_map(props, "parameter_bindings"),
            input_artifact_bindings=string_map(props, "input_artifact_bindings"),
            resource_group=text(props, "resource_group") or "",
            service_url=text(props, "service_url") or "",
            take_over=text(props, "take_over"),
            version_id=text(props, "version_id"),
        )

    def says_the_same_as(self, found: Configuration) -> bool:
        """Whether a configuration at the service surely says just this.

        Its name counts where one is wanted. No answer tells a version reference, so one that is wanted is never known.
        """
        return (
            self.name in (None, found.name)
            and self.version_id is None
            and (self.scenario_id, self.executable_id) == (found.scenario_id, found.executable_id)
            and self.input_artifact_bindings == found.input_artifact_bindings
            and _meaning(self.scenario_id, self.parameter_bindings)
            == _meaning(found.scenario_id, found.parameter_bindings)
        )


class AIConfigurationProvider(AICoreProvider):
    """Creates configurations; every change of meaning is a new one."""

    models: ModelChecks

    @clear_errors(AICoreError)
    def configure(self, req: ConfigureRequest) -> None:
        """Find the service and the stack's rules about models, once for each process; makes no request.

        Raises:
            AICoreError: credentials are missing, or for another service than the stack's; or a rule is none.
        """
        super().configure(req)
        self.models = ModelChecks(self._catalog, self.rules, self._today)

    @clear_errors(AICoreError)
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into their normal form and say what the service would refuse.

        Asks for the model catalogue, once for each resource group and process, to look up the executable of a new or
        changed model that names none, and to check the models.

        Raises:
            AICoreError: the models are not what the service offers or the stack's policy allows.
        """
        conceal(secret_texts(news))
        inputs = {k: v for k, v in news.items() if v is not None}
        inputs |= self.home("This configuration", olds, news)
        failures = resource_group_failures(inputs)
        is_looked_up = _is_looked_up(inputs)
        for key in ("scenario_id", "executable_id"):
            if is_unknown(value := inputs.get(key)) or (key == "executable_id" and is_looked_up):
                continue
            if problem := generic_id_problem(str(value or "")):
                failures.append(CheckFailure(key, problem))
        # One that the service has taken already is not refused after all.
        if not is_unknown(name := inputs.get("name")) and name not in (None, olds.get("name")):
            problem = configuration_name_problem(str(name))
            failures += [CheckFailure("name", problem)] if problem else []
        if inputs.get("version_id") == "":
            failures.append(CheckFailure("version_id", "must not be empty; leave it out for none"))
        if not is_unknown(taken := inputs.get("take_over")) and taken not in (None, ""):
            problem = generic_id_problem(str(taken))
            failures += [CheckFailure("take_over", problem)] if problem else []
        for key in _BINDINGS:
            bindings = inputs.get(key)
            if isinstance(bindings, dict):
                inputs[key] = {k: v if is_unknown(v) else as_text(v) for k, v in bindings.items() if v is not None}
                failures += [
                    CheckFailure(f"{key}.{k}", "must be a string; write lists and objects as JSON text")
                    for k, v in inputs[key].items()
                    if v is None
                ]
        if not failures:
            self._consider_model(olds, inputs, look_up=is_looked_up)
        return checked(inputs, failures)

    @clear_errors(AICoreError)
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Every change of meaning replaces. A name counts when the program gives one: else `create` chose it."""
        conceal(secret_texts(olds))
        self._remember(id_, olds)
        if wanted := wanted_model(current_call().name, olds):
            known.remember_wanted(id_, wanted)
        changed = [key for key in _MEANING if differ(olds.get(key), news.get(key))]
        if news.get("name") is not None and differ(olds.get("name"), news["name"]):
            changed.append("name")
        if not changed:
            return DiffResult(changes=False)
        self.tell_once(_FORGOTTEN)
        # With `changes=None` the engine shows each property, which it does not for True.
        return DiffResult(changes=None, replaces=changed)

    @clear_errors(AICoreError)
    def create(self, props: dict[str, Any]) -> CreateResult:
        """POST it, or use the one that the deployment to be taken over runs, where that says the same.

        Raises:
            AICoreError: the service refused, or did not answer.
        """
        inputs = ConfigurationInputs.parse(props)
        if not inputs.executable_id:
            raise AICoreError(
                f"The executable of model {inputs.parameter_bindings.get('modelName')} could not be looked up.\n"
                "Run the command again, or write the executable."
            )
        if inputs.take_over and (found := self._running(inputs.take_over, inputs)):
            return self._made(found.id, {**props, "name": found.name, "taken_over": True})
        self.connection.authenticate()
        name = inputs.name or configuration_name(current_call().name)
        try:
            id_ = self.connection.configurations(inputs.resource_group).create(
                name=name,
                scenario_id=inputs.scenario_id,
                executable_id=inputs.executable_id,
                parameter_bindings=inputs.parameter_bindings,
                input_artifact_bindings=inputs.input_artifact_bindings,
                version_id=inputs.version_id,
            )
        except InvalidRequest as error:
            raise AICoreError(
                f"Configuration {name} was refused: {error.facts}\n"
                f"Check executable {inputs.executable_id} and scenario {inputs.scenario_id}."
            ) from None
        try:
            return self._made(id_, {**props, "name": name})
        except AICoreError:
            raise
        except Exception as error:
            raise AICoreError(
                f"Configuration {id_} was made, but aicore-provider has a fault: {summary_of(error)}."
            ) from error

    @clear_errors(AICoreError)
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Ask whether it still exists. Nothing in it can have changed.

        Raises:
            WrongServiceError: it lives on another service or tenant.
            AICoreError: the service does not answer, which says nothing about the configuration.
        """
        conceal(secret_texts(props))
        call = current_call()
        if not props.get("service_url"):  # only `.get()` reads what `check` has not seen
            props = props | self.home("", {}, props)
            if found := self._find(id_, props):
                return self._seen(id_, found, props)
            raise self.connection.not_there(f"configuration {id_}", props["resource_group"])
        with known.reading(call.urn, id_, is_look=is_look(call)), answering.reading():
            self._require_home(id_, props)
            found = self._find(id_, props)
        if call.urn and not is_look(call):
            self._remember(id_, props)
        return self._seen(id_, found, props) if found else ReadResult("", {})

    @clear_errors(AICoreError)
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing to send: what can be updated has no meaning for the service."""
        return UpdateResult(_with_secrets(complete({**olds, **news}, PROPERTIES)))

    @clear_errors(AICoreError)
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Forget it: the API has no DELETE for configurations, and they cost nothing."""
        conceal(secret_texts(props))
        self._require_home(id_, props)
        self.tell_once(_FORGOTTEN)

    def _made(self, id_: str, props: Properties) -> CreateResult:
        """What a create answers."""
        self._remember(id_, props)
        wanted = wanted_model(current_call().name, props)
        latest = self.models.latest(wanted) if wanted else None
        outs = {**props, "tenant": self.connection.tenant, "latest_version": latest}
        return CreateResult(id_, _with_secrets(complete(outs, PROPERTIES)))

    def _remember(self, id_: str, props: Properties) -> None:
        """That this stack has made it. One that was taken over may have been deployed by others as well."""
        known.remember_secrets(id_, secret_inputs(props))
        if not props.get("taken_over"):
            known.remember_configuration(id_, text(props, "resource_group") or "")

    def _running(self, deployment_id: str, inputs: ConfigurationInputs) -> Configuration | None:
        """The configuration of a deployment, where it says what is wanted: then taking this over switches nothing."""
        from aicore_provider.lifecycle.observe import observe

        if known.is_in_state(current_call().urn):
            return None
        observed = observe(deployment_id, self.connection.deployments(inputs.resource_group))
        if not isinstance(observed, Deployment):
            return None
        found = self.connection.configurations(inputs.resource_group).find(observed.configuration_id)
        return found if found and inputs.says_the_same_as(found) else None

    def _find(self, id_: str, props: Properties) -> Configuration | None:
        return self.connection.configurations(text(props, "resource_group") or "").find(id_)

    def _seen(self, id_: str, found: Configuration, props: Properties) -> ReadResult:
        told = {
            "name": found.name,
            "scenario_id": found.scenario_id,
            "executable_id": found.executable_id,
            "parameter_bindings": found.parameter_bindings,
            "input_artifact_bindings": found.input_artifact_bindings,
            "tenant": self.connection.tenant,
        }
        # What the state holds wins: a configuration cannot change, and the service may tell its bindings otherwise.
        outs = complete({**told, **{k: v for k, v in props.items() if v is not None}}, PROPERTIES)
        call = current_call()
        if wanted := wanted_model(call.name, outs):
            self.models.remember(call.urn, wanted)
            known.remember_wanted(id_, wanted)
            latest, before = self.models.latest(wanted), outs.get("latest_version")
            if latest:
                outs["latest_version"] = latest
            if latest and before and latest != before:
                log.info(f"{wanted.model}: latest moved from {before} to {latest} since the last run")
        return ReadResult(id_, _with_secrets(outs))

    def _catalog(self, resource_group: str) -> Catalog:
        return self.connection.catalog(resource_group)

    def _today(self) -> dt.date:
        return self.connection.now.date()

    def _consider_model(self, olds: Properties, inputs: dict[str, Any], *, look_up: bool) -> None:
        """Look up the executable where that is wanted, and check the model.

        Raises:
            AICoreError: the models are not what the service offers or the stack's policy allows.
        """
        call = current_call()
        wanted = wanted_model(call.name, inputs)
        _leave_out_no_version(inputs)
        if not wanted:
            return
        urn = call.urn or str(wanted)
        if look_up:
            before = wanted_model(call.name, olds) if olds else None
            if executable := self.models.executable(urn, wanted, before):
                inputs["executable_id"] = executable
                wanted = replace(wanted, executable_id=executable)
        unchanged = bool(olds) and not any(differ(olds.get(key), inputs.get(key)) for key in _MEANING)
        self.models.check(urn, wanted, unchanged=unchanged)
        self.models.remember(urn, wanted)

    def _require_home(self, id_: str, props: Properties) -> None:
        self.connection.require_home(
            f"Configuration {id_}", text(props, "service_url") or "", text(props, "tenant") or ""
        )


def _with_secrets(outs: dict[str, Any]) -> dict[str, Any]:
    """The outputs, of which the engine keeps secret those alone that are called as a secret input is."""
    tells = bool(secret_inputs(outs) & {"parameter_bindings", "parameter_bindings.modelVersion"})
    return outs | {"latest_version": secret_output(outs["latest_version"])} if tells else outs


def _is_looked_up(inputs: Properties) -> bool:
    """Whether the executable follows from the model: it is not given, and a model is, or will be."""
    bindings = inputs.get("parameter_bindings")
    names_model = is_unknown(bindings) or (isinstance(bindings, dict) and bool(bindings.get("modelName")))
    is_model = is_unknown(inputs.get("scenario_id")) or inputs.get("scenario_id") == FOUNDATION_MODELS
    return inputs.get("executable_id") in (None, "") and is_model and names_model


def _leave_out_no_version(inputs: dict[str, Any]) -> None:
    """A model that is said to have no version is sent without one."""
    bindings = inputs.get("parameter_bindings")
    if inputs.get("scenario_id") != FOUNDATION_MODELS or not isinstance(bindings, dict):
        return
    if bindings.get("modelVersion") == NO_VERSION:
        inputs["parameter_bindings"] = {key: value for key, value in bindings.items() if key != "modelVersion"}


def _meaning(scenario_id: str, parameter_bindings: Mapping[str, str]) -> dict[str, Any]:
    """Parameters as what they mean: the service takes `latest` where no version is given, and JSON has no one form."""
    left_out = (
        {"modelVersion": LATEST} if scenario_id == FOUNDATION_MODELS and "modelName" in parameter_bindings else {}
    )
    return left_out | {key: _parsed(value) for key, value in parameter_bindings.items()}


def _parsed(value: str) -> Any:
    try:
        document = read_json(value)
    except ValueError:
        return value
    return document if isinstance(document, (dict, list)) else value
