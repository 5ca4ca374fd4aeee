"""The page of each kind, component and function, made from its table, its docstrings and its example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import indent
from typing import Any

from pydantic.alias_generators import to_camel

import aicore_provider
from aicore_provider import kinds
from aicore_provider.components import COMPONENTS, Component
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.property import Change, Property
from aicore_provider.kinds.values import SECRET_INPUTS
from aicore_provider.lifecycle.limits import Timeouts
from aicore_provider.plugin.functions import FUNCTIONS
from aicore_provider.plugin.schema import argument_change, package_schema
from aicore_provider.resource_types import NATIVE_PREFIX, snake_case
from documentation import docstrings
from documentation.facts import CALLS, DRIFT, NO_ENTRY, STACK_FILES, STACK_KEYS, STACK_NOTES, StackFile
from documentation.programs import LANGUAGES, program

_MADE = "<!-- Made by `make docs-pages`; do not edit. -->"
_CHANGES: Mapping[Change | None, str] = {
    Change.REPLACES: "a change **replaces** the object",
    Change.IN_PLACE: "a change is made **in place**",
    Change.NO_DIFFERENCE: "a change makes **no difference** at the service",
}
_TYPES = {"text": "text", "flag": "true or false", "map": "map of texts", "list": "list of texts"}
_PART = "a resource, only in Python"


def pages() -> dict[str, str]:
    """Return the text of each page by its path below `docs/`."""
    made = {f"kinds/{name}.md": _kind(kinds.load(name)) for name in kinds.KINDS}
    made |= {f"kinds/{name}.md": _component(name, each) for name, each in COMPONENTS.items()}
    made |= {f"kinds/{name}.md": _function(name) for name in FUNCTIONS}
    return {"kinds/index.md": _index(), **made, "what-a-change-does.md": _changes()}


def _index() -> str:
    def rows(names: Mapping[str, str]) -> str:
        return "\n".join(f"- [`{name}`]({name}.md): {doc}" for name, doc in names.items())

    return f"""\
# Kinds of objects

{_MADE}

Each kind of object of SAP AI Core has a page here, and so have the components and functions. A page tells every input
and output, what a change does, and has an example in each language.

## Resources

{rows({name: kinds.load(name).doc for name in kinds.KINDS})}

## Components

A component declares a configuration and a deployment of it.

{rows({name: each.doc for name, each in COMPONENTS.items()})}

## Functions

Functions belong to the provider plugin, so they are for programs in [other languages](../languages.md).

{rows({name: each.doc for name, each in FUNCTIONS.items()})}

## How to read a page

- The name of an input is the one of Python. Other languages write it in camel case: `resource_group` is
  `resourceGroup`.
- *text* is a string, *map of texts* a map with strings as values.
- [What a change does](../what-a-change-does.md) has the inputs of all kinds in one table.
"""


# --- resources --------------------------------------------------------------------------------------------------------


def _kind(kind: Kind) -> str:
    resource = getattr(aicore_provider, kind.name)
    return _page(
        kind.name,
        docstrings.about(resource),
        _example(kind.name),
        ("In a stack file", _stack_file(kind.name)),
        ("Inputs", _inputs(kind, resource)),
        ("Outputs", _outputs(kind, resource)),
        ("Import", _import(kind)),
        ("Time-outs", _timeouts(kind.name)),
        ("What somebody else has changed", DRIFT[kind.name]),
        ("Requests", _requests(kind)),
    )


def _inputs(kind: Kind, resource: type[Any]) -> str:
    told = docstrings.arguments(resource)
    of_python = inspect.signature(resource.__init__).parameters
    table = {each.name: each for each in kind.inputs}
    lines = []
    for name in [name for name in told if name not in table] + list(table):
        each = table.get(name)
        if each is None:
            lines.append(_item(name, ["only in Python"], told[name]))
        else:
            facts = list(_facts(each))
            if name not in of_python:
                facts.append("not in Python, which takes it from the configuration")
            elif of_python[name].default not in (None, inspect.Parameter.empty):
                facts.append(f"in Python, `{of_python[name].default}` by default")
            if keys := STACK_KEYS.get(kind.name, {}).get(name):
                facts.append(f"in a stack file {_listed(keys)}")
            lines.append(_item(name, facts, told.get(name, each.doc)))
    return "\n".join(lines)


def _facts(each: Property) -> Iterator[str]:
    yield f"one of {_listed(each.choices)}" if each.choices else _TYPES[each.type]
    if each.is_required:
        yield "needed by a new object" if each.is_untold else "required"
    if each.default is not None:
        yield f"default `{str(each.default).lower()}`"
    if each.is_secret:
        yield "secret"
    if each.is_untold:
        yield "the service never tells it"
    yield _CHANGES[each.change]


def _outputs(kind: Kind, resource: type[Any]) -> str:
    told = docstrings.outputs(resource)
    inputs = {each.name for each in kind.inputs}
    of_table = {each.name: each for each in kind.properties}
    names = [each.name for each in kind.properties if each.name not in inputs and each.name != SECRET_INPUTS.name]
    names += [name for name in told if name not in of_table]
    lines = [_item("id", [], f"{_id_words(kind)}.")]
    for name in [*names, SECRET_INPUTS.name]:
        facts = [_TYPES[of_table[name].type]] if name in of_table else []
        facts += ["only in Python"] if name == SECRET_INPUTS.name else []
        lines.append(_item(name, facts, told.get(name) or of_table[name].doc))
    return (
        "Each input is an output of the same name as well. None is ever missing: one without a value is empty.\n\n"
        + ("\n".join(lines))
    )


def _id_words(kind: Kind) -> str:
    inputs = {each.name: each for each in kind.inputs}
    if "resource_group_id" in inputs:
        return "The id of the group"
    return "Its name" if _is_named(kind) else "The id that the service gives it"


def _is_named(kind: Kind) -> bool:
    """Whether the program gives the object its id, so that an existing one is taken over by a flag."""
    return next(each for each in kind.inputs if each.name == "take_over").type == "flag"


def _import(kind: Kind) -> str:
    names = {each.name for each in kind.properties}
    own = "team-docs" if "resource_group_id" in names else "NAME" if _is_named(kind) else "ID"
    forms = [f"team-docs/{own}" if "resource_group" in names else own]
    if "scope" in names:
        forms.append(f"tenant-wide:{own}")
    commands = "\n".join(f"pulumi import {NATIVE_PREFIX}{kind.name} example {form}" for form in forms)
    in_group = ", with the resource group before the id" if "resource_group" in names else ""
    group = ', resource_group="team-docs"' if "resource_group" in names else ""
    return f"""\
With the provider plugin{in_group}:

```sh
{commands}
```

In a Python program with `aicore_provider`, `take_over` does what an import does, and
`{kind.name}.get("example", "{own}"{group})` looks at an object without managing it."""


def _timeouts(name: str) -> str:
    if name == "AIConfiguration":
        return "The service makes a configuration at once, so nothing is waited for."
    limits = Timeouts()
    told = f"A create may take {_minutes(limits.create_s)}, an update {_minutes(limits.update_s)}"
    if ("DELETE", "/{id}") in CALLS[name]:
        told += f", a delete {_minutes(limits.delete_s)}"
    else:
        told = f"A create may take {_minutes(limits.create_s)}. A delete sends no request"
    return f"{told}. The resource option `custom_timeouts` (in other languages `customTimeouts`) changes that."


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes"


def _requests(kind: Kind) -> str:
    rows = (f"| `{method}` | `/v2{kind.path}{suffix}` |" for method, suffix in CALLS[kind.name])
    return "\n".join(["| Method | Path |", "| --- | --- |", *rows])


def _stack_file(name: str) -> str:
    note = f"\n\n{STACK_NOTES[name]}" if name in STACK_NOTES else ""
    if name in NO_ENTRY:
        return f"`{name}` has no entry in a stack file: {NO_ENTRY[name]}."
    return f"```yaml\n{stack_file(STACK_FILES[name])}```{note}"


def stack_file(file: StackFile) -> str:
    """Return a stack file with one entry."""
    return f"config:\n  aicore:{file.section}:\n{indent(file.entry, '    ')}\n"


# --- components and functions -----------------------------------------------------------------------------------------


def _component(name: str, component: Component) -> str:
    resource = getattr(aicore_provider, name)
    told = docstrings.arguments(resource)
    schema = package_schema()["resources"][f"{NATIVE_PREFIX}{name}"]
    lines = []
    for each in component.arguments:
        facts = [_type_words(schema["inputProperties"][to_camel(each)])]
        facts += ["required"] if each in component.required else []
        lines.append(_item(each, [*facts, _CHANGES[argument_change(component, each)]], told[each]))
    outputs = [
        _item(each, [_type_words(typed)] if (typed := schema["properties"].get(to_camel(each))) else [_PART], text)
        for each, text in docstrings.outputs(resource).items()
    ]
    return _page(
        name,
        docstrings.about(resource),
        _example(name),
        ("In a stack file", _stack_file(name)),
        (
            "Inputs",
            "A change of what belongs to the configuration replaces that, and the deployment is switched to the new"
            " one **in place**.\n\n" + "\n".join(lines),
        ),
        ("Outputs", "\n".join(outputs)),
        (
            "Parts",
            "The component declares an [`AIConfiguration`](AIConfiguration.md) and an [`AIDeployment`](AIDeployment.md)"
            " with its own logical name. Their pages tell time-outs, requests, and what a preview shows of what"
            " somebody else has changed.",
        ),
    )


def _function(name: str) -> str:
    schema = package_schema()
    each = schema["functions"][f"{NATIVE_PREFIX}{name}"]
    inputs, outputs = each["inputs"], each["outputs"]["properties"]
    arguments = [
        _item(snake_case(key), ["text", *(["required"] if key in inputs["required"] else [])], value["description"])
        for key, value in inputs["properties"].items()
    ]
    return _page(
        name,
        f"{each['description']} A preview calls it as well.",
        _example(name, note="The program in Python needs a generated SDK: see [other languages](../languages.md)."),
        ("Arguments", "\n".join(arguments)),
        ("Result", "\n".join(_results(outputs, schema["types"]))),
    )


def _results(properties: Mapping[str, Any], types: Mapping[str, Any]) -> Iterator[str]:
    for key, value in properties.items():
        of = value.get("$ref") or value.get("items", {}).get("$ref")
        yield _item(snake_case(key), [_type_words(value)], value["description"])
        if of:
            nested = _results(types[of.removeprefix("#/types/")]["properties"], types)
            yield indent("\n".join(nested), "    ")


def _type_words(value: Mapping[str, Any]) -> str:
    match value:
        case {"$ref": _} | {"additionalProperties": _}:
            return "map"
        case {"items": {"$ref": _}}:
            return "list of maps"
        case {"items": _}:
            return "list of texts"
        case {"type": "integer"}:
            return "number"
        case {"type": "boolean"}:
            return "true or false"
        case _:
            return "text"


# --- the table of all inputs ------------------------------------------------------------------------------------------


def _changes() -> str:
    return f"""\
# What a change does

{_MADE}

Every input of every kind of object, as a program in Python spells it, and what happens when it gets another value.

- **replaces**: a new object is made. A configuration that is replaced is only forgotten, since the service cannot
  delete one, and its deployments are switched to the new one in place. A deployment that is replaced runs on until the
  new one runs; then it is stopped and deleted.
- **in place**: the same object with the same id, and for a deployment with the same URL.
- **no difference**: nothing is done at the service.

The second column has the keys of a stack file that set the input. A component, and an entry of `aicore:deployments`,
declare an [`AIConfiguration`](kinds/AIConfiguration.md) and an [`AIDeployment`](kinds/AIDeployment.md) each.

{"".join(_changes_of(kinds.load(name)) for name in kinds.KINDS)}\
## What else is to be known

- The `name` of a configuration counts only where program and state both have one. `executable_id` and `scenario_id` of
  a deployment come from the configuration that it is given. With a bare `configuration_id` they are not compared, and
  an `up` refuses a configuration of another executable.
- The id of an `AIResourceGroup` is its key below `aicore:resourceGroups`: another key is another group. The key
  `resourceGroups` of an entry says in which groups there is an object.
- The key `repository` of an application stands in the place of `repositoryUrl`. An entry of `aicore:schedules` declares
  an `AIConfiguration` as well, from the keys that an entry with `scenario` has.
- `start` and `end` of a schedule replace the schedule when they are taken away, since the API cannot do that. The two
  labels of a generic secret for [document grounding](secrets.md#secrets-of-document-grounding) replace the secret.
{"".join(f"- `{name}` has no entry in a stack file: {why}.{chr(10)}" for name, why in NO_ENTRY.items())}"""


def _changes_of(kind: Kind) -> str:
    rows = "\n".join(change_row(kind.name, each) for each in kind.inputs)
    return f"""\
## `{kind.name}`

[All about it](kinds/{kind.name}.md)

| Input | Keys of a stack file | A change |
| --- | --- | --- |
{rows}

"""


def change_row(kind: str, each: Property) -> str:
    """Return the row of an input."""
    assert each.change  # noqa: S101  (an input has one)
    keys = STACK_KEYS.get(kind, {}).get(each.name)
    return f"| `{each.name}` | {_listed(keys) if keys else 'none'} | {each.change.value} |"


# --- Markdown ---------------------------------------------------------------------------------------------------------


def _page(title: str, about: str, *sections: tuple[str, str]) -> str:
    told = "\n\n".join(f"## {heading}\n\n{text.strip()}" for heading, text in sections)
    return f"# {title}\n\n{_MADE}\n\n{about}\n\n{told}\n"


def _example(name: str, note: str = "") -> tuple[str, str]:
    blocks = "\n".join(
        f"**{language}**\n\n```{fence}\n{program(name, language)}```\n" for language, fence in LANGUAGES.items()
    )
    return "Example", f"{blocks}\n{note}".rstrip()


def _item(name: str, facts: Iterable[str], text: str) -> str:
    camel = f" (`{to_camel(name)}`)" if to_camel(name) != name else ""
    head = ": ".join(filter(None, (f"- **`{name}`**{camel}", "; ".join(facts))))
    return f"{head}\n\n    {_SEE.sub(_linked, text)}\n"


_SEE = re.compile(r"see `(\w+)`(?!\.\w)")


def _linked(match: re.Match[str]) -> str:
    return f"see [`{match[1]}`]({match[1]}.md)" if match[1] in (*kinds.KINDS, *COMPONENTS) else match[0]


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)
