"""What a check says: one line for people, one object for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warning", "problem", "skipped"]

_MARKS: dict[Level, tuple[str, str]] = {
    "ok": ("✓", "+"),
    "warning": ("!", "!"),
    "problem": ("✗", "x"),
    "skipped": ("-", "-"),
}


@dataclass(frozen=True)
class Diagnosis:
    """What a check says.

    Attributes:
        level: `problem` makes the command fail, `skipped` means that the check could not be made.
        message: what is the case, without a full stop.
        advice: what to do about it; "" where there is nothing to do.
        deployments: names of those entries of the stack file that it is about, where it is about some.
    """

    level: Level
    message: str
    advice: str = ""
    deployments: tuple[str, ...] = ()


def ok(message: str) -> Diagnosis:
    """All is well."""
    return Diagnosis("ok", message)


def warning(message: str, advice: str, deployments: tuple[str, ...] = ()) -> Diagnosis:
    """It works, but may not be what the person wants."""
    return Diagnosis("warning", message, advice, deployments)


def problem(message: str, advice: str, deployments: tuple[str, ...] = ()) -> Diagnosis:
    """`pulumi up` will not work like this."""
    return Diagnosis("problem", message, advice, deployments)


def skipped(message: str) -> Diagnosis:
    """Not checked; the message says what was not, and why."""
    return Diagnosis("skipped", message)


def from_error(error: Exception) -> Diagnosis:
    """A problem in an error's own words: the first line says what is wrong, the others what to do."""
    message, _, advice = str(error).partition("\n")
    return Diagnosis("problem", message.rstrip("."), " ".join(advice.split()).rstrip("."))


def line(diagnosis: Diagnosis, encoding: str) -> str:
    """The diagnosis on one line, in characters that `encoding` has."""
    text = f"{diagnosis.message}: {diagnosis.advice}" if diagnosis.advice else diagnosis.message
    whole = f"{_mark(diagnosis.level, encoding)} {' '.join(text.split())}"
    return whole.encode(encoding, "replace").decode(encoding)


def as_document(check: str, diagnosis: Diagnosis) -> dict[str, Any]:
    """What `--json` tells of a check and one of its diagnoses."""
    return {
        "check": check,
        "level": diagnosis.level,
        "message": diagnosis.message,
        "advice": diagnosis.advice,
        "deployments": list(diagnosis.deployments),
    }


def _mark(level: Level, encoding: str) -> str:
    wanted, plain = _MARKS[level]
    try:
        wanted.encode(encoding)
    except UnicodeEncodeError:
        return plain
    return wanted
