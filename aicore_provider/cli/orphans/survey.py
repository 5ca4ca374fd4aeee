"""The states of some stacks, and the deployments of their resource groups with the verdict on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aicore_provider.api.errors import AICoreError, Forbidden, NotFound, WrongServiceError
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.types import Deployment
from aicore_provider.cli.pulumi_cli import INSTALL, PulumiCli, find_cli
from aicore_provider.cli.stack import export_state, find_stack, require_stack
from aicore_provider.cli.state import Home, State, claims, elsewhere, encrypted_groups, read_state, resource_groups
from aicore_provider.cli.target import first_line, groups_told, usable_credentials
from aicore_provider.lifecycle.strays import Claims, Verdict, judge
from aicore_provider.providers.connection import Connection

_ORDER = (Verdict.STRAY, Verdict.UNCERTAIN, Verdict.NOT_OURS)
_LATEST = dt.datetime.max.replace(tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class Found:
    """A deployment that stands in no state.

    Attributes:
        deployment: as it was listed.
        resource_group: where it is.
        verdict: what it is to the stacks.
        stack: the one that its configuration is of; None where it is not ours.
    """

    deployment: Deployment
    resource_group: str
    verdict: Verdict
    stack: str | None


@dataclass(frozen=True)
class Survey:
    """What was found out.

    Attributes:
        connection: to the service that was asked.
        home: that service and tenant.
        states: of the stacks, in the order in which they were named.
        claims: what these lay claim to.
        resource_groups: those that were listed.
        found: the strays, the uncertain, then what is not ours; the oldest first.
        going: ids of what is being deleted already.
        left_out: lines on what lives elsewhere, or where nobody can read.
    """

    connection: Connection
    home: Home
    states: tuple[State, ...]
    claims: Claims
    resource_groups: tuple[str, ...]
    found: tuple[Found, ...]
    going: frozenset[str]
    left_out: tuple[str, ...]

    def those(self, *verdicts: Verdict) -> tuple[Found, ...]:
        """Those with one of these verdicts."""
        return tuple(each for each in self.found if each.verdict in verdicts)


def make_survey(
    folder: Path, environment: Mapping[str, str], stacks: Sequence[str], introduce: Callable[[str], None]
) -> Survey:
    """Read the states, then ask the service.

    Args:
        folder: of the Pulumi project.
        environment: variables, as `os.environ`.
        stacks: names; none for the one of the environment, else the selected one.
        introduce: told which service, resource groups and stacks these are, before the service lists anything.

    Raises:
        AICoreError: a state cannot be read, the service does not answer, or everything lives elsewhere.
    """
    cli = find_cli(folder, environment)
    if cli is None:
        raise AICoreError(f"There is no Pulumi CLI on PATH, which reads the state.\n{INSTALL[0].upper()}{INSTALL[1:]}.")
    selections = [find_stack(folder, environment, cli, name) for name in dict.fromkeys(stacks) or (None,)]
    states = tuple(_state(cli, require_stack(each).name) for each in selections)
    # The first brings the credentials; they must be for the service of each.
    credentials, *_ = [usable_credentials(environment, each) for each in selections]
    anywhere_there = resource_groups(states, Home(credentials.base_url, tenant=""))
    introduce(first_line(credentials, groups_told(anywhere_there, "from the states"), *selections))
    connection = Connection(credentials)
    home = Home(connection.service_url, connection.tenant)
    groups, left_out = resource_groups(states, home), elsewhere(states, home)
    if left_out and not groups:
        raise WrongServiceError("\n".join((*left_out[:2], "Use the credentials of that service and tenant.")))
    claimed = claims(states, home)
    listed = {group: _list(connection, group) for group in groups}
    return Survey(
        connection=connection,
        home=home,
        states=states,
        claims=claimed,
        resource_groups=groups,
        found=tuple(sorted(_judged(listed, claimed), key=_rank)),
        going=frozenset(d.id for there in listed.values() for d in there if d.target_status == "DELETED"),
        left_out=(*left_out, *encrypted_groups(states, home)),
    )


def choose(survey: Survey, ids: Iterable[str]) -> tuple[Found, ...]:
    """What to remove: the strays, or what is named.

    Raises:
        AICoreError: something is named that may not be removed; the text says why, a line for each.
    """
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return survey.those(Verdict.STRAY)
    if objections := [text for each in wanted if (text := _objection(survey, each))]:
        raise AICoreError("\n".join(("Nothing was removed.", *objections)))
    return tuple(each for each in survey.found if each.deployment.id in wanted)


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


def _judged(listed: Mapping[str, Sequence[Deployment]], claimed: Claims) -> Iterator[Found]:
    for group, there in listed.items():
        for deployment, verdict in judge(there, claimed):
            yield Found(deployment, group, verdict, claimed.configurations.get(deployment.configuration_id))


def _rank(found: Found) -> tuple[int, float, str]:
    made = found.deployment.created_at or _LATEST
    return _ORDER.index(found.verdict), made.timestamp(), found.deployment.id


def _state(cli: PulumiCli, name: str) -> State:
    answer = export_state(cli, name)
    failure = answer.failure or ("" if "deployment" in answer.document else "it is no state")
    if failure:
        # Not taken for empty: an id that it holds would look like a stray of another stack.
        raise AICoreError(
            f"The state of stack {name} cannot be read: {failure}.\n"
            f"See that `pulumi stack export --stack {name}` works; `pulumi stack ls` lists the stacks."
        )
    return read_state(name, answer.document)


def _list(connection: Connection, group: str) -> list[Deployment]:
    deployments = connection.deployments(group).deployments
    try:
        return deployments.list()
    except (Forbidden, NotFound) as refusal:
        ResourceGroups(deployments.http).confirm_absent(group, refusal)
        return []
