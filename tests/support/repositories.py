"""Repositories as `aicore-provider init` makes them."""

from __future__ import annotations

from aicore_provider.cli.init.choices import Ci, Model
from aicore_provider.cli.init.package import Package
from aicore_provider.cli.init.repository import Environment, Repository
from aicore_provider.cli.init.state_store import PULUMI_CLOUD

CHAT = Model("gpt-5-mini", "2025-08-07")


def repository(
    *stacks: str,
    ci: Ci = "github",
    backend: str = PULUMI_CLOUD,
    oidc: bool = False,
    package: Package = Package(version="==0.2.0"),  # noqa: B008 - a value
) -> Repository:
    environments = tuple(Environment(name, (CHAT,)) for name in stacks)
    return Repository("models", environments, "", "default", package, ci, backend, oidc)
