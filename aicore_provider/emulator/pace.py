"""How long transitions take, as data.

    {"transitionSeconds": 2, "jitter": 0.2, "seed": 7,
     "transitions": {"switching": {"reads": 3}, "stopping": "atOnce", "starting": {"seconds": 60}}}

A transition has the name of the phase that it ends. Of a deployment: `submitted` (UNKNOWN, after a create), `starting`
(PENDING, until it runs), `switch-accepted` (still the old status, after a PATCH), `switching` (PENDING, until the new
configuration runs), `stopping`, `deleting`, and `dead` (until the record is removed). Of an execution: `submitted`,
`starting`, `running` (until it is completed), `stopping`, `deleting`. Of a resource group: `provisioning`,
`relabelling` (until a PATCH shows), `removing`. Of the rest below `/admin`: `replicating` (until a tenant-wide secret
is in all resource groups), `changing-secret` and `removing-secret` (of object stores and Docker registries),
`onboarding` (of a repository), `syncing` (of an application), `reserving` (of nodes).

There are three clocks: at once; after n seconds of the emulator's time; after n reads, which means that n answers to
GET, by id or in a list with whatever filter, show the old state, and the next one shows the new state. A transition
that is not named takes its share of `transitionSeconds`. The jitter makes each wait in seconds longer or shorter by up
to that share of it, at random with that seed. A change of pace applies to later operations.
"""

from __future__ import annotations

import random
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from aicore_provider.emulator.machine import Tempo, Wait
from aicore_provider.emulator.records import GroupTransition
from aicore_provider.emulator.validation import StrictModel, describe
from aicore_provider.emulator.wall_clock import MOST_SECONDS

DeploymentTransition = Literal["submitted", "starting", "switch-accepted", "switching", "stopping", "deleting", "dead"]
ExecutionTransition = Literal["submitted", "starting", "running", "stopping", "deleting"]
AdminTransition = Literal["replicating", "changing-secret", "removing-secret", "onboarding", "syncing", "reserving"]


class InvalidPace(ValueError):
    """The pace does not have the required form; the text says where."""


class Duration(StrictModel):
    """How long a transition takes: so many seconds, or so many reads."""

    seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)] | None = None
    reads: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Duration:
        if (self.seconds is None) == (self.reads is None):
            raise ValueError("either seconds or reads is needed")
        return self


class Pace(StrictModel):
    """The pace of all transitions.

    Attributes:
        transition_seconds: from an operation to RUNNING, where no clock is given; None: as the emulator was started.
        transitions: the clock of each transition that has its own.
        jitter: share of a wait in seconds by which it may be longer or shorter.
        seed: of the random numbers for it.
    """

    transition_seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)] | None = None
    transitions: dict[
        DeploymentTransition | ExecutionTransition | GroupTransition | AdminTransition,
        Duration | Literal["atOnce"],
    ] = Field(default_factory=dict)
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.0
    seed: int = 0


class Pacing:
    """The pace in force, and its jitter."""

    def __init__(self, transition_seconds: float, pace: Any = None) -> None:
        self._started_with_s = transition_seconds
        self.replace({} if pace is None else pace)

    def replace(self, pace: Any) -> None:
        """Put another pace in force. The random numbers start again.

        Raises:
            InvalidPace: the pace is invalid. The old one stays in force.
        """
        try:
            self._pace = Pace.model_validate(pace)
        except ValidationError as error:
            raise InvalidPace(describe(error)) from None
        self._random = random.Random(self._pace.seed)  # noqa: S311 - repeatable, not secret

    def as_json(self) -> dict[str, Any]:
        """The pace in force, in the form in which it was given."""
        return self._pace.model_dump(mode="json", by_alias=True, exclude_unset=True)

    def tempo(self) -> Tempo:
        """The waits of an operation on a deployment or an execution that begins now."""
        names = {*get_args(DeploymentTransition), *get_args(ExecutionTransition)}
        waits: dict[str, Wait] = {
            name: self._wait(clock) for name, clock in self._pace.transitions.items() if name in names
        }
        return Tempo(self._jittered(self._transition_s), waits)

    def wait(self, transition: GroupTransition | AdminTransition, share: float) -> Wait:
        """The wait of a transition that begins now; by default a share of the total."""
        clock = self._pace.transitions.get(transition)
        return Wait(self._jittered(share * self._transition_s)) if clock is None else self._wait(clock)

    @property
    def _transition_s(self) -> float:
        chosen = self._pace.transition_seconds
        return self._started_with_s if chosen is None else chosen

    def _wait(self, clock: Duration | Literal["atOnce"]) -> Wait:
        if clock == "atOnce" or clock.reads == 0:
            return Wait()
        if clock.reads is not None:
            return Wait(reads=clock.reads)
        return Wait(self._jittered(clock.seconds or 0.0))

    def _jittered(self, seconds: float) -> float:
        return seconds * self._random.uniform(1 - self._pace.jitter, 1 + self._pace.jitter)
