"""Every kind has all that belongs to one; what is missing is listed."""

from __future__ import annotations

import base64
import functools
import importlib
import pickletools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pydantic.alias_generators import to_camel

import aicore_provider
from aicore_provider import StackConfig, declare, kinds
from aicore_provider.kinds.property import Property
from aicore_provider.stack.sections.deployments import ExecutableConfig, ModelConfig, OrchestrationConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from tests.emulator.coverage import emulated
from tests.program.mocked_engine import run
from tests.support.standard_cases import CASES

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guide.md"
HEAD = "| Kind | Input | Keys of a stack file | A change |"
NONE = "none"
NO_INPUT = {"protect", "formerly", "replace", "resourceGroups"}
"""Keys of an entry that are Pulumi's own resource options, or say for which resource groups it is."""

# Each entry, and one with another value for each of its keys.
COMMON = {
    "resourceGroup": "team-b",
    "ttl": "10h",
    "configurationName": "another",
    "versionId": "2",
    "rollback": False,
    "verify": True,
    "takeOver": "d-1234",
}
FILTER = [{"modelName": "gpt-5-mini"}]
ENTRIES: dict[type[Any], tuple[dict[str, Any], dict[str, Any]]] = {
    ModelConfig: (
        {"model": "gpt-5-mini", "version": "1", "executable": "azure-openai"},
        {"model": "gpt-5", "version": "2", "executable": "aws-bedrock"},
    ),
    OrchestrationConfig: (
        {"scenario": "orchestration", "modelFilterList": FILTER, "modelFilterListType": "allow"},
        {"modelFilterList": [{"modelName": "gpt-5"}], "modelFilterListType": "deny"},
    ),
    ExecutableConfig: (
        {"scenario": "own-scenario", "executable": "own-executable"},
        {
            "scenario": "other-scenario",
            "executable": "other-executable",
            "parameters": {"a": "1"},
            "artifacts": {"a": "a-1234"},
        },
    ),
}
GROUP: dict[str, Any] = {
    "labels": {"ext.ai.sap.com/owner": "a"},
    "grounding": True,
    "takeOver": True,
}
"""Keys of a resource group of the stack file, each with a value that it does not have by itself."""
FIXED = {(OrchestrationConfig, "scenario"), (OrchestrationConfig, "executable")}
"""Keys with one value only."""


def declared(entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of the resources that an entry of a stack file declares, by kind."""
    return _inputs({"deployments": {"chat": entry}})


def declared_group(group: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same for a resource group of a stack file."""
    return _inputs({"deployments": {}, "resourceGroups": {"team-a": group}})


def _inputs(stack_file: dict[str, Any]) -> dict[str, dict[str, Any]]:
    resources = run(lambda: declare(StackConfig.parse(stack_file)))
    return {kind: each.inputs for each in resources if (kind := each.typ.rpartition(":")[2]) in kinds.KINDS}


@functools.cache
def stack_keys() -> dict[tuple[str, str], list[str]]:
    """For each input of each kind that an entry can give: the keys that change it."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry, others in ENTRIES.values():
        _compare(
            found, declared(entry), {key: declared(entry | {key: other}) for key, other in (others | COMMON).items()}
        )
    _compare(found, declared_group({}), {key: declared_group({key: other}) for key, other in GROUP.items()})
    return found


def _compare(
    found: dict[tuple[str, str], list[str]],
    before: dict[str, dict[str, Any]],
    changed: dict[str, dict[str, dict[str, Any]]],
) -> None:
    for key, after in changed.items():
        for kind, inputs in after.items():
            for name in inputs.keys() | before[kind].keys():
                keys = found.setdefault((kind, name), [])
                if inputs.get(name) != before[kind].get(name) and key not in keys:
                    keys.append(key)


def row(kind: str, each: Property) -> str:
    keys = ", ".join(f"`{key}`" for key in stack_keys().get((kind, each.name), ())) or NONE
    assert each.change
    return f"| `{kind}` | `{each.name}` | {keys} | {each.change.value} |"


def documented() -> list[str]:
    """The rows of the guide's table."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    assert HEAD in lines, f"{GUIDE.name} has no table {HEAD}"
    rows = []
    for line in lines[lines.index(HEAD) + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(line)
    return rows


def missing(name: str) -> Iterator[str]:
    """What a kind lacks, each as what to add and where."""
    module = kinds.KINDS[name].rpartition(".")[2]
    try:
        kind = kinds.load(name)
    except (ModuleNotFoundError, AttributeError):
        yield f"kinds/{module}.py with a KIND"
        return
    if kind.name != name:
        yield f"kinds/{module}.py: KIND is called {kind.name}"
    if name not in aicore_provider.__all__:
        yield f"resource class: aicore_provider.{name}"
    yield from _missing_provider(name, module)
    rows = documented()
    yield from (f"docs/guide.md: {line}" for each in kind.inputs if (line := row(name, each)) not in rows)
    if not any(of == name for of, _ in stack_keys()) and not re.search(
        rf"`{name}` has no entry in a stack file: \w", GUIDE.read_text(encoding="utf-8")
    ):
        yield f"docs/guide.md: a line `{name}` has no entry in a stack file: why"
    yield from _missing_routes(kind.path)
    tests = [each.read_text(encoding="utf-8") for each in (ROOT / "tests" / "providers").glob("test_*.py")]
    if name not in {each.kind for each in CASES} and not any(f'"{name}"' in text for text in tests):
        yield f'tests/providers: a test of the plugin process that names "{name}"'


def _missing_provider(name: str, module: str) -> Iterator[str]:
    address = [f"aicore_provider.providers.{module}", f"{name}Provider"]
    try:
        stored = serialize_provider(getattr(importlib.import_module(address[0]), address[1])())
    except (ModuleNotFoundError, AttributeError):
        yield f"provider class: {'.'.join(address)}"
        return
    operations = pickletools.genops(base64.b64decode(stored))
    if [argument for _, argument, _ in operations if isinstance(argument, str)] != address:
        yield f"provider class: {'.'.join(address)} is stored by value, so it has attributes"


def _missing_routes(path: str) -> Iterator[str]:
    answered = [(method, re.sub(r"{\w+}", "{id}", where)) for method, where in emulated()]
    for method, where in (("POST", path), ("GET", path), ("GET", f"{path}/{{id}}")):
        if (method, where) not in answered:
            yield f"emulator: {method} {where}"


def test_every_kind_has_all_that_belongs_to_one() -> None:
    lacks = {name: found for name in kinds.KINDS if (found := list(missing(name)))}
    assert not lacks, "\n".join(f"{name} lacks {each}" for name, found in lacks.items() for each in found)


def test_the_guide_says_nothing_else_of_changes() -> None:
    expected = [row(name, each) for name in kinds.KINDS for each in kinds.load(name).inputs]
    assert documented() == expected


@pytest.mark.parametrize("model", ENTRIES, ids=lambda model: model.__name__)
def test_every_key_of_an_entry_is_looked_at(model: type[Any]) -> None:
    keys = {to_camel(name) for name in model.model_fields} - NO_INPUT
    fixed = {key for of, key in FIXED if of is model}
    assert keys - fixed == {*ENTRIES[model][1], *COMMON}


def test_every_key_of_a_resource_group_is_looked_at() -> None:
    assert {to_camel(name) for name in ResourceGroupConfig.model_fields} - NO_INPUT == GROUP.keys()
