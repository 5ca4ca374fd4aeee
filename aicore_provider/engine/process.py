"""The process that serves the engine. It ends waiting on Ctrl-C, and ends itself when the engine is gone."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.clock import SystemClock
from aicore_provider.engine.engine import Engine
from aicore_provider.terminal import printable
from aicore_provider.unexpected import REPORT_IT, redacted_traceback, summary_of

if TYPE_CHECKING:
    from aicore_provider.engine.concealed import ConcealedTexts
    from aicore_provider.kinds.session import Session

_LIMITS = "AICORE_PROVIDER_LIMITS"
"""An environment variable with other time limits as JSON, for tests of this process: see `Limits.parse`."""
_TIMEOUT_S = 5.0
_CHECK_INTERVAL_S = 0.5
_MISSES = 2
"""The engine counts as gone when it has not answered so many times in a row."""


class ProviderProcess:
    """This process, the host of the kinds' calls. Safe for many threads. No line shows the `concealed` secrets.

    `interrupted` is set when the user has interrupted the command, or the engine is gone: every wait ends.
    """

    def __init__(self, engine: Engine, current_urn: Callable[[], str]) -> None:
        """Begin; `current_urn` returns the URN of the call that the asking thread serves, "" for none."""
        self.concealed: ConcealedTexts = engine.concealed
        self.interrupted: threading.Event = threading.Event()
        self._engine = engine
        self._current_urn = current_urn
        self._abandoned = threading.Event()
        """Set when nobody takes an answer any more: the engine is gone, or has ended its calls on a second Ctrl-C."""
        self._changed = threading.Condition()
        self._serving = 0
        self._starting = threading.Lock()
        self._session: Session | None = None

    def session(self, config: Callable[[str], str | None], stack: str) -> Session:
        """Return the session, which is the same for all providers of this process. The first call opens it.

        `config` returns a value of the stack's configuration by its key, None for none; the name `stack` is "" when
        unknown.

        Raises:
            AICoreError: a key about the checks has a value that is not allowed.
        """
        from aicore_provider.kinds.session import open_session
        from aicore_provider.lifecycle.limits import Limits

        with self._starting:
            if self._session is None:
                try:
                    limits = Limits.parse(os.environ.get(_LIMITS, "{}"))
                except ValueError as error:
                    raise AICoreError(f"{_LIMITS} cannot be used: {error}.") from None
                self._session = open_session(config, stack, os.environ, self, limits)
            return self._session

    # --- what people see ----------------------------------------------------------------------------------------------

    def info(self, text: str) -> None:
        """Show a line at the resource of the call."""
        self._engine.log("INFO", text, self._current_urn())

    def warn(self, text: str) -> None:
        """Show a warning at the resource of the call."""
        self._engine.log("WARNING", text, self._current_urn())

    def announce(self, text: str) -> None:
        """Show a line at the stack."""
        self._engine.log("INFO", text)

    def progress(self, text: str) -> None:
        """A live status line."""
        self._engine.log("INFO", text, self._current_urn(), ephemeral=True)

    def debug(self, text: str) -> None:
        """Show a line with `pulumi --debug`."""
        self._engine.log("DEBUG", text)

    def debug_traceback(self, fault: BaseException | None) -> None:
        """Show the traceback of an unexpected error, without values, with `pulumi --debug`; None shows nothing."""
        if fault is not None:
            self.debug(f"traceback without values:\n{redacted_traceback(fault)}")

    def clean(self, text: str) -> str:
        """Return a text without secrets, and without what a terminal would obey."""
        return printable(self.concealed.hide(text))

    def text_of(self, error: Exception) -> str:
        """Return what people are told when an error ends a call. Its traceback is shown with `pulumi --debug`.

        That is the error's own text for an `AICoreError`. For any other error the text says that this package has a
        fault, and names kind and place of the error.
        """
        if isinstance(error, AICoreError):
            self.debug_traceback(error.__cause__)
            return self.clean(str(error))
        self.debug_traceback(error)
        return self.clean(f"aicore-provider has a fault: {summary_of(error)}.\n{REPORT_IT}")

    # --- calls, and their end -----------------------------------------------------------------------------------------

    @contextmanager
    def track_call(self, context: Any) -> Iterator[None]:
        """Serve a call in this block. When the engine ends the call meanwhile, every wait of this process ends."""
        over = threading.Event()

        def ended() -> None:
            if not over.is_set():
                self._abandon()

        with self._changed:
            self._serving += 1
        try:
            # A context without this method does not tell that its call has ended; the end of the engine is noticed
            # still.
            add_callback = getattr(context, "add_callback", None)
            if add_callback and add_callback(ended) is False:
                self._abandon()
            yield
        finally:
            over.set()
            with self._changed:
                self._serving -= 1
                self._changed.notify_all()

    def is_active(self, context: Any) -> bool:
        """Whether the engine still waits for the answer to a call; True when that is not known."""
        is_active = getattr(context, "is_active", None)
        return not self._abandoned.is_set() and (is_active is None or bool(is_active()))

    def cancel(self, context: Any) -> None:
        """End every wait. The engine asks for that on Ctrl-C, and at the end of every operation, when nothing runs."""
        with self._changed:
            is_end = self._serving == 0
        if is_end:
            self._warn_of_orphans(_patience_s(context))
        self.interrupted.set()

    def watch_engine(self) -> None:
        """End this process when that of the engine is gone. Else a call would go on until its time-out."""
        threading.Thread(target=self._exit_with_engine, daemon=True, name="engine watch").start()

    def attempt(self, what: str, change: Callable[[], None]) -> None:
        """Run something that may fail without harm."""
        try:
            change()
        except Exception as error:
            self.debug(f"{what} failed, which changes nothing else: {error!r}")

    def _warn_of_orphans(self, timeout_s: float) -> None:
        if self._session is None:
            return
        warning = threading.Thread(
            target=self.attempt, args=("looking for orphans", self._session.warn_of_orphans), daemon=True
        )
        warning.start()
        # The engine waits for this answer, and must not be kept by a service that does not.
        warning.join(timeout_s)

    def _abandon(self) -> None:
        self._abandoned.set()
        self.interrupted.set()

    def _exit_with_engine(self) -> None:
        """Return where the end of the engine cannot be noticed."""
        try:
            if not self._engine.is_there():
                return  # It does not answer at all, so its end could not be noticed.
        except Exception:  # Pulumi's insides have changed, or there is no engine.
            return
        clock, misses = SystemClock(), 0
        while misses < _MISSES:
            clock.sleep(_CHECK_INTERVAL_S)
            misses = 0 if self._engine.is_there() else misses + 1
        self._abandon()
        with self._changed:
            self._changed.wait_for(lambda: self._serving == 0)
        # No SIGINT to the main thread: it is ignored where a shell has started the engine in the background.
        os._exit(1)


def _patience_s(context: Any) -> float:
    """Return how long the engine lets its last call take.

    It gives all processes of a command five seconds together, one after the other, and takes one that answers later for
    crashed (`ReleaseContext` in `host.go` of Pulumi's `pkg`, 3.259). So half of what is left is for the others.
    """
    time_remaining = getattr(context, "time_remaining", None)
    left = time_remaining() if time_remaining else None
    return _TIMEOUT_S if left is None else min(_TIMEOUT_S, left / 2)
