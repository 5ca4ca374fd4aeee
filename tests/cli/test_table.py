"""Tables are whole at every width: no value is cut, broken or left out."""

from __future__ import annotations

import io
import os
import pty
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.cli.console import cell
from aicore_provider.cli.deployments import newest
from aicore_provider.cli.table import NOTHING, Column, Table, print_lines, table
from aicore_provider.emulator import Emulator
from tests.cli.command import Command
from tests.support.catalogs import offering, version
from tests.support.client import Api

WIDTHS = (0, 1, 20, 33, 40, 60, 79, 80, 81, 100, 120, 160, 200)
NAMES = ("ID", "MODEL", "STATUS", "CONFIGURATION ID", "CAPABILITIES")
COLUMNS = [Column[Sequence[str]](name, itemgetter(place)) for place, name in enumerate(NAMES)]
LONG = "anthropic--claude-4.5-haiku-with-a-name-that-somebody-found-too-short-" + "x" * 60
WORDS = st.one_of(
    st.just(NOTHING),
    st.text(st.sampled_from("abcxyz0189-_.[]"), min_size=1, max_size=90),
    st.text(st.sampled_from("聊天模型日本語e\u0301o\u0308한국"), min_size=1, max_size=40),
    st.lists(st.sampled_from(["text-generation", "image-recognition", "聊天"]), min_size=1, max_size=6).map(", ".join),
)


def printed(made: Table) -> list[str]:
    """The lines as a narrow terminal is sent them."""
    out = io.StringIO()
    print_lines(Console(file=out, width=20, force_terminal=True, color_system=None), made.lines)
    return out.getvalue().splitlines()


@settings(deadline=None)
@given(st.lists(st.tuples(*[WORDS] * len(COLUMNS)), min_size=1, max_size=4), st.integers(20, 200))
def test_every_value_is_there_in_one_piece(rows: Sequence[Sequence[str]], width: int) -> None:
    lines = printed(table(COLUMNS, rows, width))
    values = {cell(text).plain for each in rows for text in each} - {NOTHING}
    for value in values:
        assert any(value in line for line in lines), (value, lines)
    for line in lines:
        # Only what cannot be shorter is longer than the terminal is wide.
        assert cell_len(line.rstrip()) <= width or line.strip() in values


@settings(deadline=None)
@given(st.lists(st.tuples(*[WORDS] * len(COLUMNS)), min_size=1, max_size=4))
def test_columns_stand_below_their_names(rows: Sequence[Sequence[str]]) -> None:
    head, *lines = printed(table(COLUMNS, rows, 10_000))
    for line, texts in zip(lines, rows, strict=True):
        rest, end = line, 0
        for name, text in zip(NAMES, texts, strict=True):
            # What stands before a text is blank, and as wide as what stands before the column's name.
            blank, _, rest = rest.partition(text)
            start = end + len(blank)
            assert (blank.strip(), start) == ("", head.index(name))
            end = start + cell_len(text)


def test_fewer_columns_then_records() -> None:
    found = [["d1a2b3c4", "gpt-5-mini", "RUNNING", "c0000000-1111", "text, code"]]
    assert printed(table(COLUMNS, found, 60)) == [
        "ID        MODEL       STATUS   CONFIGURATION ID",
        "d1a2b3c4  gpt-5-mini  RUNNING  c0000000-1111",
        "  CAPABILITIES text, code",
    ]
    assert printed(table(COLUMNS, found, 30)) == [
        "ID        MODEL       STATUS",
        "d1a2b3c4  gpt-5-mini  RUNNING",
        "  CONFIGURATION ID",
        "    c0000000-1111",
        "  CAPABILITIES text, code",
    ]
    assert printed(table(COLUMNS, found, 19)) == [
        "ID d1a2b3c4",
        "  MODEL gpt-5-mini",
        "  STATUS RUNNING",
        "  CONFIGURATION ID",
        "    c0000000-1111",
        "  CAPABILITIES",
        "    text, code",
    ]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> Iterator[Callable[..., str]]:
    """Runs a command at a terminal of some width, and returns what that was sent."""
    for name, value in {**emulator.environment(), "AICORE_HOME": "/nowhere", "PATH": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    leader, follower = pty.openpty()

    def run(*arguments: str, **environment: str) -> str:
        for name, value in {"TERM": "xterm", "NO_COLOR": "1", **environment}.items():
            monkeypatch.setenv(name, value)
        sent = ""
        with os.fdopen(os.dup(follower), "w", encoding="utf-8") as screen, redirect_stdout(screen):
            with pytest.raises(SystemExit):
                aicore_provider(arguments)
            screen.write("\x00")
        while "\x00" not in sent:
            sent += os.read(leader, 65536).decode()
        return sent.partition("\x00")[0].replace("\r\n", "\n")

    yield run
    os.close(leader)
    os.close(follower)


def offer(emulator: Emulator) -> None:
    made: dict[str, Any] = {
        "versions": [
            version("2025-05-01", deprecated=True, suggestedReplacements=["gpt-5-mini"], contextLength=400_000),
            version(LONG, isLatest=True, capabilities=["text-generation", "image-recognition", "reasoning"]),
        ]
    }
    emulator.faults = [offering({"gpt-5-mini": made})]


@pytest.mark.parametrize("width", WIDTHS)
def test_models_and_upgrade(
    terminal: Callable[..., str], emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    offer(emulator)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    entries = f'{{chat: {{model: gpt-5-mini, version: "2025-05-01"}}, {LONG}: {{model: gpt-5-mini, version: latest}}}}'
    (tmp_path / "Pulumi.dev.yaml").write_text(f"config:\n  aicore:deployments: {entries}\n")
    for environment in ({}, {"TERM": "dumb"}, {"NO_COLOR": "", "FORCE_COLOR": "1"}):
        models = terminal("models", "gpt-5-mini", COLUMNS=str(width), **environment)
        for text in ("gpt-5-mini", "2025-05-01", LONG, "azure-openai", "400,000", "text-generation, image-recognition"):
            assert text in models
        upgrade = terminal("upgrade", "--stack", "dev", COLUMNS=str(width), **environment)
        for text in ("chat", LONG, "2025-05-01", f"version {LONG}"):
            assert text in upgrade


@pytest.mark.parametrize("width", WIDTHS)
def test_deployments(terminal: Callable[..., str], api: Api, width: int) -> None:
    configuration = api.configuration(name="n" * 120)
    id_ = api.running(configuration)
    for environment in ({}, {"TERM": "dumb"}):
        shown = terminal("deployments", COLUMNS=str(width), **environment)
        for text in (id_, "gpt-5-mini", "2025-08-07", "RUNNING", "azure-openai", configuration, "n" * 120):
            assert text in shown


@pytest.mark.parametrize(
    "variables", [{"FORCE_COLOR": "1"}, {"COLUMNS": "40"}, {"TTY_COMPATIBLE": "1"}, {"TERM": "dumb"}]
)
def test_outside_of_a_terminal_a_row_is_a_line(command: Command, api: Api, variables: dict[str, str]) -> None:
    ids = [api.running(api.configuration(name="n" * 200)) for _ in range(2)]
    ended = command("deployments", **variables)
    assert [id_ in line for id_, line in zip(ids, ended.stdout.splitlines()[1:], strict=True)] == [True, True]
    refused = command("deployments", "--watch", **variables)
    assert (refused.exit_code, "--watch needs a terminal" in refused.stderr) == (2, True)


def test_a_terminal_that_cannot_be_written_over_cannot_be_watched(terminal: Callable[..., str]) -> None:
    assert terminal("deployments", "--watch", TERM="dumb") == ""


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(2, 30), st.integers(20, 200))
def test_a_low_terminal_shows_the_newest_and_says_what_is_older(count: int, height: int, width: int) -> None:
    rows = [[f"d{place:08}", "gpt-5-mini", "RUNNING", "c" * 36, ""] for place in range(count)]
    terminal = Console(width=width, height=height)
    lines = [line.plain.rstrip() for line in newest(table(COLUMNS, rows, width), terminal, height)]
    shown = [place for place in range(count) if any(f"d{place:08}" in line for line in lines)]
    assert shown == list(range(count))[-len(shown) :]
    assert len(lines) <= height or len(shown) == 1
    if len(shown) < count:
        assert " ".join(lines).startswith(f"{count - len(shown)} older not shown")
