"""`/_emulator`: the emulator's own surface, which the service does not have. No token is asked for.

- `GET /_emulator/clock` tells the emulator's time, `POST {"advanceSeconds": n}` moves it on.
- `GET`, `PUT`, `DELETE /_emulator/faults`: the rules in force (`faults.py`); PUT replaces the whole list.
- `GET`, `PUT`, `DELETE /_emulator/pace`: a clock for each transition (`pace.py`).
- `GET`, `DELETE /_emulator/journal`: the requests so far (`journal.py`).
- `POST /_emulator/cascade-updates`, `POST /_emulator/deployments/{id}/stop`, `/switch`, `/kill`, `/delay`: what happens
  to deployments without a request of the API (`interventions.py`); the answer names them and what they are now.
- `GET /_emulator/models`: the versions on offer; `POST /_emulator/models/{model}/deprecate`, `/retire`: what happens to
  a model in the catalogue (`interventions.py`); `DELETE /_emulator/models`: the catalogue as it was shipped.
- `GET /_emulator/overview`, `GET /_emulator/deployments/{id}/targets`: what the page for people shows (`overview.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, ValidationError

from aicore_provider.emulator import serialize
from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import shipped
from aicore_provider.emulator.errors import Refusal
from aicore_provider.emulator.faults import InvalidFaults
from aicore_provider.emulator.gateway import CONTROL_PREFIX
from aicore_provider.emulator.interventions import (
    CascadeUpdate,
    Delay,
    Deprecate,
    Intervention,
    Kill,
    Retire,
    Stop,
    Switch,
)
from aicore_provider.emulator.machine import Deployment
from aicore_provider.emulator.overview import offered, overview, switch_targets
from aicore_provider.emulator.pace import InvalidPace
from aicore_provider.emulator.validation import any_json, describe
from aicore_provider.emulator.wall_clock import MOST_SECONDS

AnyOrder = TypeVar("AnyOrder", bound=Intervention)


class _Step(Intervention):
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
        sent = _order(_Step)
        with backend.lock:
            backend.advance(sent.advance_seconds)
        return clock()

    @blueprint.get("/faults")
    def faults() -> Response:
        return jsonify(backend.faults.as_json())

    @blueprint.put("/faults")
    def replace_faults() -> Response:
        backend.faults.replace(any_json(request.get_data()))
        return faults()

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        backend.faults.replace([])
        return faults()

    @blueprint.get("/pace")
    def pace() -> Response:
        return jsonify(backend.pacing.as_json())

    @blueprint.put("/pace")
    def replace_pace() -> Response:
        with backend.lock:
            backend.pacing.replace(any_json(request.get_data()))
        return pace()

    @blueprint.delete("/pace")
    def clear_pace() -> Response:
        with backend.lock:
            backend.pacing.replace({})
        return pace()

    @blueprint.get("/journal")
    def entries() -> Response:
        return jsonify([entry.as_json() for entry in backend.journal.entries()])

    @blueprint.delete("/journal")
    def clear_journal() -> Response:
        backend.journal.clear()
        return Response(status=HTTPStatus.NO_CONTENT)

    @blueprint.post("/cascade-updates")
    def cascade_update() -> Response:
        order = _order(CascadeUpdate)
        with backend.lock:
            return jsonify({"deployments": [_now(record) for record in order.carry_out(backend)]})

    def intervene(kind: type[Stop | Switch | Kill | Delay]) -> Callable[[str], Response]:
        def view(deployment_id: str) -> Response:
            order = _order(kind)
            with backend.lock:
                return jsonify(_now(order.carry_out(backend, deployment_id)))

        return view

    for kind in (Stop, Switch, Kill, Delay):
        name = kind.__name__.lower()
        blueprint.post(f"/deployments/<deployment_id>/{name}", endpoint=name)(intervene(kind))

    @blueprint.get("/deployments/<deployment_id>/targets")
    def targets(deployment_id: str) -> Response:
        with backend.lock:
            return jsonify(switch_targets(*backend.find(deployment_id)))

    @blueprint.get("/overview")
    def everything() -> Response:
        with backend.lock:
            return jsonify(overview(backend))

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
            order = _order(kind)
            with backend.lock:
                order.carry_out(backend, model)
                return jsonify([each for each in offered(backend.catalog) if each["model"] == model])

        return view

    for revision in (Deprecate, Retire):
        name = revision.__name__.lower()
        blueprint.post(f"/models/<model>/{name}", endpoint=name)(revise(revision))


def _order(kind: type[AnyOrder]) -> AnyOrder:
    return kind.model_validate_json(request.get_data() or b"{}")


def _now(record: Deployment) -> dict[str, str]:
    return {"id": record.id, "configurationId": record.configuration_id, "status": record.status}


def _refused(status: HTTPStatus, text: str) -> Response:
    response = jsonify({"error": text})
    response.status_code = status
    return response
