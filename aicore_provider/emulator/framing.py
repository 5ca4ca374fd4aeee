"""How long the body of a request is. What two readers could understand differently is refused instead of guessed."""

from __future__ import annotations

import re
from email.message import Message
from http import HTTPStatus

from aicore_provider.emulator.errors import GatewayRefusal

_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_MOST_DIGITS = 18


def body_length(headers: Message, version: str, most: int) -> int | None:
    """The length of a body in bytes, 0 without one.

    Args:
        headers: of the request.
        version: of the protocol, such as `HTTP/1.1`.
        most: the longest body.

    Returns:
        None for a body in chunks, which tells its end itself.

    Raises:
        GatewayRefusal: 400 for headers that are none or contradict one another, 413 for a longer body, 501 for any
            transfer encoding but `chunked`.
    """
    if headers.defects:
        raise _unreadable("The headers cannot be read.")
    encodings, lengths = headers.get_all("Transfer-Encoding", []), headers.get_all("Content-Length", [])
    if encodings:
        if lengths or version != "HTTP/1.1":
            raise _unreadable("Transfer-Encoding goes neither with Content-Length nor with HTTP/1.0.")
        if [each.strip().lower() for each in encodings] != ["chunked"]:
            raise GatewayRefusal(HTTPStatus.NOT_IMPLEMENTED, "The only transfer encoding is chunked.")
        return None
    if not lengths:
        return 0
    length = lengths[0].strip(" \t")
    if len(lengths) > 1 or not _NUMBER.fullmatch(length):
        raise _unreadable("Content-Length is not one number.")
    if len(length) > _MOST_DIGITS or int(length) > most:
        raise too_long(most)
    return int(length)


def too_long(most: int) -> GatewayRefusal:
    """413."""
    return GatewayRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The emulator takes at most {most} bytes.")


def _unreadable(text: str) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.BAD_REQUEST, text)
