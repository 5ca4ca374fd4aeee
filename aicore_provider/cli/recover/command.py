"""`aicore-provider recover`."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import click

from aicore_provider.cli.console import complain, progress, say, say_document
from aicore_provider.cli.failures import FAILED, INTERRUPTED
from aicore_provider.cli.frame import Example, command
from aicore_provider.cli.options import json_option, stacks_option

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from aicore_provider.api.errors import AICoreError
    from aicore_provider.cli.orphans.survey import Survey
    from aicore_provider.cli.pulumi_cli import Answer, PulumiCli
    from aicore_provider.cli.recover.lock import Lock
    from aicore_provider.cli.stack import Backend

_REFRESH = ("refresh", "--yes", "--skip-preview")
KEEPING, CLEARING = (*_REFRESH, "--skip-pending-creates"), (*_REFRESH, "--clear-pending-creates")


@command(
    exit_codes={1: "An error, told on stderr; or something was refused or not removed."},
    examples=(
        Example("Says what was left behind, and asks", "aicore-provider recover --stack dev"),
        Example("Only look, in a script", "aicore-provider recover --stack dev --json"),
        Example(
            "Without a question; a lock has to be named",
            "aicore-provider recover --stack dev --yes --lock acc8a28d-634d-4d3e-900b-924b16d9e5e8",
        ),
    ),
)
@stacks_option
@click.option(
    "--lock",
    "lock_ids",
    metavar="ID",
    multiple=True,
    help="Remove this lock, whose run has ended for certain; may be repeated.",
)
@click.option("--yes", "-y", is_flag=True, help="Do it without asking; a lock still has to be named.")
@json_option
def recover(stacks: tuple[str, ...], lock_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Put right what a killed run has left behind: its lock, orphans, and operations that it did not end.

    First `pulumi refresh` takes the lock of the stack. Where a killed run still holds it, you are asked whether that
    run has ended, and `pulumi cancel` removes the lock. Then orphans are stopped and deleted, as
    `aicore-provider orphans --remove` does. Last, `pulumi refresh --clear-pending-creates` forgets the creates that
    were cut short, where all is clear.

    Nothing is done before you say yes. Without a terminal nothing is done without --yes, and no lock is removed that
    is not named by --lock. Afterwards run `pulumi up`: it goes on where the killed run was.
    """
    from aicore_provider.cli.orphans import wording
    from aicore_provider.cli.orphans.claims import Verdict
    from aicore_provider.cli.orphans.removal import remove
    from aicore_provider.cli.orphans.survey import look_again, make_survey

    with progress("Looking for what was left behind") as step:
        before = make_survey(stacks, step)
    for line in (*before.left_out, *_seen(before)):
        say(line, err=True)
    if as_json and not yes:
        say_document(**_document(before, before))
        return
    if not yes:
        _ask("Do this?", "Nothing was done: there is no terminal to ask on.\nRun it again with --yes.")
    freed = _take_locks(before, lock_ids)
    # Whoever held a lock when the deployments were listed has ended, and its state is complete: what is an orphan in
    # both surveys was made by no run that goes on, and by none that began since.
    with progress("Looking again") as step:
        after = look_again(before, step)
    listed = {each.deployment.id for each in before.those(Verdict.ORPHAN)}
    chosen = tuple(each for each in after.those(Verdict.ORPHAN) if each.deployment.id in listed)
    interrupted = threading.Event()
    results = remove(chosen, after.credentials, lambda line: say(line, err=True), interrupted)
    removed = [id_ for id_, error in results.items() if error is None]
    cleared, uncleared = _clear(after.cli, () if interrupted.is_set() else wording.forgotten(after, removed))
    if as_json:
        say_document(**_document(before, after, results, freed, cleared))
    is_done = not (any(results.values()) or uncleared)
    for line in _outcome(after, results, freed, removed, cleared, is_done=is_done):
        say(line, err=as_json)
    for error in (*filter(None, results.values()), *uncleared):
        complain(str(error))
    if not is_done:
        raise click.exceptions.Exit(INTERRUPTED if interrupted.is_set() else FAILED)


def _seen(survey: Survey) -> Iterator[str]:
    """Say what was left behind, and what will be done about it."""
    from aicore_provider.cli.orphans import wording
    from aicore_provider.cli.orphans.claims import Verdict

    for state in survey.states:
        told = ", ".join(f"{each.operation} {each.resource.name}" for each in state.pending)
        held = survey.locks.get(state.stack, ())
        yield from (f"Stack {state.stack} is locked: {lock}." for lock in held)
        if told or not held:
            yield f"Stack {state.stack}: " + (f"begun and not ended: {told}." if told else "every operation has ended.")
    orphans, uncertain = survey.those(Verdict.ORPHAN), survey.those(Verdict.UNCERTAIN)
    yield from (f"  {wording.described(each, survey.client.now)}" for each in (*orphans, *uncertain))
    yield "What is done:"
    for state in survey.states:
        for lock in survey.locks.get(state.stack, ()):
            yield f"  remove lock {lock.id}, if its run has ended: you are asked, or say so with --lock {lock.id}"
        yield f"  `pulumi {' '.join(KEEPING)} --stack {state.stack}`, which needs the lock of the stack"
    if orphans:
        yield f"  stop and delete {', '.join(each.deployment.id for each in orphans)}"
    for stack in wording.forgotten(survey, {each.deployment.id for each in orphans}):
        yield f"  `pulumi {' '.join(CLEARING)} --stack {stack}`"


def _take_locks(survey: Survey, lock_ids: Collection[str]) -> dict[str, tuple[Lock, ...]]:
    """Take the lock of each stack, and return the locks that were removed, by stack."""
    freed: dict[str, tuple[Lock, ...]] = {}
    try:
        for state in survey.states:
            freed[state.stack] = _take_lock(survey, state.stack, lock_ids)
    except click.ClickException:
        # What follows is not done, so that nobody says it later.
        for line in _freed(freed):
            say(line, err=True)
        raise
    return freed


def _clear(cli: PulumiCli, stacks: Iterable[str]) -> tuple[list[str], list[str]]:
    """Forget the creates of stacks that were cut short. Return the stacks, and why it failed at others."""
    cleared, failures = [], []
    for stack in stacks:
        try:
            _update(cli, stack, CLEARING)
        except click.ClickException as error:
            failures.append(error.message)
        else:
            cleared.append(stack)
    return cleared, failures


def _take_lock(survey: Survey, stack: str, lock_ids: Collection[str]) -> tuple[Lock, ...]:
    """Refresh a stack, after the locks of killed runs have been removed if need be. Returns those locks.

    `pulumi cancel` removes whatever lock there is. So it runs only when Pulumi has just been refused because of these
    locks, and the run of each is known to have ended.
    """
    cli = survey.cli
    ended = set(lock_ids)
    while True:
        answer = _run(cli, stack, KEEPING)
        found = _reason(answer, survey.backend, stack)
        if not found:
            _require(answer, stack)
            return ()
        for lock in found:
            _require_end(lock, stack, ended)
        if ended.issuperset(lock.id for lock in found):
            break
        # While a person was asked, another run may have begun.
        ended.update(lock.id for lock in found)
    if failure := cli.ask("cancel", "--yes", "--stack", stack).failure:
        raise click.ClickException(f"The lock of stack {stack} could not be removed: {failure}\nSee `pulumi cancel`.")
    try:
        _update(cli, stack, KEEPING)
    except click.ClickException:
        say(_removed(stack, found), err=True)
        raise
    return found


def _reason(answer: Answer, backend: Backend, stack: str) -> tuple[Lock, ...]:
    """Return the locks for which Pulumi has refused a command; none where they are not the reason."""
    from aicore_provider.cli.recover.lock import locks, locks_of

    if named := locks(answer.failure):
        return named
    there = locks_of(backend, stack) if answer.failure else None
    # Pulumi names no lock where one of them is cut.
    return there if there and any(lock.is_cut for lock in there) else ()


def _require_end(lock: Lock, stack: str, ended: Collection[str]) -> None:
    """Refuse to remove a lock, unless it is among those of ended runs, or a person says so now."""
    from aicore_provider.cli.recover.lock import is_held

    if is_held(lock):
        raise click.ClickException(
            f"A run on stack {stack} goes on: process {lock.pid} of this machine, since {lock.since}.\n"
            "Its lock was left alone. Wait until it ends, then run this again."
        )
    if lock.id in ended:
        return
    say(f"Stack {stack} is locked: {lock}.", err=True)
    process = "" if lock.is_cut else f", or process {lock.pid} on {lock.host}"
    _ask(
        "Has that run ended for certain?",
        f"The lock was left alone. See that this run has ended: its job in CI{process}.\n"
        f"Then run it again with --lock {lock.id}.",
    )


def _ask(question: str, refusal: str) -> None:
    if not sys.stdin.isatty():
        raise click.ClickException(refusal)
    click.confirm(question, abort=True, err=True)


def _update(cli: PulumiCli, stack: str, arguments: tuple[str, ...]) -> None:
    _require(_run(cli, stack, arguments), stack)


def _run(cli: PulumiCli, stack: str, arguments: tuple[str, ...]) -> Answer:
    with progress(f"Running `pulumi refresh` of stack {stack}"):
        return cli.update(*arguments, "--stack", stack)


def _require(answer: Answer, stack: str) -> None:
    from aicore_provider.cli.pulumi_cli import complaint

    if answer.failure:
        if answer.output:
            say(answer.output, err=True)
        raise click.ClickException(
            f"`pulumi refresh` of stack {stack} failed: {complaint(answer.failure)}\n"
            "Correct what it says, above as well, and run this again; it goes on from here."
        )


def _freed(freed: Mapping[str, tuple[Lock, ...]]) -> Iterator[str]:
    for stack, found in freed.items():
        if found:
            yield _removed(stack, found)
        yield f"Stack {stack}: refreshed the state."


def _removed(stack: str, locks: Collection[Lock]) -> str:
    return f"Stack {stack}: removed lock {', '.join(lock.id for lock in locks)}."


def _outcome(
    after: Survey,
    results: Mapping[str, AICoreError | None],
    freed: Mapping[str, tuple[Lock, ...]],
    removed: Collection[str],
    cleared: Collection[str],
    *,
    is_done: bool,
) -> Iterator[str]:
    from aicore_provider.cli.orphans.claims import Verdict

    yield from _freed(freed)
    yield from (f"Removed {id_}." for id_ in removed)
    yield from (f"Stack {stack}: forgot the creates that were cut short." for stack in cleared)
    for state in after.states:
        if state.pending_creates and state.stack not in cleared:
            names = ", ".join(each.name for each in state.pending_creates)
            yield (
                f"Stack {state.stack}: still noted as cut short: creating {names}. Look whether it exists;"
                f" `pulumi refresh --clear-pending-creates --stack {state.stack}` forgets it."
            )
    rest = [
        each.deployment.id
        for each in after.those(Verdict.ORPHAN, Verdict.UNCERTAIN)
        if each.deployment.id not in results
    ]
    if rest:
        yield f"Left alone, since nobody can tell who made it: {', '.join(rest)}. `aicore-provider orphans` says more."
    if is_done:
        yield "Now run `pulumi up` (or `pulumi destroy`): it goes on where the killed run was."


def _document(
    before: Survey,
    after: Survey,
    results: Mapping[str, AICoreError | None] | None = None,
    freed: Mapping[str, tuple[Lock, ...]] | None = None,
    cleared: Collection[str] = (),
) -> dict[str, Any]:
    from dataclasses import asdict

    from aicore_provider.cli.orphans import wording

    return {
        **wording.as_document(after, results),
        "pending": [
            {"stack": state.stack, "operation": each.operation, "resource": each.resource.name}
            for state in before.states
            for each in state.pending
        ],
        "removedLocks": [{"stack": stack, **asdict(lock)} for stack, found in (freed or {}).items() for lock in found],
        "cleared": list(cleared),
    }
