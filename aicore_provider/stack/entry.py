"""Makes the entry of a stack file for an existing deployment, and its YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from aicore_provider.api.naming import FOUNDATION_MODELS, configuration_name, configuration_name_problem
from aicore_provider.api.types import Configuration, Deployment
from aicore_provider.catalog.catalog import LATEST, NO_VERSION
from aicore_provider.json_document import read_json
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.yaml_text import TEXT_TAG, WithoutAliases, compose, needs_no_quotes
from aicore_provider.terminal import printable

_MODEL = ("modelName", "modelVersion")
_FILTER = ("modelFilterList", "modelFilterListType")
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")
_UNLIMITED = 1_000_000
"""Columns, so that the YAML library folds no text."""


def entry_name(configuration: Configuration) -> str:
    """Return a logical name: that of the configuration with forbidden characters replaced, else model or executable."""
    candidates = (configuration.name, configuration.parameter_bindings.get("modelName", ""))
    return next(filter(None, map(fit_name, candidates)), configuration.executable_id)


def fit_name(text: str) -> str:
    """Return a text as a logical name, with forbidden characters replaced; "" where nothing is left of it."""
    return _UNFIT.sub("-", text).strip("-.")


def entry_of(
    name: str,
    deployment: Deployment,
    configuration: Configuration,
    resource_group: str | None = None,
    *,
    default_version: str = LATEST,
) -> dict[str, Any]:
    """Return the entry that takes a deployment over without a change.

    If its logical name would give the configuration another name, it gets `configurationName`, because other tools may
    look for that name. The resource group is None when the stack file names the same for all entries. A configuration
    that names no version has the default one: `latest`, or `NO_VERSION` if the model has no versions.
    """
    follows = configuration_name(name) == configuration.name or configuration_name_problem(configuration.name)
    about = {
        "configurationName": None if follows else configuration.name,
        "resourceGroup": resource_group,
        "ttl": deployment.ttl,
        "takeOver": deployment.id,
    }
    return _content(configuration, default_version) | {key: value for key, value in about.items() if value}


def as_yaml(name: str, entry: Mapping[str, Any]) -> str:
    """Return the entry as YAML, on one line when nothing in it is nested.

    Every text is quoted that any version or reader of YAML may take for something else than a text.
    """

    def dumped(*, allow_unicode: bool) -> str:
        return yaml.dump(
            {name: dict(entry)}, Dumper=_Dumper, sort_keys=False, allow_unicode=allow_unicode, width=_UNLIMITED
        )

    readable = dumped(allow_unicode=True)
    return readable if printable(readable) == readable else dumped(allow_unicode=False)


def content_of(configuration: Configuration) -> dict[str, Any]:
    """Return the keys of an entry that say what a configuration runs, without a short form for models."""
    about = {
        "scenario": configuration.scenario_id,
        "executable": configuration.executable_id,
        "parameters": dict(configuration.parameter_bindings),
        "artifacts": dict(configuration.input_artifact_bindings),
    }
    return {key: value for key, value in about.items() if value}


def _content(configuration: Configuration, default_version: str) -> dict[str, Any]:
    scenario, executable = configuration.scenario_id, configuration.executable_id
    parameters, artifacts = configuration.parameter_bindings, configuration.input_artifact_bindings
    explicit = content_of(configuration)
    short: dict[str, Any]
    if artifacts:
        return explicit
    if scenario == FOUNDATION_MODELS and {"modelName"} <= set(parameters) <= set(_MODEL):
        has_none = "modelVersion" not in parameters and default_version == NO_VERSION
        named = {} if has_none else {"version": parameters.get("modelVersion", default_version)}
        if is_valid(short := {"model": parameters["modelName"], **named, "executable": executable}):
            return short
    if set(parameters) == set(_FILTER) and (filters := _filters(parameters["modelFilterList"])):
        filtered = {"modelFilterList": filters, "modelFilterListType": parameters["modelFilterListType"]}
        if is_valid(short := {"scenario": scenario, **filtered}):
            return short
    return explicit


def is_valid(entry: Mapping[str, Any], section: str = "deployments", name: str = "entry") -> bool:
    """Whether an entry is valid in a section of a stack file, once it is written as YAML."""
    try:
        parsed({section: {name: entry}})
    except (ConfigError, yaml.YAMLError):
        return False
    return True


def parsed(sections: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> StackConfig:
    """Return what a stack file says with these entries, once they are written as YAML.

    Raises:
        ConfigError: they are not valid.
        yaml.YAMLError: a text cannot be written as YAML.
    """
    texts = {section: "".join(map(as_yaml, entries, entries.values())) for section, entries in sections.items()}
    written = {section: node for section, text in texts.items() if (node := compose(text))}
    return StackConfig.parse(sections, written)


def _filters(text: str) -> list[dict[str, Any]]:
    """Return a filter as a stack file has it; empty when a stack file cannot express it."""
    try:
        items = read_json(text)
    except ValueError:
        return []
    # No versions at all are left out there.
    if isinstance(items, list) and all(isinstance(each, dict) and each.get("modelVersions") != [] for each in items):
        return items
    return []


class _Dumper(WithoutAliases):
    """Quotes texts that may be read as something else, and writes mappings without nested ones on one line."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(TEXT_TAG, value, style=None if needs_no_quotes(value) else '"')


def _mapping(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.MappingNode:
    is_flat = not any(isinstance(each, (dict, list)) for each in value.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=is_flat)


def _list(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
    is_flat = not any(isinstance(each, (dict, list)) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=is_flat)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _list)
