"""`/`: the page, which consists of three files in the folder `page`."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response

from aicore_provider.emulator.gateway import CONTROL_PREFIX

_TYPES = {"index.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'"
)


def routes() -> Blueprint:
    """The page with its style and script."""
    blueprint = Blueprint("page", __name__)

    @blueprint.get("/")
    def page() -> Response:
        return _file("index.html")

    @blueprint.get(f"{CONTROL_PREFIX}/page.css")
    def style() -> Response:
        return _file("page.css")

    @blueprint.get(f"{CONTROL_PREFIX}/page.js")
    def script() -> Response:
        return _file("page.js")

    return blueprint


def _file(name: str) -> Response:
    text = files("aicore_provider.emulator").joinpath("page").joinpath(name).read_text(encoding="utf-8")
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return Response(text, content_type=f"{_TYPES[name]}; charset=utf-8", headers=headers)
