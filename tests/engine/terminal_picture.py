"""`make terminal-picture`: the picture of a terminal in the README, in which a model is changed.

The commands run in a pseudo-terminal, in a clone with a sandbox of its own. What the picture shows is what they have
printed. Parts are left out, where it has a line `⋯`; nothing else is changed.
"""

from __future__ import annotations

import os
import pty
import re
import struct
import sys
import tempfile
from collections.abc import Mapping
from fcntl import ioctl
from io import StringIO
from pathlib import Path
from termios import TIOCSWINSZ
from xml.sax.saxutils import escape

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from sandbox import pulumi_cli
from sandbox.emulator import stop
from sandbox.engine_stack import ROOT
from tests.support.clones import clone
from tests.support.documents import engine_environment

PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
CHANGE = "sed -i 's/gpt-5-mini/gpt-5/' stacks/Pulumi.sandbox.yaml"
UP = "make up"
COLUMNS, ROWS = 92, 60
LEFT_OUT = "\x1b[90m⋯\x1b[0m"
_MARKS = re.compile(
    r"\x1b\[(?P<up>\d+)A|(?P<other>\x1b\[[0-9;?]*[A-Zhln]|\x1b\][^\x1b]*\x1b\\|\r(?!\n))|(?P<end>\r?\n)"
)
_PALETTE = re.compile(r"\x1b\[38;5;(\d|1[0-5])m")
_THEME = TerminalTheme(
    background=(18, 22, 28),
    foreground=(230, 234, 240),
    normal=[
        (18, 22, 28),
        (255, 154, 159),
        (127, 220, 161),
        (243, 200, 107),
        (108, 176, 255),
        (229, 163, 255),
        (126, 214, 223),
        (230, 234, 240),
    ],
    bright=[
        (152, 164, 181),
        (255, 154, 159),
        (127, 220, 161),
        (243, 200, 107),
        (108, 176, 255),
        (229, 163, 255),
        (126, 214, 223),
        (255, 255, 255),
    ],
)
# As Rich's own, without its fonts, which a browser would load from elsewhere, and with a title and a description.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="TITLE DESCRIPTION">
<title id="TITLE">A model is changed, and its deployment keeps its id and its URL</title>
<desc id="DESCRIPTION">DESCRIBED</desc>
<style>
.{unique_id}-matrix, .{unique_id}-title {{
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
.{unique_id}-title {{ font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def recorded(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a command in a pseudo-terminal, and return everything that it has written."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe("sh", ["sh", "-c", command], environment)  # noqa: S606, S607
    ioctl(terminal, TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    written = bytearray()
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            # Linux says so where the program has ended.
            break
        written += part
    _, status = os.waitpid(process, 0)
    if status:
        sys.exit(f"{command} failed:\n{written.decode()}")
    return written.decode()


def screen(written: str) -> list[str]:
    """Return the lines that a terminal shows in the end, with their colours.

    Pulumi writes its table anew for each change: it goes up some lines, and writes whole lines from there.
    """
    lines: list[str] = [""]
    row, end = 0, 0
    is_new = True
    for mark in _MARKS.finditer(written):
        if text := written[end : mark.start()]:
            lines[row] = text if is_new else lines[row] + text
            is_new = False
        end = mark.end()
        if mark["up"]:
            row, is_new = max(0, row - int(mark["up"])), True
        elif mark["end"]:
            if is_new:
                lines[row] = ""
            row, is_new = row + 1, True
            lines += [""] * (row + 1 - len(lines))
    return lines


def story(first: list[str], second: list[str]) -> list[str]:
    """Return the lines of the picture, of what two times `make up` show."""
    before = first[_line(first, "Deployments of the sandbox") : _line(first, "Use pulumi on it")]
    updating = second[_line(second, "Updating") : _line(second, "Use pulumi on it")]
    prompt = "\x1b[1m$\x1b[0m "
    return [
        *(f"{prompt}{UP}", LEFT_OUT, *before, ""),
        *(f"{prompt}{CHANGE}", f"{prompt}{UP}", LEFT_OUT, *updating),
    ]


def _line(lines: list[str], text: str) -> int:
    return next(number for number, line in enumerate(lines) if text in line)


def drawn(lines: list[str]) -> str:
    """Return the picture."""
    console = Console(record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=StringIO())
    for line in lines:
        # The first 16 colours of a terminal are those of its theme.
        themed = _PALETTE.sub(lambda found: f"\x1b[{_code(int(found[1]))}m", line)
        for row in _wrapped(Text.from_ansi(themed)):
            console.print(row, no_wrap=True, crop=True)
    ids = dict.fromkeys(re.findall(r"\bd[0-9a-f]{15}\b", "\n".join(lines)))
    described = (
        f"A terminal. make up brings up two deployments, chat with the model gpt-5-mini and the id {next(iter(ids))}, "
        "and embeddings. sed changes gpt-5-mini to gpt-5 in stacks/Pulumi.sandbox.yaml. make up updates one resource, "
        "and then shows chat with gpt-5, with the same id and the same URL as before."
    )
    return console.export_svg(
        title="make up",
        theme=_THEME,
        code_format=_FORMAT.replace("DESCRIBED", escape(described)),
        unique_id="terminal",
    )


def _code(number: int) -> int:
    return 30 + number if number < 8 else 82 + number


def _wrapped(text: Text) -> list[Text]:
    return list(text.divide(range(COLUMNS, len(text), COLUMNS))) if text else [text]


def main() -> None:
    """Record, and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        layout = clone(Path(folder, "aicore"))
        environment = {**engine_environment(home, pulumi_cli.ensure().root), "TERM": "xterm-256color"}
        try:
            first = recorded(UP, layout.project, environment)
            recorded(CHANGE, layout.project, environment)
            second = recorded(UP, layout.project, environment)
        finally:
            stop(layout)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(story(screen(first), screen(second))), encoding="utf-8")


if __name__ == "__main__":
    main()
