"""`aicore-provider schema`: the JSON schema of a stack file, for editors."""

from __future__ import annotations

import click

from aicore_provider.cli.console import say_json


@click.command()
def schema() -> None:
    """Print the JSON schema of a stack file (Pulumi.<stack>.yaml).

    With it an editor completes keys, explains them and marks what is wrong. Keep it beside the stack files, and begin
    each with the line

        # yaml-language-server: $schema=stack.schema.json
    """
    from aicore_provider.stack.schema import stack_file_schema

    say_json(stack_file_schema())
