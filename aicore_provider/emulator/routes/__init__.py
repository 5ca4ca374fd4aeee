"""The HTTP routes of the emulated service, and its error bodies."""

from __future__ import annotations

import sys
import traceback
from http import HTTPStatus

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.errors import (
    INTERNAL,
    NOT_IN_CONTRACT,
    DocumentRefusal,
    GatewayRefusal,
    Refusal,
    ServiceRefusal,
    error_target,
)
from aicore_provider.emulator.gateway import REQUEST_ID
from aicore_provider.emulator.routes import (
    admin,
    analytics,
    applications,
    artifacts,
    configurations,
    control,
    datasets,
    deployments,
    docker_registry_secrets,
    executions,
    inference,
    metrics,
    nodes,
    oauth,
    object_store_secrets,
    page,
    quotas,
    repositories,
    scenarios,
    schedules,
    secrets,
    services,
)
from aicore_provider.emulator.serialize import DeploymentWriter
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.state_file import StateFileError
from aicore_provider.emulator.tokens import Tokens

_LISTED_DETAILS = ("/v2/lm/metrics", "/v2/lm/dataset/")
"""Where the contract has a list of details in an error; elsewhere it has an object."""


def tenant_application(service: Service, tenant_id: str) -> Flask:
    """The API of one tenant: everything below `/v2`, for requests whose token was checked."""
    app = _application(
        scenarios.routes(service),
        artifacts.routes(service),
        configurations.routes(service),
        executions.routes(service),
        schedules.routes(service),
        metrics.routes(service),
        datasets.routes(service),
        analytics.routes(service),
        deployments.routes(service, DeploymentWriter(service)),
        admin.routes(service, tenant_id),
        secrets.routes(service),
        object_store_secrets.routes(service),
        docker_registry_secrets.routes(service),
        repositories.routes(service),
        applications.routes(service),
        quotas.routes(service),
        nodes.routes(service),
        services.routes(),
        inference.routes(service),
    )
    app.before_request(service.remove_gone_groups)
    return app


def unprotected_application(backend: Backend, tokens: Tokens) -> Flask:
    """What needs no token: the token endpoint, `/_emulator`, and the page."""
    app = _application(oauth.routes(tokens), control.routes(backend), page.routes())
    app.after_request(_secured)
    return app


def _application(*blueprints: Blueprint) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    # A path with two slashes in a row is another path; no redirect.
    app.url_map.merge_slashes = False
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _unknown)
    app.register_error_handler(StateFileError, _cannot_write)
    app.register_error_handler(Exception, _broken)
    return app


def _secured(response: Response) -> Response:
    """Answers with headers against framing by other pages and against guessing of media types."""
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(error: Refusal) -> Response | tuple[Response, HTTPStatus]:
    """The answer for a refusal: plain text of the gateway, a JSON object of the service or of a deployment."""
    if isinstance(error, GatewayRefusal):
        return Response(error.text, status=error.status, content_type="text/plain")
    if isinstance(error, DocumentRefusal):
        return jsonify(error.document), error.status
    code = error.code if isinstance(error, ServiceRefusal) else INTERNAL
    return _error(error.status, code, error.text)


def _unknown(error: HTTPException) -> tuple[Response, HTTPStatus]:
    """The answer where there is no route: 404, or 405 for a path that has other methods."""
    status = HTTPStatus(error.code or HTTPStatus.NOT_FOUND)
    return _error(status, NOT_IN_CONTRACT, f"AI Core's contract has no {request.method} {request.path}")


def _cannot_write(error: StateFileError) -> tuple[Response, HTTPStatus]:
    """The answer when the state file cannot be written. Nothing was changed."""
    sys.stderr.write(f"{error}\n")
    return _error(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, f"The emulator failed: {error}")


def _broken(error: Exception) -> tuple[Response, HTTPStatus]:
    """The answer for a bug of the emulator. Its traceback on stderr shows no body or header, so no credentials."""
    traceback.print_exception(error)
    return _error(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, f"The emulator failed: {type(error).__name__}")


def _error(status: HTTPStatus, code: str, text: str) -> tuple[Response, HTTPStatus]:
    body = {
        "code": code,
        "message": text,
        "requestId": request.environ.get(REQUEST_ID, ""),
        "target": error_target(request.path),
        "details": [] if request.path.startswith(_LISTED_DETAILS) else {},
    }
    return jsonify({"error": body}), status
