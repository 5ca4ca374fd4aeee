"""`/admin/objectStoreSecrets`."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify

from aicore_provider.emulator import system_secrets
from aicore_provider.emulator.errors import invalid
from aicore_provider.emulator.object_store_secrets import (
    NAME_IN_PATH,
    NewObjectStoreSecret,
    ObjectStoreSecret,
    ObjectStoreSecretBody,
    content,
)
from aicore_provider.emulator.routes._request import body, listed, resource_group
from aicore_provider.emulator.serialize import Document
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import check_pattern


def routes(service: Service) -> Blueprint:
    """Secrets of object stores. Without a resource group it is `default` [spec]."""
    blueprint = Blueprint("object_store_secrets", __name__, url_prefix="/v2/admin/objectStoreSecrets")

    @blueprint.get("")
    def every() -> Response:
        group = resource_group(service, required=False)
        service.count_reads(ObjectStoreSecret, group)
        return listed(system_secrets.listed(service, ObjectStoreSecret, group), document)

    @blueprint.post("")
    def create() -> tuple[Response, int]:
        group, sent = resource_group(service, required=False), body(NewObjectStoreSecret)
        system_secrets.create(service, ObjectStoreSecret, group, sent.name, content(sent))
        return jsonify({"message": "Secret has been created"}), HTTPStatus.ACCEPTED

    @blueprint.get("/<object_store_name>")
    def one(object_store_name: str) -> Response:
        group = resource_group(service, required=False)
        service.count_reads(ObjectStoreSecret, group, _checked(object_store_name))
        return jsonify(document(found(group, object_store_name)))

    @blueprint.patch("/<object_store_name>")
    def change(object_store_name: str) -> tuple[Response, int]:
        group = resource_group(service, required=False)
        sent = body(ObjectStoreSecretBody)
        if sent.name != _checked(object_store_name):
            # [guess] The contract does not say what another name would mean.
            raise invalid("the name in the body should be the one in the path")
        secret = found(group, object_store_name)
        system_secrets.change(service, secret, content(sent, secret.accepted))
        return jsonify({"id": object_store_name, "message": "Secret has been modified"}), HTTPStatus.ACCEPTED

    @blueprint.delete("/<object_store_name>")
    def delete(object_store_name: str) -> tuple[Response, int]:
        group = resource_group(service, required=False)
        system_secrets.delete(service, found(group, _checked(object_store_name)))
        answer = {"id": object_store_name, "message": "Object Store Secret has been deleted"}
        return jsonify(answer), HTTPStatus.ACCEPTED

    def found(group: str, name: str) -> ObjectStoreSecret:
        return system_secrets.one(service, ObjectStoreSecret, group, name)

    return blueprint


def document(secret: ObjectStoreSecret) -> Document:
    """A secret as the API shows it. The name has no suffix [live test], although the contract's example has one."""
    return {"name": secret.id, "metadata": dict(secret.shown.metadata)}


def _checked(object_store_name: str) -> str:
    return check_pattern(object_store_name, "objectStoreName", NAME_IN_PATH)
