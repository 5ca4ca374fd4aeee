"""`aicore-provider completion`: the script with which a shell completes commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from aicore_provider.cli.console import say
from aicore_provider.cli.frame import COMPLETION_VARIABLE, PROGRAM, Example, command

_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "fish": FishComplete, "zsh": ZshComplete}


@command(
    examples=(
        Example("bash 4.4 or newer, in ~/.bashrc", 'eval "$(aicore-provider completion bash)"'),
        Example("zsh, in ~/.zshrc after compinit", 'eval "$(aicore-provider completion zsh)"'),
        Example("fish, in ~/.config/fish/config.fish", "aicore-provider completion fish | source"),
    )
)
@click.argument("shell", metavar="SHELL", type=click.Choice(tuple(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which bash, fish or zsh completes this command.

    It completes commands and options; stacks by their files; and resource groups, models, executables and deployments
    by what the service tells. The service is asked only where the environment has credentials, for a second and a half
    at most. No password is asked, and Pulumi is not run.
    """
    found = _SHELLS[shell](context.find_root().command, {}, PROGRAM, COMPLETION_VARIABLE)
    # That of bash itself would first run another bash, to learn its version.
    say(ShellComplete.source(found))
