"""Pulumi's plugin process for dynamic providers, made to run many calls at once and to end waiting on Ctrl-C.

That process runs four calls at a time, ignores the engine's `Cancel`, and outlives a killed engine. To change that, its
gRPC server is looked up among all live objects; its thread pool and its handler of `Cancel` are replaced.

Fallback: four calls at a time, and a call that waits ends by its own time-out.
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aicore_provider.dynamic.call import current_call
from aicore_provider.engine.engine import Engine
from aicore_provider.engine.process import ProviderProcess

if TYPE_CHECKING:
    from aicore_provider.kinds.session import Session

_CANCEL = "/pulumirpc.ResourceProvider/Cancel"


class PluginProcess(ProviderProcess):
    """The process of Pulumi's dynamic providers."""

    def __init__(self, engine: Engine, current_urn: Callable[[], str]) -> None:
        super().__init__(engine, current_urn)
        self._preparing = threading.Lock()
        self._is_prepared = False

    def session(self, config: Callable[[str], str | None], stack: str) -> Session:
        """Return the session; the first call prepares the process."""
        with self._preparing:
            if not self._is_prepared:
                self._prepare()
                self._is_prepared = True
        return super().session(config, stack)

    def _prepare(self) -> None:
        """Replace thread pool and handler of `Cancel`, and watch the engine. Never raises."""
        self.attempt("watching the engine", self.watch_engine)
        server = _server_state()
        if server is None:
            self.debug("no gRPC server found in this process: at most 4 calls at once, and Ctrl-C waits for them")
            return
        self.attempt("widening the pool", functools.partial(_widen, server))
        self.attempt("listening for Cancel", functools.partial(self._listen, server))

    def _listen(self, server: Any) -> None:
        handlers = (getattr(each, "_method_handlers", {}) for each in server.generic_handlers)
        by_name = next(known for known in handlers if _CANCEL in known)
        answer = by_name[_CANCEL].unary_unary

        def cancel(request: Any, context: Any) -> Any:
            self.cancel(context)
            return answer(request, context)

        by_name[_CANCEL] = by_name[_CANCEL]._replace(unary_unary=cancel)


PROCESS = PluginProcess(Engine(sys.argv[-1]), lambda: current_call().urn)
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
