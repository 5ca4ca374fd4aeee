"""`aicore-provider take-over`: the entry of a stack file that brings a deployment made by hand under management."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aicore_provider.cli.console import say, say_json
from aicore_provider.cli.failures import current_folder, errors_in_words, missing_library
from aicore_provider.cli.options import resource_group_option

if TYPE_CHECKING:
    from aicore_provider.api.http import Http
    from aicore_provider.api.types import Configuration, Deployment
    from aicore_provider.cli.pulumi_cli import PulumiCli
    from aicore_provider.cli.stack import Stack
    from aicore_provider.cli.state import State


def _id(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from aicore_provider.naming import generic_id_problem

    if problem := generic_id_problem(value):
        raise click.BadParameter(problem)
    return value


def _name(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("must not be empty")
    return value


@click.command("take-over")
@click.argument("deployment_id", metavar="ID", callback=_id)
@click.option(
    "--name", callback=_name, help="Name of the entry.  [default: from the configuration's name, else the model's]"
)
@resource_group_option("AICORE_RESOURCE_GROUP, else SAP's configuration file, else default")
@click.option("--json", "as_json", is_flag=True, help="A JSON object on stdout, for scripts.")
def take_over(deployment_id: str, name: str | None, resource_group: str | None, as_json: bool) -> None:
    """Print the entry of a stack file that manages the deployment ID, made by hand, from now on.

    The entry says what the deployment runs already, so that taking it over changes nothing about it. This command
    changes nothing either: paste the entry below aicore:deployments, and look at `pulumi preview`.

    In the folder of a Pulumi project, the state of the selected stack is searched for the deployment first. Credentials
    are those of the environment or the stack, as for `pulumi up`.
    """
    try:
        from aicore_provider.cli.stack_entry import as_yaml, entry_name, entry_of, is_valid
    except ModuleNotFoundError as error:
        raise missing_library(error, "yaml", extra="cli") from None
    from aicore_provider.api.credentials import DEFAULT_RESOURCE_GROUP, find_resource_group
    from aicore_provider.api.errors import AICoreError
    from aicore_provider.api.http import Http
    from aicore_provider.cli.stack import look_for_credentials

    with errors_in_words():
        project = _look_at_project(current_folder(), os.environ)
        _require_unmanaged(deployment_id, project)
        group = resource_group or find_resource_group(os.environ)
        credentials = look_for_credentials(os.environ, project.cli, project.stack)
        if isinstance(credentials, AICoreError):
            raise credentials
        http = Http(credentials)
        deployment, configuration = _find(deployment_id, group, http)
        waits = _what_up_does(deployment)
    in_file = project.stack.config.get("aicore:resourceGroup") if project.stack else None
    entry = entry_of(deployment, configuration, None if group == (in_file or DEFAULT_RESOURCE_GROUP) else group)
    if not is_valid(entry):
        raise click.ClickException(
            f"Deployment {deployment_id} cannot be written as an entry of a stack file: {json.dumps(entry)}.\n"
            "Declare it in a program of your own, with AIConfiguration and AIDeployment."
        )
    chosen = name or entry_name(configuration)
    for line in (project.trouble, waits):
        if line:
            say(f"Warning: {line}", err=True)
    if as_json:
        document = {"name": chosen, "id": deployment.id, "resourceGroup": group, "status": deployment.status}
        say_json(document | {"entry": entry})
        return
    say(as_yaml(chosen, entry).rstrip("\n"))
    say("Paste it below aicore:deployments of the stack file, then look at `pulumi preview`.", err=True)


@dataclass(frozen=True)
class _Project:
    """The Pulumi project in whose folder somebody stands.

    Attributes:
        cli: None where there is no project, or no CLI.
        stack: the selected one; None where there is none.
        state: of the stack; None where it cannot be read.
        trouble: why the state was not searched; "" where it was, or there is no project.
    """

    cli: PulumiCli | None = None
    stack: Stack | None = None
    state: State | None = None
    trouble: str = ""


def _look_at_project(folder: Path, environment: Mapping[str, str]) -> _Project:
    from aicore_provider.cli.doctor.project import find_project_file
    from aicore_provider.cli.pulumi_cli import find_cli
    from aicore_provider.cli.stack import export_state, look_at_stack, selected_stack
    from aicore_provider.cli.state import read_state

    if find_project_file(folder) is None:
        return _Project()
    unsearched = "whether a stack manages it already was not looked up"
    cli = find_cli(folder, environment)
    if cli is None:
        return _Project(trouble=f"{unsearched}: there is no Pulumi CLI on PATH.")
    selected = selected_stack(cli)
    if selected.failure or not selected.output:
        return _Project(cli, trouble=f"{unsearched}: {selected.failure or 'no stack is selected'}.")
    stack, answer = look_at_stack(cli, selected.output), export_state(cli, selected.output)
    failure = answer.failure or ("" if "deployment" in answer.document else "it is no state")
    if failure:
        return _Project(cli, stack, trouble=f"{unsearched}: the state of stack {stack.name} cannot be read: {failure}.")
    return _Project(cli, stack, read_state(stack.name, answer.document))


def _require_unmanaged(deployment_id: str, project: _Project) -> None:
    """Nothing is asked of the service for a deployment that the stack manages.

    Raises:
        AICoreError: it does.
    """
    from aicore_provider.api.errors import AICoreError
    from aicore_provider.cli.state import manager

    if project.state and (found := manager(project.state, deployment_id)):
        raise AICoreError(
            f"Deployment {deployment_id} is managed already: it is {found.name} in the state of stack "
            f"{project.state.stack}."
        )


def _find(deployment_id: str, resource_group: str, http: Http) -> tuple[Deployment, Configuration]:
    """The deployment, and what it runs.

    Raises:
        AICoreError: there is none, or nobody can tell.
    """
    from aicore_provider.api.configurations import Configurations
    from aicore_provider.api.deployments import Deployments
    from aicore_provider.api.errors import AICoreError, Forbidden, NotFound
    from aicore_provider.api.resource_groups import ResourceGroups

    try:
        deployment = Deployments(http, resource_group).get(deployment_id)
    except (Forbidden, NotFound) as refusal:
        ResourceGroups(http).require_absence_of_one(resource_group, refusal)
        raise AICoreError(
            f"There is no deployment {deployment_id} in resource group {resource_group} on {http.service_url}.\n"
            "It is gone, or in another group (--resource-group); `aicore-provider deployments` lists those of a group."
        ) from None
    return deployment, Configurations(http, resource_group).get(deployment.configuration_id)


def _what_up_does(deployment: Deployment) -> str:
    """What `pulumi up` does beyond taking note of it; "" for nothing.

    Raises:
        AICoreError: it could only be replaced.
    """
    from aicore_provider.api.errors import AICoreError
    from aicore_provider.lifecycle.decide import decide
    from aicore_provider.lifecycle.values import Attempt, Done, Replace, Running, Wait

    match decide(deployment, Running(deployment.configuration_id), Attempt(deadline=float("inf")), now=0.0):
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
