"""The plugin process: more threads than four, and an ear for Ctrl-C.

Both need the gRPC server object that Pulumi's plugin made, which is found among the live objects. Fallbacks: four calls
at a time; a call that waits ends by its own deadline.
"""

from __future__ import annotations

import functools
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aicore_provider.engine.log import debug

_THREADS = 64
"""A waiting call is idle, so threads cost little; the engine runs at most `--parallel` steps at once."""
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"

interrupted = threading.Event()
"""Set when the engine sends Cancel while calls wait, which is what it does on the first Ctrl-C."""


@functools.cache
def prepare() -> None:
    """Widen the pool and listen for Cancel, once for each process. Never raises."""
    server = _server_state()
    if server is None:
        debug("no gRPC server found in this process: at most 4 calls at once, and Ctrl-C waits for them")
        return
    for change in (_widen, _listen):
        try:
            change(server)
        except Exception as error:
            debug(f"the provider's server stays as it is ({change.__name__}): {error!r}")


def _server_state() -> Any:
    try:
        from grpc._server import _Server

        return next((o._state for o in gc.get_objects() if isinstance(o, _Server)), None)
    except Exception:
        return None


def _widen(server: Any) -> None:
    if not isinstance(server.thread_pool, ThreadPoolExecutor):
        raise TypeError(f"unexpected pool {type(server.thread_pool).__name__}")
    server.thread_pool = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="provider")


def _listen(server: Any) -> None:
    by_name = next(known for h in server.generic_handlers if _CANCEL in (known := getattr(h, "_method_handlers", {})))
    answer = by_name[_CANCEL].unary_unary

    def cancel(request: Any, context: Any) -> Any:
        interrupted.set()
        return answer(request, context)

    by_name[_CANCEL] = by_name[_CANCEL]._replace(unary_unary=cancel)
