"""Reads and checks a stack's configuration for the commands. Pulumi decrypts it, as far as it can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from aicore_provider.api.errors import AICoreError
from aicore_provider.cli.stack import Selection
from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.file import DEPLOYMENTS, PROGRAM_UNKNOWN, StackFile, StackFileError
from aicore_provider.stack.model import SECTIONS, StackConfig
from aicore_provider.stack.values import decrypted, from_texts, has_encrypted, texts, unread

_NAMESPACE = "aicore:"
_SECTIONS = tuple(f"{_NAMESPACE}{key}" for key in SECTIONS)
"""Keys with texts that may be encrypted."""
_LOOKED_INTO = (DEPLOYMENTS, f"{_NAMESPACE}resourceGroups")
"""Those of them of whose texts a command speaks."""
_READ_AS_TEXT = ("aicore:baseUrl", "aicore:resourceGroup")


@dataclass(frozen=True)
class ReadConfig:
    """A checked configuration; and keys of the values that cannot be decrypted here, with Pulumi's reason for that."""

    config: StackConfig
    unread: tuple[str, ...] = ()
    why: str = ""


def read_config(
    selection: Selection,
    plain: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    written: Mapping[str, yaml.Node],
) -> ReadConfig:
    """Check a stack's configuration, of which `plain` are the values that are not encrypted, by key with namespace.

    `document` is the configuration in the stack's file, as values by key with namespace, which are used where they
    cannot be decrypted; None without a file. `written` are their YAML nodes, by key without namespace.

    Raises:
        ConfigError: it is not valid.
        AICoreError: an encrypted value without which nothing can be checked cannot be decrypted.
    """
    encrypted = selection.stack.encrypted if selection.stack else frozenset()
    ours = {key.removeprefix(_NAMESPACE): value for key, value in plain.items() if key.startswith(_NAMESPACE)}
    values = ours | from_texts({key: value for key, value in ours.items() if isinstance(value, str)})
    for key in encrypted.intersection(_READ_AS_TEXT):
        if (value := selection.value(key)) is not None:
            values[key.removeprefix(_NAMESPACE)] = SecretText(value)
    why = ""
    keys: list[str] = []
    for section in _SECTIONS:
        if section not in encrypted:
            continue
        name = section.removeprefix(_NAMESPACE)
        if section not in _LOOKED_INTO and document and section in document:
            values[name] = unread(document[section])
            continue
        try:
            values[name] = decrypted(_parsed(selection.value(section)), written.get(name))
        except AICoreError as error:
            if document is None or section not in document:
                raise
            why = error.first_line.rstrip(".")
            values[name] = unread(document[section])
        found = [place for place, text in texts(values[name]) if isinstance(text, UnreadText)]
        keys += [f"{section}.{'.'.join(map(str, place))}" for place in found]
    return ReadConfig(StackConfig.parse(values, written), tuple(keys), why)


def read_file(selection: Selection, file: StackFile) -> ReadConfig:
    """Check the configuration in the file of a stack; one that is not valid, or has no deployments, is an error."""
    config = file.config()
    if DEPLOYMENTS not in config:
        raise StackFileError(f"{file.path} lists no {DEPLOYMENTS}.\n{PROGRAM_UNKNOWN}")
    return _read(selection, file, {}, config)


def check_file(file: StackFile) -> None:
    """Raise a `StackFileError` when the configuration of a file that was changed is not valid.

    What is encrypted is not checked, since Pulumi would read the old file.
    """
    config = file.config()
    _read(Selection(), file, {key: unread(config[key]) for key in _SECTIONS if key in config}, None)


def _read(
    selection: Selection, file: StackFile, known: dict[str, Any], document: Mapping[str, Any] | None
) -> ReadConfig:
    plain = {key: value for key, value in file.config().items() if not has_encrypted(value)} | known
    try:
        return read_config(selection, plain, document, file.written)
    except AICoreError as error:
        raise StackFileError(f"{file.path}: {error}") from None


def _parsed(text: str | None) -> Any:
    try:
        return read_json(text or "")
    except ValueError:
        return SecretText(text or "")
