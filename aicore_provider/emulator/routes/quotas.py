"""`/admin/resourceQuota`: quotas and what is used of them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import applications, docker_registry_secrets, repositories, secrets, system_secrets
from aicore_provider.emulator.applications import Application
from aicore_provider.emulator.docker_registry_secrets import DockerRegistrySecret
from aicore_provider.emulator.repositories import Repository
from aicore_provider.emulator.routes._request import query
from aicore_provider.emulator.routes.secrets import scope
from aicore_provider.emulator.secrets import Secret
from aicore_provider.emulator.serialize import Document
from aicore_provider.emulator.service import Service

UNLIMITED = 1_000_000
"""The quota of deployments, and of secrets of the main tenant or a resource group, when no rule sets one. The service's
defaults are not published."""
MOST_TEMPLATES = 50
"""Serving templates, and workflow templates, per tenant [docs]."""


def routes(service: Service) -> Blueprint:
    """Quotas of the tenant. `usage` is left out with `quotaOnly` [spec]."""
    blueprint = Blueprint("quotas", __name__, url_prefix="/v2/admin/resourceQuota")

    @blueprint.get("/deployments")
    def deployments() -> Response:
        limits = {"maxCount": service.faults.quota("deployment", UNLIMITED), "maxReplicaPerDeployment": 1}
        items = [
            {"id": record.id, "resourcePlanType": "starter", "configuredMaxReplicas": 1}
            for record in service.all_deployments()
        ]
        quotas = [{"resourcePlanType": "starter", "deploymentQuota": limits}]
        return _answer({"quotas": quotas}, {"count": len(items), "items": items})

    @blueprint.get("/resourceGroups")
    def resource_groups() -> Response:
        return _counted(service.resource_group_quota, service.count_resource_groups())

    @blueprint.get("/executables")
    def executables() -> Response:
        """None are used: templates come from applications, and nothing is fetched."""
        most = service.faults.quota("executable", MOST_TEMPLATES)
        return _answer(
            {"quota": {"servingTemplateMaxCount": most, "workflowTemplateMaxCount": most}},
            {"servingTemplateCount": 0, "workflowTemplateCount": 0},
        )

    @blueprint.get("/applications")
    def of_applications() -> Response:
        return _counted(applications.quota(service), len(service.store.all(Application, None)))

    @blueprint.get("/repositories")
    def of_repositories() -> Response:
        return _counted(repositories.quota(service), len(service.store.all(Repository, None)))

    @blueprint.get("/secrets")
    def of_secrets() -> Response:
        where = scope(service)
        quota = secrets.quota(service, where)
        return _counted(UNLIMITED if quota is None else quota, len(service.store.all(Secret, where)))

    @blueprint.get("/dockerRegistrySecrets")
    def of_docker_registry_secrets() -> Response:
        used = system_secrets.count(service, DockerRegistrySecret, None)
        return _counted(docker_registry_secrets.quota(service), used)

    return blueprint


def _counted(most: int, used: int) -> Response:
    return _answer({"quota": {"maxCount": most}}, {"count": used})


def _answer(quota: Document, usage: Document) -> Response:
    return jsonify(quota if query().boolean("quotaOnly") else {**quota, "usage": usage})
