"""The functions of the package: what a program asks the service without declaring anything."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from aicore_provider.api.credentials import find_resource_group
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import deployment_url
from aicore_provider.catalog.catalog import LATEST
from aicore_provider.inference import call_of
from aicore_provider.kinds.property import Properties
from aicore_provider.kinds.session import CHECK_WHERE, Session
from aicore_provider.kinds.values import iso, text
from aicore_provider.plugin.values import camel_path

if TYPE_CHECKING:
    from aicore_provider.api.scenarios import ModelVersion, OfferedModel
    from aicore_provider.api.types import Deployment

Type: TypeAlias = Literal["string", "integer", "boolean", "strings", "Model", "Models", "Call", "Summary"]
"""`strings` is a list of them, `Models` one of `Model`; `Model`, `Call` and `Summary` are types of the package."""
Fields: TypeAlias = Mapping[str, tuple[Type, str]]
"""Type and meaning of values by name."""


@dataclass(frozen=True)
class Function:
    """One function: meaning, arguments and result. All arguments are texts; those that are `required` must be given.

    `call` takes the session and the arguments. It raises an `AICoreError` when there is nothing to return.
    """

    doc: str
    arguments: Mapping[str, str]
    required: tuple[str, ...]
    result: Fields
    call: Callable[[Session, Properties], dict[str, Any]]


_GROUP = "Resource group; default: `AICORE_RESOURCE_GROUP`, else `default`."
MODEL: Fields = {
    "model": ("string", "Its name."),
    "version": ("string", "The version; empty for a model without versions."),
    "executable_id": ("string", "The executable that offers it, such as `azure-openai`."),
    "is_latest": ("boolean", "Whether the catalogue calls this version the latest."),
    "deprecated": ("boolean", "Whether the catalogue calls it deprecated."),
    "retirement_date": ("string", "When it retires, as the service writes it; empty where nothing is planned."),
    "days_left": ("integer", "Days until then, negative once it is past; missing where there is no date."),
    "suggested_replacements": ("strings", "Names of models."),
    "provider": ("string", "Who makes it."),
    "display_name": ("string", "Its name for people."),
    "capabilities": ("strings", "Such as `text-generation`."),
    "context_length": ("integer", "Tokens; missing where the catalogue tells none."),
}
"""A version of a model, as the catalogue of a resource group has it."""


def _get_model(session: Session, arguments: Properties) -> dict[str, Any]:
    group, name = _group(arguments), text(arguments, "model")
    catalog = session.catalog(group)
    executable = text(arguments, "executable_id") or None
    offers = catalog.offers(name, executable)
    if not offers:
        near = catalog.nearest(name)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        at = f" at executable {executable}" if executable else ""
        raise AICoreError(f"Resource group {group} offers no model {name}{at}.{hint}\nSee `aicore-provider models`.")
    offer, wanted = offers[0], text(arguments, "version") or LATEST
    version = offer.latest if wanted == LATEST else offer.version(wanted)
    if version is None and offer.has_versions:
        there = ", ".join(each.name for each in offer.versions)
        raise AICoreError(f"Model {name} has no version {wanted} in resource group {group}; there are {there}.")
    return _model(session, offer, version)


def _get_models(session: Session, arguments: Properties) -> dict[str, Any]:
    executable = text(arguments, "executable_id")
    offered = session.catalog(_group(arguments)).models
    return {
        "models": [
            {camel_path(key): value for key, value in _model(session, offer, version).items()}
            for offer in offered
            if executable in ("", offer.executable_id)
            for version in offer.versions or (None,)
        ]
    }


def _get_deployment(session: Session, arguments: Properties) -> dict[str, Any]:
    group, id_ = _group(arguments), text(arguments, "deployment_id")
    name = text(arguments, "configuration_name")
    if bool(id_) is bool(name):
        raise AICoreError("getDeployment: give either deploymentId or configurationName.")
    found = [each for each in session.client.deployments(group).list() if _is_named(each, id_, name)]
    if len(found) != 1:
        which = f"with a configuration named {name} in resource group {group}"
        if found:
            ids = ", ".join(each.id for each in found)
            raise AICoreError(f"There are several running deployments {which}; give the deploymentId of one of {ids}.")
        what = f"deployment {id_} in resource group {group}" if id_ else f"running deployment {which}"
        raise AICoreError(f"There is no {what} on {session.client.url}.\n{CHECK_WHERE}")
    return _deployment(session, group, found[0])


def _is_named(each: Deployment, id_: str, name: str) -> bool:
    return each.id == id_ if id_ else each.configuration_name == name and each.status == "RUNNING"


def _group(arguments: Properties) -> str:
    return text(arguments, "resource_group") or find_resource_group(os.environ)


def _model(session: Session, offer: OfferedModel, version: ModelVersion | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "model": offer.model,
        "version": version.name if version else "",
        "executable_id": offer.executable_id,
        "is_latest": bool(version and version.is_latest),
        "deprecated": bool(version and version.deprecated),
        "retirement_date": version.retirement_date if version else "",
        "days_left": version.days_left(session.client.today) if version else None,
        "suggested_replacements": list(version.suggested_replacements) if version else [],
        "provider": offer.provider,
        "display_name": offer.display_name,
        "capabilities": list(version.capabilities) if version else [],
        "context_length": version.context_length if version else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _deployment(session: Session, group: str, found: Deployment) -> dict[str, Any]:
    url, model = session.client.url, found.model
    where = {"deployment_id": found.id, "resource_group": group}
    kind = {"scenario_id": found.scenario_id or "", "executable_id": found.executable_id or ""}
    return {
        **where,
        **kind,
        "configuration_id": found.configuration_id,
        "configuration_name": found.configuration_name or "",
        "status": found.status,
        "model_name": model.name or "",
        "model_version": model.version or "",
        "created_at": iso(found.created_at) or "",
        "deployment_url": deployment_url(url, found.id),
        "call": call_of(service_url=url, model=model.name or "", **where, **kind),
    }


FUNCTIONS: Mapping[str, Function] = {
    "getModel": Function(
        "A version of a model, as the catalogue of a resource group has it now.",
        {
            "model": "Its name, such as `gpt-5-mini`.",
            "version": "A version, or `latest`, which is the default.",
            "executable_id": "The executable, where several offer the model.",
            "resource_group": _GROUP,
        },
        ("model",),
        MODEL,
        _get_model,
    ),
    "getModels": Function(
        "All models that a resource group offers, one item for each version.",
        {"executable_id": "Only those of this executable.", "resource_group": _GROUP},
        (),
        {"models": ("Models", "The models, in the service's order.")},
        _get_models,
    ),
    "getDeployment": Function(
        "A deployment that is managed elsewhere: by its id, or the one that runs with a configuration of a name.",
        {
            "deployment_id": "Its id.",
            "configuration_name": "The name of its configuration.",
            "resource_group": _GROUP,
        },
        (),
        {
            "deployment_id": ("string", "Its id."),
            "resource_group": ("string", "Resource group that it is in."),
            "scenario_id": ("string", "Scenario of its executable."),
            "executable_id": ("string", "Its executable."),
            "configuration_id": ("string", "The configuration that is wanted."),
            "configuration_name": ("string", "The name of that configuration."),
            "status": ("string", "Such as `RUNNING`."),
            "model_name": ("string", "The model, as the service tells it; empty for what is no single model."),
            "model_version": ("string", "The version that was asked for, as the service tells it."),
            "created_at": ("string", "When it was created; ISO 8601, UTC."),
            "deployment_url": ("string", "Its URL."),
            "call": ("Call", "What a caller needs."),
        },
        _get_deployment,
    ),
}
"""The functions by name."""
