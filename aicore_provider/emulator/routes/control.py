"""`/_emulator`: the emulator's own operations, which the service does not have. They need no token.

- `GET /_emulator/clock` shows the emulator's time, `POST {"advanceSeconds": n}` moves it on.
- `GET`, `PUT`, `DELETE /_emulator/faults`: the rules in force (`faults.py`); PUT replaces the whole list.
- `GET`, `PUT`, `DELETE /_emulator/pace`: a clock for each transition (`pace.py`).
- `GET`, `DELETE /_emulator/journal`: the requests so far (`journal.py`).
- `POST /_emulator/cascade-updates`, `POST /_emulator/deployments/{id}/stop`, `/switch`, `/kill`, `/delay`: changes of
  deployments that no request of the API causes (`interventions.py`). The answer shows the changed deployments.
- `GET /_emulator/models`: the versions that are offered; `POST /_emulator/models/{model}/deprecate`, `/retire`: changes
  of a model in the catalogue (`interventions.py`); `DELETE /_emulator/models`: back to the shipped catalogue.
- `GET /_emulator/secrets`: digests of the secret values that the API never shows, to see that one was replaced.
- `GET /_emulator/overview`, of all or of those objects that `search`, `tenant` and `group` select, and
  `GET /_emulator/deployments/{id}/targets`: the content of the page (`overview.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, ValidationError

from aicore_provider.emulator import serialize
from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import shipped
from aicore_provider.emulator.errors import Refusal
from aicore_provider.emulator.faults import Faults, InvalidFaults
from aicore_provider.emulator.gateway import CONTROL_PREFIX
from aicore_provider.emulator.interventions import (
    CascadeUpdate,
    Delay,
    Deprecate,
    Kill,
    Retire,
    Stop,
    Switch,
)
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.overview import Selection, offered, overview, secret_digests, switch_targets
from aicore_provider.emulator.pace import InvalidPace, Pacing
from aicore_provider.emulator.validation import StrictModel, any_json, describe
from aicore_provider.emulator.wall_clock import MOST_SECONDS

AnyIntervention = TypeVar("AnyIntervention", bound=StrictModel)


class _Step(StrictModel):
    advance_seconds: Annotated[float, Field(ge=0, le=MOST_SECONDS)]


def routes(backend: Backend) -> Blueprint:
    """Clock, faults, journal, interventions."""
    blueprint = Blueprint("control", __name__, url_prefix=CONTROL_PREFIX)

    @blueprint.get("/clock")
    def clock() -> Response:
        now = backend.clock.now()
        return jsonify({"now": serialize.timestamp(now), "seconds": now})

    @blueprint.post("/clock")
    def step() -> Response:
        sent = _body(_Step)
        with backend.lock:
            backend.advance(sent.advance_seconds)
        return clock()

    def setting(name: str, held: Faults | Pacing, default: list[Any] | dict[str, Any]) -> None:
        def show() -> Response:
            return jsonify(held.as_json())

        def replace() -> Response:
            wanted = default if request.method == "DELETE" else any_json(request.get_data())
            with backend.lock:
                held.replace(wanted)
            return show()

        blueprint.get(f"/{name}", endpoint=name)(show)
        blueprint.route(f"/{name}", methods=["PUT", "DELETE"], endpoint=f"replace_{name}")(replace)

    setting("faults", backend.faults, [])
    setting("pace", backend.pacing, {})

    @blueprint.get("/journal")
    def entries() -> Response:
        return jsonify([entry.as_json() for entry in backend.journal.entries()])

    @blueprint.delete("/journal")
    def clear_journal() -> Response:
        backend.journal.clear()
        return Response(status=HTTPStatus.NO_CONTENT)

    @blueprint.post("/cascade-updates")
    def cascade_update() -> Response:
        intervention = _body(CascadeUpdate)
        with backend.at_present():
            return jsonify({"deployments": [_now(record) for record in intervention.carry_out(backend)]})

    def intervene(kind: type[Stop | Switch | Kill | Delay]) -> Callable[[str], Response]:
        def view(deployment_id: str) -> Response:
            intervention = _body(kind)
            with backend.at_present():
                return jsonify(_now(intervention.carry_out(backend, deployment_id)))

        return view

    for kind in (Stop, Switch, Kill, Delay):
        name = kind.__name__.lower()
        blueprint.post(f"/deployments/<deployment_id>/{name}", endpoint=name)(intervene(kind))

    @blueprint.get("/deployments/<deployment_id>/targets")
    def targets(deployment_id: str) -> Response:
        with backend.at_present():
            return jsonify(switch_targets(*backend.find(deployment_id)))

    @blueprint.get("/overview")
    def everything() -> Response:
        asked = request.args
        selection = Selection(asked.get("search", ""), asked.get("tenant"), asked.get("group"))
        with backend.at_present():
            return jsonify(overview(backend, selection))

    @blueprint.get("/secrets")
    def secrets() -> Response:
        with backend.at_present():
            return jsonify(secret_digests(backend))

    _models(blueprint, backend)
    blueprint.register_error_handler(ValidationError, lambda error: _refused(HTTPStatus.BAD_REQUEST, describe(error)))
    blueprint.register_error_handler(InvalidPace, lambda error: _refused(HTTPStatus.BAD_REQUEST, str(error)))
    blueprint.register_error_handler(InvalidFaults, lambda error: _refused(HTTPStatus.BAD_REQUEST, str(error)))
    blueprint.register_error_handler(Refusal, lambda error: _refused(error.status, error.text))
    return blueprint


def _models(blueprint: Blueprint, backend: Backend) -> None:
    @blueprint.get("/models")
    def models() -> Response:
        return jsonify(offered(backend.catalog))

    @blueprint.delete("/models")
    def restore_models() -> Response:
        with backend.lock:
            backend.catalog = shipped()
        return models()

    def revise(kind: type[Deprecate | Retire]) -> Callable[[str], Response]:
        def view(model: str) -> Response:
            intervention = _body(kind)
            with backend.lock:
                intervention.carry_out(backend, model)
                return jsonify([each for each in offered(backend.catalog) if each["model"] == model])

        return view

    for revision in (Deprecate, Retire):
        name = revision.__name__.lower()
        blueprint.post(f"/models/<model>/{name}", endpoint=name)(revise(revision))


def _body(kind: type[AnyIntervention]) -> AnyIntervention:
    return kind.model_validate_json(request.get_data() or b"{}")


def _now(record: Deployment) -> dict[str, str]:
    return {"id": record.id, "configurationId": record.configuration_id, "status": record.status}


def _refused(status: HTTPStatus, text: str) -> tuple[Response, HTTPStatus]:
    return jsonify({"error": text}), status
