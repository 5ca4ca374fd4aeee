"""The group of all commands.

The module of a command is imported when it is used, and a command imports what takes long when it runs. So `--help` is
quick and needs only click.
"""

from __future__ import annotations

import click

from aicore_provider.cli.console import say
from aicore_provider.cli.frame import PROGRAM, Commands, Entry, Example

_HERE = "aicore_provider.cli"
COMMANDS = {
    "completion": Entry(f"{_HERE}.completion:completion", "Print the completion script of a shell."),
    "deployments": Entry(f"{_HERE}.deployments:deployments", "List the deployments of a resource group."),
    "doctor": Entry(f"{_HERE}.doctor.command:doctor", "Check everything that `pulumi up` needs."),
    "emulator": Entry(f"{_HERE}.emulator:emulator", "Run a local AI Core."),
    "export": Entry(f"{_HERE}.export.command:export", "Write an existing tenant as a stack file."),
    "init": Entry(f"{_HERE}.init.command:init", "Make an infrastructure repository in this folder."),
    "models": Entry(f"{_HERE}.models:models", "List the models that a resource group offers."),
    "orphans": Entry(f"{_HERE}.orphans.command:orphans", "Show and remove what interrupted runs left behind."),
    "recover": Entry(f"{_HERE}.recover.command:recover", "Put right what a killed run has left behind."),
    "schema": Entry(f"{_HERE}.schema:schema", "Print the JSON schema of a stack file or of --json."),
    "take-over": Entry(f"{_HERE}.take_over:take_over", "Print the stack file's entry for a deployment."),
    "upgrade": Entry(f"{_HERE}.upgrade:upgrade", "Show newer versions for the models of a stack file."),
}
"""All commands."""


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from aicore_provider.own_version import own_version

    say(f"{PROGRAM} {own_version() or '(not installed, running from its sources)'}")
    context.exit()


@click.group(
    cls=Commands,
    entries=COMMANDS,
    examples=(
        Example("Is everything here that `pulumi up` needs?", "aicore-provider doctor"),
        Example("What could run in place of the models in use?", "aicore-provider upgrade --stack dev"),
        Example("All about one command", "aicore-provider models --help"),
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def aicore_provider() -> None:
    """SAP AI Core models as code: tools around the Pulumi providers."""
