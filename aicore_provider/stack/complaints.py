"""What is wrong in a stack file, in words for people: the key, and what to write."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import yaml

from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.yaml_text import changed_names, child


class ConfigError(Exception):
    """The stack file says something that it must not; the text has one line for each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


def name_complaints(deployments: object, written: yaml.Node | None) -> list[str]:
    """What is to be said of names that YAML changes where they stand without quotes.

    Args:
        deployments: as they were read.
        written: the same as they stand in the stack file; None where nobody knows.
    """
    names = [str(name) for name in deployments] if isinstance(deployments, Mapping) else []
    key = f"{PROJECT}:deployments"
    formerly = "; a deployment that was made under what it became keeps its id with `formerly`"
    complaints = [_changed(key, name) + formerly for name in changed_names(names, written)]
    for name, within in itertools.product(names if written else (), ("parameters", "artifacts")):
        node = child(child(written, name), within)
        complaints += [_changed(f"{key}.{name}.{within}", each) for each in changed_names((), node)]
    return complaints


def _changed(key: str, name: str) -> str:
    return f"{key}: YAML does not keep the name {name} as it is without quotes; write it in quotes"


def complaint(path: Sequence[str], kind: str, message: str, known: Callable[[], Sequence[str]]) -> str:
    """A complaint of pydantic in words for people.

    Args:
        path: keys that lead to what is wrong.
        kind: pydantic's name for what is wrong.
        message: pydantic's own words.
        known: the keys that may stand there.
    """
    key = f"{PROJECT}:{'.'.join(path)}"
    match kind:
        case "missing":
            return f"{key}: is missing"
        case "extra_forbidden":
            return f"{key}: is no known key; known are {', '.join(known())}"
        case "model_type" | "dict_type":
            return f"{key}: must be a dictionary; single texts in it may be encrypted, not the whole"
        case "value_error":
            return f"{key}: {message.removeprefix('Value error, ')}"
        case _:
            return f"{key}: {message}"
