"""What routes read from a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import Response, jsonify, request

from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.gateway import GROUP_HEADER
from aicore_provider.emulator.service import DEFAULT_GROUP, Service
from aicore_provider.emulator.validation import JSON, AnyBody, Query, parse_body

Item = TypeVar("Item")


def body(model: type[AnyBody], *media_types: str) -> AnyBody:
    """The request body, checked; of one of the media types, which is JSON where none is named."""
    return parse_body(model, request.get_data(), request.mimetype, media_types=media_types or (JSON,))


def query() -> Query:
    """The query parameters."""
    return Query(request.args)


def resource_group(service: Service, *, required: bool = True) -> str:
    """The resource group of the request, which must exist.

    Where the contract requires the header, a request without it is refused with 400 [guess]; according to SAP's
    documentation it would mean `default`. Where the contract does not have the header, `default` is used [docs].
    """
    group = request.headers.get(GROUP_HEADER)
    if not group:
        if required:
            raise invalid(f"header {GROUP_HEADER} is missing")
        group = DEFAULT_GROUP
    service.check_group(group)
    return group


def listed(found: Sequence[Item], write: Callable[[Item], dict[str, Any]]) -> Response:
    """The answer of a list below `/admin`, with `$top` and `$skip`.

    `count` is the number of items in the answer; with `$count`, that of all [spec].

    Args:
        found: all items.
        write: turns one into JSON.
    """
    asked = query()
    skip, top = asked.integer("$skip") or 0, asked.integer("$top")
    page = found[skip:][:top]
    count = len(found if asked.boolean("$count") else page)
    return jsonify({"count": count, "resources": [write(each) for each in page]})


def base_url() -> str:
    """The URL that the client used for the emulator, without a path."""
    return request.host_url.rstrip("/")
