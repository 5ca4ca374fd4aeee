"""What a command is about: service, resource group and stack. The rule is the same for all commands.

When several of these name one, the first counts:

- stack: `--stack`, `PULUMI_STACK`, the one that is selected in the folder's project
- credentials: the environment with SAP's configuration file, the stack's encrypted `aicore:serviceKey`
- resource group: `--resource-group`, the stack's `aicore:resourceGroup`, `AICORE_RESOURCE_GROUP`, SAP's configuration
  file, `default`

This is the order of `pulumi up`, so that a command is about what that would change: the credentials of the environment
count before those of a stack, and the resource group of a stack before that of the environment. Credentials for another
service than the stack's `aicore:baseUrl` are refused, as `pulumi up` refuses them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aicore_provider.api.credentials import Credentials, find_resource_group, service_url
from aicore_provider.api.errors import AICoreError, CredentialsError, WrongServiceError
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, resource_group_problem
from aicore_provider.cli.console import say
from aicore_provider.cli.pulumi_cli import find_cli
from aicore_provider.cli.stack import Selection, Stack, find_stack, look_for_credentials
from aicore_provider.json_document import read_json

if TYPE_CHECKING:
    from aicore_provider.api.client import AICore

GROUP = "aicore:resourceGroup"
_GROUPS = "aicore:resourceGroups"
_VARIABLE = "AICORE_RESOURCE_GROUP"


@dataclass(frozen=True)
class WantedGroup:
    """The id of the resource group to look at, and where that comes from, such as `from --resource-group`.

    The remark, for the first line, is about another group that a person may expect.
    """

    name: str
    source: str
    remark: str = ""


@dataclass(frozen=True)
class Target:
    """What a command is about."""

    credentials: Credentials
    group: WantedGroup
    selection: Selection

    @cached_property
    def client(self) -> AICore:
        """A client of the service."""
        # Imported here, because the first line is to be shown before this import, which takes time.
        from aicore_provider.api.client import AICore

        return AICore(self.credentials)

    @property
    def facts(self) -> dict[str, Any]:
        """The same for `--json`."""
        stack = self.selection.stack
        return {
            "service": self.credentials.base_url,
            "resourceGroup": self.group.name,
            "stack": stack.name if stack else None,
        }


def introduced(*, stack: str | None, resource_group: str | None) -> Target:
    """Return what a command is about, by the values of its options and the rule, and print it to stderr. Sends nothing.

    Raises:
        AICoreError: there are no credentials, they are for another service than the stack's, the stack's configuration
            cannot be read, or the name of the resource group is not valid.
    """
    selection = find_stack(stack, find_cli())
    target = Target(usable_credentials(selection), wanted_group(resource_group, selection), selection)
    say(introduction(target.credentials, group_told(target.group), selection), err=True)
    return target


def usable_credentials(selection: Selection) -> Credentials:
    """Return the credentials for the stack's service, or raise an `AICoreError` when there are none for it."""
    _require_readable(selection.stack)
    found = look_for_credentials(selection)
    if isinstance(found, CredentialsError):
        raise found
    require_service(found, selection)
    return found


def require_service(credentials: Credentials, selection: Selection) -> None:
    """Raise an `AICoreError` when credentials are not for the stack's service, or that cannot be known."""
    stack = selection.stack
    _require_readable(stack)
    if stack and (pinned := other_service(credentials, selection)):
        raise WrongServiceError(
            f"The aicore:baseUrl of stack {stack.name} is {pinned}, the credentials from {credentials.source} are for "
            f"{credentials.base_url}.\nUse the credentials of the stack's service, or another stack."
        )


def other_service(credentials: Credentials, selection: Selection) -> str | None:
    """Return the service that the stack is for, if the credentials are for another one; else None.

    An `aicore:baseUrl` that is no valid address, or cannot be decrypted, is an `AICoreError`.
    """
    pinned = selection.value("aicore:baseUrl")
    wanted = service_url(pinned, "aicore:baseUrl") if pinned else None
    return wanted if wanted != credentials.base_url else None


def wanted_group(option: str | None, selection: Selection) -> WantedGroup:
    """Return the resource group by the rule, or raise an `AICoreError` when what comes first cannot be read or used."""
    if option:
        return WantedGroup(option, "from --resource-group", _instead(option, selection))
    variable = os.environ.get(_VARIABLE, "").strip()
    if selection.stack and (named := selection.value(GROUP)):
        if resource_group_problem(named):
            # The value is not shown, since a secret may have been put in the wrong place.
            raise AICoreError(f"The {GROUP} of stack {selection.stack.name} is no resource group id.")
        passed_over = f"not that of {_VARIABLE}" if variable not in ("", named) else ""
        return WantedGroup(named, f"from stack {selection.stack.name}", passed_over)
    found = find_resource_group(os.environ)
    if variable:
        return WantedGroup(found, f"from {_VARIABLE}", _instead(found, selection))
    source = "by default" if found == DEFAULT_RESOURCE_GROUP else "from SAP's configuration file"
    return WantedGroup(found, source, _instead(found, selection))


def introduction(credentials: Credentials | CredentialsError, groups: str, *selections: Selection) -> str:
    """Return the line that every command prints to stderr first: service, resource groups and stacks."""
    if isinstance(credentials, CredentialsError):
        service = "No usable credentials"
    else:
        service = f"Service {credentials.base_url} (credentials from {credentials.source})"
    return f"{service}, {groups}, {', '.join(map(_stack_told, selections))}."


def group_told(group: WantedGroup) -> str:
    """Return a resource group, where its name comes from, and the remark, as a text."""
    return f"resource group {group.name} ({group.source}{'; ' if group.remark else ''}{group.remark})"


def groups_told(groups: Sequence[str], source: str) -> str:
    """Return several resource groups, and where their names come from, as a text."""
    if not groups:
        return f"no resource group ({source})"
    return f"resource group{'s' if len(groups) > 1 else ''} {', '.join(groups)} ({source})"


def _require_readable(stack: Stack | None) -> None:
    if stack and stack.failure:
        raise AICoreError(
            f"The configuration of stack {stack.name} cannot be read: {stack.failure}.\n"
            f"See that `pulumi config --stack {stack.name}` works."
        )


def _stack_told(selection: Selection) -> str:
    stack = selection.stack
    if stack is None:
        return f"no stack ({selection.unknown})"
    return f"stack {stack.name} ({selection.source}{'; its file alone, ' if stack.doubt else ''}{stack.doubt})"


def _instead(group: str, selection: Selection) -> str:
    """Return a remark on the resource group that `pulumi up` uses, or that it is not known; "" if it is this one."""
    stack = selection.stack
    if stack is None or stack.failure:
        return "that of the stack is not known" if selection.in_project else ""
    if GROUP in stack.encrypted:
        return ""
    # The program of this repository takes the default. Another program may do something else.
    lists = "aicore:deployments" in stack.config or "aicore:deployments" in stack.encrypted
    own = stack.config.get(GROUP) or (DEFAULT_RESOURCE_GROUP if lists else None)
    if own is None:
        return f"stack {stack.name} says none, what its program says is not known"
    return "" if group in {own, *_declared_groups(stack)} else f"stack {stack.name} deploys to {own}"


def _declared_groups(stack: Stack) -> Collection[str]:
    """Return the ids of the resource groups that a stack declares, as far as they are in plain text."""
    try:
        found = read_json(stack.config.get(_GROUPS, ""))
    except ValueError:
        return ()
    return found if isinstance(found, dict) else ()
