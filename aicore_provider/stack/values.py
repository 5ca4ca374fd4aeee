"""Parses the texts of a stack's configuration, and marks what is encrypted in the stack file as `SecretText`.

When a key contains an encrypted value, Pulumi marks the whole key as secret. Only the stack file shows which parts are.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.yaml_text import TEXT_TAG, children

_NEVER = frozenset(
    {"formerly", "replace", "resourceGroups"}
    | {"protect", "rollback", "verify", "grounding", "useHttps", "verifySsl"}  # switches, or texts such as `"false"`
)
"""Keys of entries whose texts cannot be encrypted."""
Place = tuple[str | int, ...]
"""The keys and indices that lead to a value."""


def from_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Parse a configuration as Pulumi passes it to a provider: every value is a text, objects and lists are JSON."""
    return {key: _decoded(text) for key, text in texts.items()}


def _decoded(text: str) -> Any:
    try:
        value = read_json(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def decrypted(value: Any, written: yaml.Node | None) -> Any:
    """Return a decrypted section of a stack file in which the texts that are encrypted in the file are `SecretText`.

    All texts are that may be encrypted, when the section does not agree with its YAML node in that file.
    """
    places = encrypted_places(written, value)
    if places is not None and () in places:
        return SecretText(json.dumps(value))
    if places is None:
        places = frozenset(place for place, text in texts(value) if not _is_open(place, text))
    return with_secrets(value, places)


def _is_open(place: Place, text: str) -> bool:
    """Whether a text of a section cannot be encrypted."""
    key = place[1] if len(place) > 1 else None
    # The same key is an id in other sections.
    is_switch = key == "takeOver" and text in ("true", "false")
    return key in _NEVER or is_switch or text == "orchestration"


def has_encrypted(value: object) -> bool:
    """Whether a YAML value of a stack file is encrypted, or contains an encrypted one."""
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(map(has_encrypted, value.values()))
    return isinstance(value, list) and any(map(has_encrypted, value))


def unread(value: Any) -> Any:
    """Return the value with `UnreadText` in place of each encrypted text."""
    if isinstance(value, Mapping):
        return UnreadText() if set(value) == {"secure"} else {key: unread(each) for key, each in value.items()}
    return [unread(each) for each in value] if isinstance(value, list) else value


def encrypted_places(node: yaml.Node | None, value: Any) -> frozenset[Place] | None:
    """Return the places of the texts in a decrypted value that are encrypted in the file, by its YAML node there.

    None when the two do not agree, as with `--config-file` or an ESC environment.
    """
    try:
        return frozenset(_encrypted(node, value, ()))
    except (_Differs, yaml.YAMLError, RecursionError):
        return None


def texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Return all texts in a value, with their places."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, (*place, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, (*place, index))


def with_secrets(value: Any, places: Collection[Place], place: Place = ()) -> Any:
    """Return the value with the texts at these places as `SecretText`."""
    if isinstance(value, str):
        return SecretText(value) if place in places else value
    if isinstance(value, dict):
        return {key: with_secrets(each, places, (*place, key)) for key, each in value.items()}
    if isinstance(value, list):
        return [with_secrets(each, places, (*place, index)) for index, each in enumerate(value)]
    return value


class _Differs(Exception):
    """The file and the value do not agree."""


def _encrypted(node: yaml.Node | None, value: Any, place: Place) -> Iterator[Place]:
    if node and _is_encrypted(node):
        yield place
    elif isinstance(node, (yaml.MappingNode, yaml.SequenceNode)):
        parts = dict(children(node))
        within = dict(value) if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        if parts.keys() != within.keys():
            raise _Differs
        for key, part in parts.items():
            yield from _encrypted(part, within[key], (*place, key))
    elif not isinstance(node, yaml.ScalarNode) or (node.tag == TEXT_TAG and node.value != value):
        raise _Differs


def _is_encrypted(node: yaml.Node) -> bool:
    return isinstance(node, yaml.MappingNode) and [key.value for key, _ in node.value] == ["secure"]
