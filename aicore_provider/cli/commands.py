"""The group of all commands.

A command imports what takes long when it runs, so that `--help` is quick and needs only click.
"""

from __future__ import annotations

import click

from aicore_provider.cli.console import say
from aicore_provider.cli.deployments import deployments
from aicore_provider.cli.doctor.command import doctor
from aicore_provider.cli.emulator import emulator
from aicore_provider.cli.export.command import export
from aicore_provider.cli.failures import Commands
from aicore_provider.cli.init.command import init
from aicore_provider.cli.models import models
from aicore_provider.cli.orphans.command import orphans
from aicore_provider.cli.recover.command import recover
from aicore_provider.cli.schema import schema
from aicore_provider.cli.take_over import take_over
from aicore_provider.cli.upgrade import upgrade
from aicore_provider.own_version import own_version


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    say(f"aicore-provider {own_version() or '(not installed, running from its sources)'}")
    context.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def aicore_provider() -> None:
    """SAP AI Core models as code: tools around the Pulumi providers.

    The exit code is 0, 1 for an error and for what a check has found, and 2 for options that cannot be.
    """


for command in (deployments, doctor, emulator, export, init, models, orphans, recover, schema, take_over, upgrade):
    aicore_provider.add_command(command)
