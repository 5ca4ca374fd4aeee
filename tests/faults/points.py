"""From the requests of a clean run to those that a matrix disturbs, so that a new request is covered by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.faults.gate import THERE, Hold, Seen, WatchedEmulator

_ID = re.compile(
    r"(/(?:deployments|configurations|executions|executionSchedules|artifacts|resourceGroups|secrets|objectStoreSecrets"
    r"|dockerRegistrySecrets|repositories|applications)/)[^/]+"
)
_TOKEN = "/oauth/token"


@dataclass(frozen=True)
class Point:
    """One request of a command, such as the second GET of the list of deployments.

    Attributes:
        method: HTTP method.
        glob: its path, with `*` for ids.
        nth: which of the requests that match, from 1.
        label: for people: the request, and what the service showed when it came.
    """

    method: str
    glob: str
    nth: int
    label: str

    @property
    def changes(self) -> bool:
        """Whether the service carries something out."""
        return self.method != "GET" and not self.is_for_token

    @property
    def is_for_token(self) -> bool:
        """Whether it asks for a token, which needs none."""
        return self.glob == _TOKEN

    def hold(self, *, committed: bool = False, until_next: bool = False, path: str = "") -> Hold:
        """Hold this request."""
        return Hold(self.method, self.glob, self.nth, committed, until_next, path)

    def has_come(self, emulator: WatchedEmulator) -> bool:
        """Whether it came since the record began."""
        return emulator.count(self.method, self.glob) >= self.nth

    def rule(self, effect: Mapping[str, Any]) -> dict[str, Any]:
        """The emulator's rule that hits this request alone."""
        return {"method": self.method, "path": self.glob, "after": self.nth - 1, "times": 1, "effect": dict(effect)}


def points(seen: Sequence[Seen]) -> list[Point]:
    """What a command asks, without repetition, of the requests that are given.

    Of requests that ask the same, after the same change and with the same answer, the first counts; and the last of
    each kind, which ends something.
    """
    first: dict[tuple[str, str, str, int], int] = {}
    last: dict[tuple[str, str], int] = {}
    changes = 0
    for index, each in enumerate(seen):
        glob = _ID.sub(r"\1*", each.path)
        changes += each.method != "GET"
        first.setdefault((each.method, glob, each.shows, changes), index)
        last[each.method, glob] = index
    return [_point(seen, index) for index in sorted({*first.values(), *last.values()})]


def _point(seen: Sequence[Seen], index: int) -> Point:
    it = seen[index]
    glob = _ID.sub(r"\1*", it.path)
    nth = sum(each.method == it.method and fnmatchcase(each.path, glob) for each in seen[: index + 1])
    path = glob.removeprefix("/v2/lm/").removeprefix("/v2/admin/").replace("*", "{id}").removeprefix("/")
    what = " stop" if it.stops else ""
    shows = THERE if set(it.shows.split("+")) == {THERE} else it.shows
    return Point(it.method, glob, nth, f"{it.method} {path}{what} #{nth} ({shows})")


LOST, RESET, DELAY = "lost after commit", "reset before", "slower than the read time-out"
EFFECTS: Mapping[str, Mapping[str, Any] | None] = {
    LOST: {"drop": "afterCommit"},
    RESET: {"drop": "beforeCommit"},
    "500 after commit": {"status": 500, "afterCommit": True, "body": "internal server error"},
    "503": {"status": 503, "body": "upstream connect error"},
    "429": {"status": 429, "body": "too many requests"},
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "1"}, "body": "too many requests"},
    "401 of an expired token": {"expireToken": True},
    "404 of a gateway": {"status": 404, "body": "no healthy upstream"},
    "404 of the service": {
        "status": 404,
        "body": {"error": {"code": "01010016", "message": "Not found", "requestId": "r", "target": "/", "details": {}}},
    },
    DELAY: None,
}
"""The faults, as effects of the emulator's rules; None where a request is held instead."""


def can_happen(point: Point, fault: str) -> bool:
    """Whether a request can have this fault: one for a token sends none that could have expired."""
    return not (point.is_for_token and fault == "401 of an expired token")
