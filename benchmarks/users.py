"""A user of an endpoint, who sends requests all the time."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from aicore_provider.emulator import Emulator


@dataclass
class Answers:
    """The answers that a user got.

    Attributes:
        all: time in seconds, and the model version that answered; "" for no good answer.
    """

    all: list[tuple[float, str]] = field(default_factory=list)

    @property
    def versions(self) -> list[str]:
        """The versions that answered, in order."""
        return [version for _, version in self.all]

    def unanswered_s(self) -> float:
        """Return the longest time between two good answers, in seconds."""
        times = [at for at, version in self.all if version]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


@contextmanager
def users(emulator: Emulator, deployment_id: str) -> Iterator[Answers]:
    """Send requests to a deployment of an OpenAI model until the end of this block."""
    answers = Answers()
    over = threading.Event()

    def ask() -> None:
        url = f"{emulator.url}/v2/inference/deployments/{deployment_id}/chat/completions?api-version=2025-04-01"
        with _signed_in(emulator) as session:
            while not over.wait(0.02):
                answer = session.post(url, json={"messages": []}, timeout=10)
                answers.all.append((time.monotonic(), answer.json()["emulator"]["version"] if answer.ok else ""))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        over.set()
        asking.join()


def _signed_in(emulator: Emulator) -> requests.Session:
    variables = emulator.environment()
    form = {
        "grant_type": "client_credentials",
        "client_id": variables["AICORE_CLIENT_ID"],
        "client_secret": variables["AICORE_CLIENT_SECRET"],
    }
    answer = requests.post(f"{variables['AICORE_AUTH_URL']}/oauth/token", data=form, timeout=10)
    answer.raise_for_status()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    session.headers["AI-Resource-Group"] = variables["AICORE_RESOURCE_GROUP"]
    return session
