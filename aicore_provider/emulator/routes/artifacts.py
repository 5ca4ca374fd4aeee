"""`/lm/artifacts`: register and read. The API has no other operation."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import artifacts, schedules, serialize
from aicore_provider.emulator.artifacts import KINDS, MOST_SELECTORS, Artifact, NewArtifact
from aicore_provider.emulator.routes._request import base_url, body, query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import EXT_LABEL_SELECTOR, check_id


def routes(service: Service) -> Blueprint:
    """Artifacts."""
    blueprint = Blueprint("artifacts", __name__, url_prefix="/v2/lm/artifacts")

    @blueprint.before_request
    def catch_up() -> None:
        schedules.catch_up(service)

    @blueprint.get("")
    def listed() -> Response:
        found = selected()
        expand = expanded()
        page = found[query().page()]
        return jsonify({"count": len(page), "resources": [shown(each, expand=expand) for each in page]})

    @blueprint.get("/$count")
    def count() -> Response:
        return Response(str(len(selected())), content_type="text/plain")

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        created = artifacts.create(service, resource_group(service), body(NewArtifact))
        response = jsonify({"id": created.id, "message": "Artifact acknowledged", "url": created.url})
        response.headers["Location"] = f"{base_url()}/v2/lm/artifacts/{created.id}"
        response.headers["Content-Location"] = response.headers["Location"]
        return response, HTTPStatus.CREATED

    @blueprint.get("/<artifact_id>")
    def one(artifact_id: str) -> Response:
        group = resource_group(service)
        check_id(artifact_id, "artifactId")
        expand = expanded()
        return jsonify(shown(artifacts.one(service, group, artifact_id), expand=expand))

    def selected() -> list[Artifact]:
        group, asked = resource_group(service), query()
        return artifacts.selected(
            service,
            group,
            scenario_id=asked.id("scenarioId"),
            execution_id=asked.id("executionId"),
            name=asked.matching("name", artifacts.NAME, longest=artifacts.LONGEST_NAME),
            kind=asked.choice("kind", *KINDS),
            selectors=asked.selectors("artifactLabelSelector", EXT_LABEL_SELECTOR, most=MOST_SELECTORS),
            contains=asked.search(),
        )

    def expanded() -> bool:
        return query().choice("$expand", "scenario") is not None

    def shown(record: Artifact, *, expand: bool) -> dict[str, Any]:
        return serialize.artifact(record, service.catalog.scenarios.get(record.scenario_id), expand=expand)

    return blueprint
