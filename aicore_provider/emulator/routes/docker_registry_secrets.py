"""`/admin/dockerRegistrySecrets`."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import system_secrets
from aicore_provider.emulator.docker_registry_secrets import (
    LONGEST_NAME,
    NAME,
    DockerRegistrySecret,
    DockerRegistrySecretChange,
    NewDockerRegistrySecret,
    content,
    quota,
)
from aicore_provider.emulator.routes._request import body, listed
from aicore_provider.emulator.serialize import Document
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import JSON, MERGE_PATCH, check_pattern


def routes(service: Service) -> Blueprint:
    """Secrets of Docker registries. They belong to the tenant."""
    blueprint = Blueprint("docker_registry_secrets", __name__, url_prefix="/v2/admin/dockerRegistrySecrets")

    @blueprint.get("")
    def every() -> Response:
        service.count_reads(DockerRegistrySecret, None)
        return listed(system_secrets.listed(service, DockerRegistrySecret, None), document)

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        sent = body(NewDockerRegistrySecret)
        system_secrets.create(service, DockerRegistrySecret, None, sent.name, content(sent), quota=quota(service))
        return jsonify({"message": "secret has been created"}), HTTPStatus.ACCEPTED

    @blueprint.get("/<docker_registry_name>")
    def one(docker_registry_name: str) -> Response:
        service.count_reads(DockerRegistrySecret, None, _checked(docker_registry_name))
        return jsonify(document(found(docker_registry_name)))

    @blueprint.patch("/<docker_registry_name>")
    def change(docker_registry_name: str) -> tuple[Response, int]:
        secret = found(_checked(docker_registry_name))
        # The contract has the first media type, the documentation shows the second one.
        sent = body(DockerRegistrySecretChange, MERGE_PATCH, JSON)
        system_secrets.change(service, secret, content(sent))
        return jsonify({"id": docker_registry_name, "message": "Secret has been modified"}), HTTPStatus.ACCEPTED

    @blueprint.delete("/<docker_registry_name>")
    def delete(docker_registry_name: str) -> tuple[Response, int]:
        system_secrets.delete(service, found(_checked(docker_registry_name)))
        answer = {"id": docker_registry_name, "message": "Docker Registry Secret has been deleted"}
        return jsonify(answer), HTTPStatus.ACCEPTED

    def found(name: str) -> DockerRegistrySecret:
        return system_secrets.one(service, DockerRegistrySecret, None, name)

    return blueprint


def document(secret: DockerRegistrySecret) -> Document:
    """A secret as the API shows it."""
    return {"name": secret.id}


def _checked(docker_registry_name: str) -> str:
    return check_pattern(docker_registry_name, "dockerRegistryName", NAME, longest=LONGEST_NAME)
