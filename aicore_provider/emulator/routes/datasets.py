"""`/lm/dataset/files`: upload, download, delete."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator import datasets
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.routes._request import query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_pattern

_DOWNLOAD = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "attachment",
}
"""The headers that the contract requires."""


def routes(service: Service) -> Blueprint:
    """Files. Without a resource group it is `default` [docs]."""
    blueprint = Blueprint("datasets", __name__, url_prefix="/v2/lm/dataset/files")

    @blueprint.put("/<path:path>")
    def upload(path: str) -> tuple[Response, int]:
        group, overwrite = resource_group(service, required=False), query().boolean("overwrite")
        datasets.upload(service, group, _checked(path), request.get_data(), request.mimetype, overwrite=overwrite)
        url = f"ai://{path}"
        response = jsonify({"message": f"File {path} created successfully.", "url": url})
        response.autocorrect_location_header = False
        response.headers["Location"] = url
        return response, HTTPStatus.CREATED

    @blueprint.get("/<path:path>")
    def download(path: str) -> Response:
        file = datasets.one(service, resource_group(service, required=False), _checked(path))
        return Response(file.content, content_type="application/octet-stream", headers=_DOWNLOAD)

    @blueprint.delete("/<path:path>")
    def delete(path: str) -> Response:
        datasets.delete(service, resource_group(service, required=False), _checked(path))
        return Response(status=HTTPStatus.NO_CONTENT)

    return blueprint


def _checked(path: str) -> str:
    if len(path) > datasets.LONGEST_PATH:
        raise invalid(f"path: should have at most {datasets.LONGEST_PATH} characters")
    return check_pattern(path, "path", datasets.PATH)
