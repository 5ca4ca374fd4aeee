"""The pages and pictures of a model change: made from `lifecycle.decide` and from recorded requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from textwrap import wrap

from aicore_provider.api.types import Deployment
from aicore_provider.inference import Probe
from aicore_provider.lifecycle.decide import decide
from aicore_provider.lifecycle.limits import Limits, Timeouts
from aicore_provider.lifecycle.values import (
    Absent,
    Action,
    Adopt,
    Answer,
    Attempt,
    Constraints,
    Create,
    Delete,
    Done,
    Evidence,
    Fail,
    Failure,
    Goal,
    Gone,
    NotCreated,
    NotVisible,
    Observed,
    Patch,
    Replace,
    Rollback,
    Running,
    Stop,
    Switch,
    Verify,
    Wait,
)
from documentation import svg
from documentation.recording import Step

_OLD, _NEW, _OTHER = "before", "new", "another"
"""Configurations: the one before the switch, the one that is wanted, and one of somebody else."""
_NOW, _LATER = 1000.0, 2000.0
_PROBE = Probe("POST", "", {})
_TIMEOUT_S = Timeouts().update_s


def _deployment(
    status: str, configuration: str = _OLD, latest: str | None = _OLD, target: str = "RUNNING"
) -> Deployment:
    return Deployment(
        id="d",
        configuration_id=configuration,
        status=status,
        target_status=target,
        latest_running_configuration_id=latest,
    )


# --- what is done in each status --------------------------------------------------------------------------------------

OBSERVED: Mapping[str, Observed] = {
    "nothing yet": NotCreated(),
    "not visible yet": NotVisible(),
    "gone": Gone(),
    "UNKNOWN": _deployment("UNKNOWN", latest=None),
    "PENDING": _deployment("PENDING"),
    "RUNNING": _deployment("RUNNING"),
    "STOPPING": _deployment("STOPPING", target="STOPPED"),
    "STOPPED": _deployment("STOPPED", target="STOPPED"),
    "DEAD, it once ran": _deployment("DEAD"),
    "DEAD, it never ran": _deployment("DEAD", latest=None),
    "being deleted": _deployment("STOPPED", target="DELETED"),
}
"""What a look at the service shows."""
WANTED: Mapping[str, Goal] = {
    "this configuration": Running(_OLD),
    "another one": Running(_NEW),
    "to be gone": Absent(),
}
"""What the program wants of the deployment."""


def words(action: Action) -> tuple[str, svg.Tone]:
    """Return an action in a few words, and what kind of action it is."""
    match action:
        case Create():
            return "POST", "request"
        case Adopt():
            return "take it", "plain"
        case Patch():
            return "PATCH: switch", "request"
        case Rollback():
            return "PATCH: switch back", "request"
        case Stop():
            return "PATCH: stop", "request"
        case Delete():
            return "DELETE", "request"
        case Verify():
            return "ask the model", "request"
        case Wait():
            return "wait", "plain"
        case Done():
            return "done", "done"
        case Replace():
            return "a new one", "failed"
        case Fail(reason):
            return f"fails: {reason.value}", "failed"


def statuses() -> list[tuple[str, tuple[Action, ...]]]:
    """Return what `decide` does for each observation, for each of `WANTED`."""
    return [
        (name, tuple(decide(observed, goal, Attempt(), Constraints(), now=0.0) for goal in WANTED.values()))
        for name, observed in OBSERVED.items()
    ]


def statuses_picture() -> str:
    """Return the picture of `statuses`: a row for each observation, a column for each wish."""
    left, column, row, top = 140.0, 120.0, 34.0, 46.0
    width, height = left + 3 * column + 8, top + row * len(OBSERVED) + 10
    parts = [svg.text(12, 20, "What is there", strong=True)]
    parts += [
        svg.text(left + (number + 0.5) * column, 38, wish, anchor="middle", small=True)
        for number, wish in enumerate(WANTED)
    ]
    parts.append(svg.text(left + 1.5 * column, 20, "What the program wants", anchor="middle", strong=True))
    for number, (name, actions) in enumerate(statuses()):
        y = top + number * row
        parts.append(svg.text(12, y + 19, name))
        for place, action in enumerate(actions):
            said, tone = words(action)
            parts.append(svg.box(left + place * column + 3, y + 2, column - 6, row - 6, [said], tone))
    return svg.picture(
        "What is done with a deployment in each status",
        "A table. For each status that the service shows, and for each wish of the program, it has the next request.",
        width,
        height,
        parts,
    )


def statuses_table() -> str:
    """Return `statuses` as a table in Markdown."""
    head = f"| What is there | {' | '.join(f'wanted: {wish}' for wish in WANTED)} |"
    rows = [f"| {name} | {' | '.join(words(each)[0] for each in actions)} |" for name, actions in statuses()]
    return "\n".join([head, "| --- | --- | --- | --- |", *rows])


# --- a switch, step by step -------------------------------------------------------------------------------------------


_EMPTY = Attempt()
_IN_TIME = Constraints(deadline=_LATER)
_SWITCHED = Running(_NEW)


@dataclass(frozen=True)
class Situation:
    """Something that a look during a switch may show.

    Attributes:
        seen: in words, for the picture.
        place: column and row in the picture.
        after: what can come before it, by number.
        observed: what the look shows.
        attempt: what the call has done so far.
        constraints: what limits it.
        goal: what is wanted.
    """

    seen: str
    place: tuple[int, int]
    after: tuple[int, ...]
    observed: Deployment
    attempt: Attempt = _EMPTY
    constraints: Constraints = _IN_TIME
    goal: Running = _SWITCHED

    @property
    def action(self) -> Action:
        """What `decide` does next."""
        return decide(self.observed, self.goal, self.attempt, self.constraints, _NOW)


_ACCEPTED = Attempt(
    seen=True,
    return_to=_OLD,
    switch=Switch(_NEW, _deployment("RUNNING"), accepted_at=_NOW - 30, visible_at=_NOW - 20, has_progressed=True),
)
_ASKED = Answer(503, "closed", since=_NOW - Limits().unanswered_for_s)
_ROLLED_BACK = replace(
    _ACCEPTED,
    switch=Switch(_OLD, _deployment("DEAD", _NEW), accepted_at=_NOW - 30, visible_at=_NOW - 20, has_progressed=True),
    failure=Failure("it ended DEAD", Evidence(), at=_NOW - 40),
)
_VERIFIED = Running(_NEW, probe=_PROBE)
_LATE = Constraints(deadline=_NOW, timeout_s=_TIMEOUT_S)
SITUATIONS: Sequence[Situation] = (
    Situation("runs the old one", (0, 0), (), _deployment("RUNNING")),
    Situation("the old one answers", (0, 1), (0,), _deployment("RUNNING", _NEW), _ACCEPTED),
    Situation("PENDING", (0, 2), (1,), _deployment("PENDING", _NEW), _ACCEPTED),
    Situation("runs the new one", (0, 4), (2,), _deployment("RUNNING", _NEW, _NEW), _ACCEPTED, goal=_VERIFIED),
    Situation("the new one answers", (0, 5), (3,), _deployment("RUNNING", _NEW, _NEW), _ACCEPTED),
    Situation("a third configuration", (1, 0), (1, 2), _deployment("RUNNING", _OTHER), _ACCEPTED),
    Situation("Ctrl-C", (1, 1), (1, 2), _deployment("PENDING", _NEW), _ACCEPTED, Constraints(_LATER, interrupted=True)),
    Situation("DEAD", (1, 2), (2,), _deployment("DEAD", _NEW), _ACCEPTED),
    Situation(
        f"not done in {_TIMEOUT_S / 60:.0f} minutes", (1, 3), (2,), _deployment("PENDING", _NEW), _ACCEPTED, _LATE
    ),
    Situation(
        "no answer for a minute",
        (1, 4),
        (3,),
        _deployment("RUNNING", _NEW, _NEW),
        replace(_ACCEPTED, answer=_ASKED),
        goal=_VERIFIED,
    ),
    Situation("runs the old one", (1, 5), (7, 8, 9), _deployment("RUNNING"), _ROLLED_BACK),
    Situation("DEAD or late again", (1, 6), (7, 8, 9), _deployment("DEAD"), _ROLLED_BACK),
)
"""A switch from its beginning, in the order of the text; numbers are places in this list."""


_BOX_WIDTH, _BOX_HEIGHT, _ROW_HEIGHT = 206.0, 60.0, 82.0
_LEFT, _RIGHT, _TOP = 12.0, 256.0, 14.0
_CHARACTERS = 28
"""In a line of a box."""


def switch_picture() -> str:
    """Return the picture of `SITUATIONS`: what should happen on the left, what may go wrong on the right."""
    parts = []
    for number, each in enumerate(SITUATIONS):
        parts += [_edge(SITUATIONS[before], each) for before in each.after]
        said, tone = words(each.action)
        x, y = _corner(each)
        lines = [f"{number + 1}. {each.seen}", *wrap(f"→ {said}", _CHARACTERS)]
        parts.append(svg.box(x, y, _BOX_WIDTH, _BOX_HEIGHT, lines, tone))
    rows = max(each.place[1] for each in SITUATIONS) + 1
    return svg.picture(
        "A switch to another configuration, step by step",
        "Numbered boxes. Each has what a look at the service shows, and what is done then. Arrows lead to what the next"
        " look may show. The table in the text has the same.",
        _RIGHT + _BOX_WIDTH + 26,
        _TOP + rows * _ROW_HEIGHT - (_ROW_HEIGHT - _BOX_HEIGHT) + 14,
        parts,
    )


def switch_table() -> str:
    """Return `SITUATIONS` as a table in Markdown."""
    rows = (
        f"| {number + 1} | {each.seen} | {words(each.action)[0]} | {', '.join(str(one + 1) for one in each.after)} |"
        for number, each in enumerate(SITUATIONS)
    )
    return "\n".join(
        ["| Number | What a look shows | What is done | Comes after |", "| --- | --- | --- | --- |", *rows]
    )


def _corner(each: Situation) -> tuple[float, float]:
    column, row = each.place
    return (_LEFT, _RIGHT)[column], _TOP + row * _ROW_HEIGHT


def _edge(before: Situation, after: Situation) -> str:
    (x0, y0), (x1, y1) = _corner(before), _corner(after)
    middle = _BOX_HEIGHT / 2
    if before.place[0] != after.place[0]:
        # In the space between the columns, a lane for each box where the way begins.
        lane = x0 + _BOX_WIDTH + (12 if before.place[1] in (2, 4) else 22)
        corners = [(lane, y0 + middle), (lane, y1 + middle)] if y0 != y1 else []
        return svg.arrow((x0 + _BOX_WIDTH, y0 + middle), *corners, (x1, y1 + middle))
    if before.place[0] == 0:
        return svg.arrow((x0 + _BOX_WIDTH / 2, y0 + _BOX_HEIGHT), (x1 + _BOX_WIDTH / 2, y1))
    lane = x0 + _BOX_WIDTH + 13
    return svg.arrow(
        (x0 + _BOX_WIDTH, y0 + middle), (lane, y0 + middle), (lane, y1 + middle), (x1 + _BOX_WIDTH, y1 + middle)
    )


# --- the calls of a switch --------------------------------------------------------------------------------------------

_LIVES = (("Pulumi's engine", 70.0), ("provider", 226.0), ("SAP AI Core", 434.0))
_CALL_HEIGHT = 26.0
_LONGEST_REQUEST = 30
"""Characters that have a place in the picture."""


def sequence_picture(steps: Sequence[Step]) -> str:
    """Return the picture of recorded steps: a line of life for each process, time goes down."""
    (_, engine), (_, provider), (_, service) = _LIVES
    parts, y = [], 66.0
    for step in steps:
        parts += [svg.text((engine + provider) / 2, y - 5, step.call, anchor="middle", small=True)]
        parts.append(svg.arrow((engine, y), (provider, y)))
        if not step.requests:
            parts.append(svg.text(provider + 10, y + 4, "sends nothing", small=True))
        for request in step.requests:
            parts.append(svg.text((provider + service) / 2, y - 5, _short(request), anchor="middle", small=True))
            parts.append(svg.arrow((provider, y), (service, y)))
            y += _CALL_HEIGHT
        y += _CALL_HEIGHT * (0.5 if step.requests else 1.2)
    heads = [svg.box(max(x - 64, 8), 10, 128 if x > engine else 124, 28, [name]) for name, x in _LIVES]
    lives = [svg.line([(x, 38), (x, y - 6)], "faint") for _, x in _LIVES]
    return svg.picture(
        "The requests of a switch",
        "Three lines of life: Pulumi's engine, the provider and SAP AI Core. Arrows are calls and requests, in their"
        " order from above. The table in the text has the same.",
        504,
        y + 4,
        [*lives, *heads, *parts],
    )


def _short(request: str) -> str:
    """Return a request, with the last two parts of a long path alone."""
    method, _, path = request.partition(" ")
    return request if len(request) <= _LONGEST_REQUEST else f"{method} …/{'/'.join(path.split('/')[-2:])}"


def sequence_table(steps: Sequence[Step]) -> str:
    """Return recorded steps as a table in Markdown."""
    rows = (f"| {each.call} | {', '.join(f'`{one}`' for one in each.requests) or 'none'} |" for each in steps)
    return "\n".join(["| Call of the engine | Requests to SAP AI Core |", "| --- | --- |", *rows])


# --- the page ---------------------------------------------------------------------------------------------------------

_TEXT = Path(__file__).parent / "text" / "model-change.md"
"""The page, with names of `string.Template` where something is made."""


def files(steps: Sequence[Step]) -> dict[str, str]:
    """Return the page and its pictures by their paths below `docs/`; the steps are those of `recording`."""
    return {
        "model-change.md": Template(_TEXT.read_text(encoding="utf-8")).substitute(
            requests=sequence_table(steps),
            steps=switch_table(),
            statuses=statuses_table(),
            update_minutes=f"{_TIMEOUT_S / 60:.0f}",
            unanswered_minutes=f"{Limits().unanswered_for_s / 60:.0f}",
        ),
        "pictures/switch-calls.svg": sequence_picture(steps),
        "pictures/switch-steps.svg": switch_picture(),
        "pictures/statuses.svg": statuses_picture(),
    }
