"""The plugin process: more threads than four, an ear for Ctrl-C, and an end when the engine is gone.

Pulumi's plugin offers none of these. What is needed of its insides is the gRPC server object, which is found among the
live objects. Fallbacks: four calls at a time; a call that waits ends by its own deadline.
"""

from __future__ import annotations

import functools
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from aicore_provider.engine.call import Call
from aicore_provider.engine.log import debug, engine_channel

_THREADS = 64
"""A waiting call is idle, so threads cost little; the engine runs at most `--parallel` steps at once."""
_CANCEL = "/pulumirpc.ResourceProvider/Cancel"
_PATIENCE_S = 5.0
_PATIENCE_S = 5.0

interrupted = threading.Event()
"""Set when the user wants out: waiting ends, and what is known is told."""
abandoned = threading.Event()
"""Set when nobody takes an answer any more: the engine is gone, or has given its calls up (second Ctrl-C)."""

_lock = threading.Lock()
_serving = 0
_last_words: list[Callable[[], None]] = []


@functools.cache
def prepare() -> None:
    """Widen the pool, listen for Cancel, and watch the engine, once for each process. Never raises."""
    _try(_watch_engine)
    server = _server_state()
    if server is None:
        debug("no gRPC server found in this process: at most 4 calls at once, and Ctrl-C waits for them")
        return
    _try(functools.partial(_widen, server))
    _try(functools.partial(_listen, server))


def before_the_end(last_words: Callable[[], None]) -> None:
    """Have this called when the operation is over and the engine still listens; what takes seconds is cut off."""
    _last_words.append(last_words)


@contextmanager
def attending(call: Call) -> Iterator[None]:
    """Serve a call that waits: when the engine gives it up meanwhile, `abandoned` is set and waiting ends."""
    global _serving  # noqa: PLW0603  (one process, one count)
    over = threading.Event()

    def ended() -> None:
        if not over.is_set():
            _abandon()

    with _lock:
        _serving += 1
    try:
        # Older insides may have no such method; then only the engine's own end is noticed.
        add_callback = getattr(call.context, "add_callback", None)
        if add_callback and add_callback(ended) is False:
            _abandon()
        yield
    finally:
        over.set()
        with _lock:
            _serving -= 1


def _say_last_words() -> None:
    for last_words in _last_words:
        speaking = threading.Thread(target=_try, args=(last_words,), daemon=True)
        speaking.start()
        # The engine waits for this answer, and must not be kept by a service that does not.
        speaking.join(_PATIENCE_S)


def _abandon() -> None:
    abandoned.set()
    interrupted.set()


def _try(change: Callable[[], None]) -> None:
    try:
        change()
    except Exception as error:
        debug(f"the provider's process stays as it is ({change}): {error!r}")


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
        with _lock:
            nothing_waits = _serving == 0
        if nothing_waits:
            _say_last_words()
        interrupted.set()
        return answer(request, context)

    by_name[_CANCEL] = by_name[_CANCEL]._replace(unary_unary=cancel)


def _watch_engine() -> None:
    """End this process when the engine's is gone: nothing else would, and a call would wait for its whole deadline."""
    import grpc
    from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

    channel = engine_channel()
    met = threading.Event()

    def changed(state: grpc.ChannelConnectivity) -> None:
        if state is grpc.ChannelConnectivity.READY:
            met.set()
        elif state in (grpc.ChannelConnectivity.IDLE, grpc.ChannelConnectivity.TRANSIENT_FAILURE) and met.is_set():
            # A connection may only have been closed for being idle, so the engine is asked something.
            threading.Thread(target=ask, daemon=True).start()

    def ask() -> None:
        try:
            engine_pb2_grpc.EngineStub(channel).GetRootResource(
                engine_pb2.GetRootResourceRequest(), timeout=_PATIENCE_S
            )
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE and not abandoned.is_set():
                _abandon()
                # Pulumi's main thread ends its server on this, and Python then waits for the calls that still run.
                os.kill(os.getpid(), signal.SIGINT)

    channel.subscribe(changed, try_to_connect=True)
