"""`aicore-provider completion`: the script with which a shell completes commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from aicore_provider.cli.frame import COMPLETION_VARIABLE, PROGRAM, Example, command

SHELLS = ("bash", "fish", "zsh")


@command(
    examples=(
        Example("bash 4.4 or newer, in ~/.bashrc", 'eval "$(aicore-provider completion bash)"'),
        Example("zsh, in ~/.zshrc after compinit", 'eval "$(aicore-provider completion zsh)"'),
        Example("fish, in ~/.config/fish/config.fish", "aicore-provider completion fish | source"),
    )
)
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script with which bash, fish or zsh completes this command.

    It completes commands and options, stacks by their files, and resource groups, models, executables and deployments
    by what the service tells. The service is asked only where the environment has credentials, for a second and a half
    at most. Nothing else is asked, no password either.
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.ClickException(f"click, which is installed here, has no completion for {shell}.")
    # Of bash alone, click would first run another one to learn its version.
    click.echo(
        ShellComplete.source(found(click.get_current_context().find_root().command, {}, PROGRAM, COMPLETION_VARIABLE))
    )
