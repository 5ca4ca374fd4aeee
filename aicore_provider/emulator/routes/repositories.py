"""`/admin/repositories`: Git repositories."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import repositories
from aicore_provider.emulator.repositories import LONGEST_NAME, NAME, NewRepository, Repository, RepositoryCredentials
from aicore_provider.emulator.routes._request import body, listed
from aicore_provider.emulator.serialize import Document
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_pattern


def routes(service: Service) -> Blueprint:
    """Repositories. They belong to the tenant."""
    blueprint = Blueprint("repositories", __name__, url_prefix="/v2/admin/repositories")

    @blueprint.get("")
    def every() -> Response:
        service.count_reads(Repository, None)
        then = service.listed_at()
        return listed(service.listed(Repository, None), lambda each: document(each, then))

    @blueprint.post("")
    def create() -> Response:
        created = repositories.create(service, body(NewRepository))
        return jsonify({"id": created.id, "message": "Repository has been on-boarded."})

    @blueprint.get("/<repository_name>")
    def one(repository_name: str) -> Response:
        service.count_reads(Repository, None, _checked(repository_name))
        return jsonify(document(repositories.one(service, repository_name), service.now()))

    @blueprint.patch("/<repository_name>")
    def change(repository_name: str) -> Response:
        repositories.change(service, _checked(repository_name), body(RepositoryCredentials))
        # This text is that of the contract's example.
        return jsonify({"id": repository_name, "message": "ArgoCD application has been updated"})

    @blueprint.delete("/<repository_name>")
    def delete(repository_name: str) -> Response:
        repositories.delete(service, _checked(repository_name))
        return jsonify({"id": repository_name, "message": "The repository has been off-boarded."})

    return blueprint


def document(repository: Repository, now: float) -> Document:
    """A repository as the API shows it, without its credentials."""
    return {"name": repository.id, "url": repository.url, "status": repository.status(now)}


def _checked(repository_name: str) -> str:
    return check_pattern(repository_name, "repositoryName", NAME, longest=LONGEST_NAME)
