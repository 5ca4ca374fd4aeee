"""What is shown while a command waits, with a clock that the tests step."""

from __future__ import annotations

import io
import os
import pty
from collections.abc import Iterator

import pytest

from aicore_provider.cli import console
from aicore_provider.cli.progress import Progress, plain_line_is_due


class Clock:
    """Seconds that a test steps."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Terminal:
    """A terminal, and what was written to it."""

    def __init__(self) -> None:
        self._leader, follower = pty.openpty()
        self.stream = os.fdopen(follower, "w", encoding="utf-8")

    def seen(self) -> str:
        """What was written since the last look, with an end that no text has."""
        self.stream.write("\x00")
        self.stream.flush()
        seen = ""
        while not seen.endswith("\x00"):
            seen += os.read(self._leader, 65536).decode()
        return seen[:-1]

    def close(self) -> None:
        self.stream.close()
        os.close(self._leader)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "xterm")
    found = Terminal()
    yield found
    found.close()


def test_a_terminal_has_one_line_from_the_first_second_on(terminal: Terminal) -> None:
    clock = Clock()
    shown = Progress("Reading the tenant", terminal.stream, clock)
    clock.seconds = 0.9
    shown.tick()
    assert terminal.seen() == ""
    clock.seconds = 1.0
    shown.tick()
    assert terminal.seen() == "Reading the tenant, 1 s"
    shown.step("3 of 12")
    clock.seconds = 2.0
    shown.tick()
    assert terminal.seen() == f"\r{' ' * 23}\rReading the tenant (3 of 12), 2 s"


def test_the_line_makes_way_for_what_is_printed(terminal: Terminal) -> None:
    clock = Clock()
    shown = Progress("Checking", terminal.stream, clock)
    clock.seconds = 5.0
    shown.tick()
    assert terminal.seen() == "Checking, 5 s"
    with shown.aside():
        assert terminal.seen() == f"\r{' ' * 13}\r"
    shown.tick()
    assert terminal.seen() == "Checking, 5 s"
    with shown:
        pass
    assert terminal.seen() == f"\r{' ' * 13}\r"


def test_a_long_text_stays_on_one_line(terminal: Terminal) -> None:
    clock = Clock()
    shown = Progress("größe-漢字 " * 40, terminal.stream, clock)
    clock.seconds = 5.0
    shown.tick()
    assert len(terminal.seen()) < 80
    shown.step("\x1b[31mred\n")
    shown.tick()
    assert "\x1b" not in terminal.seen()


def test_elsewhere_a_line_after_ten_seconds_and_then_each_minute() -> None:
    assert next(each for each in range(200) if plain_line_is_due(each, None)) == 10
    clock, stream = Clock(), io.StringIO()
    shown = Progress("Reading the tenant", stream, clock)
    for second in range(140):
        clock.seconds = float(second)
        shown.step(f"{second} of 140")
        shown.tick()
    assert stream.getvalue().splitlines() == [
        "Reading the tenant (10 of 140), 10 s",
        "Reading the tenant (70 of 140), 70 s",
        "Reading the tenant (130 of 140), 130 s",
    ]


def test_a_terminal_that_cannot_be_written_over_gets_lines(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    clock = Clock()
    shown = Progress("Checking", terminal.stream, clock)
    clock.seconds = 5.0
    shown.tick()
    assert terminal.seen() == ""
    clock.seconds = 10.0
    shown.tick()
    assert terminal.seen() == "Checking, 10 s\r\n"


def test_what_is_quick_shows_nothing_and_what_is_said_meanwhile_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("Checking") as step:
        step("one")
        console.say("a line")
        console.warn("another")
    assert capsys.readouterr() == ("a line\n", "Warning: another\n")


def test_a_failure_takes_the_line_away(terminal: Terminal) -> None:
    clock = Clock()
    shown = Progress("Checking", terminal.stream, clock)

    def fail() -> None:
        with shown:
            clock.seconds = 3.0
            shown.tick()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert terminal.seen().endswith("\r")
