"""Pages whose commands are run, and whose shown output is compared with what really came.

In a page each block of the language `sh` is a step. One shell runs them all in their order, so that a variable, a
folder or a background process of one block is there in the next. A block `text` or `json` between a step and the next
one is what the step prints, on stdout and stderr. Blocks of other languages are of no concern here.

- A line `...` in what is shown stands for any number of lines, and `…` within a line for any text.
- Ids are examples. One that is shown twice must be the same one both times, and two that differ must differ.
- Times and durations may differ.
- `<!-- fails -->` above a step says that its last command fails; `<!-- not run: REASON -->` that it is only to be read.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.engine_stack import QUIET
from sandbox.environment import path_with

_BLOCK = re.compile(
    r"(?:<!-- (?P<note>[^\n]*?) -->\n+)?^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
_FAILS, _NOT_RUN = "fails", "not run: "
_OUTPUT = ("text", "json")
_ANY_LINES, _ANY_TEXT = "...", "…"
_IDS = (
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\b[a-z][0-9a-f]{15}\b",
)
_OTHERS = (
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?",
    r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?\b",
    r"\b(?:\d+m)?\d+(?:\.\d+)?s\b",
    r"\(\d+:\d\d\)",
)
_VARYING = re.compile("|".join(f"({each})" for each in (*_IDS, *_OTHERS, _ANY_TEXT)))
_STACK = "pulumi:pulumi:Stack"
_OUTPUTS = re.compile(r"^Outputs:\n(?: .*\n)*\n", re.MULTILINE)
_MARK = "\x1e"
_SUCCEEDED_BUT_SHOULD_FAIL = 97
_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Step:
    """Commands that are run, and what they are said to print.

    Attributes:
        commands: as the page has them.
        shown: what the page shows of the output; None where it shows nothing.
        line: of the page, where the commands begin.
        fails: whether the last command must fail.
    """

    commands: str
    shown: str | None = None
    line: int = 0
    fails: bool = False


def steps_of(page: str) -> list[Step]:
    """Return the steps of a page, in its order, without those that are not run."""
    steps: list[Step] = []
    is_run = False
    for block in _BLOCK.finditer(page):
        note = block["note"] or ""
        body = re.sub(f"^{block['indent']}", "", block["body"], flags=re.MULTILINE)
        if block["language"] == "sh":
            is_run = not note.startswith(_NOT_RUN)
            if is_run:
                line = page.count("\n", 0, block.start("body")) + 1
                steps.append(Step(body, line=line, fails=note == _FAILS))
        elif block["language"] in _OUTPUT and is_run and steps[-1].shown is None:
            steps[-1] = replace(steps[-1], shown=body)
    return steps


def follow(
    steps: Sequence[Step], folder: Path, environment: Mapping[str, str], shown_as: Mapping[str, str] | None = None
) -> list[str]:
    """Run steps, compare what they print with what is shown, and return what each has printed.

    Args:
        steps: such as `steps_of(page)`, or those of several pages.
        folder: in which the first step begins.
        environment: of the shell.
        shown_as: what the pages have in the place of something here, such as of the address of this emulator, by what
            it is here. An id that a page has shown stands for the real one in its later commands as well.

    Raises:
        AssertionError: a step ends otherwise than it should, or prints something else. The text has the line of the
            page and everything that the step has printed.
    """
    here = dict(shown_as or {})
    known: dict[str, str] = {}
    texts = []
    with _shell(folder, environment) as shell:
        for step in steps:
            real = {page: real for real, page in here.items()} | known
            text, code = _run(shell, replace(step, commands=_replaced(step.commands, real)))
            texts.append(_replaced(text, here))
            wrong = None if code is None else f"ends with exit code {code}"
            if code == _SUCCEEDED_BUT_SHOULD_FAIL:
                wrong = "succeeds, and should fail"
            shown = step.shown and without_hidden_outputs(step.shown, texts[-1])
            if not wrong and (missing := difference(shown, texts[-1], known)) is not None:
                wrong = f"does not print\n{missing}"
            if wrong:
                raise AssertionError(f"line {step.line}:\n{step.commands}{wrong}\n--- It prints\n{texts[-1]}")
    return texts


def difference(shown: str | None, printed: str, known: dict[str, str]) -> str | None:
    """Return the lines that are shown and were not printed; None where all were.

    Args:
        shown: may have `...` and `…`; None for nothing.
        printed: what came.
        known: real ids by those that are shown; new ones are added.
    """
    if shown is None:
        return None
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    parts = _parts(shown.strip("\n").splitlines())
    at = 0
    for number, part in enumerate(parts):
        end = len(lines) - len(part)
        is_first, is_last = number == 0, number == len(parts) - 1
        for begin in range(at, end + 1):
            is_possible = (begin == 0 or not is_first) and (begin == end or not is_last)
            if is_possible and (ids := _same(part, lines[begin:], known)) is not None:
                known |= ids
                at = begin + len(part)
                break
        else:
            return "\n".join(part) or "(nothing more)"
    return None


def without_hidden_outputs(shown: str, printed: str) -> str:
    """Return what is shown without the outputs of the stack, where Pulumi's display has lost them.

    It does, whatever the outputs are, when it hears of another resource before the stack; the order of a refresh
    decides that (`getRowForURN` in `progress.go` of Pulumi's `pkg`, 3.259). The state has them all the same.
    """
    first = next((line for line in printed.splitlines() if " refreshing (" in line), _STACK)
    return shown if _STACK in first or "\nOutputs:\n" in printed else _OUTPUTS.sub("", shown)


def _parts(shown: Sequence[str]) -> list[list[str]]:
    """Return the lines between those that stand for any number of them. The first and the last part may be empty."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line.strip() == _ANY_LINES:
            parts.append([])
        else:
            parts[-1].append(line.rstrip())
    return parts


def _same(shown: Sequence[str], printed: Sequence[str], known: Mapping[str, str]) -> dict[str, str] | None:
    """Return the real ids by those that are shown, where the lines are the same apart from what may differ."""
    ids = dict(known)
    for pattern, line in zip(shown, printed, strict=False):
        varying = list(_VARYING.finditer(pattern))
        if (match := re.fullmatch("".join(_expressions(pattern, varying)), line)) is None:
            return None
        for example, real in zip(varying, match.groups(), strict=True):
            if example.lastindex is not None and example.lastindex <= len(_IDS):
                others = {other for shown_id, other in ids.items() if shown_id != example[0]}
                if ids.setdefault(example[0], real) != real or real in others:
                    return None
    return ids


def _expressions(pattern: str, varying: Sequence[re.Match[str]]) -> Iterator[str]:
    end = 0
    for example in varying:
        yield re.escape(pattern[end : example.start()])
        kind = (example.lastindex or 0) - 1
        yield "(.*?)" if example[0] == _ANY_TEXT else f"({(*_IDS, *_OTHERS)[kind]})"
        end = example.end()
    yield re.escape(pattern[end:])


@contextmanager
def _shell(folder: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A shell that ends at the first command that fails; what it has left running is ended after the block."""
    with subprocess.Popen(
        ["bash", "-e", "-o", "pipefail"],  # noqa: S607
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as shell:
        watch = threading.Timer(_TIMEOUT_S, _end_group, [shell.pid])
        watch.start()
        try:
            yield shell
        finally:
            watch.cancel()
            _end_group(shell.pid)


def _run(shell: subprocess.Popen[str], step: Step) -> tuple[str, int | None]:
    """Run a step, and return what it prints, with the exit code of the shell where that has ended."""
    assert shell.stdin
    assert shell.stdout
    commands = f"{{\n{step.commands}}} </dev/null\n"
    if step.fails:
        commands = f"set +e\n{commands}[ $? -ne 0 ] || exit {_SUCCEEDED_BUT_SHOULD_FAIL}\nset -e\n"
    shell.stdin.write(f"{commands}printf '{_MARK}\\n'\n")
    shell.stdin.flush()
    printed = ""
    for line in shell.stdout:
        printed += line
        if line.endswith(f"{_MARK}\n"):
            return printed.removesuffix(f"{_MARK}\n"), None
    return printed, shell.wait()


def _end_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def engine_environment(home: Path, pulumi: Path) -> dict[str, str]:
    """Return the environment of a shell in which `pulumi` and `aicore-provider` are on PATH.

    It names no service and no backend: a page does that itself.

    Args:
        home: the folder of the person, who is new here: it is empty, and Pulumi keeps everything in it.
        pulumi: folder whose `bin/pulumi` is the CLI.
    """
    programs = [Path(sys.prefix) / "bin", pulumi / "bin"]
    return {
        **os.environ,
        **{name: value for name, value in QUIET.items() if name != "PULUMI_CONFIG_PASSPHRASE"},
        "PATH": path_with(programs, os.environ["PATH"]),
        "HOME": str(home),
        # Pulumi takes another home from the system than from the variable.
        "PULUMI_HOME": str(home / ".pulumi"),
        # Who reads a page is asked before each change.
        "PULUMI_SKIP_CONFIRMATIONS": "true",
    }


def _replaced(text: str, by: Mapping[str, str]) -> str:
    for old, new in by.items():
        text = text.replace(old, new)
    return text
