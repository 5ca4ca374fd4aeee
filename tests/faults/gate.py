"""Stands in front of the emulated service: writes down what the product asks, and holds requests where a test says.

The emulator's own faults decide what an answer looks like; they cannot hold a request, which killing somebody at
exactly that moment needs. The service moves on with every look at a deployment and not otherwise, so that every run of
a command makes the same requests.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from aicore_provider.emulator import Emulator
from aicore_provider.emulator.gateway import ConnectionDropped
from aicore_provider.emulator.machine import Deployment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PACE = {
    "transitions": {
        "submitted": {"reads": 1},
        "starting": {"reads": 2},
        "switch-accepted": {"reads": 1},
        "switching": {"reads": 2},
        "stopping": {"reads": 2},
        "deleting": {"reads": 2},
        "running": {"reads": 2},
        "provisioning": {"reads": 2},
        "relabelling": {"reads": 2},
        "removing": {"reads": 2},
        "changing-secret": {"reads": 2},
        "removing-secret": {"reads": 2},
        "onboarding": {"reads": 2},
        "syncing": {"reads": 2},
    }
}
"""So many looks show what was before, and the next one shows what is new."""
LOOKS = 3
"""After so many, everything that the service has accepted shows."""
TIMEOUT_S = 60.0
READ_S = 3.0
"""Read time-out of the product: a request that is held longer has been given up."""
TOGETHER_S = 0.6 * READ_S
"""So long the first request that is held waits for the others, of which some may come only after it has gone on."""
QUIET_S = 0.7
"""While a request is held and no other has come for so long, none comes: all calls wait less in between."""
NOTHING_THERE, THERE = "nothing", "there"
_PRODUCT = "aicore-provider"


@dataclass(frozen=True)
class Seen:
    """One request of the product.

    Attributes:
        method: HTTP method.
        path: with ids.
        shows: the statuses of all deployments when it arrived, or as it read them; without deployments, those of the
            objects in the answer.
        stops: whether it asks for an end of the deployment.
    """

    method: str
    path: str
    shows: str
    stops: bool = False


@dataclass
class Hold:
    """One request that waits, before the service sees it or after it was carried out.

    Attributes:
        method, glob, nth: which request.
        committed: hold it after it was carried out, else before.
        until_next: let it go on by itself once another request for `path` was answered.
        path: how the paths of the requests of the same command begin.
        reached: set while it waits.
        released: set by the test to let it go on.
        dropped: set by the test before: then the service never sees it.
        matched: how many such requests have come.
    """

    method: str
    glob: str
    nth: int
    committed: bool = False
    until_next: bool = False
    path: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    dropped: bool = False
    matched: int = field(default=0, init=False)

    def wait(self) -> None:
        """Called by the request itself."""
        self.released.wait(TIMEOUT_S)
        if self.dropped:
            raise ConnectionDropped


class WatchedEmulator(Emulator):
    """An emulator with a gate in front of it.

    Attributes:
        seen: what the product asked since it was last emptied.
        holds: the requests to hold.
        taken_away: deployments that served when the record began, and were stopped while no other one ran.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(pace=PACE, **settings)
        self.seen: list[Seen] = []
        self.taken_away: list[str] = []
        self.holds: Sequence[Hold] = ()
        self._served: set[str] = set()
        self._noting = threading.Condition()
        self._behind: WSGIApplication = self._gateway
        self._gateway = self._watch  # type: ignore[assignment]

    def watch(self, *holds: Hold) -> None:
        """Start the record anew, and hold these requests."""
        with self._noting:
            for hold in self.holds:
                hold.released.set()
            self.seen, self.taken_away, self.holds = [], [], holds
            self._served = self._running()

    def wait_for_holds(self) -> list[Hold]:
        """Return the requests that wait: all that are to be held, or those that came about as soon as the first."""
        end, held = time.monotonic() + TIMEOUT_S, list[Hold]()
        with self._noting:
            while len(held) < len(self.holds) and time.monotonic() < end:
                is_quiet = not self._noting.wait(QUIET_S)
                if held and is_quiet:
                    break
                is_first = not held
                held = [hold for hold in self.holds if hold.reached.is_set()]
                if held and is_first:
                    end = time.monotonic() + TOGETHER_S
        return held

    def count(self, method: str, glob: str) -> int:
        """How many such requests came since the record began."""
        with self._noting:
            return sum(each.method == method and fnmatchcase(each.path, glob) for each in self.seen)

    def _watch(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.headers.get("User-Agent") != _PRODUCT:
            return self._behind(environ, start_response)
        body = request.get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        number, hold = self._note(Seen(request.method, request.path, self._shows(), stops=b'"targetStatus"' in body))
        if hold and not hold.committed:
            self._reached(hold)
        answer = b"".join(self._behind(environ, start_response))
        if request.method == "GET":
            self._note_answer(number, answer)
        if hold and hold.committed:
            self._reached(hold)
        for each in self.holds:
            if each is not hold and each.until_next and each.reached.is_set() and request.path.startswith(each.path):
                each.released.set()
        return [answer]

    def _reached(self, hold: Hold) -> None:
        with self._noting:
            hold.reached.set()
            self._noting.notify_all()
        hold.wait()

    def _note(self, seen: Seen) -> tuple[int, Hold | None]:
        with self._noting:
            number = len(self.seen)
            self.seen.append(seen)
            if seen.stops and (id_ := seen.path.rsplit("/", 1)[-1]) in self._served and self._running() == {id_}:
                self.taken_away.append(id_)
            self._noting.notify_all()
            found = None
            for hold in self.holds:
                if seen.method == hold.method and fnmatchcase(seen.path, hold.glob):
                    hold.matched += 1
                    found = hold if hold.matched == hold.nth else found
            return number, found

    def _note_answer(self, number: int, answer: bytes) -> None:
        """A look moves the service on, so what it shows is known after it."""
        shows = self._shows() if self._records() else _shown_by(answer)
        with self._noting:
            if number < len(self.seen):
                self.seen[number] = replace(self.seen[number], shows=shows)

    def _shows(self) -> str:
        statuses = ("DELETED" if each.target_status == "DELETED" else each.status for each in self._records())
        return "+".join(sorted(statuses)) or NOTHING_THERE

    def _running(self) -> set[str]:
        return {each.id for each in self._records() if each.status == "RUNNING"}

    def _records(self) -> list[Deployment]:
        with self._backend.lock:
            return [record for _, record in self._backend.deployments()]


def _shown_by(answer: bytes) -> str:
    """The statuses of the objects in an answer; "there" for one that has none."""
    try:
        document = dict(json.loads(answer))
    except (TypeError, ValueError):  # it is a fault, or a count
        return NOTHING_THERE
    objects = document.get("resources", [] if "error" in document else [document])
    statuses = (
        "DELETED" if each.get("targetStatus") == "DELETED" else each.get("status") or each.get("syncStatus", THERE)
        for each in objects
    )
    return "+".join(sorted(statuses)) or NOTHING_THERE
