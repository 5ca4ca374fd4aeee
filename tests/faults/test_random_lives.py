"""Random lives of a stack on the real engine: whatever happens, a later `up` ends with what is declared.

Few and long examples, since each step runs the CLI; hundreds of short ones: `tests/lifecycle/test_promise.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from aicore_provider.emulator.errors import Refusal
from tests.faults.front_ends import DYNAMIC, FRONT_ENDS, FrontEnd
from tests.faults.gate import Hold
from tests.faults.points import EFFECTS
from tests.faults.world import Finished, World, deployments, world
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, OLDER

_TRIES = 4
CHANGES = st.fixed_dictionaries(
    {"chat": st.sampled_from([CHAT, OLDER, CLAUDE, CHAT | {"ttl": "10h"}])},
    optional={"second": st.sampled_from([CHAT, OLDER])},
)
REQUEST = st.tuples(
    st.sampled_from(["POST", "GET", "PATCH", "DELETE"]),
    st.sampled_from(["/v2/lm/deployments*", "/v2/lm/*", "*"]),
    st.integers(1, 6),
)


class Lives(RuleBasedStateMachine):
    """One stack, and everybody who disturbs."""

    pulumi_root: ClassVar[Path]
    front_end: ClassVar[FrontEnd]

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self.here: World = self._open.enter_context(world(self.pulumi_root, self.front_end))
        self.here.declare(deployments(chat=CHAT))

    def teardown(self) -> None:
        """Runs without anything going wrong end as declared."""
        with self._open:
            self.here.emulator.faults = []
            self.here.emulator.watch()
            outputs = []
            for _ in range(_TRIES):
                done = self.here.run()
                outputs.append(done.output)
                if done.ok:
                    break
            assert done.ok, "\n".join(outputs)
            # Who disturbs may have ended the others, so that an entry that goes is the last one that served.
            self.here.emulator.taken_away.clear()
            assert self.here.broken_promises() == []

    @rule(declared=CHANGES)
    def declare(self, declared: dict[str, dict[str, Any]]) -> None:
        self.here.declare(deployments(**declared))

    @rule(what=st.sampled_from(["switch", "stop", "delete", "kill", "cascade"]), which=st.integers(0, 1))
    def interfere(self, what: str, which: int) -> None:
        ids = sorted(self.here.ids)
        if which < len(ids):
            _disturb(self.here, what, ids[which])

    @rule(request=REQUEST, effect=st.none() | st.sampled_from([e for e in EFFECTS.values() if e]))
    def up(self, request: tuple[str, str, int], effect: dict[str, Any] | None) -> None:
        """One run with a fault."""
        method, path, nth = request
        rules = [{"method": method, "path": path, "after": nth - 1, "times": 1, "effect": effect}] if effect else []
        self.here.emulator.watch()
        self.here.emulator.faults = rules
        note(self.here.run().output)
        self.here.emulator.faults = []

    @rule(request=REQUEST)
    def interrupted_up(self, request: tuple[str, str, int]) -> None:
        """One run with Ctrl-C while a request is under way."""
        hold = Hold(*request)
        self.here.emulator.watch(hold)
        with self.here.begin() as command:
            if hold.reached.wait(_SOON_S):
                command.interrupt()
            hold.released.set()
            note(Finished(command.end() == 0, command.output).output)


_SOON_S = 5.0
"""Whether a request comes at all depends on what is to be done; later, the run goes on undisturbed."""


def _disturb(here: World, what: str, id_: str) -> None:
    api = Api(here.emulator)
    acts: dict[str, Callable[[], object]] = {
        "switch": lambda: api.switch(id_, api.configuration("2025-05-01")),
        "stop": lambda: api.stop(id_),
        "delete": lambda: api.delete(id_),
        "kill": lambda: here.emulator.kill(id_),
        "cascade": lambda: here.emulator.cascade_update(id_, to_version="2025-05-01"),
    }
    with suppress(Refusal):  # the service does not allow everything at every time
        acts[what]()


def _live(pulumi_root: Path, front_end: FrontEnd, examples: int, steps: int) -> None:
    machine = type("OnThisEngine", (Lives,), {"pulumi_root": pulumi_root, "front_end": front_end})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # Making a failing example shorter would take an hour.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.every_case
@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_whatever_happens_a_later_up_ends_as_declared(pulumi_root: Path, front_end: FrontEnd) -> None:
    _live(pulumi_root, front_end, examples=12, steps=8)


def test_one_short_life(pulumi_root: Path) -> None:
    _live(pulumi_root, DYNAMIC, examples=1, steps=3)
