"""Translates properties between the engine's form and that of the kinds.

A program of any language has names in camelCase, the kinds have them in snake_case. In the engine's form a secret is an
object with a signature, and a value that a preview does not know yet is a certain text (`sdk/go/common/resource`,
`SecretSig` and `plugin.UnknownStringValue`; public in the protocol's documentation).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pydantic.alias_generators import to_camel

from aicore_provider.kinds.values import SECRET_INPUTS, UNKNOWN
from aicore_provider.resource_types import snake_case
from aicore_provider.secret_text import SecretText

DYNAMIC_PROVIDER = "__provider"
"""A property of each object that was made by a dynamic provider of Python."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  (the signature of a secret, not one)
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def from_engine(struct: Struct) -> dict[str, Any]:
    """Return properties in the form of the kinds. The paths of those that are secret are in `secret_inputs`.

    Those that a dynamic provider has stored, with names in snake_case, are taken as well.
    """
    sent: dict[str, Any] = MessageToDict(struct)
    secret: set[str] = set(sent.pop(SECRET_INPUTS.name, None) or ())
    sent.pop(DYNAMIC_PROVIDER, None)
    found = {snake_case(key): _plain(value, (snake_case(key),), secret) for key, value in sent.items()}
    return {**found, SECRET_INPUTS.name: sorted(secret)} if secret else found


def to_engine(properties: Mapping[str, Any], secret: Iterable[str]) -> Struct:
    """Return properties in the engine's form, those at the `secret` paths as secrets; what is None is left out."""
    struct = Struct()
    for key, value in properties.items():
        if value is not None and key != SECRET_INPUTS.name:
            struct[to_camel(key)] = _sent(value, key, frozenset(secret))
    return struct


def configuration(struct: Struct) -> tuple[dict[str, str], list[str]]:
    """Return the configuration of a provider, and the secrets in it. What is no text becomes JSON, as in a stack's."""
    secret: set[str] = set()
    plain = {key: _plain(value, (key,), secret) for key, value in MessageToDict(struct).items()}
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in plain.items()
        if value not in (None, UNKNOWN)
    }
    return texts, [texts[path] for path in secret if path in texts]


def with_secret(struct: Struct, key: str) -> Struct:
    """Return properties in the engine's form, with a text among them as a secret where it is known."""
    made = Struct()
    made.CopyFrom(struct)
    text = made.fields[key].string_value if key in made else ""
    if text not in ("", _UNKNOWN):
        made[key] = _sent(SecretText(text), key, frozenset())
    return made


def camel_path(path: str) -> str:
    """Return a path such as `parameter_bindings.modelName` with the name of the property as programs have it."""
    name, dot, within = path.partition(".")
    return f"{to_camel(name)}{dot}{within}"


def _plain(value: Any, path: tuple[str, ...], secret: set[str]) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            secret.add(".".join(path))
            return _plain(value.get("value"), path, secret)
        return {key: _plain(each, (*path, key), secret) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, path, secret) for each in value]
    return UNKNOWN if value == _UNKNOWN else value


def _sent(value: Any, path: str, secret: frozenset[str]) -> Any:
    if path in secret or isinstance(value, SecretText):
        plain = value.reveal() if isinstance(value, SecretText) else value
        return {_SIGNATURE: _SECRET, "value": _sent(plain, "", frozenset())}
    if isinstance(value, Mapping):
        return {key: _sent(each, f"{path}.{key}", secret) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sent(each, path, secret) for each in value]
    return _UNKNOWN if value is UNKNOWN else value
