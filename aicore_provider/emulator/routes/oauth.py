"""`/oauth/token`: client credentials in the body, or in the header as HTTP Basic; GET works too."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator.redaction import TOKEN_PATH
from aicore_provider.emulator.tokens import Tokens

_FORM = "application/x-www-form-urlencoded"


def routes(tokens: Tokens) -> Blueprint:
    """The token endpoint."""
    blueprint = Blueprint("oauth", __name__)

    @blueprint.route(TOKEN_PATH, methods=["GET", "POST"])
    def token() -> Response | tuple[Response, HTTPStatus]:
        if request.method == "POST" and request.mimetype != _FORM:
            return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "invalid_request", f"Content-Type must be {_FORM}")
        sent = request.form if request.method == "POST" else request.args
        try:
            basic = request.authorization
        except ValueError:
            return _refused(HTTPStatus.UNAUTHORIZED, "unauthorized", "Bad credentials")
        if basic is not None and basic.type == "basic":
            client_id, secret = basic.username or "", basic.password or ""
        else:
            client_id, secret = sent.get("client_id", ""), sent.get("client_secret", "")
        tenant = tokens.client(client_id, secret)
        if tenant is None:
            return _refused(HTTPStatus.UNAUTHORIZED, "unauthorized", "Bad credentials")
        if sent.get("grant_type") != "client_credentials":
            return _refused(HTTPStatus.BAD_REQUEST, "unsupported_grant_type", "only client_credentials is supported")
        return jsonify(tokens.issue(tenant))

    return blueprint


def _refused(status: HTTPStatus, error: str, description: str) -> tuple[Response, HTTPStatus]:
    """An error response of OAuth."""
    return jsonify({"error": error, "error_description": description}), status
