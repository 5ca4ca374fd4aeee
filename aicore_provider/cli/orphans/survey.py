"""Reads the states of stacks and the deployments of their resource groups, with the verdict on each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, Forbidden, NotFound, WrongServiceError
from aicore_provider.api.identity import ServiceIdentity
from aicore_provider.api.types import Deployment
from aicore_provider.cli.console import say
from aicore_provider.cli.deployments import oldest_first
from aicore_provider.cli.orphans.claims import (
    Claims,
    Verdict,
    claims,
    elsewhere,
    encrypted_groups,
    groups_cut_short,
    judge,
    resource_groups,
)
from aicore_provider.cli.pulumi_cli import INSTALL, PulumiCli, find_cli
from aicore_provider.cli.recover.lock import Lock, locks_of
from aicore_provider.cli.stack import Backend, export_state, find_stack, look_at_backend, require_stack
from aicore_provider.cli.state import State
from aicore_provider.cli.target import groups_told, introduction, require_service, usable_credentials

_ORDER = list(Verdict)


@dataclass(frozen=True)
class Found:
    """A deployment that no state holds, and the stack of its configuration; None when that is not ours."""

    deployment: Deployment
    resource_group: str
    verdict: Verdict
    stack: str | None


@dataclass(frozen=True)
class Survey:
    """The states of stacks, in the order in which they were named, and the deployments of their resource groups.

    Attributes:
        cli: what the states were read with.
        backend: where they are.
        found: the orphans, then the uncertain, then what is not ours; each the oldest first.
        going: ids of the deployments that are being deleted already.
        left_out: lines about what is on another service, or cannot be read.
        locks: of each stack that has some, where the backend is a folder. They were read before the states and after
            the lists: a run that has made one of the deployments, which no state shows yet, held one at either time.
    """

    cli: PulumiCli
    backend: Backend
    credentials: Credentials
    client: AICore
    states: tuple[State, ...]
    claims: Claims
    resource_groups: tuple[str, ...]
    found: tuple[Found, ...]
    going: frozenset[str]
    left_out: tuple[str, ...]
    locks: Mapping[str, tuple[Lock, ...]]

    def those(self, *verdicts: Verdict) -> tuple[Found, ...]:
        """Those with one of these verdicts."""
        return tuple(each for each in self.found if each.verdict in verdicts)


def make_survey(stacks: Sequence[str], step: Callable[[str], None]) -> Survey:
    """Read the states, tell on stderr which service, resource groups and stacks these are, then ask the service.

    Without names of stacks, that is the stack of `PULUMI_STACK`, or else the selected one. `step` is passed how far it
    is.

    Raises:
        AICoreError: a state cannot be read, the service does not answer, or everything is on another service.
    """
    cli = find_cli()
    if cli is None:
        raise AICoreError(f"There is no Pulumi CLI on PATH, which reads the state.\n{INSTALL[0].upper()}{INSTALL[1:]}.")
    selections = [find_stack(name, cli) for name in dict.fromkeys(stacks) or (None,)]
    names = [require_stack(each).name for each in selections]
    backend = look_at_backend(cli)
    locks = _locks(backend, names)
    states = []
    for number, name in enumerate(names, start=1):
        step(f"stack {number} of {len(names)}")
        states.append(_state(cli, name))
    credentials = usable_credentials(selections[0])
    for each in selections[1:]:
        require_service(credentials, each)
    of_any_tenant = resource_groups(states, ServiceIdentity(credentials.base_url))
    say(introduction(credentials, groups_told(of_any_tenant, "from the states"), *selections), err=True)
    return _survey(cli, backend, credentials, tuple(states), locks, step)


def look_again(survey: Survey, step: Callable[[str], None]) -> Survey:
    """Return the survey of the same stacks now, with the same credentials. Raises what `make_survey` raises."""
    names = [each.stack for each in survey.states]
    locks = _locks(survey.backend, names)
    states = tuple(_state(survey.cli, name) for name in names)
    return _survey(survey.cli, survey.backend, survey.credentials, states, locks, step)


def _locks(backend: Backend, stacks: Iterable[str]) -> dict[str, tuple[Lock, ...]]:
    return {stack: held for stack in stacks if (held := locks_of(backend, stack))}


def _survey(
    cli: PulumiCli,
    backend: Backend,
    credentials: Credentials,
    states: tuple[State, ...],
    locks: Mapping[str, tuple[Lock, ...]],
    step: Callable[[str], None],
) -> Survey:
    client = AICore(credentials)
    here = client.identity
    groups, left_out = resource_groups(states, here), elsewhere(states, here)
    if left_out and not groups:
        raise WrongServiceError("\n".join((*left_out[:2], "Use the credentials of that service and tenant.")))
    claimed = claims(states, here)
    listed = {}
    for number, group in enumerate(groups, start=1):
        step(f"resource group {number} of {len(groups)}")
        listed[group] = _list(client, group)
    found = [
        Found(deployment, group, verdict, claimed.configurations.get(deployment.configuration_id))
        for group, there in listed.items()
        for deployment, verdict in judge(there, claimed)
    ]
    found.sort(key=lambda each: (_ORDER.index(each.verdict), oldest_first(each.deployment)))
    return Survey(
        cli=cli,
        backend=backend,
        credentials=credentials,
        client=client,
        states=states,
        claims=claimed,
        resource_groups=groups,
        found=tuple(found),
        going=frozenset(d.id for there in listed.values() for d in there if d.is_being_deleted),
        left_out=(*left_out, *encrypted_groups(states, here), *groups_cut_short(states, here)),
        locks={**locks, **_locks(backend, (state.stack for state in states))},
    )


def choose(survey: Survey, ids: Iterable[str]) -> tuple[Found, ...]:
    """Return what to remove: the orphans, or the deployments that are named.

    Raises:
        AICoreError: a deployment is named that must not be removed, with a line for each and the reason; or a stack is
            locked, so that its run may be making what looks like an orphan.
    """
    wanted = tuple(dict.fromkeys(ids))
    if objections := [text for each in wanted if (text := _objection(survey, each))]:
        raise AICoreError("\n".join(("Nothing was removed.", *objections)))
    chosen = tuple(each for each in survey.found if each.deployment.id in wanted)
    chosen = chosen if wanted else survey.those(Verdict.ORPHAN)
    if chosen and survey.locks:
        raise AICoreError("\n".join(("Nothing was removed.", *locked(survey.locks))))
    return chosen


def locked(locks: Mapping[str, Sequence[Lock]]) -> tuple[str, ...]:
    """Say which stacks are locked, and what to do about it."""
    if not locks:
        return ()
    recover = " ".join(("aicore-provider recover", *(f"--stack {stack}" for stack in locks)))
    return (
        *(f"Stack {stack} is locked: {lock}." for stack, held in locks.items() for lock in held),
        f"What its run is making looks like an orphan. Wait until it ends; if it was killed, run `{recover}`.",
    )


def _objection(survey: Survey, id_: str) -> str | None:
    if stack := survey.claims.held.get(id_):
        return f"{id_} stands in the state of stack {stack}: take it out of the program, and `pulumi up` deletes it."
    if id_ in survey.going:
        return f"{id_} is being deleted already."
    for each in survey.found:
        if each.deployment.id == id_ and each.verdict is Verdict.NOT_OURS:
            return (
                f"{id_} is not ours: its configuration {each.deployment.configuration_id} is of none of the stacks "
                f"looked at ({', '.join(state.stack for state in survey.states)})."
            )
        if each.deployment.id == id_:
            return None
    return f"{id_} does not exist in the resource groups of these stacks ({', '.join(survey.resource_groups)})."


def _state(cli: PulumiCli, name: str) -> State:
    state = export_state(cli, name)
    if isinstance(state, str):
        # Not taken for empty: an id that it holds would look like an orphan of another stack.
        raise AICoreError(
            f"The state of stack {name} cannot be read: {state}.\n"
            f"See that `pulumi stack export --stack {name}` works; `pulumi stack ls` lists the stacks."
        )
    return state


def _list(client: AICore, group: str) -> list[Deployment]:
    try:
        return client.deployments(group).list()
    except (Forbidden, NotFound) as refusal:
        client.resource_groups.confirm_absent(group, refusal)
        return []
