"""What a stack's configuration says about the checks of its models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.stack.file import written_deployments
from aicore_provider.stack.model import ChecksConfig, ConfigError, StackConfig
from aicore_provider.stack.values import encrypted_places, from_texts, with_secrets

_KEYS = ("retirement", "versions", "checks", "deployments", "resourceGroup", "baseUrl")


@dataclass(frozen=True)
class Rules:
    """What the stack's configuration says about the checks.

    `is_on` is False with `aicore:checks: off`. `plan` is what the entries of the stack file want; empty for a program
    that does not use `aicore:deployments`.
    """

    policy: ModelPolicy
    is_on: bool
    plan: tuple[Wanted, ...]


def read_rules(config: Callable[[str], str | None], stack: str) -> Rules:
    """Return the rules of a stack from its configuration, all values of which are texts.

    `config` returns a value by its key, decrypted; the name `stack` is "" when unknown.

    Raises:
        ConfigError: a key about the checks has a value that is not allowed.
    """
    texts = {key: value for key in _KEYS if (value := config(f"aicore:{key}")) is not None}
    values = from_texts(texts)
    checks = ChecksConfig.parse({key: value for key, value in values.items() if key in ChecksConfig.model_fields})
    written = written_deployments(stack) if "deployments" in values else None
    places = encrypted_places(written, values.get("deployments")) or frozenset()
    secret = {"deployments": with_secrets(values["deployments"], places)} if places else {}
    try:
        plan = StackConfig.parse(values | secret, written).wanted() if "deployments" in values else ()
    except ConfigError:
        # `StackConfig.load()` refuses these. A program that reads the key in its own way may accept them.
        plan = ()
    return Rules(checks.policy, checks.checks, plan)
