"""A stack's configuration for the commands. What is encrypted is decrypted by Pulumi, or named where it cannot be."""

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
from aicore_provider.stack.model import ConfigError, StackConfig
from aicore_provider.stack.values import decrypted, from_texts, has_encrypted, texts, unread

_NAMESPACE = "aicore:"
_READ_AS_TEXT = ("aicore:baseUrl", "aicore:resourceGroup")


@dataclass(frozen=True)
class ReadConfig:
    """A configuration, as far as it can be read.

    Attributes:
        config: checked.
        unread: keys of what is encrypted and cannot be decrypted here.
        why: Pulumi's words for that; "" where everything is read.
    """

    config: StackConfig
    unread: tuple[str, ...] = ()
    why: str = ""


def read_config(selection: Selection, plain: Mapping[str, Any], document: Any, written: yaml.Node | None) -> ReadConfig:
    """Check a stack's configuration.

    Args:
        selection: the stack, and whom to ask about it.
        plain: its values that are not encrypted, by key with namespace.
        document: the deployments as YAML reads them in the stack's file, which is where nobody can decrypt them.
        written: the same as they are written; None where the file says nothing of them.

    Raises:
        ConfigError: it says something that it must not.
        AICoreError: an encrypted value that everything rests on cannot be decrypted.
    """
    encrypted = selection.stack.encrypted if selection.stack else frozenset()
    ours = {key.removeprefix(_NAMESPACE): value for key, value in plain.items() if key.startswith(_NAMESPACE)}
    values = ours | from_texts({key: value for key, value in ours.items() if isinstance(value, str)})
    for key in encrypted.intersection(_READ_AS_TEXT):
        if (value := selection.value(key)) is not None:
            values[key.removeprefix(_NAMESPACE)] = SecretText(value)
    why = ""
    if DEPLOYMENTS in encrypted:
        try:
            values["deployments"] = decrypted(_parsed(selection.value(DEPLOYMENTS)), written)
        except AICoreError as error:
            if document is None:
                raise
            why = str(error).partition("\n")[0].rstrip(".")
            values["deployments"] = unread(document)
    found = [place for place, text in texts(values.get("deployments")) if isinstance(text, UnreadText)]
    keys = tuple(f"{DEPLOYMENTS}.{'.'.join(map(str, place))}" for place in found)
    return ReadConfig(StackConfig.parse(values, written), keys, why)


def read_file(selection: Selection, file: StackFile) -> ReadConfig:
    """Check the configuration that a stack's file holds.

    Args:
        selection: the stack whose file it is, and whom to ask for what is encrypted.
        file: the file.

    Raises:
        StackFileError: it is not valid, lists no deployments, or what everything rests on cannot be decrypted.
    """
    config = file.config()
    if DEPLOYMENTS not in config:
        raise StackFileError(f"{file.path} lists no {DEPLOYMENTS}.\n{PROGRAM_UNKNOWN}")
    plain = {key: value for key, value in config.items() if not has_encrypted(value)}
    try:
        return read_config(selection, plain, config[DEPLOYMENTS], file.written_deployments)
    except (ConfigError, AICoreError) as error:
        raise StackFileError(f"{file.path}: {error}") from None


def _parsed(text: str | None) -> Any:
    try:
        return read_json(text or "")
    except ValueError:
        return SecretText(text or "")
