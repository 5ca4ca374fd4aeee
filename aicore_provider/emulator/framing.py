"""Finds the length of a request body, and reads a body sent in chunks. Ambiguous headers are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidMultipartContentTransferEncodingDefect,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
from email.message import Message
from http import HTTPStatus
from typing import BinaryIO

from aicore_provider.emulator.errors import GatewayRefusal

_OF_BODIES = (
    CloseBoundaryNotFoundDefect,
    InvalidMultipartContentTransferEncodingDefect,
    MultipartInvariantViolationDefect,
    NoBoundaryInMultipartDefect,
    StartBoundaryNotFoundDefect,
)
"""The parser of headers finds these wherever a body has several parts, since it does not see the body."""
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]+")
_MOST_DIGITS = 18
_LONGEST_LINE = 1000
_LINE_ENDS = (b"\r\n", b"\n")
_MOST_TRAILERS = 100


def body_length(headers: Message, version: str, most: int) -> int | None:
    """The length of a body in bytes, 0 without one.

    Args:
        headers: of the request.
        version: of the protocol, such as `HTTP/1.1`.
        most: the longest body.

    Returns:
        None for a body in chunks, which marks its own end.

    Raises:
        GatewayRefusal: 400 for invalid or contradicting headers, 413 for a body that is too long, 501 for any transfer
            encoding but `chunked`.
    """
    if any(not isinstance(each, _OF_BODIES) for each in headers.defects):
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
        raise _too_long(most)
    return int(length)


def chunks(stream: BinaryIO, most: int) -> Iterator[bytes]:
    """The data of a body sent in chunks. Chunk extensions and trailers are ignored.

    Werkzeug's own reader is not used: when a client closes the connection within a chunk, it reports more bytes than it
    has read, and CPython crashes.

    Args:
        stream: where the first chunk begins.
        most: the longest body, in bytes.

    Raises:
        GatewayRefusal: 400 for anything but valid chunks, 413 for a body that is too long.
    """
    left = most
    while size := _chunk_size(stream.readline(_LONGEST_LINE)):
        left -= size
        if left < 0:
            raise _too_long(most)
        piece = stream.read(size)
        if len(piece) < size or stream.readline(_LONGEST_LINE) not in _LINE_ENDS:
            raise _unreadable("A chunk of the body is not as long as it says.")
        yield piece
    for _ in range(_MOST_TRAILERS):
        if (line := stream.readline(_LONGEST_LINE)) in _LINE_ENDS:
            return
        if not line.endswith(b"\n"):
            break
    raise _unreadable("The end of the body cannot be read.")


def _chunk_size(line: bytes) -> int:
    size = line.partition(b";")[0].strip(b" \t\r\n")
    if not line.endswith(b"\n") or not _HEXADECIMAL.fullmatch(size):
        raise _unreadable("The size of a chunk cannot be read.")
    return int(size, 16)


def _too_long(most: int) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The emulator takes at most {most} bytes.")


def _unreadable(text: str) -> GatewayRefusal:
    return GatewayRefusal(HTTPStatus.BAD_REQUEST, text)
