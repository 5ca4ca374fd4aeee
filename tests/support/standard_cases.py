"""One object of each kind that `kinds.standard` serves: what a program gives, and what it may give later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.client import Api


@dataclass(frozen=True, eq=False)
class Case:
    """One kind.

    Attributes:
        inputs: what a program gives for an object.
        others: for each input that changes an object in place, another value.
        replacing: for each input that replaces one, another value.
        prepare: makes what the object needs, and returns further inputs.
        path: of all objects, below `/v2`.
        drifting: an input that the service tells, and what somebody else sends to change it; None for none.
        is_tenant_wide: whether requests have no resource group.
    """

    kind: str
    path: str
    inputs: Mapping[str, Any]
    others: Mapping[str, Any] = field(default_factory=dict)
    replacing: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Api], Mapping[str, Any]] = lambda _: {}
    drifting: tuple[str, Mapping[str, Any]] | None = None
    is_tenant_wide: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the program names it."""
        return self.path.startswith("/admin")


def _trained(api: Api) -> Mapping[str, Any]:
    return {"configuration_id": api.training()}


def _onboarded(api: Api) -> Mapping[str, Any]:
    url = "https://github.com/org/onboarded"
    repository = {**GIT_REPOSITORY.inputs, "name": "onboarded", "url": url}
    api.call("POST", GIT_REPOSITORY.path, json=repository)
    return {"repository_url": url}


ARTIFACT = Case(
    "AIArtifact",
    "/lm/artifacts",
    {"name": "texts", "kind": "dataset", "url": "ai://default/texts", "scenario_id": "text-classification"},
    replacing={
        "name": "others",
        "kind": "other",
        "url": "ai://default/others",
        "description": "newer",
        "labels": {"ext.ai.sap.com/of": "team"},
    },
)
EXECUTION = Case("AIExecution", "/lm/executions", {}, replacing={"triggers": {"day": "2"}}, prepare=_trained)
GENERIC_SECRET = Case(
    "AIGenericSecret",
    "/admin/secrets",
    {"name": "db", "data": {"user": "reader", "password": "s3cr3t-text"}},
    others={"data": {"user": "reader", "password": "another-text"}, "labels": {"ext.ai.sap.com/of": "team"}},
    replacing={"name": "other-db", "scope": "tenant-wide"},
)
OBJECT_STORE_SECRET = Case(
    "AIObjectStoreSecret",
    "/admin/objectStoreSecrets",
    {
        "name": "store",
        "type": "S3",
        "bucket": "texts",
        "region": "eu-central-1",
        "endpoint": "s3.eu-central-1.amazonaws.com",
        "data": {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "s3cr3t-text"},
    },
    others={
        "data": {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "another-text"},
        "bucket": "others",
        "path_prefix": "2026",
        "use_https": False,
    },
    replacing={"name": "other-store"},
)
DOCKER_REGISTRY_SECRET = Case(
    "AIDockerRegistrySecret",
    "/admin/dockerRegistrySecrets",
    {"name": "registry", "registry": "https://registry.example.com", "username": "reader", "password": "s3cr3t-text"},
    others={"registry": "https://other-registry.example.com", "username": "other", "password": "another-text"},
    replacing={"name": "other-registry"},
    is_tenant_wide=True,
)
SCHEDULE = Case(
    "AIExecutionSchedule",
    "/lm/executionSchedules",
    {"name": "nightly", "cron": "0 3 * * *"},
    others={
        "cron": "0 4 * * *",
        "start": "2030-01-01T00:00:00+01:00",
        "end": "2031-01-01T00:00:00Z",
        "status": "INACTIVE",
    },
    replacing={"name": "weekly"},
    prepare=_trained,
)
GIT_REPOSITORY = Case(
    "AIGitRepository",
    "/admin/repositories",
    {"name": "templates", "url": "https://github.com/org/templates", "username": "reader", "password": "s3cr3t-text"},
    others={"username": "other", "password": "another-text"},
    replacing={"url": "https://github.com/org/others", "name": "other-templates"},
    is_tenant_wide=True,
)
APPLICATION = Case(
    "AIApplication",
    "/admin/applications",
    {"name": "templates", "revision": "HEAD", "path": "templates"},
    others={"path": "others", "revision": "main"},
    replacing={"name": "other-templates"},
    prepare=_onboarded,
    is_tenant_wide=True,
)
CASES = [
    ARTIFACT,
    EXECUTION,
    SCHEDULE,
    GENERIC_SECRET,
    OBJECT_STORE_SECRET,
    DOCKER_REGISTRY_SECRET,
    GIT_REPOSITORY,
    APPLICATION,
]
