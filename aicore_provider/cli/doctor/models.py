"""The models that the stack file lists, against what the service offers: the checks of a preview, without one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.catalog.catalogue import Catalogue
from aicore_provider.catalog.clean_up import cleaned_up
from aicore_provider.catalog.findings import Finding as ModelFinding
from aicore_provider.catalog.findings import Wanted, duplicates, examine
from aicore_provider.catalog.source import Catalogues
from aicore_provider.cli.doctor.finding import Check, Finding, from_error, ok, problem, skipped, warning
from aicore_provider.cli.stack import Stack
from aicore_provider.cli.state import State
from aicore_provider.providers.models import wanted_model
from aicore_provider.stack_config import ConfigError, StackConfig, from_texts

_NAMESPACE = "aicore:"
_CONFIGURATION, _DEPLOYMENT = ":AIConfiguration", ":AIDeployment"


def wanted_models(stack: Stack) -> StackConfig | Finding:
    """What the stack file says about models, or why that cannot be checked."""
    texts = {key.removeprefix(_NAMESPACE): value for key, value in stack.config.items() if key.startswith(_NAMESPACE)}
    if "deployments" not in texts:
        return skipped("models", f"models: the file of stack {stack.name} lists no aicore:deployments")
    try:
        config = StackConfig.parse(from_texts(texts))
    except ConfigError as error:
        return from_error("models", error)
    if not config.checks:
        return skipped("models", f"models: stack {stack.name} says aicore:checks: off")
    return config


def models_in_state(state: Mapping[str, Any]) -> dict[str, Wanted]:
    """What the configurations of an exported state are for, by logical name."""
    deployment = state.get("deployment")
    resources = deployment.get("resources") if isinstance(deployment, Mapping) else None
    found = {}
    for each in resources or ():
        if str(each.get("type", "")).endswith(_CONFIGURATION) and isinstance(each.get("inputs"), Mapping):
            name = str(each.get("urn", "")).rpartition("::")[2]
            if wanted := wanted_model(name, each["inputs"]):
                found[name] = wanted
    return found


def judge_clean_up(config: StackConfig | None, state: State | None) -> Iterator[Finding]:
    """What SAP's clean-up script would take for duplicates, of the deployments that the stack has or is to have.

    Args:
        config: of the stack; None where it lists no deployments that can be read.
        state: of the stack; None where it cannot be read.
    """
    held = {each.name: each for each in _held(state)} if state else {}
    wanted = {each.name: each for each in config.wanted()} if config else {}
    for name, each in wanted.items():
        if each.executable_id is None and (before := held.get(name)) and before.model == each.model:
            # An executable that was looked up stands in the state.
            wanted[name] = replace(each, executable_id=before.executable_id)
    for found in cleaned_up((held | wanted).values()):
        yield _as_check(found, "cleanUp")


def _held(state: State) -> Iterator[Wanted]:
    for each in state.resources:
        if each.type.endswith(_DEPLOYMENT) and not each.external:
            yield Wanted(
                each.urn.rpartition("::")[2],
                each.text("resource_group"),
                each.text("scenario_id"),
                each.text("executable_id") or None,
                each.text("model_name") or None,
            )


def judge_models(
    stack: Stack, config: StackConfig, catalogues: Catalogues, known: Mapping[str, Wanted], today: dt.date
) -> Iterator[Finding]:
    """Every finding on the stack's models, each one a line.

    Args:
        stack: the stack.
        config: its configuration.
        catalogues: the service's.
        known: what stands in the state, by logical name; that is only warned about.
        today: in UTC.
    """
    entries = config.wanted()
    found: list[Finding] = []
    offered: dict[str, Catalogue | None] = {}
    for group in dict.fromkeys(each.resource_group for each in entries):
        try:
            offered[group] = catalogues.of(group)
        except AICoreError as error:
            offered[group] = None
            told = from_error("models", error)
            found.append(
                warning("models", f"the models of resource group {group} were not checked: {told.message}", told.advice)
            )
    for wanted in entries:
        if catalogue := offered[wanted.resource_group]:
            before = known.get(wanted.name)
            unchanged = before is not None and _is_same(wanted, before)
            # An executable that was looked up stands in the state.
            subject = before if before and unchanged else wanted
            found += map(_as_check, examine(subject, catalogue, config.policy, today, unchanged=unchanged))
    found += map(_as_check, duplicates(entries))
    yield from found
    if not found:
        yield ok("models", f"all {len(entries)} deployments of stack {stack.name} are offered as they are wanted")


def _is_same(wanted: Wanted, before: Wanted) -> bool:
    return replace(wanted, executable_id=wanted.executable_id or before.executable_id) == before


def _as_check(found: ModelFinding, check: Check = "models") -> Finding:
    make = problem if found.level == "error" else warning
    return replace(make(check, f"{found.subject}: {found.message}", found.advice), deployments=found.names)
