"""The SDK's debug messages reach the engine together, all of them, in their places among the others."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pulumi
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto.engine_pb2 import DEBUG, WARNING, LogRequest
from pulumi.runtime.proto.engine_pb2_grpc import EngineServicer, add_EngineServicer_to_server

from aicore_provider.dynamic.debug_messages import send_debug_messages_together
from tests.program.mocked_engine import run

ROOT = Path(__file__).parents[2]
BEGIN = """
import sys
import pulumi
from pulumi.runtime.settings import Settings, configure
from aicore_provider.dynamic.debug_messages import send_debug_messages_together

configure(Settings(project="aicore", stack="test", engine=sys.argv[1]))
for _ in range(2):
    send_debug_messages_together()
"""
PROGRAM = f"""{BEGIN}
for number in range(100):
    pulumi.log.debug(f"before {{number}}")
pulumi.log.warn("a warning")
for number in range(100):
    pulumi.log.debug(f"after {{number}}")
"""
OF_THE_USER = f"""{BEGIN}
pulumi.log.debug("first")
pulumi.log.debug("for a moment", ephemeral=True)
pulumi.log.debug("of a stream", stream_id=7)
pulumi.log.debug("last")
"""
WAITING = f"""{BEGIN}
pulumi.log.debug("before it waits")
sys.stdin.read()
"""


class Engine(EngineServicer):
    """Writes down what it is to show."""

    def __init__(self) -> None:
        self.shown: list[LogRequest] = []
        self.has_shown = threading.Event()

    def Log(self, request: LogRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        self.shown.append(request)
        self.has_shown.set()
        return Empty()


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(1))
    add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def python(interpreter: Path | str, program: str, address: str) -> str:
    """Run a program; returns what it writes to stderr."""
    command = [str(interpreter), "-c", program, address]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


@pytest.mark.parametrize("sdk", ["newest", "oldest"])
def test_all_arrive_in_their_places_and_few_requests_carry_them(sdk: str, oldest_environment: Path) -> None:
    engine = Engine()
    with serving(engine) as address:
        python(sys.executable if sdk == "newest" else oldest_environment / "bin" / "python", PROGRAM, address)
    lines = [(each.severity, line) for each in engine.shown for line in each.message.splitlines()]
    before, after = ([(DEBUG, f"{place} {number}") for number in range(100)] for place in ("before", "after"))
    assert lines == [*before, (WARNING, "a warning"), *after]
    assert len(engine.shown) < len(before)


def test_a_message_that_is_more_than_a_text_stays_what_it_is() -> None:
    engine = Engine()
    with serving(engine) as address:
        python(sys.executable, OF_THE_USER, address)
    assert [(each.message, each.ephemeral, each.streamId) for each in engine.shown] == [
        ("first", False, 0),
        ("for a moment", True, 0),
        ("of a stream", False, 7),
        ("last", False, 0),
    ]


def test_a_program_that_waits_has_shown_what_it_wrote_before() -> None:
    engine = Engine()
    with serving(engine) as address:
        command = [sys.executable, "-c", WAITING, address]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as waiting:
            assert engine.has_shown.wait(60)
            assert engine.shown[0].message == "before it waits"
            waiting.communicate(timeout=60)


def test_an_engine_that_has_gone_is_no_error() -> None:
    engine = Engine()
    with serving(engine) as address:
        pass
    assert python(sys.executable, PROGRAM.replace('pulumi.log.warn("a warning")', ""), address) == ""


def test_mocks_stay_as_they_are() -> None:
    def program() -> None:
        engine = pulumi.runtime.settings.get_engine()
        assert engine is not None
        before = engine.Log
        send_debug_messages_together()
        assert engine.Log == before

    run(program)
