"""What the components mean, for both front ends: which part gets an argument, what is exported, what options name.

A component is a configuration and a deployment of it, its two parts. A front end has values of its own for what is
secret, or not known yet; most functions here pass values on as they are, and the others say that they take plain ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import LATEST, NO_VERSION

Value = TypeVar("Value")

_ORCHESTRATION = "orchestration"
"""Name of the scenario, and of its executable."""
_EVERYTHING = "*"


@dataclass(frozen=True)
class Argument:
    """An argument that only one component has, and the configuration gets, with its path there.

    A value of `filters` is a list of `{modelName, modelVersions}`, which the configuration gets as JSON text.
    """

    path: str
    doc: str
    type: Literal["text", "map", "filters"] = "text"


@dataclass(frozen=True)
class Component:
    """One component. `own` are its own arguments by name; `fixed` is what the configuration has in any case.

    The program must give the arguments that are `required`.
    """

    doc: str
    own: Mapping[str, Argument]
    required: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_configuration(self) -> Mapping[str, str]:
        """Arguments that the configuration gets, with their paths there."""
        return {**{name: each.path for name, each in self.own.items()}, **OF_CONFIGURATION}

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of all arguments."""
        names = dict.fromkeys([*self.of_configuration, *OF_DEPLOYMENT])
        return tuple(name for name in names if name not in self.fixed)


OF_DEPLOYMENT: Mapping[str, str] = {key: key for key in ("ttl", "take_over", "rollback", "verify")}
"""Arguments of every component that the deployment gets, with their paths there."""
OF_CONFIGURATION: Mapping[str, str] = {
    "executable_id": "executable_id",
    "resource_group": "resource_group",
    "configuration_name": "name",
    "version_id": "version_id",
    "take_over": "take_over",
}
"""Arguments of every component that the configuration gets. The deployment takes them from the configuration."""
FILTERS, FILTER_TYPE = "model_filter_list", "model_filter_list_type"
COMPONENTS: Mapping[str, Component] = {
    "ModelDeployment": Component(
        "A configuration of a generative model, and a deployment of it. Changing model or version within one"
        " executable keeps id and URL.",
        {
            "model": Argument("parameter_bindings.modelName", "Name of the model, such as `gpt-5-mini`."),
            "version": Argument(
                "parameter_bindings.modelVersion",
                "Such as `2025-08-07`, or `latest` for automatic upgrades. Left out only for a model of which the"
                " catalogue lists no version.",
            ),
        },
        required=("model",),
        fixed={"scenario_id": FOUNDATION_MODELS},
    ),
    "OrchestrationDeployment": Component(
        "A configuration of the orchestration service, and a deployment of it. Its callers name a model in each"
        " request. Changing the filter keeps id and URL.",
        {
            FILTERS: Argument(
                "parameter_bindings.modelFilterList",
                "Models that are allowed or denied; empty allows all.",
                "filters",
            ),
            FILTER_TYPE: Argument(
                "parameter_bindings.modelFilterListType",
                "`allow` or `deny`; required with a list, and not allowed without.",
            ),
        },
        fixed={"scenario_id": _ORCHESTRATION, "executable_id": _ORCHESTRATION},
    ),
    "ExecutableDeployment": Component(
        "A configuration of any executable, such as your own serving template, and a deployment of it. Changing"
        " parameters or artifacts keeps id and URL.",
        {
            "scenario_id": Argument("scenario_id", "What the executable belongs to."),
            "parameters": Argument(
                "parameter_bindings", "Values of the executable's parameters; lists and objects as JSON text.", "map"
            ),
            "artifacts": Argument(
                "input_artifact_bindings", "Artifact ids by the names of the executable's inputs.", "map"
            ),
        },
        required=("scenario_id", "executable_id"),
    ),
}
"""The components by name."""


# --- arguments --------------------------------------------------------------------------------------------------------


def configuration_inputs(component: Component, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of the configuration; an argument that is None is left out."""
    inputs: dict[str, Any] = dict(component.fixed)
    for name, path in component.of_configuration.items():
        if arguments.get(name) is not None:
            key, _, within = path.partition(".")
            if within:
                inputs.setdefault(key, {})[within] = arguments[name]
            else:
                inputs[key] = arguments[name]
    return inputs


def deployment_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of the deployment beside those that it takes from the configuration."""
    return {name: arguments[name] for name in OF_DEPLOYMENT if arguments.get(name) is not None}


def wanted_version(given: str | None) -> str:
    """Return the version that a configuration asks for, a plain value.

    Without a `modelVersion` the service would take `latest` if there are versions, and the check could not tell.
    """
    return given or NO_VERSION


def filter_text(filters: Sequence[Mapping[str, Any]]) -> str:
    """Return a filter, whose values are plain, as the JSON text of the parameter.

    A model without versions means all of them. Source: SAP's documentation, "model restriction", which spells the key
    `modelVersions`.
    """
    # Always in one order: maps of the engine have none, and another text would be another configuration.
    items = [{key: each[key] for key in ("modelName", "modelVersions") if each.get(key)} for each in filters]
    return json.dumps(items, separators=(",", ":"))


def filter_problem(filters: object, type_: object, spell: Callable[[str], str] = str) -> str | None:
    """Return what is wrong with the arguments of a filter; `spell` writes the name of an argument as programs do."""
    if bool(filters) == bool(type_):
        return None
    return f'{spell(FILTERS)} and {spell(FILTER_TYPE)} ("allow" or "deny") go together.'


# --- outputs ----------------------------------------------------------------------------------------------------------


def summary(
    configuration: Callable[[str], Value], deployment: Callable[[str], Value], model: Value, version: Value
) -> dict[str, Value]:
    """Return what a program exports. The functions return an output of the part by its name.

    Model and version are those of `of_foundation_model`.
    """
    return {
        "id": deployment("id"),
        "url": deployment("deployment_url"),
        "model": model,
        "version": version,
        "executable": configuration("executable_id"),
        "configurationId": configuration("id"),
        "resourceGroup": deployment("resource_group"),
        "status": deployment("status"),
        "call": deployment("call"),
    }


def of_foundation_model(scenario_id: str, parameter: str) -> str:
    """Return a parameter of a foundation model; "" in other scenarios, where the name may mean something else.

    The values are plain.
    """
    return parameter if scenario_id == FOUNDATION_MODELS else ""


def served_version(requested: str, told: str, latest: str) -> str:
    """Return the version that answers. The values are plain.

    For `latest` the service tells `latest`, and its catalogue tells which that is.
    """
    return latest if LATEST in (requested, told) else told


# --- what options name ------------------------------------------------------------------------------------------------


def paths(named: Iterable[str] | None, arguments: Mapping[str, str]) -> list[str] | None:
    """Return the paths in one part for the paths that an option names, such as `parameter_bindings.plan`.

    `arguments` are those that the part gets, with their paths there. None where the option names none of them.
    """
    found = []
    for path in named or ():
        name = first_name(path)
        if name in arguments:
            found.append(arguments[name] + path.removeprefix(name))
        elif path == _EVERYTHING:
            found.append(path)
    return list(dict.fromkeys(found)) or None


def replacing_paths(named: Iterable[str] | None, of_configuration: Iterable[str]) -> list[str] | None:
    """Return the paths in the deployment for the arguments whose change is to replace it.

    To a deployment, every change of its configuration is another `configuration_id`.
    """
    arguments = {**dict.fromkeys(of_configuration, "configuration_id"), **OF_DEPLOYMENT}
    return paths(map(first_name, named or ()), arguments)


def secret_outputs(
    named: Iterable[str] | None, arguments: Mapping[str, str], properties: Iterable[str]
) -> list[str] | None:
    """Return the outputs of one part that are to be secret: named directly, or by the argument that sets them."""
    outputs = {**{key: key for key in properties}, **{key: first_name(path) for key, path in arguments.items()}}
    return paths(named, outputs)


def unknown_name(options: Mapping[str, Iterable[str] | None], known: Iterable[str]) -> str | None:
    """Return what is wrong with the names in options: the first that is not known; None for nothing."""
    names = list(dict.fromkeys(known))
    for option, named in options.items():
        for path in named or ():
            if path != _EVERYTHING and first_name(path) not in names:
                return f"{option} names {path!r}; known are {', '.join(names)}."
    return None


def first_name(path: str) -> str:
    """Return the first part of a property path; `*` for everything."""
    return path if path == _EVERYTHING else re.match(r"\w*", path)[0]  # type: ignore[index]
