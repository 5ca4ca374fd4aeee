"""`aicore-provider orphans`."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import click

from aicore_provider.cli import completing
from aicore_provider.cli.console import complain, progress, say, say_document
from aicore_provider.cli.failures import FAILED, INTERRUPTED
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, stacks_option
from aicore_provider.cli.table import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aicore_provider.cli.orphans.survey import Found, Survey


@command(
    exit_codes={1: "An error, told on stderr; or something was not removed."},
    examples=(
        Example("What interrupted runs of a stack left behind", "aicore-provider orphans --stack dev"),
        Example("Stacks that share configurations", "aicore-provider orphans --stack dev --stack prod"),
        Example("Remove the orphans; asks before", "aicore-provider orphans --stack dev --remove"),
        Example("Remove one by its id, without asking", "aicore-provider orphans --remove --yes d1a2b3c4d5e6f7a8"),
    ),
)
@click.argument("ids", metavar="[ID]...", nargs=-1, shell_complete=completing.deployments)
@stacks_option
@click.option("--remove", "removing", is_flag=True, help="Remove the orphans, or the deployments with these IDs.")
@click.option("--yes", "-y", is_flag=True, help="Remove without asking.")
@click.option("--all", "everything", is_flag=True, help="Also show each deployment that is not ours.")
@json_option
def orphans(
    ids: tuple[str, ...], stacks: tuple[str, ...], removing: bool, yes: bool, everything: bool, as_json: bool
) -> None:
    """Show the orphans, deployments that interrupted runs have left behind, and remove them.

    An orphan is a deployment that is in no state of the stacks. It runs a configuration that one of them has made, and
    a state records a create that was cut short and may have made it. Without such a record the deployment is uncertain,
    and is removed only by its ID. Everything else is not ours and never touched. Name all stacks that share
    configurations.

    What a run is making that goes on looks the same. So nothing is removed while a stack is locked, where its state is
    in a folder; `aicore-provider recover` takes the lock of any backend first.

    Run it in the folder of the Pulumi project. Credentials are those of the environment, else of the first stack, as
    for `pulumi up`.
    """
    if (ids or yes) and not removing:
        raise click.UsageError("IDs and --yes are for --remove.")
    from aicore_provider.cli.orphans import wording
    from aicore_provider.cli.orphans.survey import choose, make_survey

    with progress("Looking for orphans") as step:
        survey = make_survey(stacks, step)
    for line in survey.left_out:
        say(line, err=True)
    if removing:
        _remove(survey, choose(survey, ids), yes=yes, as_json=as_json)
    elif as_json:
        say_document(**wording.as_document(survey))
    else:
        again = " ".join(("aicore-provider orphans", *(f"--stack {name}" for name in stacks)))
        _show(survey, again, everything=everything)


def _show(survey: Survey, command: str, *, everything: bool) -> None:
    from aicore_provider.cli.orphans import wording
    from aicore_provider.cli.orphans.claims import Verdict
    from aicore_provider.cli.orphans.survey import locked

    shown = survey.found if everything else survey.those(Verdict.ORPHAN, Verdict.UNCERTAIN)
    if shown:
        show(wording.columns(survey.client.now), shown)
    if not everything and (line := wording.not_ours(survey)):
        say(line)
    for line in locked(survey.locks) or (wording.next_step(survey, command), *wording.to_forget(survey)):
        say(line)


def _remove(survey: Survey, chosen: Sequence[Found], *, yes: bool, as_json: bool) -> None:
    from aicore_provider.cli.orphans import wording
    from aicore_provider.cli.orphans.removal import remove

    if chosen and not yes:
        say("\n".join(wording.question(chosen, survey.client.now)), err=True)
        if not sys.stdin.isatty():
            raise click.ClickException("Nothing was removed: there is no terminal to ask on.\nRun it again with --yes.")
        click.confirm("Remove?", abort=True, err=True)
    interrupted = threading.Event()
    results = remove(chosen, survey.credentials, lambda line: say(line, err=True), interrupted)
    if as_json:
        say_document(**wording.as_document(survey, results))
    else:
        for id_, error in results.items():
            if error:
                complain(str(error))
            else:
                say(f"Removed {id_}.")
        removed = [id_ for id_, error in results.items() if error is None]
        for line in ([] if results else ["There are no orphans to remove."]) + wording.to_forget(survey, removed):
            say(line)
    if any(results.values()):
        raise click.exceptions.Exit(INTERRUPTED if interrupted.is_set() else FAILED)
