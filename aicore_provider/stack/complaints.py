"""What is wrong in a stack file, as lines for people: the key, and what to write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

import yaml
from pydantic import BaseModel

from aicore_provider.api.errors import AICoreError
from aicore_provider.stack.fields import FIELD_TAGS, MISSING_SECRET, PLAIN, UNSET
from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.sections.checks import RetirementConfig, VersionsConfig
from aicore_provider.stack.sections.deployments import KINDS, ModelFilterConfig
from aicore_provider.stack.sections.executions import ArtifactConfig, ScheduleConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.stack.sections.secrets import (
    DockerRegistrySecretConfig,
    GenericSecretConfig,
    ObjectStoreSecretConfig,
)
from aicore_provider.stack.sections.templates import ApplicationConfig, RepositoryConfig
from aicore_provider.stack.yaml_text import changed_names, children

_SECTIONS: dict[str, type[BaseModel]] = {
    "retirement": RetirementConfig,
    "versions": VersionsConfig,
    "resourceGroups": ResourceGroupConfig,
    "genericSecrets": GenericSecretConfig,
    "objectStoreSecrets": ObjectStoreSecretConfig,
    "dockerRegistrySecrets": DockerRegistrySecretConfig,
    "repositories": RepositoryConfig,
    "applications": ApplicationConfig,
    "artifacts": ArtifactConfig,
    "schedules": ScheduleConfig,
}
_KINDS: dict[str, type[BaseModel]] = {**KINDS, "modelFilterList": ModelFilterConfig}
_MAPS = ("parameters", "artifacts", "data", "formerly", "takeOver")
"""Keys of entries that hold names."""
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
    for section in ("deployments", *_SECTIONS):
        advice = _FORMERLY if section == "deployments" else ""
        given = values.get(section)
        names = [str(name) for name in given] if isinstance(given, Mapping) else []
        node = written.get(section)
        yield from (_changed(section, name) + advice for name in changed_names(names, node))
        entries = dict(children(node))
        for name in names if node else ():
            maps = dict(children(entries.get(name)))
            for within in _MAPS:
                nested = changed_names((), maps.get(within))
                yield from (_changed(f"{section}.{name}.{within}", each) for each in nested)


def complaint(
    model: type[BaseModel], location: tuple[int | str, ...], kind: str, message: str, context: Mapping[str, str]
) -> str:
    """Return the line for an error of pydantic in the keys of a model, with its context."""
    keys = [*(str(part) for part in location if part not in _NO_KEYS), *filter(None, [context.get("key")])]
    place = ".".join(keys)
    match kind:
        case "missing":
            return about(place, "is missing")
        case "extra_forbidden":
            return about(place, f"is no known key; {_instead_of(str(location[-1]), _known_beside(model, location))}")
        case "model_type" | "dict_type" | "model_attributes_type":
            return about(place, "must be a dictionary; single texts in it may be encrypted, not the whole")
        case _ if kind in (PLAIN, UNSET, MISSING_SECRET):
            return about(place, f"{message}{_ADVICE[kind].format(_command([*keys, *_example(context)]))}")
        case "value_error":
            return about(place, message.removeprefix("Value error, "))
        case _:
            return about(place, message)


_ADVICE = {
    PLAIN: "; set it with {}. Whoever could read the file has it: renew it",
    UNSET: "; set it with {}",
    MISSING_SECRET: "; set it with {}, or manage an existing one as it is with takeOver: true",
}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def _command(keys: Sequence[str]) -> str:
    """Return the command that sets a secret value, whose path is written as Pulumi reads it."""
    first, *others = keys
    path = "".join(f".{each}" if _WORD.fullmatch(each) else f"[{json.dumps(each)}]" for each in others)
    return f"`pulumi config set --secret --path '{PROJECT}:{first}{path}'`"


def _example(context: Mapping[str, str]) -> list[str]:
    return list(filter(None, [context.get("example")]))


def _changed(place: str, name: str) -> str:
    return about(place, f"YAML does not keep the name {name} as it is without quotes; write it in quotes")


def _instead_of(key: str, known: Sequence[str]) -> str:
    """Return the known keys, after the one that an unknown key is a misspelling of, if there is one."""
    plain = {_plain(each): each for each in known}
    near = [plain[each] for each in get_close_matches(_plain(key), plain, 1)]
    listed = ", ".join(known)
    return f"did you mean {near[0]}? Known are {listed}" if near else f"known are {listed}"


def _plain(key: str) -> str:
    """Return a key without what camelCase and snake_case differ in."""
    return key.replace("_", "").lower()


def _known_beside(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are valid in the place of an unknown one."""
    model = _SECTIONS.get(str(location[0]), model) if len(location) > 1 else model
    for part in location[1:-1]:
        model = _KINDS.get(str(part), model)
    # The keys of this section come before those that it shares with others.
    own_first = sorted(model.model_fields, key=lambda name: name not in model.__annotations__)
    return [model.model_fields[name].alias or name for name in own_first]
