"""Requests written by hand, for what no HTTP client would send."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit


def send(url: str, *parts: bytes) -> bytes:
    """All that the server at an address says to these bytes, until it closes the connection.

    Raises:
        TimeoutError: it keeps the connection open for ten seconds.
    """
    address = urlsplit(url)
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as connection:
        # The server may have heard enough.
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        said = b""
        with contextlib.suppress(ConnectionError):
            while received := connection.recv(65_536):
                said += received
    return said


def status(answer: bytes) -> int:
    """The status of the first answer; 0 where there is none."""
    line = answer.split(b"\r\n", 1)[0].split()
    return int(line[1]) if len(line) > 1 else 0
