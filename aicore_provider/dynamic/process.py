"""The plugin process: more threads than four, an ear for Ctrl-C, and an end when the engine is gone.

Pulumi's plugin offers none of these. What is needed of its insides is the gRPC server object, which is found among the
live objects. Fallbacks: four calls at a time; a call that waits ends by its own deadline.
"""

from __future__ import annotations

import functools
import gc
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from aicore_provider.clock import SystemClock
from aicore_provider.dynamic.call import Call
from aicore_provider.dynamic.log import debug, engine_channel

_THREADS = 64
"""A waiting call is idle, so threads cost little; the engine runs at most `--parallel` steps at once."""
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"
_TIMEOUT_S = 5.0
_LOOK_EVERY_S = 0.5
_MISSES = 2
"""So many unanswered questions in a row mean that the engine is gone."""

interrupted = threading.Event()
"""Set when the user wants out: waiting ends, and what is known is told."""
abandoned = threading.Event()
"""Set when nobody takes an answer any more: the engine is gone, or has given its calls up (second Ctrl-C)."""

_changed = threading.Condition()
_serving = 0
_last_words: list[Callable[[], None]] = []


@functools.cache
def prepare() -> None:
    """Widen the pool, listen for Cancel, and watch the engine, once for each process. Never raises."""
    _try("watching the engine", _watch_engine)
    server = _server_state()
    if server is None:
        debug("no gRPC server found in this process: at most 4 calls at once, and Ctrl-C waits for them")
        return
    _try("widening the pool", functools.partial(_widen, server))
    _try("listening for Cancel", functools.partial(_listen, server))


def on_shutdown(last_words: Callable[[], None]) -> None:
    """Have this called when the operation is over and the engine still listens; what takes seconds is cut off."""
    _last_words.append(last_words)


@contextmanager
def track_call(call: Call) -> Iterator[None]:
    """Serve a call that waits: when the engine gives it up meanwhile, `abandoned` is set and waiting ends."""
    global _serving  # noqa: PLW0603  (one process, one count)
    over = threading.Event()

    def ended() -> None:
        if not over.is_set():
            _abandon()

    with _changed:
        _serving += 1
    try:
        # Older insides may have no such method; then only the engine's own end is noticed.
        add_callback = getattr(call.context, "add_callback", None)
        if add_callback and add_callback(ended) is False:
            _abandon()
        yield
    finally:
        over.set()
        with _changed:
            _serving -= 1
            _changed.notify_all()


def is_active(call: Call) -> bool:
    """Whether anybody still takes the answer to this call; when that cannot be known, somebody does."""
    is_active = getattr(call.context, "is_active", None)
    return not abandoned.is_set() and (is_active is None or bool(is_active()))


def _say_last_words() -> None:
    for last_words in _last_words:
        speaking = threading.Thread(target=_try, args=("the last word", last_words), daemon=True)
        speaking.start()
        # The engine waits for this answer, and must not be kept by a service that does not.
        speaking.join(_TIMEOUT_S)


def _abandon() -> None:
    abandoned.set()
    interrupted.set()


def _try(what: str, change: Callable[[], None]) -> None:
    try:
        change()
    except Exception as error:
        debug(f"{what} failed, which changes nothing else: {error!r}")


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
        # The engine cancels on Ctrl-C, and at the end of every operation, when nothing runs any more.
        with _changed:
            nothing_waits = _serving == 0
        if nothing_waits:
            _say_last_words()
        interrupted.set()
        return answer(request, context)

    by_name[_CANCEL] = by_name[_CANCEL]._replace(unary_unary=cancel)


def _watch_engine() -> None:
    """End this process when the engine's is gone: nothing else would, and a call would wait for its whole deadline."""
    from pulumi.runtime.proto import engine_pb2_grpc

    engine = engine_pb2_grpc.EngineStub(engine_channel())
    threading.Thread(target=_exit_with_engine, args=(engine,), daemon=True, name="engine watch").start()


def _exit_with_engine(engine: Any) -> None:
    if not _is_there(engine):
        return  # It cannot be asked, so nobody can tell when it is gone.
    clock, misses = SystemClock(), 0
    while misses < _MISSES:
        clock.sleep(_LOOK_EVERY_S)
        misses = 0 if _is_there(engine) else misses + 1
    _abandon()
    with _changed:
        _changed.wait_for(lambda: _serving == 0)
    # Not by a signal to the main thread: a shell that starts the engine in the background has SIGINT ignored.
    os._exit(1)


def _is_there(engine: Any) -> bool:
    import grpc
    from pulumi.runtime.proto import engine_pb2

    try:
        engine.GetRootResource(engine_pb2.GetRootResourceRequest(), timeout=_TIMEOUT_S)
    except grpc.RpcError as error:
        # Any answer is one, a refusal as well.
        return error.code() is not grpc.StatusCode.UNAVAILABLE
    return True
