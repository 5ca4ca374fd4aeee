"""`Diagnosis`: the result of a check, as a line for people and an object for `--json`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

from aicore_provider.stack.complaints import ConfigError

Level = Literal["ok", "warning", "problem", "skipped"]

_MARKS: dict[Level, tuple[str, str]] = {
    "ok": ("✓", "+"),
    "warning": ("!", "!"),
    "problem": ("✗", "x"),
    "skipped": ("-", "-"),
}


@dataclass(frozen=True)
class Diagnosis:
    """A result of a check; its message is the fact, without a full stop, and its advice what to do about it.

    A `problem` makes the command fail; `skipped` means that the check could not be made. `deployments` are names of the
    entries of the stack file that it is about.
    """

    level: Level
    message: str
    advice: str = ""
    deployments: tuple[str, ...] = ()


ok = partial(Diagnosis, "ok")
warning = partial(Diagnosis, "warning")
"""Something works and may not be wanted."""
problem = partial(Diagnosis, "problem")
"""`pulumi up` will fail."""
skipped = partial(Diagnosis, "skipped")
"""Something was not checked; the message says what, and why."""


def from_error(error: Exception) -> Diagnosis:
    """Return a problem with the text of an error: its first line is the message, the others are the advice."""
    message, *lines = str(error).split("\n")
    between = "; " if isinstance(error, ConfigError) else " "
    advice = between.join(" ".join(each.split()) for each in lines if each.strip())
    return Diagnosis("problem", message.rstrip(".:"), advice.rstrip("."))


def line(diagnosis: Diagnosis, encoding: str) -> str:
    """Return the diagnosis on one line, with characters that `encoding` has."""
    text = f"{diagnosis.message}: {diagnosis.advice}" if diagnosis.advice else diagnosis.message
    mark, plain_mark = _MARKS[diagnosis.level]
    if mark.encode(encoding, "replace").decode(encoding) != mark:
        mark = plain_mark
    return f"{mark} {' '.join(text.split())}".encode(encoding, "replace").decode(encoding)


def as_document(check: str, diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the item of `--json` for a check and one of its diagnoses."""
    return {"check": check, **asdict(diagnosis)}
