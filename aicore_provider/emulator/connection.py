"""Handles one client connection: many requests one after another, each read and answered as a whole.

Werkzeug's own handler closes every connection after one answer; the service does not. This one keeps connections open
(HTTP/1.1 keep-alive), and closes one without an answer when a fault says so. Requests that are refused here do not
reach the service: they are neither in the journal nor counted by faults.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Response

from aicore_provider.emulator.callers import check_caller
from aicore_provider.emulator.errors import GatewayRefusal
from aicore_provider.emulator.framing import body_length, chunks
from aicore_provider.emulator.gateway import EVENT_STREAM, ConnectionDropped
from aicore_provider.emulator.limits import ServerLimits
from aicore_provider.emulator.redaction import redacted_path, redacted_query, redacted_text
from aicore_provider.emulator.wall_clock import WallClock
from aicore_provider.terminal import printable

TIMEOUT_S = 0.5
"""How long `Connections.close_all` waits for requests under way."""
_LINGER_S = 2.0
"""How long the rest of a refused body is read. Closing earlier would reset the connection and lose the answer."""
_PIECE = 65_536


class Connections:
    """The open connections: counted, because their number is limited, and closed when the emulator stops."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def add(self, connection: socket.socket) -> bool:
        """Add a connection, and return whether it is within the limit."""
        with self._changed:
            self._open.add(connection)
            return len(self._open) <= self._most

    def remove(self, connection: socket.socket) -> None:
        """Remove a connection."""
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def close_all(self) -> None:
        """Close all connections, and wait up to `TIMEOUT_S` for requests under way."""
        with self._changed:
            for connection in self._open:
                hang_up(connection)
            self._changed.wait_for(lambda: not self._open, timeout=TIMEOUT_S)


@dataclass(frozen=True)
class Settings:
    """Settings that all connections of one emulator share.

    Attributes:
        connections: the open ones.
        limits: of each.
        clock: its time is sent in the header `Date`.
        own_names: host names of the emulator besides those of the loopback interface.
        verbose: a line on stderr for each request.
    """

    connections: Connections
    limits: ServerLimits
    clock: WallClock
    own_names: frozenset[str] = field(default_factory=frozenset)
    verbose: bool = False


class _Incoming(io.RawIOBase):
    """The bytes that a client sends until a deadline. A time-out of the socket would start again with each byte."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._until = 0.0

    def allow(self, seconds: float) -> None:
        """Set the deadline, so many seconds from now."""
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class _Handler(WSGIRequestHandler):
    """Reads and answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    # Small answers on a connection that stays open would otherwise wait for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    settings: ClassVar[Settings]

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self._incoming = _Incoming(self.connection)
        self.rfile: io.BufferedReader = io.BufferedReader(self._incoming)
        self._has_room = self.settings.connections.add(self.connection)
        self._wait_s = self.settings.limits.request_seconds

    def finish(self) -> None:
        self.settings.connections.remove(self.connection)
        super().finish()

    def handle(self) -> None:
        if self._has_room:
            super().handle()
        else:
            self.wfile.write(b"HTTP/1.1 503 Too many connections\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def handle_one_request(self) -> None:
        self._incoming.allow(self._wait_s)
        self.rfile.peek(1)
        self._incoming.allow(self.settings.limits.request_seconds)
        self._wait_s = self.settings.limits.idle_seconds
        super().handle_one_request()

    def handle_expect_100(self) -> bool:
        # `_read` sends the 100, after it has checked the request.
        return True

    def run_wsgi(self) -> None:
        try:
            self.environ = environ = self._read()
        except GatewayRefusal as refusal:
            self._refuse(refusal)
            return
        try:
            response = Response.from_app(self.server.app, environ, buffered=True)
        except ConnectionDropped:
            self.close_connection = True
            hang_up(self.connection)
            self.log_request("dropped")
            return
        content = response.get_data()
        streamed = response.mimetype == EVENT_STREAM and self.request_version == self.protocol_version
        if streamed:
            del response.headers["Content-Length"]
            response.headers["Transfer-Encoding"] = "chunked"
        else:
            response.headers["Content-Length"] = str(len(content))
        self._begin(response)
        if streamed:
            for event in content.split(b"\n\n")[:-1]:
                self.wfile.write(b"%x\r\n%s\n\n\r\n" % (len(event) + 2, event))
            self.wfile.write(b"0\r\n\r\n")
        elif self.command != "HEAD":
            self.wfile.write(content)

    def _read(self) -> dict[str, Any]:
        """Read the whole request. Bytes of its body that stay unread would be taken for the next request.

        Raises:
            GatewayRefusal: a foreign caller, a body that is too long, a client that is too slow, or invalid HTTP.
        """
        try:
            environ: dict[str, Any] = self.make_environ()
            target_host = urlsplit(self.path).netloc if not self.path.startswith("/") else ""
        except ValueError:
            raise GatewayRefusal(HTTPStatus.BAD_REQUEST, "The request target cannot be read.") from None
        local_address = self.connection.getsockname()[0]
        check_caller(self.headers, target_host, {*self.settings.own_names, local_address})
        limits = self.settings.limits
        length = body_length(self.headers, self.request_version, limits.body_bytes)
        is_expecting = self.headers.get("Expect", "").strip().lower() == "100-continue"
        if is_expecting and length != 0 and self.request_version == self.protocol_version:
            self.send_response_only(HTTPStatus.CONTINUE)
            self.end_headers()
            self.wfile.flush()
        try:
            body = b"".join(chunks(self.rfile, limits.body_bytes)) if length is None else self.rfile.read(length)
        except TimeoutError:
            raise GatewayRefusal(HTTPStatus.REQUEST_TIMEOUT, "The request took too long.") from None
        if length is not None and len(body) < length:
            raise GatewayRefusal(HTTPStatus.BAD_REQUEST, "The body is shorter than Content-Length.")
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        return environ

    def _refuse(self, refusal: GatewayRefusal) -> None:
        self.close_connection = True
        headers = {"Connection": "close", "X-Content-Type-Options": "nosniff"}
        response = Response(f"{refusal.text}\n", refusal.status, headers, content_type="text/plain; charset=utf-8")
        self._begin(response)
        if self.command != "HEAD":
            self.wfile.write(response.get_data())
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self._incoming.allow(_LINGER_S)
            while self.rfile.read1(_PIECE):
                pass

    def _begin(self, response: Response) -> None:
        """Send the status line and the headers."""
        self.connection.settimeout(self.settings.limits.request_seconds)
        self.log_request(response.status_code)
        self.send_response_only(response.status_code)
        self.send_header("Server", self.version_string())
        # A fault may have set another one.
        response.headers.setdefault("Date", self.date_time_string())
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.settings.clock.now() if timestamp is None else timestamp, usegmt=True)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        # A request line that could not be read has no path.
        path, _, query = getattr(self, "path", "(unreadable)").partition("?")
        kept = redacted_query(path, query)
        shown = redacted_path(path) + (f"?{kept}" if kept else "")
        status = code.value if isinstance(code, HTTPStatus) else code
        self.log("info", "%s %s %s", redacted_text(self.command or "?"), shown, status)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        if self.settings.verbose:
            sys.stderr.write(f"{printable(message % args)}\n")
            sys.stderr.flush()


def handler_of(settings: Settings) -> type[WSGIRequestHandler]:
    """The handler class for a server, which makes one object of it for each connection."""
    return type("Handler", (_Handler,), {"settings": settings})


def hang_up(connection: socket.socket) -> None:
    """Close a connection in both directions."""
    # The client may have closed it already.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
