"""What a check found: one line for people, one object for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Check = Literal[
    "pulumiCli",
    "languageHost",
    "interpreter",
    "environment",
    "refresh",
    "credentials",
    "token",
    "resourceGroup",
    "scenario",
    "backend",
    "stack",
    "pendingOperations",
    "models",
    "cleanUp",
    "otherStacks",
]
Level = Literal["ok", "warning", "problem", "skipped"]

_MARKS: dict[Level, tuple[str, str]] = {
    "ok": ("✓", "+"),
    "warning": ("!", "!"),
    "problem": ("✗", "x"),
    "skipped": ("-", "-"),
}


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        check: which, a name that stays.
        level: `problem` makes the command fail, `skipped` means that a check could not be made.
        message: what is the case, without a full stop.
        advice: what to do about it; "" where there is nothing to do.
        deployments: names of those entries of the stack file that it is about, where it is about some.
    """

    check: Check
    level: Level
    message: str
    advice: str = ""
    deployments: tuple[str, ...] = ()


def ok(check: Check, message: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", message)


def warning(check: Check, message: str, advice: str) -> Finding:
    """It works, but may not be what the person wants."""
    return Finding(check, "warning", message, advice)


def problem(check: Check, message: str, advice: str) -> Finding:
    """`pulumi up` will not work like this."""
    return Finding(check, "problem", message, advice)


def skipped(check: Check, message: str) -> Finding:
    """Not checked; the message says what was not, and why."""
    return Finding(check, "skipped", message)


def from_error(check: Check, error: Exception) -> Finding:
    """A problem in an error's own words: the first line says what is wrong, the others what to do."""
    message, _, advice = str(error).partition("\n")
    return Finding(check, "problem", message.rstrip("."), " ".join(advice.split()).rstrip("."))


def line(finding: Finding, encoding: str) -> str:
    """The finding on one line, in characters that `encoding` has."""
    text = f"{finding.message}: {finding.advice}" if finding.advice else finding.message
    whole = f"{_mark(finding.level, encoding)} {' '.join(text.split())}"
    return whole.encode(encoding, "replace").decode(encoding)


def as_document(finding: Finding) -> dict[str, Any]:
    """The finding for `--json`."""
    return {
        "check": finding.check,
        "level": finding.level,
        "message": finding.message,
        "advice": finding.advice,
        "deployments": list(finding.deployments),
    }


def _mark(level: Level, encoding: str) -> str:
    wanted, plain = _MARKS[level]
    try:
        wanted.encode(encoding)
    except UnicodeEncodeError:
        return plain
    return wanted
