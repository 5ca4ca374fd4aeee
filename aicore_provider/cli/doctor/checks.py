"""All checks in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.cli.doctor.diagnosis import Diagnosis, from_error, skipped
from aicore_provider.cli.doctor.encryption import judge_encrypted_values, judge_passphrase
from aicore_provider.cli.doctor.groups import judge_groups, judge_orchestration, judge_quotas
from aicore_provider.cli.doctor.models import check_models, judge_clean_up
from aicore_provider.cli.doctor.plugin import judge_plugin
from aicore_provider.cli.doctor.project import judge_environment, judge_refresh, judge_runtime
from aicore_provider.cli.doctor.pulumi_cli import judge_cli, judge_language_host
from aicore_provider.cli.doctor.secrets import judge_secret_quotas
from aicore_provider.cli.doctor.service import judge_credentials, judge_group, judge_scenarios, judge_token
from aicore_provider.cli.doctor.situation import Situation, Unavailable
from aicore_provider.cli.doctor.stack import (
    judge_backend,
    judge_config_size,
    judge_other_stacks,
    judge_parallelism,
    judge_pending_operations,
    judge_stack,
)


@dataclass(frozen=True)
class Check:
    """One check: its name for scripts, which never changes, the facts of `Situation` that it needs, and their judge.

    Where it cannot be made, `title` names it for people; one without a title is left out then.
    """

    name: str
    needs: tuple[str, ...]
    run: Callable[..., Diagnosis | Iterable[Diagnosis]]
    title: str = ""


CHECKS = (
    Check("pulumiCli", ("cli",), judge_cli),
    Check("languageHost", ("cli", "runtime", "missing_companions"), judge_language_host),
    Check("interpreter", ("project_or_error",), judge_runtime, "interpreter"),
    Check("environment", ("project", "python", "own_version"), judge_environment, "Python environment"),
    Check("plugin", ("plugin", "own_version"), judge_plugin),
    Check("refresh", ("project",), judge_refresh, "refresh option"),
    Check("credentials", ("credentials", "selection", "other_service"), judge_credentials),
    Check("token", ("client_or_error",), judge_token, "token"),
    Check("resourceGroup", ("group_or_error",), judge_group, "resource group"),
    Check("scenario", ("usable_group", "scenarios"), judge_scenarios, "scenario"),
    Check("backend", ("backend", "service_url"), judge_backend),
    Check("stack", ("selection", "stack_names"), judge_stack),
    Check("configurationSize", ("passed_stack",), judge_config_size),
    Check("passphrase", ("stack", "passphrase_failure"), judge_passphrase),
    Check("encryptedValues", ("stack", "undecryptable"), judge_encrypted_values),
    Check("pendingOperations", ("stack", "state_or_error", "locks"), judge_pending_operations, "pending operations"),
    Check("resourceGroups", ("config", "state", "tenant_groups"), judge_groups),
    Check("models", ("stack", "service", "config_or_diagnosis", "state"), check_models, "models"),
    Check("orchestration", ("config", "lacking_orchestration"), judge_orchestration),
    Check("quota", ("config", "state", "groups_if_any", "quotas"), judge_quotas),
    Check("quota", ("config", "state", "secret_quotas"), judge_secret_quotas),
    Check("cleanUp", ("config", "state"), judge_clean_up),
    Check("parallelism", ("config", "state", "chosen_parallelism", "default_parallelism"), judge_parallelism),
    Check("otherStacks", ("managed", "other_stacks"), judge_other_stacks),
)


def examine(situation: Situation, step: Callable[[str], None]) -> Iterator[tuple[Check, Diagnosis]]:
    """Make all checks, one after another; what they say comes as they are made. `step` gets the name of each."""
    for check in CHECKS:
        step(check.title or _in_words(check.name))
        try:
            facts = [getattr(situation, name) for name in check.needs]
        except Unavailable as why:
            if check.title:
                yield check, skipped(f"{check.title}: {why}")
            continue
        for each in judge(check, facts):
            yield check, each


def _in_words(name: str) -> str:
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name)


def judge(check: Check, facts: Sequence[Any]) -> Iterable[Diagnosis]:
    """Return the result of a check: an error or a diagnosis in place of a fact, or else what the check says of them."""
    for fact in facts:
        if isinstance(fact, AICoreError):
            return (from_error(fact),)
        if isinstance(fact, Diagnosis):
            return (fact,)
    found = check.run(*facts)
    return (found,) if isinstance(found, Diagnosis) else found
