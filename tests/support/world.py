"""The loop and a whole AI Core on one clock: half an hour of waiting takes no time, and everything is on record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.request_limits import RetryPolicy
from aicore_provider.api.types import Deployment
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.emulator import Emulator
from aicore_provider.inference import Probe
from aicore_provider.kinds.rules import Rules
from aicore_provider.kinds.session import Session
from aicore_provider.lifecycle.context import Context
from aicore_provider.lifecycle.limits import Limits, PollInterval
from aicore_provider.lifecycle.reconcile import reconcile
from aicore_provider.lifecycle.values import Absent, Running
from aicore_provider.lifecycle.watcher import DeploymentWatcher
from tests.support.clocks import InterruptedWhileWaiting, OneClock

TRANSITION_S = 60.0
"""From POST or PATCH to RUNNING: 15 s UNKNOWN or as before, 45 s PENDING. Stopping and deleting take 24 s each."""
RETRIES = RetryPolicy(jitter=0.0)
LIMITS = Limits(poll_interval=PollInterval(jitter=0.0))


def watcher(client: AICore, resource_group: str) -> DeploymentWatcher:
    """A watcher whose ticks are multiples of its interval."""
    deployments = client.deployments(resource_group)
    return DeploymentWatcher(deployments.list, client.clock, pace=LIMITS.pace, random_share=lambda: 0.0)


TIMEOUT_S = 1800.0

GROUP = "default"
OLD, NEW = "gpt-5-mini", "gpt-5-nano"
DETAILS = {"aiApiDetails": {"reconciler": {"message": [{"code": "05010002", "message": "no capacity left"}]}}}


@dataclass(frozen=True)
class WorldHost:
    """Who runs the calls of a kind.

    Attributes:
        progress: told what is being waited for.
        lines: what was told to stay.
    """

    interrupted: threading.Event
    progress: Callable[[str], None]
    lines: list[str] = field(default_factory=list)

    def info(self, text: str) -> None:
        self.lines.append(text)

    def announce(self, text: str) -> None:
        self.lines.append(f"stack: {text}")

    def warn(self, text: str) -> None:
        self.lines.append(f"warning: {text}")

    def debug(self, text: str) -> None:
        """Nobody looks for a fault."""


class World:
    """One service, one client, one resource group.

    Attributes:
        client: of the service.
        api: its deployments.
        context: what the loop gets; `report` writes into `heard`, then calls `meanwhile`.
        host: the same for calls of a kind.
        heard: the progress lines.
        meanwhile: what somebody else does while the loop waits; called once for each look that ends in a wait.
        old, new: configurations of the models `OLD` and `NEW`.
    """

    def __init__(self, emulator: Emulator, clock: OneClock, retries: RetryPolicy) -> None:
        self.emulator, self.clock = emulator, clock
        interrupted = clock.interrupted if isinstance(clock, InterruptedWhileWaiting) else threading.Event()
        self.client = AICore(
            find_credentials(emulator.environment()),
            clock=clock,
            retries=retries,
            interrupted=interrupted,
        )
        self.api = self.client.deployments(GROUP)
        self.heard: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.context = Context(
            self.client,
            GROUP,
            watcher(self.client, GROUP),
            limits=LIMITS,
            interrupted=interrupted,
            report=self._hear,
        )
        self.host = WorldHost(interrupted, self._hear)
        self._configurations = self.client.configurations(GROUP)
        self.old, self.new = self.configuration(OLD), self.configuration(NEW)
        emulator.clear_journal()

    def session(self, *, checks: bool = False) -> Session:
        """What another process knows: nothing yet.

        Args:
            checks: whether its stack has the checks on.
        """
        rules = Rules(ModelPolicy(), is_on=checks, plan=())
        return Session(self.client, host=self.host, limits=LIMITS, rules=lambda: rules, environment={})

    def configuration(self, model: str) -> str:
        """Another configuration of that model."""
        return self._configurations.create(
            name=model,
            scenario_id="foundation-models",
            executable_id="azure-openai",
            parameter_bindings={"modelName": model, "modelVersion": "latest"},
            input_artifact_bindings={},
        )

    def faults(self, *rules: dict[str, Any]) -> None:
        """Put these faults in force, and start the record of requests anew."""
        self.emulator.faults = list(rules)
        self.emulator.clear_journal()

    def running(self, configuration_id: str | None = None) -> str:
        """A deployment that runs, made by somebody else; the record of requests starts after it."""
        made = self.api.create(configuration_id or self.old)
        self.clock.step(TRANSITION_S)
        assert self.now(made).status == "RUNNING"
        self.emulator.clear_journal()
        return made

    def now(self, deployment_id: str) -> Deployment:
        """The deployment as the service has it."""
        return self.api.get(deployment_id)

    def create(self, *, timeout_s: float = TIMEOUT_S, context: Context | None = None) -> Deployment:
        """`reconcile` towards a new deployment of `old`."""
        return reconcile(Running(self.old), context or self.context, timeout_s=timeout_s)

    def switch(
        self, deployment_id: str, *, timeout_s: float = 600.0, probe: Probe | None = None, may_roll_back: bool = True
    ) -> Deployment:
        """`reconcile` towards `new`."""
        goal = Running(self.new, may_roll_back=may_roll_back, probe=probe)
        return reconcile(goal, self.context, timeout_s=timeout_s, deployment_id=deployment_id)

    def delete(self, deployment_id: str, *, timeout_s: float = 900.0) -> None:
        """`reconcile` towards absence."""
        reconcile(Absent(), self.context, timeout_s=timeout_s, deployment_id=deployment_id)

    @property
    def writes(self) -> list[str]:
        """What changed something, as `POST`, `PATCH old`, `PATCH new`, `PATCH STOPPED`, `DELETE`, in order."""
        names = {self.old: "old", self.new: "new"}
        return [
            entry.method
            if entry.method != "PATCH"
            else f"PATCH {names.get(value := next(iter(entry.body.values())), value)}"
            for entry in self.emulator.journal
            if entry.method != "GET" and "/lm/deployments" in entry.path
        ]

    @property
    def asked(self) -> list[int]:
        """What the probes were answered with, as HTTP statuses; 0 where the connection was closed."""
        return [entry.status or 0 for entry in self.emulator.journal if entry.path.startswith("/v2/inference/")]

    @property
    def lists(self) -> int:
        """How often the list was asked for."""
        return sum(e.method == "GET" and e.path == "/v2/lm/deployments" for e in self.emulator.journal)

    @property
    def everything(self) -> list[str]:
        """The ids of all deployments that there are, those being deleted included."""
        return [deployment.id for deployment in self.api.list()]

    def once(self, action: Callable[[], object], *, at: str = "") -> None:
        """Let somebody else do something, once, while the loop waits with these words."""

        def act() -> None:
            if at in self.heard[-1]:
                self.meanwhile = lambda: None
                action()

        self.meanwhile = act

    def _hear(self, line: str) -> None:
        self.heard.append(line)
        self.meanwhile()

    def in_group(self, resource_group: str) -> Context:
        """What the loop gets in another resource group."""
        return replace(self.context, resource_group=resource_group, watcher=watcher(self.client, resource_group))


@contextmanager
def world(
    *,
    sleepers: int = 1,
    transition_s: float = TRANSITION_S,
    clock: OneClock | None = None,
    retries: RetryPolicy = RETRIES,
) -> Iterator[World]:
    """A world of its own."""
    clock = clock or OneClock(sleepers=sleepers)
    with Emulator.running(transition_seconds=transition_s, clock=clock.service) as emulator:
        yield World(emulator, clock, retries)
