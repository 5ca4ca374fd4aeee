"""Reads, changes and writes stack files."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from aicore_provider.api.errors import AICoreError
from aicore_provider.stack.model import KEYS
from aicore_provider.stack.project import PROJECT, find_project_file, read_project_file, stack_file
from aicore_provider.stack.values import has_encrypted
from aicore_provider.stack.yaml_text import child, children, compose, position, read_yaml

DEPLOYMENTS = f"{PROJECT}:deployments"
PROGRAM_UNKNOWN = "What a program declares without it cannot be known here."
_KEYS = frozenset(f"{PROJECT}:{key}" for key in KEYS)


class StackFileError(AICoreError):
    """The stack file does not exist, is not valid, or cannot be edited. The text is for people."""


@dataclass(frozen=True)
class StackFile:
    """One stack's file. The name of its project is the namespace of keys that are written without one."""

    path: Path
    text: str
    project: str = ""

    def values(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return `config` as Pulumi passes it: every value as a text, and the keys that hold encrypted values."""
        config = self.config()
        encrypted = frozenset(key for key, value in config.items() if has_encrypted(value))
        plain = {key: value for key, value in config.items() if key not in encrypted}
        texts = {
            key: value if isinstance(value, str) else json.dumps(_with_text_keys(value), default=str)
            for key, value in plain.items()
        }
        return texts, encrypted

    def config(self) -> dict[str, Any]:
        """Return the configuration as YAML values, by keys with namespace, or raise a `StackFileError`."""
        return {self._namespaced(key): value for key, value in self._section().items()}

    @property
    def written(self) -> dict[str, yaml.Node]:
        """The YAML nodes of the `aicore:*` values, by key without namespace; empty when the file is no YAML."""
        try:
            section = children(child(compose(self.text), "config"))
            named = {namespaced(str(name), self.project): node for name, node in section}
        except (yaml.YAMLError, RecursionError):
            return {}
        return {key: named[f"{PROJECT}:{key}"] for key in KEYS if f"{PROJECT}:{key}" in named}

    def edited(self, changes: Mapping[str, Mapping[str, str]]) -> StackFile:
        """Return the file with other values in `aicore:deployments`; see `stack.edit.edit`.

        Raises:
            StackFileError: a value is no text of its own in the entry.
        """
        # A program never edits.
        from aicore_provider.stack.edit import CannotEdit, edit

        try:
            return replace(self, text=edit(self.text, ("config", self._spelt(DEPLOYMENTS)), changes))
        except CannotEdit as reason:
            raise StackFileError(f"{self.path}: {reason}") from None

    def write(self, *, over: StackFile) -> None:
        """Write the file, which must have the content of `over` now.

        Raises:
            StackFileError: it cannot be written, or has been changed meanwhile.
        """
        try:
            replace_file(self.path, over.text.encode(), self.text.encode())
        except OSError as error:
            raise StackFileError(f"{self.path} cannot be written: {error.strerror or error}.") from None

    def _spelt(self, key: str) -> str:
        return next((each for each in self._section() if self._namespaced(each) == key), key)

    def _namespaced(self, key: str) -> str:
        found = namespaced(key, self.project)
        # An unknown key may be there for its anchor.
        return found if ":" in key or found in _KEYS else key

    def _section(self) -> dict[str, Any]:
        document = _parsed(self) or {}
        section = document.get("config") or {} if isinstance(document, Mapping) else None
        if not isinstance(section, Mapping):
            raise StackFileError(f"{self.path} is no stack file.")
        return {str(key): value for key, value in section.items()}


def namespaced(key: str, project: str) -> str:
    """Return a key of a stack file with its namespace, as Pulumi reads it.

    `aicore:config:checks` is `aicore:checks`, and so is `checks` in a project that is named aicore.
    """
    match key.split(":"):
        case [name]:
            return f"{project}:{name}"
        case [namespace, "config", name]:
            return f"{namespace}:{name}"
        case _:
            return key


def written_values(stack: str) -> dict[str, yaml.Node]:
    """Return `StackFile.written` of a stack of the current project; empty when it has no file."""
    try:
        return read_stack_file(Path.cwd(), stack).written
    except (StackFileError, OSError):
        # There is no file, or the current folder does not exist any more or may not be read.
        return {}


def read_stack_file(folder: Path, stack: str) -> StackFile:
    """Read the file of a stack of the project that a folder is in.

    Raises:
        StackFileError: there is no project, or no such file.
    """
    project = find_project_file(folder)
    if project is None:
        raise StackFileError("There is no Pulumi.yaml here or above; run this in a Pulumi project.")
    given = read_project_file(project) or {}
    path = stack_file(project, given, stack)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return StackFile(path, file.read(), str(given.get("name") or ""))
    except FileNotFoundError:
        pattern = f"Pulumi.*{path.suffix}"
        there = sorted(each.stem.removeprefix("Pulumi.") for each in path.parent.glob(pattern))
        hint = f" Stacks with a file: {', '.join(there)}." if there else f"\n{PROGRAM_UNKNOWN}"
        raise StackFileError(f"There is no {path}.{hint}") from None
    except UnicodeDecodeError:
        raise StackFileError(f"{path} cannot be read: it is no UTF-8 text.") from None
    except OSError as error:
        raise StackFileError(f"{path} cannot be read: {error.strerror or type(error).__name__}.") from None
    except ValueError:
        raise StackFileError(f"The file of stack {stack} cannot be read: there is a zero byte in its path.") from None


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Write a new file and move it over the old one. Symbolic links, mode and, if permitted, owner stay.

    Raises:
        StackFileError: it has another content than `before`, or hard links, which would keep the old one.
        OSError: it cannot be written, or does not exist any more.
    """
    target = path.resolve(strict=True)
    status = target.stat()
    if status.st_nlink > 1:
        raise StackFileError(
            f"{path} has other names as well (hard links), so nothing was written.\nMake the changes yourself."
        )
    if not os.access(target, os.W_OK):
        raise PermissionError("it is read-only")
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        with suppress(PermissionError):
            os.chown(beside, status.st_uid, status.st_gid)
        shutil.copymode(target, beside)
        if target.read_bytes() != before:
            raise StackFileError(f"{path} was changed meanwhile, so nothing was written.\nRun the command again.")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _parsed(file: StackFile) -> Any:
    try:
        return read_yaml(file.text)
    except (yaml.composer.ComposerError, yaml.constructor.ConstructorError) as error:
        # Unknown tags, and anchors that are set twice, are no mistakes.
        raise StackFileError(f"{file.path} has YAML that this command cannot read: {position(error)}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark and file.text[mark.index : mark.index + 1] == "\t":
            raise StackFileError(
                f"{file.path} has a tab that this command cannot read, write spaces: {position(error)}."
            ) from None
        raise StackFileError(f"{file.path} is not valid YAML: {position(error)}.") from None
    except ValueError:
        raise StackFileError(f"{file.path} cannot be read as YAML; write its texts in quotes.") from None


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    return list(map(_with_text_keys, value)) if isinstance(value, list) else value
