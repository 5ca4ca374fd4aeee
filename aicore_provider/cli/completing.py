"""What could come next on a command line: names of stacks, resource groups, models and deployments.

A shell asks while somebody types. So nothing here runs Pulumi, decrypts anything or fails: what cannot be found in time
is left out. Stacks are the files of the project. The service is asked only where the environment has credentials.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from aicore_provider.api.client import AICore
    from aicore_provider.api.scenarios import OfferedModel

LIMIT_S = 1.5
"""Seconds for all requests together, with the import of what sends them."""

Found: TypeAlias = "list[CompletionItem]"


def stacks(_context: click.Context, _parameter: click.Parameter, typed: str) -> Found:
    """Complete the name of a stack."""
    return _beginning(typed, _stack_names())


def resource_groups(context: click.Context, _parameter: click.Parameter, typed: str) -> Found:
    """Complete a resource group: those of the stack file, and those that the service lists."""
    config = _stack_config(context)
    declared = config.get("aicore:resourceGroups")
    named = [*(declared if isinstance(declared, Mapping) else ()), config.get("aicore:resourceGroup"), "default"]
    there = _asked(lambda client: [each.id for each in client.resource_groups.list()])
    return _beginning(typed, sorted({each for each in (*named, *there) if isinstance(each, str)}))


def models(context: click.Context, _parameter: click.Parameter, typed: str) -> Found:
    """Complete the name of a model."""
    offered = {each.model: each.display_name for each in _offered(context)}
    return _beginning(typed, sorted(offered), offered)


def executables(context: click.Context, _parameter: click.Parameter, typed: str) -> Found:
    """Complete an executable that has models."""
    return _beginning(typed, sorted({each.executable_id for each in _offered(context)}))


def capabilities(context: click.Context, _parameter: click.Parameter, typed: str) -> Found:
    """Complete a capability of a model."""
    versions = (version for model in _offered(context) for version in model.versions)
    return _beginning(typed, sorted({capability for each in versions for capability in each.capabilities}))


def deployments(context: click.Context, parameter: click.Parameter, typed: str) -> Found:
    """Complete the id of a deployment, explained by its model or configuration and its status."""
    group = _resource_group(context)
    found = _asked(lambda client: client.deployments(group).list())
    given = context.params.get(parameter.name or "") or ()
    told = {
        each.id: f"{each.model.name or each.configuration_name}, {each.status}"
        for each in found
        if not each.is_being_deleted and each.id not in given
    }
    return _beginning(typed, told, told)


def _beginning(typed: str, values: Iterable[str], told: Mapping[str, str] | None = None) -> Found:
    from click.shell_completion import CompletionItem

    from aicore_provider.terminal import printable

    return [
        CompletionItem(each, help=" ".join(printable((told or {}).get(each, "")).split()) or None)
        for each in values
        # A line of the answer is a value, so one with a line end or a control character would be several.
        if each.startswith(typed) and printable(each) == each and "\n" not in each
    ]


def _stack_names() -> list[str]:
    from pathlib import Path

    from aicore_provider.stack.project import find_project_file, read_project_file, stack_file

    with suppress(OSError):
        if project := find_project_file(Path.cwd()):
            of_any = stack_file(project, read_project_file(project) or {}, "*")
            before, _, after = of_any.name.partition("*")
            return sorted(each.name[len(before) : -len(after)] for each in of_any.parent.glob(of_any.name))
    return []


def _stack_config(context: click.Context) -> Mapping[str, Any]:
    """The plain values of the stack that is named; empty where there is none."""
    from pathlib import Path

    from aicore_provider.stack.file import read_stack_file

    named = context.params.get("stack") or context.params.get("stacks") or os.environ.get("PULUMI_STACK")
    with suppress(Exception):
        return read_stack_file(Path.cwd(), named if isinstance(named, str) else named[0]).config() if named else {}
    return {}


def _resource_group(context: click.Context) -> str:
    from aicore_provider.api.credentials import find_resource_group

    named = context.params.get("resource_group") or _stack_config(context).get("aicore:resourceGroup")
    return named if isinstance(named, str) else find_resource_group(os.environ)


def _offered(context: click.Context) -> list[OfferedModel]:
    group = _resource_group(context)
    return _asked(lambda client: client.scenarios(group).models().models)


def _asked(look: Callable[[AICore], Iterable[Any]]) -> list[Any]:
    """Return what a look at the service finds in time; nothing where there are no credentials, or it fails."""
    found: list[Any] = []

    def run() -> None:
        with suppress(Exception):
            from aicore_provider.api.client import AICore
            from aicore_provider.api.credentials import find_credentials

            found.extend(list(look(AICore(find_credentials(os.environ)))))

    # The process may end while it still waits.
    looking = threading.Thread(target=run, name="completion", daemon=True)
    looking.start()
    looking.join(LIMIT_S)
    return list(found)
