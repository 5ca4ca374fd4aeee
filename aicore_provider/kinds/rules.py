"""What a stack's configuration says about the checks of its models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted

_SECTIONS = ("resourceGroups", "artifacts", "deployments")
"""What deployments refer to, beside them. The other sections say nothing about models, and hold secrets."""
_KEYS = ("retirement", "versions", "checks", "resourceGroup", "baseUrl", *_SECTIONS)


@dataclass(frozen=True)
class Rules:
    """What the stack's configuration says about the checks.

    `is_on` is False with `aicore:checks: off`. `plan` is what the deployments of the stack file want, and `groups` are
    the resource groups that it declares; empty for a program that does not use `aicore:deployments`.
    """

    policy: ModelPolicy
    is_on: bool
    plan: tuple[Wanted, ...]
    groups: frozenset[str] = frozenset()


def read_rules(config: Callable[[str], str | None], stack: str) -> Rules:
    """Return the rules of a stack from its configuration, all values of which are texts.

    `config` returns a value by its key, decrypted; the name `stack` is "" when unknown.

    Raises:
        ConfigError: a key about the checks has a value that is not allowed.
    """
    # Imported when it is called: the model of the stack file takes most of the time.
    from aicore_provider.stack.complaints import ConfigError
    from aicore_provider.stack.file import written_values
    from aicore_provider.stack.model import ChecksConfig, StackConfig
    from aicore_provider.stack.values import encrypted_places, from_texts, with_secrets

    texts = {key: value for key in _KEYS if (value := config(f"aicore:{key}")) is not None}
    values = from_texts(texts)
    checks = ChecksConfig.parse({key: value for key, value in values.items() if key in ChecksConfig.model_fields})
    if not values.keys() & {"deployments", "resourceGroups"}:
        return Rules(checks.policy, checks.checks, ())
    written = written_values(stack)
    for key in values.keys() & _SECTIONS:
        values[key] = with_secrets(values[key], encrypted_places(written.get(key), values[key]) or frozenset())
    try:
        found = StackConfig.parse(values, written)
    except ConfigError:
        # `StackConfig.load()` refuses these. A program that reads the key in its own way may accept them.
        return Rules(checks.policy, checks.checks, ())
    return Rules(checks.policy, checks.checks, found.wanted(), frozenset(found.resource_groups))
