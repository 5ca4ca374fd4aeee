"""Turns records into the JSON of the API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from aicore_provider.emulator.artifacts import Artifact
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.machine import Deployment, outcome_is_there
from aicore_provider.emulator.records import Configuration, ResourceGroup
from aicore_provider.emulator.service import Service

Document = dict[str, Any]

_MOST_KEPT = 50_000
_encode = json.JSONEncoder(separators=(",", ":")).encode


def timestamp(moment: float) -> str:
    """A time as the API shows it: whole seconds, UTC, with `Z`."""
    return _timestamp(int(moment))


@lru_cache(maxsize=10_000)
def _timestamp(second: int) -> str:
    return dt.datetime.fromtimestamp(second, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def log_timestamp(moment: float) -> str:
    """A time of a log line: with nanoseconds and `+00:00` [docs], which is how SAP's Python SDK can read them."""
    return f"{timestamp(moment)[:-1]}.{int(moment % 1 * 1e9):09d}+00:00"


def configuration(record: Configuration, scenario: Document | None = None) -> Document:
    """A configuration, with its scenario when the request had `$expand`."""
    shown: Document = {
        "id": record.id,
        "name": record.name,
        "scenarioId": record.scenario_id,
        "executableId": record.executable_id,
        "parameterBindings": [{"key": key, "value": value} for key, value in record.parameter_bindings],
        "inputArtifactBindings": [{"key": key, "artifactId": value} for key, value in record.input_artifact_bindings],
        "createdAt": timestamp(record.created_at),
    }
    return shown if scenario is None else {**shown, "scenario": scenario}


def artifact(record: Artifact, scenario: Document | None = None, *, expand: bool = False) -> Document:
    """An artifact, with `$expand` also its scenario: null when there is none."""
    optional: Document = {
        "labels": [{"key": key, "value": value} for key, value in record.labels],
        "executionId": record.execution_id,
        "configurationId": record.configuration_id,
    }
    return {
        "id": record.id,
        "name": record.name,
        "kind": record.kind,
        "url": record.url,
        "description": record.description,
        "scenarioId": record.scenario_id,
        **{key: value for key, value in optional.items() if value},
        "createdAt": timestamp(record.created_at),
        "modifiedAt": timestamp(record.created_at),
        **({"scenario": scenario} if expand else {}),
    }


def execution(record: Execution, configuration_name: str, outputs: Iterable[Artifact]) -> Document:
    """An execution, as a list shows it. SAP's Python SDK requires all fields but the optional ones."""
    optional = {
        "executionScheduleId": record.schedule_id,
        "submissionTime": _moment(record.submission_time),
        "startTime": _moment(record.start_time),
        "completionTime": _moment(record.completion_time),
    }
    return {
        "id": record.id,
        "configurationId": record.configuration_id,
        "configurationName": configuration_name,
        "executableId": record.executable_id,
        "scenarioId": record.scenario_id,
        "status": record.status,
        "targetStatus": record.target_status,
        "outputArtifacts": [artifact(each) for each in outputs],
        "createdAt": timestamp(record.created_at),
        "modifiedAt": timestamp(record.modified_at),
        **{key: text for key, text in optional.items() if text is not None},
    }


def execution_status(record: Execution) -> Document:
    """An execution with `$select=status`, as a list shows it. SAP's Python SDK accepts no other field."""
    return {
        "id": record.id,
        "configurationId": record.configuration_id,
        "status": record.status,
        "createdAt": timestamp(record.created_at),
        "modifiedAt": timestamp(record.modified_at),
    }


def _moment(moment: float | None) -> str | None:
    return None if moment is None else timestamp(moment)


def resource_group(group: ResourceGroup, tenant_id: str, now: float) -> Document:
    """A resource group."""
    status = group.status(now)
    messages = {
        "PROVISIONING": "Onboarding is under way.",
        "PROVISIONED": "All onboarding steps are completed.",
        "ERROR": group.error,
    }
    return {
        "resourceGroupId": group.id,
        "tenantId": tenant_id,
        "zoneId": tenant_id,
        "createdAt": timestamp(group.created_at),
        "labels": [{"key": key, "value": value} for key, value in group.labels],
        "status": status,
        "statusMessage": messages[status],
        "servicePlan": "extended",
    }


class DeploymentWriter:
    """Turns deployments into JSON, and keeps the texts: of a long list, few have changed since the last request."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._written: dict[str, tuple[Deployment, str, str]] = {}

    def listed(self, records: list[Deployment], base_url: str, *, status_only: bool) -> str:
        """The JSON text of a list. `count` is the number of items in this answer [guess]."""
        if status_only:
            items = [_encode(self.status(record)) for record in records]
        else:
            items = [self._text(record, base_url) for record in records]
        return f'{{"count":{len(items)},"resources":[{",".join(items)}]}}'

    def detailed(self, record: Deployment, base_url: str) -> Document:
        """One deployment, as GET by id shows it."""
        return {**self.item(record, base_url), "statusDetails": _status_details(record)}

    def status(self, record: Deployment) -> Document:
        """A deployment with `$select=status`, as a list shows it."""
        return {
            "id": record.id,
            "configurationId": record.configuration_id,
            "status": record.status,
            "createdAt": timestamp(record.created_at),
            "modifiedAt": timestamp(record.modified_at),
            "details": self._details(record),
        }

    def detailed_status(self, record: Deployment) -> Document:
        """A deployment with `$select=status`, as GET by id shows it."""
        return {**self.status(record), "statusDetails": _status_details(record)}

    def item(self, record: Deployment, base_url: str) -> Document:
        """One deployment, as a list shows it. SAP's Python SDK requires the first eight fields."""
        configured = self._service.configuration(record.resource_group, record.configuration_id)
        shown: Document = {
            "id": record.id,
            "deploymentUrl": deployment_url(record, base_url),
            "configurationId": record.configuration_id,
            "configurationName": configured.name,
            "executableId": record.executable_id,
            "scenarioId": record.scenario_id,
            "status": record.status,
            "targetStatus": record.target_status,
            "details": self._details(record),
            "createdAt": timestamp(record.created_at),
            "modifiedAt": timestamp(record.modified_at),
        }
        optional = {
            "lastOperation": record.last_operation,
            "latestRunningConfigurationId": record.latest_running_configuration_id,
            "ttl": record.ttl,
        }
        moments = {
            "submissionTime": record.submission_time,
            "startTime": record.start_time,
            "completionTime": record.completion_time,
        }
        shown |= {key: text for key, text in optional.items() if text is not None}
        shown |= {key: timestamp(moment) for key, moment in moments.items() if moment is not None}
        return shown

    def _text(self, record: Deployment, base_url: str) -> str:
        known = self._written.get(record.id)
        if known is not None and known[0] is record and known[1] == base_url:
            return known[2]
        text = _encode(self.item(record, base_url))
        if len(self._written) >= _MOST_KEPT:
            self._written.clear()
        self._written[record.id] = (record, base_url, text)
        return text

    def _details(self, record: Deployment) -> Document:
        """`details`, in both spellings. A stopped deployment shows no model, and orchestration has none."""
        configured = self._service.configuration(record.resource_group, record.configuration_id)
        name, version = self._service.wanted_model(configured)
        gone = record.status == "STOPPED" or not name
        # [guess] How a model without versions is shown.
        shown = {"name": name, "version": version} if version else {"name": name}
        model = {} if gone else {"model": shown}
        return {
            "scaling": {"backendDetails": {}, "backend_details": {}},
            "resources": {"backendDetails": model, "backend_details": model},
        }


def deployment_url(record: Deployment, base_url: str) -> str:
    """Empty until the deployment has run once. It stays when the deployment stops."""
    return f"{base_url}/v2/inference/deployments/{record.id}" if record.has_run else ""


def _status_details(record: Deployment) -> Document:
    return dict(record.fate.status_details) if outcome_is_there(record) else {}
