"""A stack file as it is written, which says more than what Pulumi makes of it.

A program gets its configuration as JSON. In it a name that stood without quotes may have become another one, `0x1F`
for example 31; and of a key with an encrypted value below it, Pulumi says that something in it is secret, not what. The
file itself shows both.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from aicore_provider.secret_text import SecretText

Place = tuple[str | int, ...]
"""Keys and indices that lead to a value."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT = "tag:yaml.org,2002:str"
_OTHERWISE = re.compile(
    r"""
      [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?0x[0-9a-f_]+             # whole numbers, as Go reads them
    | [-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?        # and others
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t\ ].*)?                        # dates, and what Pulumi makes of them
    | <nil> | [-+]inf | nan                                           # what Pulumi makes of null, .inf and .nan
    """,
    re.VERBOSE | re.IGNORECASE,
)


def position(error: yaml.YAMLError) -> str:
    """Where a document is wrong, without a word of it: the line may hold a secret."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "a character that YAML does not allow"


def namespaced(key: str, project: str) -> str:
    """A key of a stack file as Pulumi takes it.

    `aicore:config:checks` is `aicore:checks`, and so is `checks` in a project that is named aicore.
    """
    match key.split(":"):
        case [name]:
            return f"{project}:{name}"
        case [namespace, "config", name]:
            return f"{namespace}:{name}"
        case _:
            return key


def find(text: str, key: str) -> yaml.Node | None:
    """What stands under a key of the configuration.

    Args:
        text: of the stack file.
        key: as it is written there.

    Returns:
        None where there is no such key, or no YAML.
    """
    try:
        node = next(yaml.compose_all(text, Loader=_LOADER), None)
        for name in ("config", key):
            node = child(node, name)
    except (yaml.YAMLError, RecursionError):
        return None
    return node


def changed_names(names: Iterable[str], node: yaml.Node | None) -> list[str]:
    """Those names of a mapping that a reader of YAML has changed, as they are written.

    Args:
        names: of the mapping, as they were read.
        node: the mapping as it is written; None where nobody knows, so that a name counts that may have been changed.
    """
    if isinstance(node, yaml.MappingNode):
        _flatten(node)
        plain = (key for key, _ in node.value if isinstance(key, yaml.ScalarNode) and not key.style)
        return [key.value for key in plain if key.tag != _TEXT or is_read_otherwise(key.value)]
    return [] if node else [name for name in names if is_read_otherwise(name)]


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """What stands under a key; None where there is none."""
    return dict(_children(node)).get(key) if node else None


def is_read_otherwise(text: str) -> bool:
    """Whether some reader of YAML takes this for something else than a text where it stands without quotes."""
    if not text or _OTHERWISE.fullmatch(text):
        return bool(text)
    resolved = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return resolved in {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "timestamp")}


def encrypted_places(node: yaml.Node | None, value: Any) -> frozenset[Place] | None:
    """Where a value holds what is encrypted in the file.

    Args:
        node: the value as it is written.
        value: the same as Pulumi hands it over, decrypted.

    Returns:
        None where the file does not say what was handed over, as with `--config-file` or an environment.
    """
    try:
        return frozenset(_encrypted(node, value, ()))
    except (_Differs, yaml.YAMLError, RecursionError):
        return None


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """All texts within a value, with their places."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, (*place, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, (*place, index))


def with_secrets(value: Any, places: Collection[Place], place: Place = ()) -> Any:
    """The same value, in which the texts at these places are secret."""
    if isinstance(value, str):
        return SecretText(value) if place in places else value
    if isinstance(value, dict):
        return {key: with_secrets(each, places, (*place, key)) for key, each in value.items()}
    if isinstance(value, list):
        return [with_secrets(each, places, (*place, index)) for index, each in enumerate(value)]
    return value


class _Differs(Exception):
    """File and value do not say the same."""


def _encrypted(node: yaml.Node | None, value: Any, place: Place) -> Iterator[Place]:
    if node and _is_encrypted(node):
        yield place
    elif isinstance(node, (yaml.MappingNode, yaml.SequenceNode)):
        children = dict(_children(node))
        within = dict(value) if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        if children.keys() != within.keys():
            raise _Differs
        for key, child in children.items():
            yield from _encrypted(child, within[key], (*place, key))
    elif not isinstance(node, yaml.ScalarNode) or (node.tag == _TEXT and node.value != value):
        raise _Differs


def _is_encrypted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["secure"]


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        _flatten(node)
        yield from ((key.value, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))
    elif isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)


def _flatten(node: yaml.MappingNode) -> None:
    """Put what is merged with `<<` in its place."""
    SafeConstructor().flatten_mapping(node)
