"""A proxy that tunnels with CONNECT, or refuses to."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

_TIMEOUT_S = 10


@dataclass
class ConnectProxy:
    """The proxy's address, and what it was asked for.

    Attributes:
        port: where it listens.
        ends: local ports by the names that it resolves.
        refusal: what it answers instead, as it goes over the wire; b"" hangs up.
        asked: method and target of each request.
        authorized: what the header `Proxy-Authorization` said each time.
    """

    port: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    refusal: bytes | None = None
    asked: list[str] = field(default_factory=list)
    authorized: list[str | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def connect_proxy(ca: trustme.CA | None = None) -> Iterator[ConnectProxy]:
    """A running proxy; with an authority, one that is spoken to by TLS as `localhost`."""
    proxy = ConnectProxy()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            proxy.asked.append(f"CONNECT {self.path}")
            proxy.authorized.append(self.headers.get("Proxy-Authorization"))
            self.close_connection = True
            if proxy.refusal is not None:
                self.wfile.write(proxy.refusal)
                return
            with socket.create_connection(("127.0.0.1", proxy.ends[self.path.partition(":")[0]])) as service:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _pass_on(self.connection, service)

        def do_GET(self) -> None:
            proxy.asked.append(f"{self.command} {self.path}")
            self.send_error(502)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if ca is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            ca.issue_cert("localhost").configure_cert(context)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        proxy.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Whatever one says, the other hears, until one of them ends it."""
    with contextlib.suppress(OSError):
        while True:
            ready, _, _ = select.select([one, other], [], [], _TIMEOUT_S)
            for speaker in ready:
                if not (said := speaker.recv(65536)):
                    return
                (other if speaker is one else one).sendall(said)
            if not ready:
                return
