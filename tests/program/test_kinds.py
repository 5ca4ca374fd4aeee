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
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.model import SECTIONS
from aicore_provider.stack.sections.deployments import ExecutableConfig, ModelConfig, OrchestrationConfig
from aicore_provider.stack.sections.executions import ArtifactConfig, ScheduleConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.stack.sections.secrets import (
    DockerRegistrySecretConfig,
    GenericSecretConfig,
    ObjectStoreSecretConfig,
)
from aicore_provider.stack.sections.templates import ApplicationConfig, RepositoryConfig
from documentation.facts import CALLS, DRIFT, NO_ENTRY, STACK_KEYS
from tests.emulator.coverage import emulated
from tests.program.mocked_engine import run
from tests.support.standard_cases import CASES

ROOT = Path(__file__).parents[2]
FACTS = {"DRIFT": DRIFT, "CALLS": CALLS}
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
LABELS = {"ext.ai.sap.com/owner": "a"}
SECRET, ANOTHER = SecretText("s3cret"), SecretText("another")
OTHERS: dict[type[Any], tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    ResourceGroupConfig: ("resourceGroups", "team-a", {}, {"labels": LABELS, "grounding": True, "takeOver": True}),
    GenericSecretConfig: (
        "genericSecrets",
        "db",
        {"data": {"key": SECRET}},
        {
            "name": "other",
            "data": {"key": ANOTHER},
            "labels": LABELS,
            "resourceGroup": "team-b",
            "scope": "tenant-wide",
            "takeOver": True,
        },
    ),
    ObjectStoreSecretConfig: (
        "objectStoreSecrets",
        "store",
        {"type": "S3", "data": {"key": SECRET}},
        {
            "name": "other",
            "type": "azure",
            "data": {"key": ANOTHER},
            "bucket": "texts",
            "pathPrefix": "2026",
            "endpoint": "s3.amazonaws.com",
            "region": "eu-central-1",
            "useHttps": False,
            "verifySsl": False,
            "resourceGroup": "team-b",
            "takeOver": True,
        },
    ),
    DockerRegistrySecretConfig: (
        "dockerRegistrySecrets",
        "hub",
        {"registry": "https://registry.example.com", "username": "reader", "password": SECRET},
        {
            "name": "other",
            "registry": "https://ghcr.io",
            "username": "writer",
            "password": ANOTHER,
            "takeOver": True,
        },
    ),
    RepositoryConfig: (
        "repositories",
        "templates",
        {"url": "https://github.com/org/templates", "username": "reader", "password": SECRET},
        {
            "name": "other",
            "url": "https://github.com/org/other",
            "username": "writer",
            "password": ANOTHER,
            "takeOver": True,
        },
    ),
    ApplicationConfig: (
        "applications",
        "templates",
        {"repositoryUrl": "https://github.com/org/templates", "revision": "HEAD", "path": "workflows"},
        {
            "name": "other",
            "repositoryUrl": "https://github.com/org/other",
            "revision": "v1",
            "path": "other",
            "takeOver": True,
        },
    ),
    ArtifactConfig: (
        "artifacts",
        "texts",
        {"kind": "dataset", "url": "ai://store/texts", "scenario": "own-scenario"},
        {
            "name": "other",
            "kind": "model",
            "url": "ai://store/other",
            "scenario": "other-scenario",
            "description": "newer",
            "labels": LABELS,
            "resourceGroup": "team-b",
            "takeOver": "a-1234",
        },
    ),
    ScheduleConfig: (
        "schedules",
        "nightly",
        {"scenario": "own-scenario", "executable": "own-executable", "cron": "0 3 * * *"},
        {
            "name": "other",
            "scenario": "other-scenario",
            "executable": "other-executable",
            "parameters": {"a": "1"},
            "artifacts": {"a": "a-1234"},
            "cron": "0 4 * * *",
            "start": "2026-01-31T22:00:00Z",
            "end": "2027-01-31T22:00:00Z",
            "status": "INACTIVE",
            "resourceGroup": "team-b",
            "takeOver": "s-1234",
        },
    ),
}
"""The other sections: key and content of an entry, and another value for each of its keys."""
ELSEWHERE = {(ApplicationConfig, "repository")}
"""Keys that stand in the place of another one of these."""
FIXED = {(OrchestrationConfig, "scenario"), (OrchestrationConfig, "executable")}
"""Keys with one value only."""


def declared(entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of the resources that an entry of a stack file declares, by kind."""
    return _inputs({"deployments": {"chat": entry}})


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
    for section, name, entry, others in OTHERS.values():
        changed = {key: _inputs({section: {name: entry | {key: other}}}) for key, other in others.items()}
        _compare(found, _inputs({section: {name: entry}}), changed)
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
    found = {of: keys for (kind_name, of), keys in stack_keys().items() if kind_name == name and keys}
    for each in kind.inputs:
        if list(STACK_KEYS.get(name, {}).get(each.name, ())) != found.get(each.name, []):
            yield f'documentation/facts.py: STACK_KEYS["{name}"]["{each.name}"] of {found.get(each.name, [])}'
    if not found and name not in NO_ENTRY:
        yield f'documentation/facts.py: NO_ENTRY["{name}"], why it has no entry in a stack file'
    yield from (f'documentation/facts.py: {table}["{name}"]' for table, facts in FACTS.items() if name not in facts)
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


def test_nothing_else_is_said_of_keys() -> None:
    said = {(kind, name) for kind, inputs in STACK_KEYS.items() for name in inputs}
    assert said == {key for key, keys in stack_keys().items() if keys}


@pytest.mark.parametrize("model", ENTRIES, ids=lambda model: model.__name__)
def test_every_key_of_an_entry_is_looked_at(model: type[Any]) -> None:
    keys = {to_camel(name) for name in model.model_fields} - NO_INPUT
    fixed = {key for of, key in FIXED if of is model}
    assert keys - fixed == {*ENTRIES[model][1], *COMMON}


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.__name__)
def test_every_key_of_another_section_is_looked_at(model: type[Any]) -> None:
    keys = {to_camel(name) for name in model.model_fields} - NO_INPUT
    elsewhere = {key for of, key in ELSEWHERE if of is model}
    assert keys - elsewhere == OTHERS[model][3].keys()


def test_every_section_is_looked_at() -> None:
    assert {"deployments", *(section for section, *_ in OTHERS.values())} == {*SECTIONS}
