"""`AIDockerRegistrySecret`: the login at a container registry, for the images of the tenant's own executables.

The service tells the name and nothing else. A PATCH replaces the login. It creates, changes and deletes one
asynchronously, and shows no status (API contract 2.42.0).
"""

from __future__ import annotations

import json

from aicore_provider.api.naming import docker_registry_name_problem
from aicore_provider.api.paths import DOCKER_REGISTRY_SECRETS
from aicore_provider.kinds.named import named, take_over_by_name
from aicore_provider.kinds.property import Change, Properties, Property
from aicore_provider.kinds.standard import Standard
from aicore_provider.kinds.values import HOME, SECRET_INPUTS, text

NOUN = "docker registry secret"
PROPERTIES = (
    Property("name", "Its name.", Change.REPLACES, rule=docker_registry_name_problem, is_required=True),
    Property(
        "registry",
        "Address of the registry, such as `https://registry.example.com`.",
        Change.IN_PLACE,
        is_required=True,
        is_untold=True,
    ),
    Property(
        "username",
        "User of the registry.",
        Change.IN_PLACE,
        is_required=True,
        is_untold=True,
    ),
    Property(
        "password",
        "Password or access token.",
        Change.IN_PLACE,
        is_required=True,
        is_untold=True,
        is_secret=True,
    ),
    take_over_by_name(NOUN),
    *HOME,
    SECRET_INPUTS,
)


def _patch(inputs: Properties) -> dict[str, object]:
    login = {"username": text(inputs, "username"), "password": text(inputs, "password")}
    return {"data": {".dockerconfigjson": json.dumps({"auths": {text(inputs, "registry"): login}})}}


KIND = named(
    Standard(
        kind="AIDockerRegistrySecret",
        doc="The login at a container registry, for the images of the tenant's own executables.",
        noun=NOUN,
        properties=PROPERTIES,
        path=DOCKER_REGISTRY_SECRETS,
        home="tenant",
        name="name",
        collection=lambda client, _: client.docker_registry_secrets,
        body=lambda inputs: {"name": text(inputs, "name"), **_patch(inputs)},
        patch=lambda inputs, _: _patch(inputs),
        told=lambda _found, _inputs: {},
        advice="Check its name, the quota of these secrets, and that the credentials cover administration.",
    )
)
