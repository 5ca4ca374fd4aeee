"""`AIConfiguration`: immutable, and undeletable at the service."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.api.types import Configuration
from aicore_provider.engine.call import current_call
from aicore_provider.engine.failures import clear_errors
from aicore_provider.engine.unknowns import is_unknown
from aicore_provider.naming import configuration_name_problem, generic_id_problem
from aicore_provider.providers import known
from aicore_provider.providers.base import AICoreProvider, resource_group_failures
from aicore_provider.providers.properties import Properties, as_text, differ, string_map, text

_MEANING = ("scenario_id", "executable_id", "parameter_bindings", "input_artifact_bindings", "resource_group")
PROPERTIES = (*_MEANING, "name", "service_url", "tenant")
"""Everything that the resource shows, inputs and outputs."""
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
        )


class AIConfigurationProvider(AICoreProvider):
    """Creates configurations; every change of meaning is a new one."""

    @clear_errors(AICoreError)
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Bring the inputs into their normal form and say what the service would refuse; makes no request."""
        inputs = {k: v for k, v in news.items() if v is not None}
        inputs |= self.home("This configuration", olds, news)
        failures = resource_group_failures(inputs)
        for key in ("scenario_id", "executable_id"):
            if not is_unknown(value := inputs.get(key)) and (problem := generic_id_problem(str(value or ""))):
                failures.append(CheckFailure(key, problem))
        if not is_unknown(name := inputs.get("name")) and name is not None:
            problem = configuration_name_problem(str(name))
            failures += [CheckFailure("name", problem)] if problem else []
        for key in _BINDINGS:
            bindings = inputs.get(key)
            if isinstance(bindings, dict):
                inputs[key] = {k: v if is_unknown(v) else as_text(v) for k, v in bindings.items() if v is not None}
                failures += [
                    CheckFailure(f"{key}.{k}", "must be a string; write lists and objects as JSON text")
                    for k, v in inputs[key].items()
                    if v is None
                ]
        return CheckResult(inputs, failures)

    @clear_errors(AICoreError)
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Every change of meaning replaces. A name counts when the program gives one: else `create` made it up."""
        known.remember_configuration(id_, text(olds, "resource_group") or "")
        changed = [key for key in _MEANING if differ(olds.get(key), news.get(key))]
        if news.get("name") is not None and differ(olds.get("name"), news["name"]):
            changed.append("name")
        # With `changes=None` the engine shows each property, which it does not for True.
        return DiffResult(changes=None, replaces=changed) if changed else DiffResult(changes=False)

    @clear_errors(AICoreError)
    def create(self, props: dict[str, Any]) -> CreateResult:
        """POST it.

        Raises:
            AICoreError: the service refused, or did not answer.
        """
        inputs = ConfigurationInputs.parse(props)
        name = inputs.name or f"{current_call().name or 'configuration'}-{secrets.token_hex(4)}"
        try:
            id_ = self.connection.configurations(inputs.resource_group).create(
                name=name,
                scenario_id=inputs.scenario_id,
                executable_id=inputs.executable_id,
                parameter_bindings=inputs.parameter_bindings,
                input_artifact_bindings=inputs.input_artifact_bindings,
            )
        except InvalidRequest as error:
            raise AICoreError(
                f"Configuration {name} was refused: {error.facts}\n"
                f"Check executable {inputs.executable_id} and scenario {inputs.scenario_id}."
            ) from None
        known.remember_configuration(id_, inputs.resource_group)
        return CreateResult(id_, {**props, "name": name, "tenant": self.connection.tenant})

    @clear_errors(AICoreError)
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Ask whether it still exists. Nothing in it can have changed.

        Raises:
            HomeError: it lives on another service or tenant.
            AICoreError: the service does not answer, which says nothing about the configuration.
        """
        call = current_call()
        if not props.get("service_url"):  # only `.get()` reads what `check` has not seen
            props = props | self.home("", {}, props)
            if found := self._find(id_, props):
                return self._seen(id_, found, props)
            raise AICoreError(
                f"There is no configuration {id_} in {props['resource_group']} on {self.connection.service_url}."
            )
        with known.reading(call.urn, id_):
            self._require_home(id_, props)
            found = self._find(id_, props)
        if call.old_inputs and call.old_inputs.get("service_url"):  # a refreshed `.get()` has none
            known.remember_configuration(id_, text(props, "resource_group") or "")
        return self._seen(id_, found, props) if found else ReadResult("", {})

    @clear_errors(AICoreError)
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing to send: what can be updated has no meaning for the service."""
        return UpdateResult({**olds, **news})

    @clear_errors(AICoreError)
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Forget it: the API has no DELETE for configurations, and they cost nothing."""
        self._require_home(id_, props)

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
        return ReadResult(id_, told | {k: v for k, v in props.items() if v is not None})

    def _require_home(self, id_: str, props: Properties) -> None:
        self.connection.require_home(
            f"Configuration {id_}", text(props, "service_url") or "", text(props, "tenant") or ""
        )
