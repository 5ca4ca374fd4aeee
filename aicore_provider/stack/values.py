"""A stack's configuration as values: from the texts that Pulumi hands over, and with what is encrypted as secret texts.

Of a key with an encrypted value below it, Pulumi says that something in it is secret, not what. The stack file shows
that.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.yaml_text import TEXT_TAG, children

Place = tuple[str | int, ...]
"""Keys and indices that lead to a value."""


def from_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Values from what Pulumi hands to others than the program: everything is a text, objects and lists are JSON."""
    return {key: _decoded(text) for key, text in texts.items()}


def _decoded(text: str) -> Any:
    try:
        value = read_json(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


def decrypted(deployments: Any, written: yaml.Node | None) -> Any:
    """Deployments of which something is encrypted, with those texts secret that are.

    Args:
        deployments: as Pulumi hands them over, decrypted.
        written: the same as they stand in the stack file. Where that does not say the same, all texts are secret.
    """
    places = encrypted_places(written, deployments)
    if places is not None and () in places:
        return SecretText(json.dumps(deployments))
    if places is None:
        places = frozenset(place for place, text in texts(deployments) if _may_be_secret(place, text))
    return with_secrets(deployments, places)


def _may_be_secret(place: Place, text: str) -> bool:
    return place[-1:] not in (("formerly",), ("replace",)) and text != "orchestration"


def has_encrypted(value: object) -> bool:
    """Whether a value, as YAML reads it in a stack file, is encrypted or holds something that is."""
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(map(has_encrypted, value.values()))
    return isinstance(value, list) and any(map(has_encrypted, value))


def unread(value: Any) -> Any:
    """The same value with a mark in place of each text that is encrypted, for want of what it says."""
    if isinstance(value, Mapping):
        return UnreadText() if set(value) == {"secure"} else {key: unread(each) for key, each in value.items()}
    return [unread(each) for each in value] if isinstance(value, list) else value


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
