"""`/_emulator`: the emulator's own surface, which the service does not have. No token is asked for.

- `GET /_emulator/clock` tells the emulator's time, `POST {"advanceSeconds": n}` moves it on.
- `GET`, `PUT`, `DELETE /_emulator/faults`: the rules in force (`faults.py`); PUT replaces the whole list.
- `GET`, `DELETE /_emulator/journal`: the requests so far (`journal.py`).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aicore_provider.emulator import wire
from aicore_provider.emulator.faults import InvalidFaults
from aicore_provider.emulator.gateway import CONTROL_PREFIX
from aicore_provider.emulator.journal import Journal
from aicore_provider.emulator.rules import describe
from aicore_provider.emulator.service import AICore


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advance_seconds: Annotated[float, Field(ge=0, alias="advanceSeconds", allow_inf_nan=False)]


def routes(service: AICore, journal: Journal) -> Blueprint:
    """Clock, faults, journal."""
    blueprint = Blueprint("control", __name__, url_prefix=CONTROL_PREFIX)

    @blueprint.get("/clock")
    def clock() -> Response:
        return jsonify({"now": wire.timestamp(service.now()), "seconds": service.now()})

    @blueprint.post("/clock")
    def step() -> Response:
        try:
            sent = _Step.model_validate_json(request.get_data())
        except ValidationError as error:
            return _refused(describe(error))
        with service.lock:
            service.advance(sent.advance_seconds)
        return clock()

    @blueprint.get("/faults")
    def faults() -> Response:
        return jsonify(service.faults.as_json())

    @blueprint.put("/faults")
    def replace_faults() -> Response:
        try:
            service.faults.replace(request.get_json(force=True, silent=True))
        except InvalidFaults as error:
            return _refused(str(error))
        return faults()

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        service.faults.replace([])
        return faults()

    @blueprint.get("/journal")
    def entries() -> Response:
        return jsonify([entry.as_json() for entry in journal.entries()])

    @blueprint.delete("/journal")
    def clear_journal() -> Response:
        journal.clear()
        return Response(status=HTTPStatus.NO_CONTENT)

    return blueprint


def _refused(text: str) -> Response:
    response = jsonify({"error": text})
    response.status_code = HTTPStatus.BAD_REQUEST
    return response
