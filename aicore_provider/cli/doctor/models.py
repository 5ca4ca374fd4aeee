"""Compares the models that a stack file lists with those that the service offers, as a preview does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any

import yaml

from aicore_provider.api.client import AICore
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.resource_groups import ResourceGroupMissing
from aicore_provider.catalog.catalog import Catalog
from aicore_provider.catalog.clean_up import cleaned_up
from aicore_provider.catalog.findings import Finding, duplicates, examine, resolved
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.cli.doctor.diagnosis import Diagnosis, from_error, ok, problem, skipped, warning
from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.stack import Selection, Stack
from aicore_provider.cli.stack_config import ReadConfig, read_config
from aicore_provider.cli.state import CONFIGURATION, State
from aicore_provider.kinds.several_groups import as_one
from aicore_provider.kinds.wanted import wanted_model
from aicore_provider.secret_text import SECRET
from aicore_provider.stack.file import DEPLOYMENTS, StackFileError, read_stack_file
from aicore_provider.stack.model import KEYS, SECTIONS, StackConfig
from aicore_provider.stack.project import PROJECT
from aicore_provider.urn import logical_name

_MISSPELT = 0.8
"""How alike a key and a section are at least (`difflib`)."""
_SECRET_PARAMETERS = {"modelFilterList": json.dumps([{"modelName": SECRET}])}
"""Marks for encrypted parameters that are more than a text."""


def wanted_models(stack: Stack, selection: Selection) -> ReadConfig | Diagnosis:
    """Return the stack's configuration, or the diagnosis why it cannot be checked."""
    if stack.failure:
        return skipped(f"models: the configuration of stack {stack.name} cannot be read")
    if not any(f"{PROJECT}:{section}" in keys for keys in (stack.config, stack.encrypted) for section in SECTIONS):
        return _misspelt_section(stack) or _nothing_listed(stack)
    document: Mapping[str, Any] | None = None
    written: Mapping[str, yaml.Node] = {}
    # Its configuration is told by Pulumi all the same; `--config-file` and environments have none.
    with suppress(StackFileError):
        file = read_stack_file(current_folder(), stack.name)
        document, written = file.config(), file.written
    return read_config(selection, stack.config, document, written)


def _nothing_listed(stack: Stack) -> Diagnosis:
    return skipped(
        f"models: the file of stack {stack.name} lists no {DEPLOYMENTS}, and what a program declares without it"
        " cannot be known here"
    )


def _misspelt_section(stack: Stack) -> Diagnosis | None:
    """Return the warning about a key that is nearly one of a stack file's sections; None where there is none."""
    for key in (*stack.config, *stack.encrypted):
        name = key.removeprefix(f"{PROJECT}:")
        near = [] if name in (key, *KEYS) else get_close_matches(name, SECTIONS, 1, _MISSPELT)
        if near:
            return warning(
                f"{key} of stack {stack.name} is no key of a stack file; did you mean {PROJECT}:{near[0]}?",
                "`pulumi up` refuses it where the program reads the stack file",
            )
    return None


def models_in_state(state: State) -> dict[str, Wanted]:
    """Return which models the configurations of a state are for, by logical name."""
    found = {}
    for each in state.resources:
        name = logical_name(each.urn)
        if each.kind == CONFIGURATION and each.inputs and (wanted := wanted_model(name, _with_marks(each.inputs))):
            found[name] = wanted
    return found


def _with_marks(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs of an exported state, with a mark in place of each encrypted value."""
    marked = {key: SECRET if _is_encrypted(value) else value for key, value in inputs.items()}
    bindings = marked.get("parameter_bindings")
    if isinstance(bindings, Mapping):
        marked["parameter_bindings"] = {
            key: _SECRET_PARAMETERS.get(key, SECRET) if _is_encrypted(value) else value
            for key, value in bindings.items()
        }
    return marked


def _is_encrypted(value: object) -> bool:
    """Whether Pulumi has encrypted a value of a state: it marks such values with this constant."""
    return isinstance(value, Mapping) and "4dabf18193072939515e22adb298388d" in value


def judge_clean_up(config: StackConfig | None, state: State | None) -> Iterator[Diagnosis]:
    """Warn of deployments of the stack that SAP's clean-up script would take for duplicates."""
    held = {each.name: each for each in _held(state)}
    for placed in config.placements() if config else ():
        for name in placed.formerly:
            if name in held and placed.name not in held and held[name].resource_group == placed.resource_group:
                held[placed.name] = replace(held.pop(name), name=placed.name)
    wanted = {each.name: each for each in config.wanted() if each.is_read} if config else {}
    for name, each in wanted.items():
        if each.executable_id is None and (before := held.get(name)) and before.model == each.model:
            # An executable that was looked up stands in the state.
            wanted[name] = replace(each, executable_id=before.executable_id)
    for found in cleaned_up((held | wanted).values()):
        yield _as_diagnosis(found)


def _held(state: State | None) -> Iterator[Wanted]:
    for each in state.deployments if state else ():
        yield Wanted(
            logical_name(each.urn),
            each.text("resource_group"),
            each.text("scenario_id"),
            each.text("executable_id") or None,
            each.text("model_name") or None,
        )


def check_models(stack: Stack, client: AICore, read: ReadConfig, held: State | None) -> Iterator[Diagnosis]:
    """Check the models of a stack."""
    if not read.config.deployments:
        yield _nothing_listed(stack)
        return
    if not read.config.checks:
        yield skipped(f"models: stack {stack.name} says aicore:checks: off")
        return
    known = models_in_state(held) if held else {}
    yield from judge_models(stack, read.config, Catalogs(client), known, client.today)
    if read.unread:
        yield warning(
            f"not checked, since {'it is' if len(read.unread) == 1 else 'they are'} encrypted: {', '.join(read.unread)}"
            f" ({read.why})",
            "give Pulumi what it needs to decrypt, such as PULUMI_CONFIG_PASSPHRASE",
        )


def judge_models(
    stack: Stack, config: StackConfig, catalogs: Catalogs, known: Mapping[str, Wanted], today: dt.date
) -> Iterator[Diagnosis]:
    """Return the findings about the stack's models. What is not offered is a warning if the state has it (`known`)."""
    entries = config.wanted()
    readable = [each for each in entries if each.is_read]
    found: list[Diagnosis] = []
    awaited: list[str] = []
    offered: dict[str, Catalog] = {}
    for group in dict.fromkeys(each.resource_group for each in readable):
        try:
            offered[group] = catalogs.of(group)
        except ResourceGroupMissing as error:
            if group in config.resource_groups:
                awaited.append(group)
                continue
            found.append(_missing_group(error, [each for each in readable if each.resource_group == group], known))
        except AICoreError as error:
            told = from_error(error)
            found.append(warning(f"the models of resource group {group} were not checked: {told.message}", told.advice))
    findings: list[Finding] = []
    earlier = {each.name: each.formerly for each in config.placements()}
    for wanted in readable:
        if catalog := offered.get(wanted.resource_group):
            names = (wanted.name, *earlier[wanted.name])
            before = next((replace(known[each], name=wanted.name) for each in names if each in known), None)
            unchanged = before is not None and _is_same(wanted, before)
            # An executable that was looked up stands in the state.
            subject = replace(wanted, executable_id=before.executable_id) if before and unchanged else wanted
            findings += examine(subject, catalog, config.policy, today, unchanged=unchanged)
    found += map(_as_diagnosis, as_one(findings, {each.name: each.resource_group for each in readable}))
    known_executables = (
        resolved(each, offered[each.resource_group]) if each.resource_group in offered else each for each in readable
    )
    found += map(_as_diagnosis, duplicates(known_executables))
    yield from found
    if awaited:
        yield skipped(f"models of resource groups that `pulumi up` is to make: {', '.join(map(str, awaited))}")
    elif not found and len(readable) == len(entries):
        count = f"{len(entries)} {'deployment' if len(entries) == 1 else 'deployments'}"
        yield ok(f"the service offers all that stack {stack.name} wants ({count})")


def _missing_group(error: ResourceGroupMissing, declared: Sequence[Wanted], known: Mapping[str, Wanted]) -> Diagnosis:
    """Return that a resource group does not exist: a problem if something new is in it, since a preview then fails."""
    held = (known.get(each.name) for each in declared)
    is_new = any(before is None or before.resource_group != declared[0].resource_group for before in held)
    told = from_error(error)
    make = problem if is_new else warning
    names = tuple(each.name for each in declared)
    return make(f"{', '.join(names)}: {told.message}", told.advice, names)


def _is_same(wanted: Wanted, before: Wanted) -> bool:
    """Whether an entry is the same as in the state. An encrypted value counts as the same."""
    # What is said to have no version stands in the state without one.
    looked_up = replace(
        wanted, executable_id=wanted.executable_id or before.executable_id, version=wanted.version or None
    )
    pairs = ((getattr(looked_up, each.name), getattr(before, each.name)) for each in fields(Wanted))
    return all(one == other or SECRET in str(other) for one, other in pairs)


def _as_diagnosis(found: Finding) -> Diagnosis:
    make = problem if found.level == "error" else warning
    return make(f"{found.subject}: {found.message}", found.advice, found.names)
