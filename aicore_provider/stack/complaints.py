"""What is wrong in a stack file, as lines for people: the key, and what to write."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import yaml
from pydantic import BaseModel

from aicore_provider.api.errors import AICoreError
from aicore_provider.stack.fields import FIELD_TAGS
from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.sections.checks import RetirementConfig, VersionsConfig
from aicore_provider.stack.sections.deployments import KINDS, ModelFilterConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.stack.yaml_text import changed_names, child

_SECTIONS: dict[str, type[BaseModel]] = {
    "retirement": RetirementConfig,
    "versions": VersionsConfig,
    "resourceGroups": ResourceGroupConfig,
    "modelFilterList": ModelFilterConfig,
}
_NO_KEYS = {"[key]", *KINDS, *FIELD_TAGS}
"""What pydantic puts into the place of a complaint beside the keys."""
_FORMERLY = "; a deployment that was made under what it became keeps its id with `formerly`"


class ConfigError(AICoreError):
    """The stack file is not valid. The text has a line for each complaint: the key, and what to write."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


def about(place: str, what: str) -> str:
    """Return a complaint about a key, such as `deployments.chat.model`."""
    return f"{PROJECT}:{place}: {what}"


def name_complaints(values: Mapping[str, object], written: Mapping[str, yaml.Node]) -> Iterator[str]:
    """Return complaints about names without quotes that YAML has changed.

    `written` are the YAML nodes of the values in the stack file; empty when the file is not known.
    """
    for section, advice in (("deployments", _FORMERLY), ("resourceGroups", "")):
        given = values.get(section)
        names = [str(name) for name in given] if isinstance(given, Mapping) else []
        node = written.get(section)
        yield from (_changed(section, name) + advice for name in changed_names(names, node))
        for name, within in itertools.product(
            names if node else (), ("parameters", "artifacts", "formerly", "takeOver")
        ):
            nested = child(child(node, name), within)
            yield from (_changed(f"{section}.{name}.{within}", each) for each in changed_names((), nested))


def complaint(model: type[BaseModel], location: tuple[int | str, ...], kind: str, message: str) -> str:
    """Return the line for an error of pydantic in the keys of a model."""
    place = ".".join(str(part) for part in location if part not in _NO_KEYS)
    match kind:
        case "missing":
            return about(place, "is missing")
        case "extra_forbidden":
            return about(place, f"is no known key; known are {', '.join(_known_beside(model, location))}")
        case "model_type" | "dict_type" | "model_attributes_type":
            return about(place, "must be a dictionary; single texts in it may be encrypted, not the whole")
        case "value_error":
            return about(place, message.removeprefix("Value error, "))
        case _:
            return about(place, message)


def _changed(place: str, name: str) -> str:
    return about(place, f"YAML does not keep the name {name} as it is without quotes; write it in quotes")


def _known_beside(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are valid in the place of an unknown one."""
    for part in location[:-1]:
        if part in KINDS:
            model = KINDS[str(part)]
        elif part in _SECTIONS:
            model = _SECTIONS[str(part)]
    # The keys of this section come before those that it shares with others.
    own_first = sorted(model.model_fields, key=lambda name: name not in model.__annotations__)
    return [model.model_fields[name].alias or name for name in own_first]
