"""Secrets of Docker registries, which belong to the tenant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from aicore_provider.emulator.digests import digests
from aicore_provider.emulator.system_secrets import Content, SystemSecret
from aicore_provider.emulator.validation import Body, any_json, matching

if TYPE_CHECKING:
    from aicore_provider.emulator.service import Service

NAME = re.compile(r"[a-z0-9](?:_?[a-z0-9.-])*[a-z0-9]")
"""The contract's pattern without its catastrophic backtracking; both accept the same names."""
LONGEST_NAME = 63
MOST = 50
"""Per tenant [docs]."""

_KEY = ".dockerconfigjson"


def _check_object(text: str) -> str:
    if not isinstance(any_json(text.encode()), dict):
        raise ValueError("should be a JSON object as text")
    return text


class DockerConfig(Body):
    """The data. The documentation shows JSON as text, not base64; that other texts are refused is a guess."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    text: Annotated[str, AfterValidator(_check_object), Field(alias=_KEY, repr=False)]


class DockerRegistrySecretChange(Body):
    """PATCH /admin/dockerRegistrySecrets/{name}."""

    data: DockerConfig


class NewDockerRegistrySecret(DockerRegistrySecretChange):
    """POST /admin/dockerRegistrySecrets."""

    name: Annotated[str, Field(max_length=LONGEST_NAME), matching(NAME)]


@dataclass(frozen=True)
class DockerRegistrySecret(SystemSecret):
    """A secret of a Docker registry."""


def content(body: DockerRegistrySecretChange) -> Content:
    """What a secret holds after a request."""
    return Content(digests=digests({_KEY: body.data.text}))


def quota(service: Service) -> int:
    """How many the tenant may have."""
    return service.faults.quota("docker_registry_secret", MOST)
