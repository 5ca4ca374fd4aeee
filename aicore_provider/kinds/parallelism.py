"""How many deployments the engine lets work at once, and what a higher number would save.

The engine begins at most so many operations at once as `--parallel` or `PULUMI_PARALLEL` says, else four for each core
(`defaultParallel` in `pkg/cmd/pulumi/operations/up.go` of Pulumi 3.259; `Pulumi.yaml` has no such option). Each of them
is a provider's call, and a deployment spends nearly all of its call waiting. The variable is visible in the plugin
process, the option is not; so what the engine does is told from the calls.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aicore_provider.kinds.call import Call
    from aicore_provider.kinds.kind import Kind
    from aicore_provider.kinds.outcome import Checked, Difference
    from aicore_provider.kinds.session import Session

VARIABLE = "PULUMI_PARALLEL"
ENOUGH = 64
"""What is recommended. A call that waits costs next to nothing."""
MOST = 256
"""So many calls the plugin process serves at once. Each has a thread, which is started when it is needed."""

_FOR_EACH_CORE = 4
_STEADY_S = 2.0
"""As long as more and more deployments are begun, nothing holds the others back."""


def default_parallelism() -> int:
    """Return how many operations the engine begins at once on this machine where nobody says a number.

    The engine goes by the cores that its process may use. Where a container's quota gives it fewer, it is less.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return _FOR_EACH_CORE * cores


def chosen_parallelism(environment: Mapping[str, str]) -> int | None:
    """Return the number in the environment; None where there is none that the engine would take."""
    try:
        return max(0, int(environment.get(VARIABLE, ""))) or None
    except ValueError:
        return None


def advice(*, declared: int, left: int, highest: int, steady_s: float, default: int) -> str | None:
    """Return what a higher number would save; None where it would save nothing, or that is not sure.

    A run with `--target` of exactly `default` deployments cannot be told apart: the other deployments of the stack file
    count as left although they do not come, and the advice is given in vain.

    Args:
        declared: deployments in the stack file.
        left: how many of them have neither been begun nor found unchanged.
        highest: the highest number of deployments so far that were worked on at once.
        steady_s: seconds for which it has not risen.
        default: how many operations the engine begins at once where nobody says a number. With more at once somebody
            has said one; with fewer it is not the engine that holds the others back.
    """
    held_back = left and steady_s >= _STEADY_S and highest == default
    if not held_back or highest >= min(declared, ENOUGH):
        return None
    saved = f"all {declared} wait" if declared <= ENOUGH else f"{ENOUGH} of them wait"
    return (
        f"{highest} of {declared} deployments are worked on at once, {left} are still to come; "
        f"{VARIABLE}={ENOUGH} in the environment lets {saved} at the same time"
    )


class Turns:
    """Which deployments of the stack file have had their turn in this process. Safe for many threads."""

    def __init__(
        self,
        declared: Callable[[], Iterable[str]],
        environment: Mapping[str, str],
        now: Callable[[], float],
        default: int,
    ) -> None:
        """Begin.

        `declared` returns the names in the stack file; none for a program that does not use it. It is called when one
        is checked or worked on, and may raise an `AICoreError`. With a number of the user's in `environment`, nothing
        is advised. `now` returns monotonic time, in seconds; `default` is as for `advice`.
        """
        self._read_declared = declared
        self._done: set[str] = set()
        self._checked: set[str] = set()
        self._now, self._default = now, default
        self._working = self._highest = 0
        self._risen_at = now()
        self._is_over = chosen_parallelism(environment) is not None
        self._lock = threading.Lock()

    @property
    def left(self) -> frozenset[str]:
        """Names of the deployments that have neither been begun nor found unchanged."""
        with self._lock:
            return self._declared - self._done

    @functools.cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(self._read_declared())

    @contextmanager
    def working(self, name: str) -> Iterator[None]:
        """Work on a deployment in this block.

        Where it is not in the stack file, the file does not tell what is still to come, and nothing is advised.
        """
        with self._lock:
            self._is_over = self._is_over or name not in self._declared
            self._done.add(name)
            self._working += 1
            if self._working > self._highest:
                self._highest, self._risen_at = self._working, self._now()
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1

    def note_checked(self, name: str) -> None:
        """Note that the engine has checked a deployment; for one that is not in the stack file see `working`."""
        with self._lock:
            self._checked.add(name)
            self._is_over = self._is_over or name not in self._declared

    def note_unchanged(self, name: str) -> None:
        """Note that a deployment does not differ: from what the program wants, or else from what a refresh has read."""
        with self._lock:
            if name in self._checked:
                self._done.add(name)

    def advice(self) -> str | None:
        """Return what a higher number would save, once; to be asked while a deployment is waited for."""
        with self._lock:
            told = None if self._is_over else self._advice()
            self._is_over = self._is_over or told is not None
            return told

    def _advice(self) -> str | None:
        return advice(
            declared=len(self._declared),
            left=len(self._declared - self._done),
            highest=self._highest,
            steady_s=self._now() - self._risen_at,
            default=self._default,
        )


def taking_turns(kind: Kind) -> Kind:
    """Return the kind with the turns of its objects noted in the session."""

    def check(session: Session, call: Call, *arguments: Any) -> Checked:
        session.turns.note_checked(call.name)
        return kind.check(session, call, *arguments)

    def diff(session: Session, call: Call, *arguments: Any) -> Difference:
        found = kind.diff(session, call, *arguments)
        if not (found.changed or found.replaces or found.is_due):
            session.turns.note_unchanged(call.name)
        return found

    def in_turn(work: Callable[..., Any]) -> Callable[..., Any]:
        def run(session: Session, call: Call, *arguments: Any) -> Any:
            with session.turns.working(call.name):
                return work(session, call, *arguments)

        return run

    return replace(
        kind,
        check=check,
        diff=diff,
        create=in_turn(kind.create),
        update=in_turn(kind.update),
        delete=in_turn(kind.delete),
    )
