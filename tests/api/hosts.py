"""Hosts that are not the emulated service: scripted answers, a token endpoint with client certificates, a proxy."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl

import trustme

_TIMEOUT_S = 10
Script = Callable[[], Iterable[bytes]]
Asked = list[dict[str, str]]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A refused handshake, or a hung-up connection, is the client's to tell."""


class _HttpHandler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """The port of a server with this handler, which speaks TLS where there is a context for it."""
    with _Server(("127.0.0.1", 0), handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _tls(ca: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(host).configure_cert(context)
    return context


@contextmanager
def scripted_host(script: Script, *, listens: bool = True) -> Iterator[tuple[str, list[bytes]]]:
    """A host that answers every connection with the pieces of a script, whatever it is asked.

    Yields:
        Its address, and the requests that it gets; one that does not listen answers before it has heard any.
    """
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if listens:
                head = b"".join(iter(self.rfile.readline, b"\r\n"))
                length = next((int(x[15:]) for x in head.splitlines() if x.lower().startswith(b"content-length:")), 0)
                heard.append(head + self.rfile.read(length))
            # The client may have heard enough.
            with contextlib.suppress(OSError):
                for piece in script():
                    self.wfile.write(piece)

    with _serving(Handler) as port:
        yield f"http://127.0.0.1:{port}", heard


@contextmanager
def token_host(
    server_ca: trustme.CA, client_ca: trustme.CA, access_token: str, host: str = "localhost"
) -> Iterator[tuple[str, Asked]]:
    """A token endpoint that asks for a client certificate, as the `certurl` of an x.509 binding does.

    Yields:
        Its address, and the forms that it gets from clients whose certificate `client_ca` has signed.
    """
    asked: Asked = []

    class Handler(_HttpHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append({"path": self.path, **dict(parse_qsl(body))})
            answer = json.dumps({"access_token": access_token, "token_type": "bearer", "expires_in": 43199}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    context = _tls(server_ca, host)
    client_ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with _serving(Handler, context) as port:
        yield f"https://localhost:{port}", asked


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
    """A proxy that tunnels with CONNECT, or refuses to; with an authority, it is spoken to by TLS as `localhost`."""
    proxy = ConnectProxy()

    class Handler(_HttpHandler):
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

    with _serving(Handler, _tls(ca, "localhost") if ca else None) as proxy.port:
        yield proxy


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
