"""Those who use an endpoint while it is switched."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aicore_provider.emulator import Emulator
from tests.support.client import Api


@dataclass
class Answers:
    """What they were answered: when, and the version that answered, or "" for no answer."""

    all: list[tuple[float, str]] = field(default_factory=list)

    @property
    def versions(self) -> list[str]:
        """In order."""
        return [version for _, version in self.all]

    def unanswered_s(self) -> float:
        """The longest time between two answers."""
        times = [at for at, version in self.all if version]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


@contextmanager
def users(emulator: Emulator, deployment_id: str) -> Iterator[Answers]:
    """Ask a deployment all the time."""
    answers = Answers()
    over = threading.Event()

    def ask() -> None:
        api = Api(emulator)
        while not over.wait(0.02):
            answer = api.ask(deployment_id)
            answers.all.append((time.monotonic(), answer.json()["emulator"]["version"] if answer.ok else ""))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        over.set()
        asking.join()
