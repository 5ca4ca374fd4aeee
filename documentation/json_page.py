"""The page of `--json`, made from the JSON schemas of the commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aicore_provider.cli.console import JSON_FORMAT
from aicore_provider.cli.json_schema import DOCUMENTS, Schema

_INTRODUCTION = f"""\
# Scripts: `--json`

<!-- Made by `make docs-pages`. Change the texts in aicore_provider/cli/json_schema.py. -->

Every command that prints results takes `--json`. It then prints one JSON object on stdout. The first keys say what it
is about, and a list with a name holds what was found. Warnings and errors go to stderr. A command that fails before it
has found anything prints nothing on stdout. The [exit codes](commands.md#exit-codes) are the same with and without
`--json`.

`version` is the version of this form, now {JSON_FORMAT}. It rises when a key goes or gets another meaning, and not when
one is added: ignore keys that you do not know. Keys are always there; what is not known is `null`, `""` or an empty
list.

Each command has a JSON schema, which says the same as this page. `aicore-provider schema --of deployments` prints that
of `deployments`.
"""
_SCRIPTS = """\
## In a script

```sh
# The address of each deployment that runs
aicore-provider deployments --json | jq -r '.deployments[] | select(.status == "RUNNING").url'

# What is wrong, a line for each problem
aicore-provider doctor --json | jq -r '.findings[] | select(.level == "problem") | .message'

# Start an emulator, and take the variables that lead to it
aicore-provider emulator --json | jq -r '.environment | to_entries[] | "export \\(.key)=\\(.value)"'
```
"""
_REMARKS = {
    "emulator": "The object is printed once the emulator answers; the command then runs until Ctrl-C.\n",
    "export": "`--output` and `--pulumi-import` write files, so they do not go with `--json`.\n",
    "deployments": "`--watch` is for people, so it does not go with `--json`.\n",
}


def page() -> str:
    """Return the page."""
    return "\n".join([_INTRODUCTION, _SCRIPTS, *("".join(_section(*each)) for each in sorted(DOCUMENTS.items()))])


def _section(command: str, keys: Mapping[str, Schema]) -> Iterator[str]:
    yield f"## {command}\n\n"
    if command in _REMARKS:
        yield f"{_REMARKS[command]}\n"
    yield _table(_rows(keys))
    tables: dict[str, list[str]] = {}
    for key, schema in keys.items():
        if item := _item(schema):
            tables.setdefault(_table(_rows(item, deep=True)), []).append(f"`{key}`")
    for table, lists in tables.items():
        yield f"\nEach object of {', '.join(lists)}:\n\n{table}"


def _table(rows: Iterator[tuple[str, Schema]]) -> str:
    lines = [f"| `{key}` | {_type(schema)} | {_told(schema)} |\n" for key, schema in rows]
    return "| Key | Type | Meaning |\n| --- | --- | --- |\n" + "".join(lines)


def _rows(keys: Mapping[str, Schema], *, deep: bool = False) -> Iterator[tuple[str, Schema]]:
    """Yield each key with its schema; those of objects in it follow as `change.cost`."""
    for key, schema in keys.items():
        yield key, schema
        nested = (schema.get("properties") or _item(schema) or {}) if deep else {}
        if set(nested) not in ({"before", "after"}, {"gained", "lost"}):
            yield from ((f"{key}.{name}", each) for name, each in _rows(nested, deep=deep))


def _item(schema: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Any] = schema.get("items", {}).get("properties", {})
    return found


def _type(schema: Schema) -> str:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    names = [f"{'objects' if _item(schema) else 'texts'}" if each == "array" else _NAMES[each] for each in types]
    return " or ".join(f"list of {name}" if each == "array" else name for each, name in zip(types, names, strict=True))


_NAMES = {"string": "text", "integer": "number", "boolean": "true or false", "object": "object", "null": "`null`"}


def _told(schema: Schema) -> str:
    told = str(schema["description"])
    if "enum" in schema:
        told = f"{told.rstrip('.')}: {', '.join(f'`{each}`' for each in schema['enum'])}."
    if "const" in schema:
        told = f"{told.rstrip('.')}: {schema['const']}."
    return told
