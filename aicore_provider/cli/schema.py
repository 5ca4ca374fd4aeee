"""`aicore-provider schema`: the JSON schema of a stack file, for editors, and those of `--json`, for scripts."""

from __future__ import annotations

import click

from aicore_provider.cli.console import say_json
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.json_schema import DOCUMENTS, document_schema
from aicore_provider.cli.options import json_option

_STACK_FILE = "stack-file"


@command(
    examples=(
        Example("For the editor, beside the stack files", "aicore-provider schema > stack.schema.json"),
        Example("Of what a command prints with --json", "aicore-provider schema --of deployments"),
    )
)
@click.option(
    "--of",
    "subject",
    type=click.Choice((_STACK_FILE, *DOCUMENTS)),
    default=_STACK_FILE,
    metavar="NAME",
    show_default=True,
    help="Of what: stack-file, or a command that has --json.",
)
@json_option
def schema(subject: str, as_json: bool) -> None:
    """Print the JSON schema of a stack file (Pulumi.<stack>.yaml), or of what a command prints with --json.

    With that of a stack file an editor completes keys, explains them and marks what is wrong. Keep it beside the stack
    files, and begin each with the line

        # yaml-language-server: $schema=stack.schema.json
    """
    if subject == _STACK_FILE:
        from aicore_provider.stack.schema import stack_file_schema

        say_json(stack_file_schema())
    else:
        say_json(document_schema(subject))
