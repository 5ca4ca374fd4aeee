"""A token endpoint that asks for a client certificate, as the `certurl` of an x.509 binding does."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import trustme

Asked = list[dict[str, str]]


@contextmanager
def token_host(
    server_ca: trustme.CA, client_ca: trustme.CA, access_token: str, host: str = "localhost"
) -> Iterator[tuple[str, Asked]]:
    """Its address, and the forms that it gets from clients whose certificate `client_ca` has signed."""
    asked: Asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append({"path": self.path, **dict(parse_qsl(body))})
            answer = json.dumps({"access_token": access_token, "token_type": "bearer", "expires_in": 43199}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_ca.issue_cert(host).configure_cert(context)
    client_ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        # A refused handshake is the client's to tell.
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"https://localhost:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()
