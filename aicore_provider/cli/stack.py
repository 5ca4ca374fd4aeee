"""A Pulumi stack as the CLI shows it: its backend, name, configuration, credentials and state."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aicore_provider.api.credentials import Credentials, find_credentials
from aicore_provider.api.errors import AICoreError, CredentialsError
from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.pulumi_cli import Answer, PulumiCli
from aicore_provider.cli.state import State, read_state
from aicore_provider.stack.project import find_project_file

_SERVICE_KEY = "aicore:serviceKey"
_CUT = re.compile(r"failed to load checkpoint: (EOF|(.*: )?unexpected end of JSON input)")
"""What Pulumi says of a state file that is empty or ends too early (CLI 3.259)."""

NO_CLI = "there is no Pulumi CLI on PATH"


@dataclass(frozen=True)
class Backend:
    """Where the state is kept, such as `file:///...`; "" when it is not known.

    `failure` tells why Pulumi cannot use it; "" when it can, or was not asked.
    """

    url: str
    failure: str = ""


@dataclass(frozen=True)
class Stack:
    """A stack and its configuration: plain values by key, such as `aicore:resourceGroup`, and the encrypted keys.

    `failure` says why that cannot be read, and `doubt` why it is that of the stack's file and not Pulumi's answer.
    """

    name: str
    config: Mapping[str, str] = field(default_factory=dict)
    encrypted: frozenset[str] = frozenset()
    failure: str = ""
    doubt: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether Pulumi says that there is no such stack."""
        return "no stack named" in (self.failure or self.doubt)


@dataclass(frozen=True)
class Selection:
    """The stack that a command is about, and where its name comes from, such as `from --stack`.

    Where there is none, or it is not known which, `unknown` says why. `in_project` is about the current folder.
    """

    stack: Stack | None = None
    source: str = ""
    unknown: str = ""
    cli: PulumiCli | None = None
    in_project: bool = True

    def value(self, key: str) -> str | None:
        """Return a value of the stack's configuration; None when there is none.

        Pulumi decrypts it if it is encrypted; that it cannot is an `AICoreError`.
        """
        if self.stack is None or key not in self.stack.encrypted:
            return self.stack.config.get(key) if self.stack else None
        answer = self.cli.ask("config", "get", key, "--stack", self.stack.name) if self.cli else Answer("", NO_CLI)
        if answer.failure:
            raise AICoreError(
                f"The {key} of stack {self.stack.name} cannot be decrypted ({answer.failure}).\n"
                "Give Pulumi what it needs for that."
            )
        return answer.output.rstrip("\r\n")


def find_stack(name: str | None, cli: PulumiCli | None) -> Selection:
    """Find the stack of `--stack`, or else of `PULUMI_STACK`, or else the selected one. Changes nothing.

    Outside of a project the CLI is not run, and to name a stack is an `AICoreError`.
    """
    if find_project_file(current_folder()) is None:
        if name:
            raise AICoreError(f"There is no Pulumi.yaml here or above; run this in the project of stack {name}.")
        return Selection(unknown="not in a Pulumi project", cli=cli, in_project=False)
    source = "from --stack"
    if not name:
        name, source = os.environ.get("PULUMI_STACK"), "from PULUMI_STACK"
    if not name:
        if cli is None:
            return Selection(unknown=NO_CLI)
        selected = cli.ask("stack", "--show-name")
        name, source = selected.output.strip(), "selected"
        if selected.failure or not name:
            return Selection(unknown=selected.failure or "none is selected", cli=cli)
    return Selection(_look_at_stack(cli, name), source, cli=cli)


def require_stack(selection: Selection) -> Stack:
    """Return the stack, or raise an `AICoreError` when there is none."""
    if selection.stack is None:
        to_do = "Run this in the folder of a Pulumi project."
        if selection.in_project:
            to_do = "Name one with --stack, or choose one with `pulumi stack select`."
        raise AICoreError(f"No stack to look at: {selection.unknown}.\n{to_do}")
    return selection.stack


def _look_at_stack(cli: PulumiCli | None, name: str) -> Stack:
    """Return a stack with the configuration that Pulumi shows, or that of its file if nobody is logged in."""
    from aicore_provider.stack.file import StackFileError, read_stack_file

    answer = cli.ask("config", "--json", "--stack", name) if cli else Answer("", NO_CLI)
    if not answer.failure:
        return parse_config(name, answer.document)
    try:
        config, encrypted = read_stack_file(current_folder(), name).values()
    except StackFileError as error:
        return Stack(name, failure=f"{answer.failure}; {error}".rstrip("."))
    return Stack(name, config, encrypted, doubt=answer.failure)


def parse_config(name: str, document: Mapping[str, Any]) -> Stack:
    """Return a stack from the output of `pulumi config --json`."""
    entries = {key: entry for key, entry in document.items() if isinstance(entry, Mapping)}
    return Stack(
        name,
        {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry and not entry.get("secret")},
        frozenset(key for key, entry in entries.items() if entry.get("secret")),
    )


def look_at_backend(cli: PulumiCli | None) -> Backend:
    """Return the backend of `PULUMI_BACKEND_URL`, which Pulumi prefers as well, or else the one that Pulumi shows."""
    named = os.environ.get("PULUMI_BACKEND_URL", "")
    if cli is None:
        return Backend(named)
    answer = cli.ask("whoami", "--verbose", "--json")
    return Backend(named or str(answer.document.get("url") or ""), answer.failure)


def export_state(cli: PulumiCli, name: str) -> State | str:
    """Return the state of a stack, or why it cannot be read. Secrets stay encrypted, so no passphrase is needed."""
    answer = cli.ask("stack", "export", "--stack", name)
    if _CUT.fullmatch(answer.failure):
        file = f"{name.rpartition('/')[2]}.json"
        return f"{answer.failure}; a kill has cut it: put its copy back, {file}.bak over {file}"
    if answer.failure:
        return answer.failure
    if "deployment" in answer.document:
        with suppress(ValueError):
            return read_state(name, answer.document)
    return "it is no state"


def look_for_credentials(selection: Selection) -> Credentials | CredentialsError:
    """Return the credentials of the environment, or else of the stack, as `pulumi up`; or why there are none."""
    try:
        return find_credentials(os.environ)
    except CredentialsError as error:
        stack = selection.stack
        if stack and _SERVICE_KEY in stack.config:
            return CredentialsError(
                f"The aicore:serviceKey of stack {stack.name} stands there in plain text.\nTake it out and run "
                f"`pulumi config set --secret aicore:serviceKey --stack {stack.name}`. Whoever could read the file has "
                "it: renew the key."
            )
        if stack is None or _SERVICE_KEY not in stack.encrypted:
            return error
    try:
        # Never to be shown.
        return find_credentials(os.environ, selection.value(_SERVICE_KEY))
    except CredentialsError as error:
        return error
    except AICoreError as error:
        return CredentialsError(str(error).rstrip(".") + ", or set AICORE_SERVICE_KEY.")
