"""Random lives of one deployment: whatever happens, a later run ends with it serving what is declared.

The machine stands in for the engine: it keeps what a state file would keep, and makes the calls of the kind that the
engine makes, on the stepped clock. On the real engine, with fewer examples: `tests/faults/test_random_lives.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from aicore_provider.api.errors import AICoreError
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.deployment import KIND
from aicore_provider.kinds.outcome import CreatedButFailed, Found, Made, RemovedAgain, Updated
from aicore_provider.kinds.session import Session
from tests.support import world as worlds
from tests.support.world import GROUP, TRANSITION_S, World

EXAMPLES = 100
_TRIES = 4
_TIMEOUT_S = 600.0
_STATUS_FORBIDS = 412

EFFECTS: tuple[dict[str, Any], ...] = (
    {"drop": "afterCommit"},
    {"drop": "beforeCommit"},
    {"status": 500, "afterCommit": True},
    {"status": 503, "body": "upstream connect error"},
    {"status": 429},
    {"expireToken": True},
    {"status": 404, "body": "no healthy upstream"},
    {"staleListSeconds": 20},
)
FAULT = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
        "path": st.just("/v2/lm/deployments*"),
        "after": st.integers(0, 4),
        "times": st.integers(1, 2),
        "effect": st.sampled_from(EFFECTS),
    }
)
# What hangs for ever needs a person, so it is left out: a create, a switch without anything to go back to, a rollback.
OUTCOME = st.sampled_from(
    [
        {"outcome": "DEAD", "after": "create"},
        {"outcome": "DEAD", "after": "switch"},
        {"outcome": "PENDING", "after": "switch", "times": 1},
    ]
)
INTERFERENCE = st.sampled_from(["switch", "stop", "delete", "kill", "cascade"])


URN = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat"


class Failed(Exception):
    """A run that has not ended as it should."""


@dataclass(frozen=True)
class Entry:
    """What a state holds of an object."""

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]


class Lives(RuleBasedStateMachine):
    """One declared deployment, its entry in the state, and everybody who disturbs.

    Attributes:
        entry: what the state holds, or None.
        leaving: what the state holds as to be deleted.
        told: whether an error said that something may be left over.
        can_keep: whether the engine can keep an id although a create fails.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.world: World = self._open.enter_context(worlds.world())
        self.wanted = self.world.old
        self.entry: Entry | None = None
        self.leaving: list[Entry] = []
        self.told = False
        self.can_keep = True
        self.disturbed = False
        self.foreign = self.world.running(self.world.configuration("gpt-4o-mini"))

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self._open.close()

    @initialize(refuse=st.booleans())
    def begin(self, refuse: bool) -> None:
        """Both variants of DEAD and PATCH."""
        self.switches: list[dict[str, Any]] = [{"refusePatchInDead": True}] if refuse else []

    @rule(new=st.booleans())
    def declare(self, new: bool) -> None:
        self.wanted = self.world.new if new else self.world.old

    @rule(what=INTERFERENCE)
    def interfere(self, what: str) -> None:
        self._disturb(what)

    @rule(
        faults=st.lists(FAULT, max_size=2),
        outcome=st.none() | OUTCOME,
        interrupt_at=st.none() | st.integers(0, 8),
        meanwhile=st.none() | st.tuples(st.integers(0, 6), INTERFERENCE),
        can_keep=st.sampled_from([True, True, True, False]),
    )
    def up(
        self,
        faults: list[dict[str, Any]],
        outcome: dict[str, Any] | None,
        interrupt_at: int | None,
        meanwhile: tuple[int, str] | None,
        can_keep: bool,
    ) -> None:
        """One run, with everything that can go wrong in it."""
        served = self._serves()
        if outcome and outcome["outcome"] == "PENDING" and not (served and self._has_a_way_back()):
            outcome = None  # it would hang for good
        self.disturbed = False
        self.world.emulator.clear_journal()
        self.world.emulator.faults = [*self.switches, *faults, *([outcome] if outcome else [])]
        waits = 0

        def happen() -> None:
            nonlocal waits
            if waits == interrupt_at:
                self.world.context.interrupted.set()
            if meanwhile and waits == meanwhile[0]:
                kept = self.world.emulator.faults
                self.world.emulator.faults = self.switches
                self._disturb(meanwhile[1])
                self.world.emulator.faults = kept
            waits += 1

        self.world.meanwhile = happen
        self.can_keep = can_keep
        self._run()
        self.can_keep = True
        self.world.meanwhile = lambda: None
        self.world.emulator.faults = self.switches
        if served and not self.disturbed:
            self.world.clock.step(2 * TRANSITION_S)
            stuck = outcome is not None and outcome["after"] == "switch"
            assert stuck or self._serves(), "what served was taken away"

    @rule()
    def settle(self) -> None:
        """Runs without anything going wrong end as declared."""
        self.world.emulator.faults = getattr(self, "switches", [])
        for _ in range(_TRIES):
            self.disturbed = False
            self.world.emulator.clear_journal()
            if self._run():
                break
        else:
            raise AssertionError(f"not done after {_TRIES} runs")
        assert self.entry is not None
        now = self.world.now(self.entry.id)
        assert (now.status, now.target_status, now.configuration_id) == ("RUNNING", "RUNNING", self.wanted)
        assert not self.leaving
        left = set(self.world.everything) - {self.entry.id, self.foreign}
        assert not left or self.told, f"left over and not told: {left}"

    @invariant()
    def what_is_not_ours_is_left_alone(self) -> None:
        self.world.emulator.faults = []
        assert self.world.now(self.foreign).status == "RUNNING"

    @invariant()
    def no_call_was_refused_because_of_a_status(self) -> None:
        if not self.disturbed:
            refused = [e for e in self.world.emulator.journal if e.status == _STATUS_FORBIDS and not e.fault]
            assert all(e.method == "PATCH" and "configurationId" in (e.body or {}) for e in refused), refused

    # --- the engine's part -------------------------------------------------------------------------------------------

    def _run(self) -> bool:
        """One `up`: refresh, then what the difference asks for."""
        self.world.context.interrupted.clear()
        # Each run is another process.
        session = self.world.session()
        for configuration in (self.world.old, self.world.new):
            session.index.add_configuration(configuration, GROUP)
        try:
            self._refresh(session)
            self._change(session)
            while self.leaving:
                KIND.delete(session, self._call(), self.leaving[0].id, self.leaving[0].outputs)
                self.leaving.pop(0)
        except (AICoreError, Failed) as error:
            note(str(error))
            self.told |= "may have made one" in str(error) or "may still exist" in str(error)
            return False
        return True

    def _refresh(self, session: Session) -> None:
        if self.entry is None:
            return
        found = KIND.read(session, self._call(self.entry), self.entry.id, self.entry.outputs)
        self.entry = Entry(found.id, found.outputs, found.inputs or {}) if isinstance(found, Found) else None

    def _change(self, session: Session) -> None:
        program = {
            "configuration_id": self.wanted,
            "executable_id": "azure-openai",
            "scenario_id": "foundation-models",
            "resource_group": GROUP,
        }
        entry = self.entry
        checked = KIND.check(session, self._call(), entry.inputs if entry else {}, program)
        assert not checked.failures
        if entry is None:
            self._create(session, checked.inputs)
            return
        difference = KIND.diff(session, self._call(), entry.id, entry.outputs, checked.inputs)
        if difference.replaces:
            self._create(session, KIND.check(session, self._call(), {}, program).inputs)
        elif difference.changed or difference.is_due:
            self._update(session, entry, checked.inputs)

    def _create(self, session: Session, inputs: dict[str, Any]) -> None:
        outcome = KIND.create(session, self._call(), inputs)
        if isinstance(outcome, RemovedAgain):
            raise Failed(outcome.why)
        if self.entry is not None:
            self.leaving.append(self.entry)
        self.entry = Entry(outcome.id, outcome.outputs, inputs)
        if isinstance(outcome, CreatedButFailed):
            raise Failed(outcome.why)
        assert isinstance(outcome, Made)

    def _update(self, session: Session, entry: Entry, inputs: dict[str, Any]) -> None:
        outcome = KIND.update(session, self._call(), entry.id, entry.outputs, inputs)
        is_done = isinstance(outcome, Updated)
        self.entry = Entry(entry.id, outcome.outputs, inputs if is_done else entry.inputs)
        if not isinstance(outcome, Updated):
            raise Failed(outcome.why)

    def _call(self, entry: Entry | None = None) -> Call:
        kept = self.can_keep
        return Call(URN, timeout_s=_TIMEOUT_S, old_inputs=entry.inputs if entry else None, can_keep=lambda: kept)

    # --- everybody else's part ---------------------------------------------------------------------------------------

    def _serves(self) -> bool:
        return self.entry is not None and any(
            d.id == self.entry.id and d.status == "RUNNING" and d.target_status == "RUNNING"
            for d in self.world.api.list()
        )

    def _has_a_way_back(self) -> bool:
        """Whether a switch that hangs can be rolled back: not to the very configuration that is switched in."""
        return self.entry is not None and self.world.now(self.entry.id).latest_running_configuration_id != self.wanted

    def _disturb(self, what: str) -> None:
        if self.entry is None:
            return
        self.disturbed = True
        emulator, api = self.world.emulator, self.world.api
        other = self.world.old if self.wanted == self.world.new else self.world.new
        acts: dict[str, Callable[[str], object]] = {
            "switch": lambda id_: api.switch(id_, other),
            "stop": api.stop,
            "delete": api.delete,
            "kill": emulator.kill,
            "cascade": lambda id_: emulator.cascade_update(id_, to_version="2025-08-07"),
        }
        try:
            acts[what](self.entry.id)
        except Exception as refusal:  # the service does not allow everything at every time
            note(f"{what}: {refusal}")


def test_whatever_happens_a_later_run_ends_as_declared() -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=8,
            deadline=None,
            # Each example starts a service, so making a failing one shorter would take minutes.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
