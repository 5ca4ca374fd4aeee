"""Tables for people that are complete at every width: columns that do not fit are below their row, with their names.

No text is broken or cut. The terminal wraps a text that is longer than a line, so that a copy of it is in one piece.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

from aicore_provider.cli.console import cell, console

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

T = TypeVar("T")

NOTHING = "-"
"""Shown in a cell without a text."""

_FEWEST = 2
"""Columns that must fit side by side; otherwise every row is shown as a record."""
_GAP, _INDENT = "  ", "  "


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column of a table: its name, and the text and style of its cell for an object."""

    name: str
    text: Callable[[T], str | None]
    style: Callable[[T], str] = lambda _: ""

    def cell(self, of: T) -> Text:
        """Return the cell for an object."""
        return cell(self.text(of) or NOTHING, self.style(of))


@dataclass(frozen=True)
class Table:
    """The lines of a table.

    `head` has the names of the columns, and is empty when every row is a record; `rows` has the lines of each row.
    """

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    @property
    def lines(self) -> tuple[Text, ...]:
        """All of them."""
        return (*self.head, *(line for row in self.rows for line in row))


def table(columns: Sequence[Column[T]], objects: Iterable[T], width: int) -> Table:
    """Lay out a table for a terminal of `width` columns. The most important column is the first one."""
    found = [[column.cell(each) for column in columns] for each in objects]
    heads = [cell(column.name, "bold") for column in columns]
    widths = [max(each.cell_len for each in cells) for cells in zip(heads, *found, strict=True)]
    ends = accumulate(size + (len(_GAP) if place else 0) for place, size in enumerate(widths))
    fitting = sum(end <= width for end in ends)
    names = [column.name for column in columns]
    if fitting < min(_FEWEST, len(columns)):
        return Table((), tuple(tuple(_record(names, each, width)) for each in found))
    return Table(
        (_aligned(heads[:fitting], widths),),
        tuple((_aligned(each[:fitting], widths), *_pairs(names[fitting:], each[fitting:], width)) for each in found),
    )


def show(columns: Sequence[Column[T]], objects: Iterable[T]) -> None:
    """Print a table."""
    out = console()
    print_lines(out, table(columns, objects, out.width).lines)


def retirement(on: dt.date | None, days_left: int | None, *, deprecated: bool, otherwise: str = "") -> str:
    """Return the text of a cell for the day on which a version retires; `otherwise` when the day is not known."""
    when = otherwise if days_left is None else f"{on} (retired)" if days_left <= 0 else f"{on} ({days_left}d)"
    return " ".join(filter(None, (when, "deprecated" if deprecated else "")))


def print_lines(out: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are."""
    from rich.console import Group

    out.print(Group(*lines), soft_wrap=True)


def _aligned(cells: Sequence[Text], widths: Sequence[int]) -> Text:
    line = cell("")
    for each, size in zip(cells[:-1], widths, strict=False):
        line = line + each + " " * (size - each.cell_len) + _GAP
    return line + cells[-1]


def _record(columns: Sequence[str], cells: Sequence[Text], width: int) -> list[Text]:
    return [*_lines(columns[0], cells[0], width, ""), *_pairs(columns[1:], cells[1:], width)]


def _pairs(columns: Sequence[str], cells: Sequence[Text], width: int) -> list[Text]:
    """Return names and values, as many on a line as fit, without empty ones."""
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
    """Return a name with its value, on two lines when they do not fit on one."""
    label = cell("") + indent + cell(name, "dim")
    together = label + " " + value
    return [together] if together.cell_len <= width else [label, cell("") + indent + _INDENT + value]
