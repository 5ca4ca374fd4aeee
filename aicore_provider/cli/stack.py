"""A Pulumi stack as the CLI tells of it: its name, its configuration, the credentials that it may bring, its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.errors import CredentialsError
from aicore_provider.cli.pulumi_cli import Answer, PulumiCli

_SERVICE_KEY = "aicore:serviceKey"


@dataclass(frozen=True)
class Stack:
    """A stack.

    Attributes:
        name: its name.
        config: plain configuration values by key, such as `aicore:resourceGroup`.
        encrypted: keys whose values are encrypted.
        failure: why its configuration cannot be read; "" when it can.
    """

    name: str
    config: Mapping[str, str] = field(default_factory=dict)
    encrypted: frozenset[str] = frozenset()
    failure: str = ""

    @property
    def has_service_key(self) -> bool:
        """Whether it brings credentials of its own."""
        return _SERVICE_KEY in self.encrypted


def selected_stack(cli: PulumiCli) -> Answer:
    """The name of the stack that is selected in the CLI's folder."""
    answer = cli.ask("stack", "--show-name")
    return Answer(answer.output.strip(), answer.failure)


def look_at_stack(cli: PulumiCli, name: str) -> Stack:
    """A stack with its configuration."""
    answer = cli.ask("config", "--json", "--stack", name)
    return Stack(name, failure=answer.failure) if answer.failure else parse_config(name, answer.document)


def parse_config(name: str, document: Mapping[str, Any]) -> Stack:
    """A stack from the answer to `pulumi config --json`."""
    entries = {key: entry for key, entry in document.items() if isinstance(entry, Mapping)}
    return Stack(
        name,
        {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry and not entry.get("secret")},
        frozenset(key for key, entry in entries.items() if entry.get("secret")),
    )


def export_state(cli: PulumiCli, name: str) -> Answer:
    """The state of a stack, as a JSON document; what is secret in it stays encrypted, so no passphrase is needed."""
    return cli.ask("stack", "export", "--stack", name)


def look_for_credentials(
    environment: Mapping[str, str], cli: PulumiCli | None, stack: Stack | None
) -> Credentials | CredentialsError:
    """Those of the environment, else the stack's own: the order of `pulumi up`."""
    try:
        return find_credentials(environment)
    except CredentialsError as error:
        if cli is None or stack is None or not stack.has_service_key:
            return error
    # Never to be shown.
    answer = cli.ask("config", "get", _SERVICE_KEY, "--stack", stack.name)
    if answer.failure:
        return CredentialsError(
            f"The aicore:serviceKey of stack {stack.name} cannot be decrypted ({answer.failure}).\n"
            "Give Pulumi what it needs for that, or set AICORE_SERVICE_KEY."
        )
    try:
        return find_credentials(environment, answer.output)
    except CredentialsError as error:
        return error
