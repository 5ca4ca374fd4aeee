"""`/lm/scenarios` and below: read-only, the same in every resource group."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator.errors import invalid, not_found
from aicore_provider.emulator.routes._request import query, resource_group
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import EXT_LABEL_SELECTOR, check_id


def routes(service: Service) -> Blueprint:
    """Scenarios, executables, versions, models."""
    blueprint = Blueprint("scenarios", __name__, url_prefix="/v2/lm/scenarios")

    @blueprint.before_request
    def check_group() -> None:
        resource_group(service)

    @blueprint.get("")
    def scenarios() -> Response:
        return _listed(list(service.catalog.scenarios.values()))

    @blueprint.get("/<scenario_id>")
    def scenario(scenario_id: str) -> Response:
        if check_id(scenario_id, "scenarioId") not in service.catalog.scenarios:
            raise not_found(f"Scenario {scenario_id} not found")
        return jsonify(service.catalog.scenarios[scenario_id])

    @blueprint.get("/<scenario_id>/executables")
    def executables(scenario_id: str) -> Response:
        check_scenario(scenario_id)
        version = query().text("versionId")
        found = service.catalog.executables_of(scenario_id)
        return _listed([each for each in found if version in (None, each["versionId"])])

    @blueprint.get("/<scenario_id>/executables/<executable_id>")
    def executable(scenario_id: str, executable_id: str) -> Response:
        check_id(scenario_id, "scenarioId")
        check_id(executable_id, "executableId")
        if (scenario_id, executable_id) not in service.catalog.executables:
            raise not_found(f"Executable {executable_id} not found in scenario {scenario_id}")
        return jsonify(service.catalog.executables[scenario_id, executable_id])

    @blueprint.get("/<scenario_id>/versions")
    def versions(scenario_id: str) -> Response:
        check_scenario(scenario_id)
        # No version of the catalogue has a label, so only selectors of the form key!=value select one.
        wanted = query().selectors("labelSelector", EXT_LABEL_SELECTOR)
        found = [each for each in service.catalog.versions if each["scenarioId"] == scenario_id]
        return _listed([] if any(equal for _, equal, _ in wanted) else found)

    @blueprint.get("/<scenario_id>/models")
    def models(scenario_id: str) -> Response:
        check_scenario(scenario_id)
        allowed = [
            model
            for model in service.catalog.models.values()
            if any(each["scenarioId"] == scenario_id for each in model["allowedScenarios"])
        ]
        return _listed(allowed)

    def check_scenario(scenario_id: str) -> None:
        """Refuse an unknown scenario. For the lists below a scenario, the contract has no 404 but a 400."""
        if check_id(scenario_id, "scenarioId") not in service.catalog.scenarios:
            raise invalid(f"Scenario {scenario_id} not found")

    return blueprint


def _listed(resources: list[dict[str, Any]]) -> Response:
    return jsonify({"count": len(resources), "resources": resources})
