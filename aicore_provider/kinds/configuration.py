"""`AIConfiguration`: an executable with values for its parameters.

The service can neither change nor delete a configuration (API contract 2.42.0). So every change is a new one, and
`delete` only forgets it.
"""

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
)
from aicore_provider.api.types import Configuration, Deployment, ExecutionSchedule
from aicore_provider.catalog.catalog import LATEST, NO_VERSION
from aicore_provider.json_document import read_json
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import Checked, CheckFailure, Difference, Found, Made, Updated
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.several_groups import base_name, wrong_heir
from aicore_provider.kinds.values import (
    HOME,
    RESOURCE_GROUP,
    SECRET_INPUTS,
    changed,
    complaints,
    complete,
    is_secret_parameter,
    is_unknown,
    normal_map,
    secret_inputs,
    string_map,
    text,
)
from aicore_provider.kinds.wanted import wanted_model
from aicore_provider.lifecycle.observe import is_in_use, observe
from aicore_provider.lifecycle.values import Gone
from aicore_provider.secret_text import SecretText
from aicore_provider.unexpected import summary_of

_DOC = "An executable with values for its parameters. Every change makes another one; the service keeps all."
PROPERTIES = (
    Property(
        "scenario_id",
        "Scenario that the executable belongs to.",
        Change.REPLACES,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property(
        "executable_id",
        "The executable, such as `azure-openai`.",
        Change.REPLACES,
        rule=generic_id_problem,
        is_required=True,
    ),
    Property("parameter_bindings", "Values of the executable's parameters.", Change.REPLACES, type="map"),
    Property(
        "input_artifact_bindings", "Artifact ids by the name of the executable's input.", Change.REPLACES, type="map"
    ),
    RESOURCE_GROUP,
    Property(
        "version_id",
        "The user's own version reference, which the service does not tell.",
        Change.REPLACES,
        rule=lambda given: None if given else "must not be empty; leave it out for none",
    ),
    # Compared only where the program gives one, so that renaming a resource changes nothing.
    Property(
        "name", "Its name at the service.", Change.REPLACES, rule=configuration_name_problem, may_be_left_out=True
    ),
    Property(
        "take_over",
        "Id of a deployment or schedule made by hand whose configuration is used where it says the same.",
        Change.NO_DIFFERENCE,
        rule=lambda given: generic_id_problem(given) if given else None,
    ),
    *HOME,
    Property("latest_version", "For a model whose version is `latest`: the version that the catalogue calls so."),
    Property("taken_over", "True for one that somebody else has made.", type="flag"),
    SECRET_INPUTS,
)
_FORGOTTEN = "a configuration that is deleted is only forgotten: the service keeps it, and it costs nothing"
_BINDINGS = tuple(each.name for each in PROPERTIES if each.type == "map")


def check(session: Session, call: Call, olds: Properties, news: Properties) -> Checked:
    """Return the inputs in their normal form, and complaints about what the service would refuse.

    Asks the service for the model catalogue, once for each resource group and session: to check the models, and to look
    up the executable of a new or changed model for which the program names none.

    Raises:
        CredentialsError: there are no credentials.
        WrongServiceError: they are for another service than the stack's, or than the one in the state.
        AICoreError: the service does not offer a model, or the stack's policy does not allow it.
    """
    inputs = {key: value for key, value in news.items() if value is not None}
    inputs |= session.home("This configuration", olds, news)
    inputs |= {key: normal_map(inputs[key]) for key in _BINDINGS if key in inputs}
    is_looked_up = _is_looked_up(inputs)
    failures = complaints(PROPERTIES, olds, inputs, but=("executable_id",) if is_looked_up else ())
    if wrong := wrong_heir(call.name, text(olds, "resource_group"), session.rules.plan):
        failures.append(CheckFailure("resource_group", wrong))
    if not failures:
        _consider_model(session, call, olds, inputs, look_up=is_looked_up)
    return Checked(inputs, tuple(failures))


def diff(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Difference:
    """Compare inputs by their meaning. Every difference is a new configuration."""
    _remember(session, id_, olds)
    if wanted := wanted_model(call.name, olds):
        session.index.add_wanted(id_, wanted)
    different = tuple(changed(PROPERTIES, olds, news))
    return Difference(different, replaces=different)


def create(session: Session, call: Call, inputs: Properties) -> Made:
    """Make the configuration with a POST. Raises an AICoreError when the service refuses, or does not answer.

    With `take_over`, the configuration that this deployment runs is used instead, if it says the same.
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
    # Callers that look for a configuration by its name find it in each resource group under the same.
    name = text(inputs, "name") or configuration_name(base_name(call.name, group))
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
    session.index.add_made(call.urn, id_)
    try:
        return _made(session, call, id_, {**inputs, "name": name})
    except AICoreError:
        raise
    except Exception as error:
        raise AICoreError(
            f"Configuration {id_} was made, but aicore-provider has a fault: {summary_of(error)}."
        ) from error


def read(session: Session, call: Call, id_: str, outputs: Properties) -> Found | Gone:
    """Ask the service whether the configuration still exists. Its content cannot have changed.

    Raises:
        WrongServiceError: it lives on another service or tenant than the credentials are for.
        AICoreError: the service does not tell; or the program gets it by its id with `.get()`, and there is none.
    """
    if not outputs.get("service_url"):  # only `.get()` reads what `check` has not seen
        outputs = {**outputs, **session.home("", {}, outputs)}
        group = str(outputs["resource_group"])
        if found := session.client.configurations(group).find(id_):
            return _seen(session, call, id_, _told(found), outputs)
        raise session.not_there(f"configuration {id_}", group)
    with session.reading(call, id_, f"Configuration {id_}", outputs):
        told = _look(session, id_, outputs)
    if call.urn and not call.is_lookup:
        _remember(session, id_, outputs)
    return Gone() if told is None else _seen(session, call, id_, told, outputs)


def update(session: Session, call: Call, id_: str, olds: Properties, news: Properties) -> Updated:
    """Return the outputs with the new inputs. Sends nothing: only `take_over` can change without a replacement."""
    return Updated(_outputs({**olds, **news}))


def delete(session: Session, call: Call, id_: str, outputs: Properties) -> None:
    """Forget the configuration. Sends nothing: the API has no DELETE for configurations.

    Says so once in a session, unless another one has just replaced it: each switch leaves one behind.

    Raises:
        WrongServiceError: it lives on another service or tenant than the credentials are for.
    """
    session.require_home(f"Configuration {id_}", outputs)
    if not session.index.has_made(call.urn):
        session.announce_once(_FORGOTTEN)


KIND = Kind("AIConfiguration", _DOC, PROPERTIES, check, diff, create, read, update, delete, path=PATH)


def _made(session: Session, call: Call, id_: str, properties: Properties) -> Made:
    _remember(session, id_, properties)
    wanted = wanted_model(call.name, properties)
    latest = session.models.latest(wanted) if wanted else None
    return Made(id_, _outputs({**properties, "tenant": session.client.identity.tenant, "latest_version": latest}))


def _look(session: Session, id_: str, outputs: Properties) -> Properties | None:
    """What the service tells of a configuration of the state; None when it says that there is none.

    One that a deployment is on exists, and the list of deployments is there anyway: it tells nothing more, and nothing
    more is needed where the state has all that makes up a configuration.
    """
    group = text(outputs, "resource_group")
    is_complete = all(text(outputs, key) for key in ("name", "scenario_id", "executable_id"))
    if is_complete and is_in_use(id_, session.context(group)):
        return {}
    found = session.find_surely(lambda: session.client.configurations(group).find(id_))
    return _told(found) if found else None


def _told(found: Configuration) -> dict[str, Any]:
    return {
        "name": found.name,
        "scenario_id": found.scenario_id,
        "executable_id": found.executable_id,
        "parameter_bindings": found.parameter_bindings,
        "input_artifact_bindings": found.input_artifact_bindings,
    }


def _seen(session: Session, call: Call, id_: str, told: Properties, outputs: Properties) -> Found:
    # What the state holds wins: a configuration cannot change, and the service may tell its bindings otherwise.
    kept = {key: value for key, value in outputs.items() if value is not None}
    seen = {**told, "tenant": session.client.identity.tenant, **kept}
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
    """Return all properties. `latest_version` is secret where the program's `modelVersion` is."""
    outputs = complete(told, PROPERTIES)
    if is_secret_parameter(secret_inputs(outputs), "modelVersion"):
        outputs["latest_version"] = SecretText(outputs["latest_version"])
    return outputs


def _remember(session: Session, id_: str, properties: Properties) -> None:
    """Note that this stack has made the configuration; not for one that was taken over, which others may deploy too."""
    session.index.add_secrets(id_, secret_inputs(properties))
    if not properties.get("taken_over"):
        session.index.add_configuration(id_, text(properties, "resource_group"))


def _running(session: Session, call: Call, inputs: Properties) -> Configuration | None:
    """Return the configuration of the deployment or schedule that is taken over, if it says what is wanted."""
    user_id, group = text(inputs, "take_over"), text(inputs, "resource_group")
    if not user_id or session.index.is_in_state(call.urn):
        return None
    user: Deployment | ExecutionSchedule | Gone | None = observe(user_id, session.context(group))
    if isinstance(user, Gone):
        user = session.client.execution_schedules(group).find(user_id)
    if user is None:
        return None
    found = session.client.configurations(group).find(user.configuration_id)
    return found if found and _says_the_same(inputs, found) else None


def _says_the_same(inputs: Properties, found: Configuration) -> bool:
    """Whether a configuration at the service certainly says what is wanted.

    The name counts where the program gives one. The service never tells a version reference, so a configuration never
    counts as the same where the program gives one.
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
    """Return parameters in a form that can be compared.

    The service takes `latest` for a model without a version, and the same JSON can be written in several ways.
    """
    is_model = scenario_id == FOUNDATION_MODELS and "modelName" in parameter_bindings
    return ({"modelVersion": LATEST} if is_model else {}) | {k: _parsed(v) for k, v in parameter_bindings.items()}


def _parsed(value: str) -> Any:
    try:
        document = read_json(value)
    except ValueError:
        return value
    return document if isinstance(document, (dict, list)) else value


def _is_looked_up(inputs: Properties) -> bool:
    """Whether the program names a model, or may do so once it is known, and no executable."""
    bindings = inputs.get("parameter_bindings")
    names_model = is_unknown(bindings) or (isinstance(bindings, Mapping) and bool(bindings.get("modelName")))
    is_model = is_unknown(inputs.get("scenario_id")) or inputs.get("scenario_id") == FOUNDATION_MODELS
    return inputs.get("executable_id") in (None, "") and is_model and names_model


def _consider_model(session: Session, call: Call, olds: Properties, inputs: dict[str, Any], *, look_up: bool) -> None:
    """Check the model, and with `look_up` put its executable into the inputs. Raises as `check` does."""
    wanted = wanted_model(call.name, inputs)
    before = wanted_model(call.name, olds) if olds else None
    _leave_out_no_version(inputs)
    if not wanted or session.index.is_unready(wanted.resource_group):
        # The group is made or waited for first; what was looked up before is kept where the model stays.
        if look_up and before and before.model == string_map(inputs, "parameter_bindings").get("modelName"):
            inputs["executable_id"] = before.executable_id
        return
    if look_up and (executable := session.models.executable(call.urn, wanted, before)):
        inputs["executable_id"] = executable
        wanted = replace(wanted, executable_id=executable)
    meaning = (each for each in PROPERTIES if each.name != "name")
    session.models.check(call.urn, wanted, before, unchanged=bool(olds) and not changed(meaning, olds, inputs))
    session.models.remember(call.urn, wanted)


def _leave_out_no_version(inputs: dict[str, Any]) -> None:
    """Remove `modelVersion` where it says that the model has no versions."""
    bindings = inputs.get("parameter_bindings")
    if inputs.get("scenario_id") != FOUNDATION_MODELS or not isinstance(bindings, Mapping):
        return
    if bindings.get("modelVersion") == NO_VERSION:
        inputs["parameter_bindings"] = {key: value for key, value in bindings.items() if key != "modelVersion"}
