"""`AIConfiguration`: immutable at the service, which cannot delete one either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aicore_provider.api.configurations import PATH
from aicore_provider.api.errors import AICoreError, InvalidRequest
from aicore_provider.api.naming import (
    FOUNDATION_MODELS,
    configuration_name,
    configuration_name_problem,
    generic_id_problem,
    resource_group_problem,
)
from aicore_provider.api.types import Configuration, Deployment
from aicore_provider.catalog.catalog import LATEST, NO_VERSION
from aicore_provider.json_document import read_json
from aicore_provider.kinds.kind import (
    Call,
    Change,
    Checked,
    Difference,
    Found,
    Gone,
    Kind,
    Made,
    Properties,
    Property,
    Updated,
)
from aicore_provider.kinds.model_checks import wanted_model
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import (
    SECRET_INPUTS,
    changed,
    complaints,
    complete,
    is_unknown,
    normal_map,
    secret_inputs,
    string_map,
    text,
)
from aicore_provider.lifecycle.observe import observe
from aicore_provider.secret_text import SecretText
from aicore_provider.unexpected import summary_of

PROPERTIES = (
    Property(
        "scenario_id",
        "Scenario that the executable belongs to.",
        change=Change.REPLACES,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property(
        "executable_id",
        "The executable, such as `azure-openai`.",
        change=Change.REPLACES,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property("parameter_bindings", "Values of the executable's parameters.", "map", change=Change.REPLACES),
    Property(
        "input_artifact_bindings",
        "Artifact ids by the name of the executable's input.",
        "map",
        change=Change.REPLACES,
    ),
    Property("resource_group", "Where it is.", change=Change.REPLACES, rule=resource_group_problem),
    Property(
        "version_id",
        "The user's own version reference, which the service does not tell.",
        change=Change.REPLACES,
        rule=lambda given: None if given else "must not be empty; leave it out for none",
    ),
    # A name that was made up is never compared, so that renaming a resource changes nothing.
    Property(
        "name",
        "Its name at the service.",
        change=Change.REPLACES,
        rule=configuration_name_problem,
        may_be_left_out=True,
    ),
    Property(
        "take_over",
        "Id of a deployment made by hand whose configuration is used where it says the same.",
        change=Change.NO_DIFFERENCE,
        rule=lambda given: generic_id_problem(given) if given else None,
    ),
    Property("service_url", "The service that it lives on, without version."),
    Property("tenant", "Identity zone of the tenant that it lives in."),
    Property("latest_version", "For a model whose version is `latest`: the version that the catalogue calls so."),
    Property("taken_over", "True for one that somebody else has made.", "flag"),
    SECRET_INPUTS,
)
_FORGOTTEN = "a configuration that is replaced or deleted is only forgotten: the service keeps it, and it costs nothing"
_BINDINGS = tuple(each.name for each in PROPERTIES if each.type == "map")


def check(session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    """Bring the inputs into their normal form and say what the service would refuse.

    Asks for the model catalogue, once for each resource group and process, to look up the executable of a new or
    changed model that names none, and to check the models.

    Raises:
        AICoreError: the models are not what the service offers or the stack's policy allows.
    """
    inputs = {key: value for key, value in news.items() if value is not None}
    inputs |= session.home("This configuration", olds, news)
    inputs |= {key: normal_map(inputs[key]) for key in _BINDINGS if key in inputs}
    is_looked_up = _is_looked_up(inputs)
    failures = complaints(PROPERTIES, olds, inputs, but=("executable_id",) if is_looked_up else ())
    if not failures:
        _consider_model(session, call, olds, inputs, look_up=is_looked_up)
    return Checked(inputs, tuple(failures))


def diff(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Difference:
    """Every change of meaning is a new configuration."""
    _remember(session, id_, olds)
    if wanted := wanted_model(call.name, olds):
        session.index.add_wanted(id_, wanted)
    different = tuple(changed(PROPERTIES, olds, news))
    if different:
        session.info_once(_FORGOTTEN)
    return Difference(different, replaces=different)


def create(session: Session, call: Call, inputs: Properties) -> Made:
    """POST it, or use the one that the deployment to be taken over runs, where that says the same.

    Raises:
        AICoreError: the service refused, or did not answer.
    """
    executable, group = text(inputs, "executable_id"), text(inputs, "resource_group")
    if not executable:
        raise AICoreError(
            f"The executable of model {string_map(inputs, 'parameter_bindings').get('modelName')} could not be looked "
            "up.\nRun the command again, or write the executable."
        )
    if found := _running(session, call, inputs):
        return _made(session, call, found.id, {**inputs, "name": found.name, "taken_over": True})
    session.client.authenticate()
    name = text(inputs, "name") or configuration_name(call.name)
    try:
        id_ = session.client.configurations(group).create(
            name=name,
            scenario_id=text(inputs, "scenario_id"),
            executable_id=executable,
            parameter_bindings=string_map(inputs, "parameter_bindings"),
            input_artifact_bindings=string_map(inputs, "input_artifact_bindings"),
            version_id=text(inputs, "version_id") or None,
        )
    except InvalidRequest as error:
        raise AICoreError(
            f"Configuration {name} was refused: {error.facts}\n"
            f"Check executable {executable} and scenario {text(inputs, 'scenario_id')}."
        ) from None
    try:
        return _made(session, call, id_, {**inputs, "name": name})
    except AICoreError:
        raise
    except Exception as error:
        raise AICoreError(
            f"Configuration {id_} was made, but aicore-provider has a fault: {summary_of(error)}."
        ) from error


def read(session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    """Ask whether it still exists. Nothing in it can have changed.

    Raises:
        WrongServiceError: it lives on another service or tenant.
        AICoreError: the service does not answer, which says nothing about the configuration; or it is to be got by its
            id, and there is none.
    """
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        outputs = {**outputs, **session.home("", {}, outputs)}
        group = str(outputs["resource_group"])
        if found := session.client.configurations(group).find(id_):
            return _seen(session, call, id_, found, outputs)
        raise session.not_there(f"configuration {id_}", group)
    with session.index.reading(call.urn, id_, is_lookup=call.is_lookup), session.availability.reading():
        session.require_home(f"Configuration {id_}", outputs)
        found = session.client.configurations(text(outputs, "resource_group")).find(id_)
    if call.urn and not call.is_lookup:
        _remember(session, id_, outputs)
    return _seen(session, call, id_, found, outputs) if found else Gone()


def update(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Updated:
    """Nothing is sent: what can change in place has no meaning for the service."""
    return Updated(_outputs({**olds, **news}))


def delete(session: Session, call: Call, id_: str, outputs: Properties) -> None:
    """Forget it: the API has no DELETE for configurations, and they cost nothing.

    Raises:
        WrongServiceError: it lives on another service or tenant.
    """
    session.require_home(f"Configuration {id_}", outputs)
    session.info_once(_FORGOTTEN)


KIND = Kind("AIConfiguration", PROPERTIES, check, diff, create, read, update, delete, path=PATH)


def _made(session: Session, call: Call, id_: str, properties: Properties) -> Made:
    _remember(session, id_, properties)
    wanted = wanted_model(call.name, properties)
    latest = session.models.latest(wanted) if wanted else None
    return Made(id_, _outputs({**properties, "tenant": session.client.identity.tenant, "latest_version": latest}))


def _seen(session: Session, call: Call, id_: str, found: Configuration, outputs: Properties) -> Found:
    told = {
        "name": found.name,
        "scenario_id": found.scenario_id,
        "executable_id": found.executable_id,
        "parameter_bindings": found.parameter_bindings,
        "input_artifact_bindings": found.input_artifact_bindings,
        "tenant": session.client.identity.tenant,
    }
    # What the state holds wins: a configuration cannot change, and the service may tell its bindings otherwise.
    seen = told | {key: value for key, value in outputs.items() if value is not None}
    if wanted := wanted_model(call.name, seen):
        session.models.remember(call.urn, wanted)
        session.index.add_wanted(id_, wanted)
        latest, before = session.models.latest(wanted), seen.get("latest_version")
        if latest:
            seen["latest_version"] = latest
        if latest and before and latest != before:
            session.host.info(f"{wanted.model}: latest moved from {before} to {latest} since the last run")
    return Found(id_, _outputs(seen))


def _outputs(told: Properties) -> dict[str, Any]:
    """All properties; the version that answers is as secret as the version that is asked for."""
    outputs = complete(told, PROPERTIES)
    if secret_inputs(outputs) & {"parameter_bindings", "parameter_bindings.modelVersion"}:
        outputs["latest_version"] = SecretText(outputs["latest_version"])
    return outputs


def _remember(session: Session, id_: str, properties: Properties) -> None:
    """That this stack has made it. One that was taken over may have been deployed by others as well."""
    session.index.add_secrets(id_, secret_inputs(properties))
    if not properties.get("taken_over"):
        session.index.add_configuration(id_, text(properties, "resource_group"))


def _running(session: Session, call: Call, inputs: Properties) -> Configuration | None:
    """The configuration of the deployment to be taken over, where it says what is wanted: nothing is switched then."""
    deployment_id, group = text(inputs, "take_over"), text(inputs, "resource_group")
    if not deployment_id or session.index.is_in_state(call.urn):
        return None
    observed = observe(deployment_id, session.context(group))
    if not isinstance(observed, Deployment):
        return None
    found = session.client.configurations(group).find(observed.configuration_id)
    return found if found and _says_the_same(inputs, found) else None


def _says_the_same(inputs: Properties, found: Configuration) -> bool:
    """Whether a configuration at the service surely says what is wanted.

    Its name counts where one is wanted. No answer tells a version reference, so one that is wanted is never known.
    """
    scenario = text(inputs, "scenario_id")
    return (
        text(inputs, "name") in ("", found.name)
        and not text(inputs, "version_id")
        and (scenario, text(inputs, "executable_id")) == (found.scenario_id, found.executable_id)
        and string_map(inputs, "input_artifact_bindings") == found.input_artifact_bindings
        and _meaning(scenario, string_map(inputs, "parameter_bindings"))
        == _meaning(found.scenario_id, found.parameter_bindings)
    )


def _meaning(scenario_id: str, parameter_bindings: Mapping[str, str]) -> dict[str, Any]:
    """Parameters as what they mean: the service takes `latest` where no version is given, and JSON has no one form."""
    is_model = scenario_id == FOUNDATION_MODELS and "modelName" in parameter_bindings
    return ({"modelVersion": LATEST} if is_model else {}) | {k: _parsed(v) for k, v in parameter_bindings.items()}


def _parsed(value: str) -> Any:
    try:
        document = read_json(value)
    except ValueError:
        return value
    return document if isinstance(document, (dict, list)) else value


def _is_looked_up(inputs: Properties) -> bool:
    """Whether the executable follows from the model: it is not given, and a model is, or will be."""
    bindings = inputs.get("parameter_bindings")
    names_model = is_unknown(bindings) or (isinstance(bindings, Mapping) and bool(bindings.get("modelName")))
    is_model = is_unknown(inputs.get("scenario_id")) or inputs.get("scenario_id") == FOUNDATION_MODELS
    return inputs.get("executable_id") in (None, "") and is_model and names_model


def _consider_model(session: Session, call: Call, olds: Properties, inputs: dict[str, Any], *, look_up: bool) -> None:
    """Look up the executable where that is wanted, and check the model.

    Raises:
        AICoreError: the models are not what the service offers or the stack's policy allows.
    """
    wanted = wanted_model(call.name, inputs)
    _leave_out_no_version(inputs)
    if not wanted:
        return
    if look_up:
        before = wanted_model(call.name, olds) if olds else None
        if executable := session.models.executable(call.urn, wanted, before):
            inputs["executable_id"] = executable
            wanted = replace(wanted, executable_id=executable)
    meaning = (each for each in PROPERTIES if each.name != "name")
    session.models.check(call.urn, wanted, unchanged=bool(olds) and not changed(meaning, olds, inputs))
    session.models.remember(call.urn, wanted)


def _leave_out_no_version(inputs: dict[str, Any]) -> None:
    """A model that is said to have no version is sent without one."""
    bindings = inputs.get("parameter_bindings")
    if inputs.get("scenario_id") != FOUNDATION_MODELS or not isinstance(bindings, Mapping):
        return
    if bindings.get("modelVersion") == NO_VERSION:
        inputs["parameter_bindings"] = {key: value for key, value in bindings.items() if key != "modelVersion"}
