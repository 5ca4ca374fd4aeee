"""Gives a team a model, and takes it away again, without a command of Pulumi's CLI.

    python models.py give TEAM MODEL VERSION
    python models.py take TEAM

It needs a Pulumi CLI on PATH and a backend. Each team has a stack.
"""

import sys
from pathlib import Path

import pulumi
from pulumi import automation

from aicore_provider import ModelDeployment


def stack_of(team: str, model: str, version: str) -> automation.Stack:
    """Return the stack of a team, whose program is a function of this file."""

    def program() -> None:
        chat = ModelDeployment("chat", model=model, version=version)
        pulumi.export("url", chat.deployment_url)

    options = automation.LocalWorkspaceOptions(work_dir=str(Path(__file__).parent))
    return automation.create_or_select_stack(team, project_name="automation_api", program=program, opts=options)


def give(team: str, model: str, version: str) -> None:
    """Bring up the model of a team, or switch it to another one."""
    done = stack_of(team, model, version).up(on_output=tell)
    print(f"{team}: {done.outputs['url'].value}")


def take(team: str) -> None:
    """Delete what a team has, and its stack."""
    stack = stack_of(team, "", "")
    stack.destroy(on_output=tell)
    stack.workspace.remove_stack(team)
    print(f"{team}: nothing")


def tell(line: str) -> None:
    """Show what Pulumi does, apart from the result."""
    print(line, file=sys.stderr)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["give", team, model, version]:
            give(team, model, version)
        case ["take", team]:
            take(team)
        case _:
            sys.exit(__doc__)
