"""`python -m tests.program.released_names`: write the names that later versions have to keep. A part of a release."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import click

import aicore_provider
from aicore_provider import kinds
from aicore_provider.cli.commands import aicore_provider as commands
from aicore_provider.cli.json_schema import DOCUMENTS, document_schema
from aicore_provider.own_version import own_version
from aicore_provider.stack.schema import stack_file_schema

FILE = Path(__file__).with_name("released_names.json")


def released() -> dict[str, Any]:
    """The names of the last release."""
    found: dict[str, Any] = json.loads(FILE.read_text())["names"]
    return found


def names() -> dict[str, Any]:
    """Names that states, programs, stack files and scripts of users have: maps, and lists at their ends."""
    return {
        "python": {name: _arguments(getattr(aicore_provider, name)) for name in aicore_provider.__all__},
        "types in states": sorted(f"aicore:index:{kind}" for kind in kinds.KINDS),
        "providers in states": sorted(
            f"{module.replace('.kinds.', '.providers.')}.{kind}Provider" for kind, module in kinds.KINDS.items()
        ),
        "entry points": sorted(
            f"{each.group}: {each.name}" for each in metadata.distribution("aicore-provider").entry_points
        ),
        "commands": dict(_commands(commands, "")),
        "stack file": dict(_keys(stack_file_schema())),
        "json": {command: sorted(_below(document_schema(command), {}, set())) for command in DOCUMENTS},
    }


def lost(before: Mapping[str, Any], now: Mapping[str, Any], where: str = "") -> list[str]:
    """Say which names are gone; new ones are no matter."""
    gone: list[str] = []
    for name, within in before.items():
        path = f"{where}{name}"
        if name not in now:
            gone.append(path)
        elif isinstance(within, Mapping):
            gone += lost(within, now[name], f"{path} > ")
        else:
            gone += [f"{path} > {each}" for each in within if each not in now[name]]
    return gone


def _arguments(made: Any) -> list[str]:
    return [name for name in inspect.signature(made).parameters if name != "self"]


def _commands(group: click.Group, before: str) -> Iterator[tuple[str, list[str]]]:
    """Each command by its whole name, with its options and arguments."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{before}{name}", sorted({option for each in command.params for option in each.opts})
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")


def _keys(schema: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Each key of the stack file, with all keys that may stand somewhere below it."""
    for section, within in schema["properties"]["config"]["properties"].items():
        yield section, sorted(_below(within, schema["$defs"], set()))


def _below(schema: Any, forms: Mapping[str, Any], seen: set[str]) -> set[str]:
    if isinstance(schema, list):
        return {key for each in schema for key in _below(each, forms, seen)}
    if not isinstance(schema, dict):
        return set()
    found = set(schema.get("properties", ()))
    form = schema.get("$ref", "").rpartition("/")[2]
    if form and form not in seen:
        found |= _below(forms[form], forms, seen | {form})
    for name, within in schema.items():
        parts = list(within.values()) if name == "properties" else within
        found |= _below(parts, forms, seen)
    return found


if __name__ == "__main__":
    FILE.write_text(f"{json.dumps({'version': own_version(), 'names': names()}, indent=1)}\n")
