"""A host that answers every connection with the pieces of a script, whatever it is asked."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

Script = Callable[[], Iterable[bytes]]


@contextmanager
def scripted_host(script: Script, *, listens: bool = True) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and the requests that it gets; one that does not listen answers before it has heard any."""
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if listens:
                self.listen()
            # The client may have heard enough.
            with contextlib.suppress(OSError):
                for piece in script():
                    self.wfile.write(piece)

        def listen(self) -> None:
            head = b"".join(iter(self.rfile.readline, b"\r\n"))
            length = next((int(x[15:]) for x in head.splitlines() if x.lower().startswith(b"content-length:")), 0)
            heard.append(head + self.rfile.read(length))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", heard
        finally:
            server.shutdown()
            thread.join()
