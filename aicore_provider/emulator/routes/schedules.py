"""`/lm/executionSchedules`: create, read, change, delete."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import schedules
from aicore_provider.emulator.routes._request import base_url, body, query, resource_group
from aicore_provider.emulator.schedules import STATUSES, ExecutionSchedule, NewSchedule, ScheduleChange
from aicore_provider.emulator.serialize import Document, timestamp
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_id


def routes(service: Service) -> Blueprint:
    """Execution schedules."""
    blueprint = Blueprint("schedules", __name__, url_prefix="/v2/lm/executionSchedules")

    @blueprint.before_request
    def catch_up() -> None:
        schedules.catch_up(service)

    @blueprint.get("")
    def listed() -> Response:
        found, then = selected()[query().page()], service.listed_at()
        return jsonify({"count": len(found), "resources": [document(each, then) for each in found]})

    @blueprint.get("/$count")
    def count() -> Response:
        return Response(str(len(selected())), content_type="text/plain")

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        created = schedules.create(service, resource_group(service), body(NewSchedule))
        response = answer(created.id, "created")
        response.headers["Location"] = f"{base_url()}/v2/lm/executionSchedules/{created.id}"
        return response, HTTPStatus.ACCEPTED

    @blueprint.get("/<execution_schedule_id>")
    def one(execution_schedule_id: str) -> Response:
        return jsonify(document(schedules.one(service, *place(execution_schedule_id)), service.now()))

    @blueprint.patch("/<execution_schedule_id>")
    def change(execution_schedule_id: str) -> tuple[Response, int]:
        schedules.change(service, *place(execution_schedule_id), body(ScheduleChange))
        return answer(execution_schedule_id, "modified"), HTTPStatus.ACCEPTED

    @blueprint.delete("/<execution_schedule_id>")
    def delete(execution_schedule_id: str) -> tuple[Response, int]:
        schedules.delete(service, *place(execution_schedule_id))
        return answer(execution_schedule_id, "deleted"), HTTPStatus.ACCEPTED

    def place(execution_schedule_id: str) -> tuple[str, str]:
        return resource_group(service), check_id(execution_schedule_id, "executionScheduleId")

    def selected() -> list[ExecutionSchedule]:
        group, asked = resource_group(service), query()
        return schedules.selected(
            service, group, configuration_id=asked.id("configurationId"), status=asked.choice("status", *STATUSES)
        )

    def answer(schedule_id: str, done: str) -> Response:
        return jsonify({"id": schedule_id, "message": f"Execution Schedule {done}"})

    return blueprint


def document(record: ExecutionSchedule, now: float) -> Document:
    """A schedule as the API shows it."""
    end = {} if record.end is None else {"end": timestamp(record.end)}
    return {
        "id": record.id,
        "name": record.name,
        "configurationId": record.configuration_id,
        "cron": record.cron,
        "start": timestamp(record.start),
        **end,
        "status": record.status(now),
        "createdAt": timestamp(record.created_at),
        "modifiedAt": timestamp(record.modified_at),
    }
