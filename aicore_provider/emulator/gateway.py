"""The gateway in front of the service: checks tokens, adds request ids, writes the journal, applies request faults."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.errors import GatewayRefusal
from aicore_provider.emulator.faults import AppliedFaults, Effect
from aicore_provider.emulator.journal import JournalEntry
from aicore_provider.emulator.request_model import model_of
from aicore_provider.emulator.tokens import Tokens
from aicore_provider.emulator.validation import any_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTROL_PREFIX = "/_emulator"
"""Paths of the emulator itself: no token, no faults, no journal."""
REQUEST_ID = "aicore.request_id"
"""Key of the WSGI environment."""
GROUP_HEADER = "AI-Resource-Group"
EVENT_STREAM = "text/event-stream"


class ConnectionDropped(Exception):
    """A fault requires that the connection is closed without an answer."""


class Gateway:
    """A WSGI application that passes requests on to others.

    Args:
        backend: its services, faults, clock and journal are used.
        tokens: checks the tokens of requests.
        unprotected: the application for everything outside `/v2`, which needs no token.
        tenants: by tenant id, the application for everything below `/v2`.
    """

    def __init__(
        self, backend: Backend, tokens: Tokens, unprotected: WSGIApplication, tenants: Mapping[str, WSGIApplication]
    ) -> None:
        self._backend = backend
        self._tokens = tokens
        self._unprotected = unprotected
        self._tenants = tenants

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request.

        Raises:
            ConnectionDropped: close the connection.
        """
        request = Request(environ)
        if request.path == "/" or request.path.startswith(CONTROL_PREFIX):
            return self._unprotected(environ, start_response)
        body = request.get_data()
        sent = any_json(body) if body else None
        environ["wsgi.input"] = io.BytesIO(body)
        environ[REQUEST_ID] = str(uuid.uuid4())
        group = request.headers.get(GROUP_HEADER)
        hit = self._backend.faults.hit(request.method, request.path, group, lambda: self._model(request, sent))
        arrived = self._backend.clock.now()
        if hit.latency_s:
            self._backend.clock.sleep(hit.latency_s)
        response = self._answer(request, hit)
        self._backend.journal.add(
            JournalEntry(
                time=arrived,
                method=request.method,
                path=request.path,
                query=request.query_string.decode("latin-1"),
                resource_group=group,
                status=None if response is None else response.status_code,
                request_id=environ[REQUEST_ID],
                body=sent,
                fault=_name(hit),
            )
        )
        if response is None:
            raise ConnectionDropped
        response.headers.setdefault("x-request-id", environ[REQUEST_ID])
        return response(environ, start_response)

    def _model(self, request: Request, sent: Any) -> str | None:
        """The model that a request is about, for the tenant of its token; None without a model or a valid token."""
        try:
            service = self._backend.services[self._tokens.check(request.headers.get("Authorization"))]
        except GatewayRefusal:
            return None
        with self._backend.lock:
            return model_of(service, request.headers.get(GROUP_HEADER), request.path, sent)

    def _answer(self, request: Request, hit: AppliedFaults) -> Response | None:
        """The answer of the service or of a fault; None: close the connection without an answer."""
        if hit.drop == "beforeCommit":
            return None
        if hit.answer is not None and hit.replaces == "beforeCommit":
            return _injected(hit.answer)
        if hit.expire_token:
            self._tokens.revoke(request.headers.get("Authorization"))
        with self._backend.lock:
            response = self._ask(request, hit)
        if hit.drop == "afterCommit":
            return None
        if hit.answer is not None and hit.replaces == "afterCommit":
            return _injected(hit.answer)
        return response

    def _ask(self, request: Request, hit: AppliedFaults) -> Response:
        """The answer of the service, after the token was checked."""
        if not (request.path == "/v2" or request.path.startswith("/v2/")):
            return Response.from_app(self._unprotected, request.environ, buffered=True)
        try:
            tenant_id = self._tokens.check(request.headers.get("Authorization"))
        except GatewayRefusal as refusal:
            return Response(refusal.text, status=refusal.status, content_type="text/plain")
        service = self._backend.services[tenant_id]
        service.stale_list_s = hit.stale_list_s
        try:
            return Response.from_app(self._tenants[tenant_id], request.environ, buffered=True)
        finally:
            service.stale_list_s = 0.0


def _injected(effect: Effect) -> Response:
    if effect.body is None or isinstance(effect.body, str):
        body, content_type = effect.body or "", "text/plain"
    else:
        body, content_type = json.dumps(effect.body), "application/json"
    return Response(body, status=effect.status, headers=effect.headers, content_type=content_type)


def _name(hit: AppliedFaults) -> str | None:
    effects = (
        (hit.latency_s, f"latency {hit.latency_s:g} s"),
        (hit.expire_token, "expired token"),
        (hit.stale_list_s, f"list {hit.stale_list_s:g} s old"),
        (hit.replaces, f"status {hit.replaces}"),
        (hit.drop, f"drop {hit.drop}"),
    )
    return ", ".join(text for happened, text in effects if happened) or None
