"""The plugin process: runs many calls at once, ends waiting on Ctrl-C, and ends itself when the engine is gone.

Pulumi's plugin process runs four calls at a time, ignores the engine's `Cancel`, and outlives a killed engine. To
change that, its gRPC server is looked up among all live objects; its thread pool and its handler of `Cancel` are
replaced.

Fallback: four calls at a time, and a call that waits ends by its own time-out.
"""

from __future__ import annotations

import functools
import gc
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aicore_provider.api.errors import AICoreError
from aicore_provider.clock import SystemClock
from aicore_provider.dynamic.call import current_call
from aicore_provider.dynamic.engine import Engine

if TYPE_CHECKING:
    from aicore_provider.kinds.session import Session

_LIMITS = "AICORE_PROVIDER_LIMITS"
"""An environment variable with other time limits as JSON, for tests of the plugin process: see `Limits.parse`."""
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"
_TIMEOUT_S = 5.0
_CHECK_INTERVAL_S = 0.5
_MISSES = 2
"""The engine counts as gone when it has not answered so many times in a row."""


class PluginProcess:
    """This process, the host of the kinds' calls. Safe for many threads. No line shows the `concealed` secrets.

    `interrupted` is set when the user has interrupted the command, or the engine is gone: every wait ends.
    """

    def __init__(self, engine: Engine) -> None:
        self.concealed = engine.concealed
        self.interrupted = threading.Event()
        self._engine = engine
        self._abandoned = threading.Event()
        """Set when nobody takes an answer any more: the engine is gone, or has ended its calls on a second Ctrl-C."""
        self._changed = threading.Condition()
        self._serving = 0
        self._starting = threading.Lock()
        self._is_prepared = False
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
            if not self._is_prepared:
                self._prepare()
                self._is_prepared = True
            if self._session is None:
                try:
                    limits = Limits.parse(os.environ.get(_LIMITS, "{}"))
                except ValueError as error:
                    raise AICoreError(f"{_LIMITS} cannot be used: {error}.") from None
                self._session = open_session(config, stack, os.environ, self, limits)
            return self._session

    def info(self, text: str) -> None:
        """Show a line at the resource of the call."""
        self._engine.log("INFO", text, current_call().urn)

    def warn(self, text: str) -> None:
        """Show a warning at the resource of the call."""
        self._engine.log("WARNING", text, current_call().urn)

    def announce(self, text: str) -> None:
        """Show a line at the stack."""
        self._engine.log("INFO", text)

    def progress(self, text: str) -> None:
        """A live status line."""
        self._engine.log("INFO", text, current_call().urn, ephemeral=True)

    def debug(self, text: str) -> None:
        """Show a line with `pulumi --debug`."""
        self._engine.log("DEBUG", text)

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

    def _prepare(self) -> None:
        """Replace thread pool and handler of `Cancel`, and watch the engine. Never raises."""
        # Else a call would go on until its time-out when the engine's process is gone.
        watch = threading.Thread(target=self._exit_with_engine, daemon=True, name="engine watch")
        self._try("watching the engine", watch.start)
        server = _server_state()
        if server is None:
            self.debug("no gRPC server found in this process: at most 4 calls at once, and Ctrl-C waits for them")
            return
        self._try("widening the pool", functools.partial(_widen, server))
        self._try("listening for Cancel", functools.partial(self._listen, server))

    def _try(self, what: str, change: Callable[[], None]) -> None:
        try:
            change()
        except Exception as error:
            self.debug(f"{what} failed, which changes nothing else: {error!r}")

    def _listen(self, server: Any) -> None:
        handlers = (getattr(each, "_method_handlers", {}) for each in server.generic_handlers)
        by_name = next(known for known in handlers if _CANCEL in known)
        answer = by_name[_CANCEL].unary_unary

        def cancel(request: Any, context: Any) -> Any:
            # The engine cancels on Ctrl-C, and at the end of every operation, when nothing runs any more.
            with self._changed:
                is_end = self._serving == 0
            if is_end:
                self._warn_of_orphans()
            self.interrupted.set()
            return answer(request, context)

        by_name[_CANCEL] = by_name[_CANCEL]._replace(unary_unary=cancel)

    def _warn_of_orphans(self) -> None:
        if self._session is None:
            return
        warning = threading.Thread(
            target=self._try, args=("looking for orphans", self._session.warn_of_orphans), daemon=True
        )
        warning.start()
        # The engine waits for this answer, and must not be kept by a service that does not.
        warning.join(_TIMEOUT_S)

    def _abandon(self) -> None:
        self._abandoned.set()
        self.interrupted.set()

    def _exit_with_engine(self) -> None:
        """Wait until the process of the engine is gone, and end this one."""
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


PROCESS = PluginProcess(Engine())
"""This process. It is a global because Pulumi makes the provider objects itself, without arguments."""


def _server_state() -> Any:
    try:
        from grpc._server import _Server

        return next((o._state for o in gc.get_objects() if type(o) is _Server), None)
    except Exception:
        return None


def _widen(server: Any) -> None:
    from aicore_provider.kinds.parallelism import MOST

    if not isinstance(server.thread_pool, ThreadPoolExecutor):
        raise TypeError(f"unexpected pool {type(server.thread_pool).__name__}")
    server.thread_pool = ThreadPoolExecutor(max_workers=MOST, thread_name_prefix="provider")
