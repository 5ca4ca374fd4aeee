"""`aicore-provider take-over`: prints the entry of a stack file with which a stack manages an existing deployment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, generic_id_problem
from aicore_provider.cli import completing
from aicore_provider.cli.console import progress, say, say_document, warn
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, refusing, resource_group_option, stack_option

if TYPE_CHECKING:
    from aicore_provider.api.client import AICore
    from aicore_provider.api.types import Configuration, Deployment
    from aicore_provider.cli.other_stacks import Manager
    from aicore_provider.cli.stack import Selection
    from aicore_provider.cli.state import State


def _name_problem(value: str) -> str | None:
    return None if value.strip() else "must not be empty"


@command(
    "take-over",
    examples=(
        Example("The entry for a deployment", "aicore-provider take-over d1a2b3c4d5e6f7a8"),
        Example(
            "With a name, and from another resource group",
            "aicore-provider take-over d1a2b3c4d5e6f7a8 --name chat -g team-a",
        ),
        Example("In a script", "aicore-provider take-over d1a2b3c4d5e6f7a8 --json"),
    ),
)
@click.argument(
    "deployment_id", metavar="ID", callback=refusing(generic_id_problem), shell_complete=completing.deployments
)
@click.option(
    "--name",
    callback=refusing(_name_problem),
    help="Name of the entry.  [default: from the configuration's name, else the model's]",
)
@resource_group_option
@stack_option
@json_option
def take_over(
    deployment_id: str, name: str | None, resource_group: str | None, stack: str | None, as_json: bool
) -> None:
    """Print the stack file's entry for a deployment made by hand.

    With it, a stack manages the deployment ID from now on. The entry says what the deployment runs already, so that
    taking it over changes nothing about it. This command changes nothing either: paste the entry below
    aicore:deployments, and look at `pulumi preview`.

    Credentials are those of the environment, else of the stack, as for `pulumi up`.
    """
    from aicore_provider.cli.default_versions import default_versions
    from aicore_provider.cli.target import GROUP, introduced
    from aicore_provider.stack.entry import as_yaml, entry_name, entry_of, is_valid

    target = introduced(stack=stack, resource_group=resource_group)
    in_file = target.selection.value(GROUP)
    state, unsearched = _search_state(deployment_id, target.selection)
    group = target.group.name
    with progress(f"Looking for deployment {deployment_id}") as step:
        deployment, configuration = _find(deployment_id, group, target.client)
        waits = _what_up_does(deployment)
        # This reads many states, so it comes after what one request can refuse.
        step("in the other stacks")
        elsewhere, unread = _search_other_stacks(deployment_id, target.selection, state)
        step("in the model catalogue")
        default = default_versions(target.client)(configuration, group)
    named_group = None if group == (in_file or DEFAULT_RESOURCE_GROUP) else group
    chosen = name or entry_name(configuration)
    entry = entry_of(chosen, deployment, configuration, named_group, default_version=default)
    if not is_valid(entry):
        raise click.ClickException(
            f"Deployment {deployment_id} cannot be written as an entry of a stack file: {json.dumps(entry)}.\n"
            "Declare it in a program of your own, with AIConfiguration and AIDeployment."
        )
    for line in (unsearched, unread, _shared(deployment_id, elsewhere), waits):
        if line:
            warn(line)
    if as_json:
        told = {"name": chosen, "id": deployment.id, "resourceGroup": group, "status": deployment.status}
        others = [each._asdict() for each in elsewhere]
        say_document(**target.facts, entries=[told | {"otherStacks": others, "entry": entry}])
        return
    say(as_yaml(chosen, entry).rstrip("\n"))
    say("Paste it below aicore:deployments of the stack file, then look at `pulumi preview`.", err=True)


def _search_state(deployment_id: str, selection: Selection) -> tuple[State | None, str]:
    """Return the state of the stack, or None; and why it was not read, "" when there is none to read."""
    from aicore_provider.cli.stack import NO_CLI, export_state
    from aicore_provider.cli.state import manager

    if not selection.in_project:
        return None, ""
    unsearched = "whether a stack manages it already was not looked up"
    stack, cli = selection.stack, selection.cli
    if stack is None or cli is None:
        return None, f"{unsearched}: {selection.unknown or NO_CLI}."
    state = export_state(cli, stack.name)
    if isinstance(state, str):
        return None, f"{unsearched}: the state of stack {stack.name} cannot be read: {state}."
    if found := manager(state, deployment_id):
        raise AICoreError(
            f"Deployment {deployment_id} is managed already: it is {found.name} in the state of stack {state.stack}."
        )
    return state, ""


def _search_other_stacks(deployment_id: str, selection: Selection, state: State | None) -> tuple[list[Manager], str]:
    """Return what manages the deployment in other stacks; and what was not read, "" when everything was."""
    from aicore_provider.cli.other_stacks import look_at_other_stacks, managers

    cli, stack = selection.cli, selection.stack
    if not selection.in_project or cli is None or (stack and state is None):
        return [], ""
    others = look_at_other_stacks(cli, stack.name if stack else None)
    unread = f"whether another stack manages it was not looked up everywhere: {others.unread}." if others.unread else ""
    return managers(deployment_id, others.states), unread


def _shared(deployment_id: str, elsewhere: Sequence[Manager]) -> str:
    if not elsewhere:
        return ""
    return (
        f"deployment {deployment_id} is managed already: it is {' and '.join(map(str, elsewhere))}. Two stacks"
        " switch it to and fro, and a destroy of one takes it from the other; keep it in one of them."
    )


def _find(deployment_id: str, resource_group: str, client: AICore) -> tuple[Deployment, Configuration]:
    """Return the deployment, and the configuration that it runs."""
    try:
        deployment = client.deployments(resource_group).get(deployment_id)
    except (Forbidden, NotFound) as refusal:
        groups = client.resource_groups
        groups.confirm_object_absent(resource_group, refusal)
        told = groups.explain(resource_group, refusal)
        if told is refusal:
            told = AICoreError(
                "It is gone, or in another group (--resource-group); `aicore-provider deployments` lists those of one."
            )
        raise AICoreError(
            f"There is no deployment {deployment_id} in resource group {resource_group} on {client.url}.\n{told}"
        ) from None
    return deployment, client.configurations(resource_group).get(deployment.configuration_id)


def _what_up_does(deployment: Deployment) -> str:
    """Say what `pulumi up` would change about the deployment; "" for nothing."""
    from aicore_provider.kinds.deployment_take_over import first_step
    from aicore_provider.lifecycle.values import Done, Replace, Wait

    match first_step(deployment):
        case Done():
            return ""
        case Wait(why):
            return f"deployment {deployment.id} does not serve yet ({why}); `pulumi up` waits for it."
        case Replace(why):
            raise AICoreError(
                f"Deployment {deployment.id} cannot be taken over: {why}.\n"
                "Declare a new one in the stack file, without takeOver."
            )
        case _:
            return f"deployment {deployment.id} is {deployment.status}; `pulumi up` tries to bring it back."
