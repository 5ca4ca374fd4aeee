"""`/admin/secrets`: generic secrets."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from aicore_provider.emulator import secrets
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.gateway import GROUP_HEADER
from aicore_provider.emulator.routes._request import body, listed, resource_group
from aicore_provider.emulator.secrets import NAME, TENANT_WIDE, NewSecret, Secret, SecretChange
from aicore_provider.emulator.serialize import Document, timestamp
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_pattern

TENANT_SCOPE_HEADER = "AI-Tenant-Scope"


def routes(service: Service) -> Blueprint:
    """Generic secrets."""
    blueprint = Blueprint("secrets", __name__, url_prefix="/v2/admin/secrets")

    @blueprint.get("")
    def every() -> Response:
        where = scope(service)
        service.count_reads(Secret, where)
        return listed(service.listed(Secret, where), document)

    @blueprint.post("")
    def create() -> Response:
        where, sent = scope(service), body(NewSecret)
        return jsonify({"message": "secret has been created", "name": secrets.create(service, where, sent).id})

    @blueprint.get("/<secret_name>")
    def one(secret_name: str) -> Response:
        where = scope(service)
        service.count_reads(Secret, where, _checked(secret_name))
        return jsonify(document(secrets.one(service, where, secret_name)))

    @blueprint.patch("/<secret_name>")
    def change(secret_name: str) -> Response:
        where = scope(service)
        secrets.change(service, where, _checked(secret_name), body(SecretChange))
        return jsonify({"message": "The secret has been modified", "name": secret_name})

    @blueprint.delete("/<secret_name>")
    def delete(secret_name: str) -> Response:
        secrets.delete(service, scope(service), _checked(secret_name))
        return Response(status=HTTPStatus.OK)

    def document(secret: Secret) -> Document:
        """A secret as the API shows it, without its data.

        The contract has a list of labels and the name below for the sync status; the documentation has an object, and
        `resourceGroupSecretReplicationStatus`.
        """
        shown: Document = {
            "name": secret.id,
            "createdAt": timestamp(secret.created_at),
            "labels": [{"key": key, "value": value} for key, value in secret.labels],
        }
        status = secrets.sync_status(service, secret)
        return shown if status is None else {**shown, "resourceGroupSecretsSyncStatus": status}

    return blueprint


def scope(service: Service) -> str | None:
    """The scope of a request for secrets: a resource group, None for the main tenant, or `TENANT_WIDE` [docs].

    Without both headers it is the resource group `default` [docs]. A resource group beside `AI-Tenant-Scope: true` is
    ignored [guess]: SAP's Python SDK sends both.
    """
    if _has_tenant_scope():
        return TENANT_WIDE if request.headers.get(GROUP_HEADER) == TENANT_WIDE else None
    return resource_group(service, required=False)


def _has_tenant_scope() -> bool:
    wanted = request.headers.get(TENANT_SCOPE_HEADER, "false").lower()
    if wanted not in ("true", "false"):
        raise invalid(f"header {TENANT_SCOPE_HEADER}: should be true or false")
    return wanted == "true"


def _checked(secret_name: str) -> str:
    return check_pattern(secret_name, "secretName", NAME, longest=secrets.LONGEST_NAME)
