"""What routes read from a request."""

from __future__ import annotations

from flask import request

from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.gateway import GROUP_HEADER
from aicore_provider.emulator.service import DEFAULT_GROUP, Service
from aicore_provider.emulator.validation import JSON, AnyBody, Query, parse_body


def body(model: type[AnyBody], media_type: str = JSON) -> AnyBody:
    """The request body, checked."""
    return parse_body(model, request.get_data(), request.mimetype, media_type=media_type)


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


def base_url() -> str:
    """The URL that the client used for the emulator, without a path."""
    return request.host_url.rstrip("/")
