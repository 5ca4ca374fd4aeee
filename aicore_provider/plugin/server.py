"""`pulumi-resource-aicore`: the process that Pulumi's engine starts, and talks to over gRPC."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from aicore_provider.engine.engine import Engine
from aicore_provider.engine.process import ProviderProcess
from aicore_provider.plugin.schema import plugin_version
from aicore_provider.plugin.servicer import Servicer, current_urn

_LARGEST = 400 * 2**20
"""Bytes of a message, as in Pulumi's SDKs (`sdk/python/lib/pulumi/runtime/_grpc_settings.py`)."""
_MOST_THREADS = 2**20
"""No limit. The construct of a component keeps its thread until other calls, for its parts, are answered. The engine
itself limits how many operations run at once, but not constructs; a thread is started when it is needed."""
_GRACE_S = 4.0
"""So long, in seconds, calls may go on at the end of this process. The engine ends a plugin with SIGINT, and kills it
after five seconds (`plugin.go` of Pulumi's `pkg`, 3.259)."""
_ABOUT = """\
pulumi-resource-aicore is the provider plugin "aicore", which Pulumi starts by itself.

`--version` prints its version. It is found on the PATH, or where Pulumi.yaml names its folder:
  plugins: {providers: [{name: aicore, path: FOLDER}]}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the engine whose address is the last argument, until it ends this process. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    address = given[-1] if given else ""
    if address in ("--version", "-version"):
        sys.stdout.write(f"{plugin_version()}\n")
        return 0
    if ":" not in address:
        sys.stderr.write(_ABOUT)
        return 0 if address in ("-h", "--help") else 2
    # The engine ends a plugin with SIGINT, which Ctrl-C does not send it: it is in a process group of its own. A shell
    # that has started the engine in the background has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = ProviderProcess(Engine(address), current_urn)
    options = [("grpc.max_receive_message_length", _LARGEST), ("grpc.max_send_message_length", _LARGEST)]
    server = grpc.server(ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="provider"), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(process), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    process.watch_engine()
    try:
        sys.stdout.write(f"{port}\n")
        sys.stdout.flush()
        server.wait_for_termination()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # So a call that waits ends, and its id is kept, before the end of the grace ends it as one that nobody hears.
        process.interrupted.set()
        server.stop(_GRACE_S).wait()
    return 0
