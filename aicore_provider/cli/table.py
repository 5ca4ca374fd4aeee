"""Tables for people, whole at every width: what does not fit beside the first columns stands below them, with its name.

No text is ever broken or cut. One that is longer than the terminal is wide runs over its end, where the terminal wraps
it and a copy of it is still in one piece.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from aicore_provider.cli.console import cell

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STATUS = "STATUS"
"""The column that is coloured by its first word, a deployment's status."""
NOTHING = "-"

_COLOURS = {"RUNNING": "green", "PENDING": "yellow", "STOPPING": "yellow", "DEAD": "red"}
_FEWEST = 2
"""Columns of a table; where fewer fit, every row is a record."""
_GAP, _INDENT = "  ", "  "


@dataclass(frozen=True)
class Table:
    """A table as lines.

    Attributes:
        head: the line with the columns' names; none above records.
        rows: the lines of each row.
    """

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    @property
    def lines(self) -> tuple[Text, ...]:
        """All of them."""
        return (*self.head, *(line for row in self.rows for line in row))


def row(columns: Sequence[str], texts: Sequence[str], styles: Mapping[str, str] | None = None) -> list[Text]:
    """The cells of a row.

    Args:
        columns: the names of all columns.
        texts: one for each of them.
        styles: by column; a status has its colour without.
    """
    chosen = styles or {}
    return [
        cell(text, _COLOURS.get(text.partition(" ")[0], "") if name == STATUS else chosen.get(name, ""))
        for name, text in zip(columns, texts, strict=True)
    ]


def table(columns: Sequence[str], rows: Iterable[Sequence[Text]], width: int) -> Table:
    """A table without rules.

    Args:
        columns: their names, the most important first.
        rows: a cell for each column.
        width: of the terminal, in characters of the narrow kind.
    """
    found = list(rows)
    names = [cell(name, "bold") for name in columns]
    widths = [max(each.cell_len for each in column) for column in zip(names, *found, strict=True)]
    ends = accumulate(size + (len(_GAP) if place else 0) for place, size in enumerate(widths))
    fitting = sum(end <= width for end in ends)
    if fitting < min(_FEWEST, len(columns)):
        return Table((), tuple(tuple(_record(columns, each, width)) for each in found))
    below = columns[fitting:]
    return Table(
        (_aligned(names[:fitting], widths),),
        tuple((_aligned(each[:fitting], widths), *_pairs(below, each[fitting:], width)) for each in found),
    )


def retirement(on: dt.date, days_left: int, *, deprecated: bool) -> str:
    """When a version retires, as a cell says it."""
    when = f"{on} (retired)" if days_left <= 0 else f"{on} ({days_left}d)"
    return f"{when} deprecated" if deprecated else when


def show(out: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are."""
    from rich.console import Group

    out.print(Group(*lines), soft_wrap=True)


def _aligned(cells: Sequence[Text], widths: Sequence[int]) -> Text:
    line = cell("")
    for each, size in zip(cells[:-1], widths, strict=False):
        line = line + each + " " * (size - each.cell_len) + _GAP
    return line + cells[-1]


def _record(columns: Sequence[str], cells: Sequence[Text], width: int) -> list[Text]:
    """The first cell at the edge, the others below it."""
    return [*_lines(columns[0], cells[0], width, ""), *_pairs(columns[1:], cells[1:], width)]


def _pairs(columns: Sequence[str], cells: Sequence[Text], width: int) -> list[Text]:
    """Names and values, as many on a line as fit; what is not there is left out."""
    lines: list[Text] = []
    for name, value in zip(columns, cells, strict=True):
        if value.plain == NOTHING:
            continue
        first, *others = _lines(name, value, width, _INDENT)
        beside = len(_GAP) + first.cell_len - len(_INDENT)
        if lines and not others and lines[-1].cell_len + beside <= width:
            lines[-1] = lines[-1] + _GAP + first[len(_INDENT) :]
        else:
            lines += [first, *others]
    return lines


def _lines(name: str, value: Text, width: int, indent: str) -> list[Text]:
    """A name with its value; below it where they do not fit side by side."""
    label = cell("") + indent + cell(name, "dim")
    together = label + " " + value
    return [together] if together.cell_len <= width else [label, cell("") + indent + _INDENT + value]
