"""`/lm/configurations`: create and read. The API has no other operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import serialize
from aicore_provider.emulator.records import Configuration
from aicore_provider.emulator.routes._request import base_url, body, query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import NewConfiguration, check_id


def routes(service: Service) -> Blueprint:
    """Configurations."""
    blueprint = Blueprint("configurations", __name__, url_prefix="/v2/lm/configurations")

    @blueprint.get("")
    def listed() -> Response:
        found = matching()
        expand = expanded()
        page = found[query().page()]
        return jsonify({"count": len(page), "resources": [shown(each, expand=expand) for each in page]})

    @blueprint.get("/$count")
    def count() -> Response:
        return Response(str(len(matching())), content_type="text/plain")

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        created = service.create_configuration(resource_group(service), body(NewConfiguration))
        response = jsonify({"id": created.id, "message": "Configuration created"})
        response.headers["Location"] = f"{base_url()}/v2/lm/configurations/{created.id}"
        return response, HTTPStatus.CREATED

    @blueprint.get("/<configuration_id>")
    def one(configuration_id: str) -> Response:
        group = resource_group(service)
        check_id(configuration_id, "configurationId")
        expand = expanded()
        return jsonify(shown(service.configuration(group, configuration_id), expand=expand))

    def matching() -> list[Configuration]:
        group, asked = resource_group(service), query()
        return service.configurations(
            group,
            scenario_id=asked.id("scenarioId"),
            executable_ids=asked.ids("executableIds"),
            named=asked.search(),
        )

    def expanded() -> bool:
        return query().choice("$expand", "scenario") is not None

    def shown(record: Configuration, *, expand: bool) -> dict[str, Any]:
        return serialize.configuration(record, service.catalog.scenarios[record.scenario_id] if expand else None)

    return blueprint
