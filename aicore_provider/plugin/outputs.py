"""What a preview tells of outputs, and the outputs that follow from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aicore_provider.api.naming import deployment_url
from aicore_provider.inference import call_of
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.property import Properties, Property
from aicore_provider.kinds.values import UNKNOWN, is_unknown, text


def with_derived(kind: Kind, id_: str, outputs: Properties) -> dict[str, Any]:
    """Return outputs together with those that follow from them and the id; the id is "" where it is not known yet."""
    return {**outputs, **{key: derive(id_, outputs) for key, derive in DERIVED.get(kind.name, {}).items()}}


def before_create(kind: Kind, inputs: Properties) -> dict[str, Any]:
    """Return what a preview tells of an object that is to be made."""
    return {each.name: inputs.get(each.name, _left_out(each)) for each in kind.properties}


def before_update(kind: Kind, olds: Properties, inputs: Properties) -> dict[str, Any]:
    """Return what a preview tells of an object that is to be changed; `olds` are the outputs of the state."""
    return {
        each.name: inputs.get(
            each.name,
            olds.get(each.name) if each.is_constant or each.is_left_alone or each.may_be_left_out else _left_out(each),
        )
        for each in kind.properties
    }


def _left_out(each: Property) -> Any:
    """Return a property that the program does not give: unknown where the service has a value for it."""
    return UNKNOWN if each.change is None or each.is_left_alone or each.may_be_left_out else each.empty


def _url(id_: str, outputs: Properties) -> Any:
    return deployment_url(text(outputs, "service_url"), id_) if id_ and text(outputs, "service_url") else UNKNOWN


def _call(id_: str, outputs: Properties) -> Any:
    told = {key: outputs.get(key) for key in ("service_url", "resource_group", "scenario_id", "executable_id")}
    model = outputs.get("model_name")
    if not id_ or any(map(is_unknown, (*told.values(), model))):
        return UNKNOWN
    return call_of(deployment_id=id_, model=str(model or ""), **{key: str(value or "") for key, value in told.items()})


DERIVED: Mapping[str, Mapping[str, Callable[[str, Properties], Any]]] = {
    "AIDeployment": {"deployment_url": _url, "call": _call}
}
"""Outputs by kind and name, and how each follows from the id and the others."""
