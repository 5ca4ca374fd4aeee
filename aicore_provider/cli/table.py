"""Tables of deployments, for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from aicore_provider.cli.console import cell

if TYPE_CHECKING:
    from rich.table import Table

STATUS = "STATUS"
"""The column that is coloured by its first word, a deployment's status."""
NOTHING = "-"

_COLOURS = {"RUNNING": "green", "PENDING": "yellow", "STOPPING": "yellow", "DEAD": "red"}


def table(columns: Sequence[str], unbroken: Collection[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table without lines.

    Args:
        columns: their names.
        unbroken: those whose cells must stay in one piece.
        rows: a cell for each column.
    """
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(name, no_wrap=name in unbroken, overflow="fold")
    for row in rows:
        made.add_row(
            *(
                cell(text, _COLOURS.get(text.partition(" ")[0], "") if name == STATUS else "")
                for name, text in zip(columns, row, strict=True)
            )
        )
    return made
