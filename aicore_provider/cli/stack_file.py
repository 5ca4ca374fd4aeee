"""A stack file as text: read for its models, and edited where a person would, nowhere else.

A YAML library that writes would reformat what it does not change. The parser tells where each value stands, so that
only these characters are replaced and comments, order, quotes and spaces stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import yaml

from aicore_provider.cli.doctor.project import find_project_file
from aicore_provider.engine.stack import stack_file
from aicore_provider.stack_config import ConfigError, StackConfig
from aicore_provider.stack_text import find, position

_DEPLOYMENTS = "aicore:deployments"
_BLOCKS = ("|", ">")


class StackFileError(Exception):
    """The stack file is not there, cannot be understood, or cannot be edited; the text is for people."""


@dataclass(frozen=True)
class StackFile:
    """One stack's file.

    Attributes:
        path: where it is.
        text: what it says.
    """

    path: Path
    text: str

    def values(self) -> tuple[dict[str, str], frozenset[str]]:
        """What it says as Pulumi tells it: every value a text, and the keys of those that hold something encrypted.

        Raises:
            StackFileError: it is no stack file.
        """
        document = _parsed(self) or {}
        config = document.get("config") or {} if isinstance(document, Mapping) else None
        if not isinstance(config, Mapping):
            raise StackFileError(f"{self.path} is no stack file.")
        encrypted = frozenset(str(key) for key, value in config.items() if _has_encrypted(value))
        plain = {str(key): value for key, value in config.items() if str(key) not in encrypted}
        return {key: _as_text(value) for key, value in plain.items()}, encrypted

    def config(self) -> StackConfig:
        """Its `aicore:*` keys, without what is encrypted.

        Raises:
            StackFileError: it is not valid.
        """
        document = _parsed(self)
        config = document.get("config") if isinstance(document, Mapping) else None
        if not isinstance(config, Mapping) or _DEPLOYMENTS not in config:
            raise StackFileError(f"{self.path} lists no {_DEPLOYMENTS}.")
        values = {
            str(key).removeprefix("aicore:"): value
            for key, value in config.items()
            if str(key).startswith("aicore:") and not (isinstance(value, Mapping) and set(value) == {"secure"})
        }
        try:
            return StackConfig.parse(values, find(self.text, _DEPLOYMENTS))
        except ConfigError as error:
            raise StackFileError(f"{self.path}: {error}") from None

    def edited(self, changes: Mapping[str, Mapping[str, str]]) -> StackFile:
        """The same with other values.

        Args:
            changes: new values by entry and key, such as `{"chat": {"version": "2026-02-01"}}`; dots lead deeper.

        Raises:
            StackFileError: a value does not stand in its entry as a plain text, but in an anchor or a block.
        """
        root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        entries = _child(_child(root, "config"), _DEPLOYMENTS)
        spans: list[tuple[int, int, str]] = []
        for name, values in changes.items():
            entry = _child(entries, name)
            for key, value in values.items():
                node = entry
                for part in key.split("."):
                    node = _child(node, part)
                if not (_is_inside(entry, entries) and _is_inside(node, entry)):
                    raise StackFileError(
                        f"{self.path}: {name}.{key} comes from a YAML anchor; write {value!r} there yourself."
                    )
                if getattr(node, "style", None) in _BLOCKS:
                    raise StackFileError(f"{self.path}: {name}.{key} is a YAML block; write {value!r} there yourself.")
                scalar = _scalar(node, value, is_version=key.lower().endswith("version"))
                spans.append((node.start_mark.index, node.end_mark.index, scalar))
        text = self.text
        for start, end, scalar in sorted(spans, reverse=True):
            text = text[:start] + scalar + text[end:]
        return StackFile(self.path, text)

    def write(self) -> None:
        """Put it on the disk.

        Raises:
            StackFileError: it cannot be written.
        """
        try:
            with self.path.open("w", encoding="utf-8", newline="") as file:
                file.write(self.text)
        except OSError as error:
            raise StackFileError(f"{self.path} cannot be written: {error.strerror}.") from None


def read_stack_file(folder: Path, stack: str) -> StackFile:
    """The file of a stack of the project in which somebody stands.

    Args:
        folder: in the project.
        stack: its name, with or without organisation and project.

    Raises:
        StackFileError: there is no project, or no such file.
    """
    project = find_project_file(folder)
    if project is None:
        raise StackFileError("There is no Pulumi.yaml here or above; run this in a Pulumi project.")
    path = stack_file(project, stack)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return StackFile(path, file.read())
    except FileNotFoundError:
        pattern = f"Pulumi.*{path.suffix}"
        there = sorted(each.stem.removeprefix("Pulumi.") for each in path.parent.glob(pattern))
        hint = f" Stacks with a file: {', '.join(there)}." if there else ""
        raise StackFileError(f"There is no {path}.{hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StackFileError(f"{path} cannot be read: {type(error).__name__}.") from None


def _parsed(file: StackFile) -> Any:
    try:
        return yaml.safe_load(file.text)
    except yaml.YAMLError as error:
        raise StackFileError(f"{file.path} is not valid YAML: {position(error)}.") from None
    except (ValueError, RecursionError):
        # A date that there is not, a number that is too long, a depth that nobody means.
        raise StackFileError(f"{file.path} cannot be read as YAML; write its texts in quotes.") from None


def _has_encrypted(value: object) -> bool:
    if isinstance(value, Mapping):
        return set(value) == {"secure"} or any(map(_has_encrypted, value.values()))
    return isinstance(value, list) and any(map(_has_encrypted, value))


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(_with_text_keys(value), default=str)


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return list(map(_with_text_keys, value)) if isinstance(value, list) else value


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value  # type: ignore[no-any-return]
    return None


def _is_inside(node: yaml.Node | None, outer: yaml.Node | None) -> TypeGuard[yaml.Node]:
    """False for an alias, whose node stands where its anchor is."""
    if node is None or outer is None:
        return False
    return bool(outer.start_mark.index <= node.start_mark.index and node.end_mark.index <= outer.end_mark.index)


def _scalar(node: yaml.Node, value: str, *, is_version: bool) -> str:
    """The new value in the quotes of the old one; versions always get some, since YAML mangles bare ones."""
    style = getattr(node, "style", None)
    if style == "'":
        return "'" + value.replace("'", "''") + "'"
    return value if style is None and not is_version else json.dumps(value, ensure_ascii=False)
