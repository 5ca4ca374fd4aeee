"""A line on stderr about what is being waited for."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import TextIO

from rich.cells import cell_len, set_cell_size

from aicore_provider.terminal import printable

_TICK_S = 1.0
_FIRST_S = 1.0
"""At a terminal, what takes less shows nothing."""
_USUAL_COLUMNS = 80
_FIRST_PLAIN_S, _PLAIN_EVERY_S = 10.0, 60.0


def plain_line_is_due(elapsed_s: float, told_s: float | None) -> bool:
    """Return whether to print a line where there is no terminal. `told_s` is when the last one was printed."""
    return elapsed_s >= (_FIRST_PLAIN_S if told_s is None else told_s + _PLAIN_EVERY_S)


def line(what: str, step: str, elapsed_s: float) -> str:
    """Return the line, such as `Reading the tenant (3 of 12), 4 s`."""
    return f"{printable(what)}{f' ({printable(step)})' if step else ''}, {elapsed_s:.0f} s"


@dataclass
class Progress:
    """What is being waited for, since when, and how far it is. Times are in seconds.

    As a context it has a thread that shows the line; a test calls `tick` by itself.
    """

    what: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = monotonic
    _step: str = ""
    _shown: str = ""
    _told_s: float | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Begin to count."""
        self._since = self.now()
        self._can_be_written_over = self.stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")

    def __enter__(self) -> Progress:
        """Start the thread."""
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End it, and take the line away."""
        self._ended.set()
        self._thread.join()
        with self._lock:
            self._erase()

    def step(self, text: str) -> None:
        """Note how far it is; any thread may call this."""
        self._step = text

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the line away while something else is printed."""
        with self._lock:
            self._erase()
            yield

    def tick(self) -> None:
        """Bring the line up to date."""
        elapsed_s = self.now() - self._since
        text = line(self.what, self._step, elapsed_s)
        with self._lock:
            if self._can_be_written_over:
                if elapsed_s >= _FIRST_S:
                    self._write_over(text)
            elif plain_line_is_due(elapsed_s, self._told_s):
                self._told_s = elapsed_s
                self._write(f"{text}\n")

    def _watch(self) -> None:
        while not self._ended.wait(_TICK_S):
            self.tick()

    def _write_over(self, text: str) -> None:
        # A line that is wrapped cannot be taken away again.
        width = self._columns() - 1
        text = text if cell_len(text) <= width else set_cell_size(text, width)
        self._erase()
        self._write(text)
        self._shown = text

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self.stream.fileno()).columns or _USUAL_COLUMNS
        except OSError:
            return _USUAL_COLUMNS

    def _erase(self) -> None:
        if self._shown:
            self._write(f"\r{' ' * cell_len(self._shown)}\r")
            self._shown = ""

    def _write(self, text: str) -> None:
        # Where nothing can be written, there is nobody to tell.
        with suppress(OSError, ValueError):
            self.stream.write(text)
            self.stream.flush()
