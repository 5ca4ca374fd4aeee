"""`/admin/applications`, with their status and refresh."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import applications
from aicore_provider.emulator.applications import (
    LONGEST_ID,
    NAME,
    SHORTEST_NAME,
    UNKNOWN,
    Application,
    ApplicationChange,
    NewApplication,
)
from aicore_provider.emulator.routes._request import body, listed
from aicore_provider.emulator.serialize import Document, timestamp
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_pattern


def routes(service: Service) -> Blueprint:
    """Applications. They belong to the tenant."""
    blueprint = Blueprint("applications", __name__, url_prefix="/v2/admin/applications")

    @blueprint.get("")
    def every() -> Response:
        return listed(service.listed(Application, None), document)

    @blueprint.post("")
    def create() -> Response:
        return answer(applications.create(service, body(NewApplication)), "ArgoCD application has been created")

    @blueprint.get("/<application_name>")
    def one(application_name: str) -> Response:
        return jsonify(document(applications.one(service, _checked(application_name))))

    @blueprint.patch("/<application_name>")
    def change(application_name: str) -> Response:
        changed = applications.change(service, _checked(application_name), body(ApplicationChange))
        return answer(changed, "ArgoCD application has been updated")

    @blueprint.delete("/<application_name>")
    def delete(application_name: str) -> Response:
        deleted = applications.delete(service, _checked(application_name))
        return answer(deleted, "ArgoCD application has been deleted")

    @blueprint.get("/<application_name>/status")
    def status(application_name: str) -> Response:
        applications.count_read(service, _checked(application_name))
        return jsonify(status_document(applications.one(service, application_name)))

    @blueprint.post("/<application_name>/refresh")
    def refresh(application_name: str) -> tuple[Response, int]:
        refreshed = applications.refresh(service, _checked(application_name))
        # The contract's example has a capital letter, a live test of SAP finds "refresh" and "scheduled".
        return answer(refreshed, "ArgoCD application refresh has been scheduled"), HTTPStatus.ACCEPTED

    def answer(application: Application, message: str) -> Response:
        return jsonify({"id": f"{applications.prefix(service)}{application.id}", "message": message})

    def document(application: Application) -> Document:
        """An application as the API shows it."""
        return {
            "applicationName": f"{applications.prefix(service)}{application.id}",
            "repositoryUrl": application.repository_url,
            "revision": application.revision,
            "path": application.path,
        }

    return blueprint


def status_document(application: Application) -> Document:
    """The status of an application."""
    health, status, message = applications.words(application)
    synced = application.synced
    source = {"repoURL": application.repository_url, "path": application.path, "revision": application.revision}
    times = {"syncStartedAt": timestamp(application.started_at), "syncFinishedAt": UNKNOWN, "reconciledAt": UNKNOWN}
    if synced is not None:
        finished = timestamp(synced.finished_at)
        times = {"syncStartedAt": timestamp(synced.started_at), "syncFinishedAt": finished, "reconciledAt": finished}
        if synced.problem is None:
            source["revision"] = application.commit
    if status == UNKNOWN:
        source, times = dict.fromkeys(source, UNKNOWN), dict.fromkeys(times, UNKNOWN)
    return {
        "healthStatus": health,
        "syncStatus": status,
        "message": message,
        "source": source,
        **times,
        "syncResourcesStatus": [],
        "syncRessourcesStatus": [],
    }


def _checked(application_name: str) -> str:
    return check_pattern(application_name, "applicationName", NAME, shortest=SHORTEST_NAME, longest=LONGEST_ID)
