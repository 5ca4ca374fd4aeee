"""The policy pack for `pulumi preview --policy-pack policy`."""

from __future__ import annotations

import contextlib
import functools
import os
import sys

try:
    from pulumi_policy import (
        EnforcementLevel,
        PolicyConfigSchema,
        PolicyPack,
        ReportViolation,
        ResourceValidationArgs,
        ResourceValidationPolicy,
    )
except ModuleNotFoundError as _error:
    if _error.name != "pulumi_policy":
        raise
    sys.exit("the policy pack of aicore-provider: pulumi_policy is missing; pip install 'aicore-provider[policy]'")

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.catalog.findings import resolved
from aicore_provider.catalog.source import Catalogs
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.policy.rules import endless_preview, latest_in_production, retiring, wanted_of
from aicore_provider.resource_types import InSnakeCase, kind_name
from aicore_provider.terminal import printable
from aicore_provider.urn import stack_name

_DAYS = 30


def policy_pack(name: str = "aicore") -> PolicyPack:
    """Make the pack. It starts to serve Pulumi at once, and returns when Pulumi ends it."""
    rules = _ModelRules()
    return PolicyPack(
        name,
        enforcement_level=EnforcementLevel.MANDATORY,
        policies=[
            ResourceValidationPolicy(
                name="no-latest-in-production",
                description="Stacks named like production pin the versions of their models.",
                validate=rules.no_latest_in_production,
            ),
            ResourceValidationPolicy(
                name="no-retiring-model",
                description="No model that is retired, or retires within `days`.",
                config_schema=PolicyConfigSchema(
                    properties={"days": {"type": "integer", "minimum": 0, "default": _DAYS}}
                ),
                validate=rules.no_retiring_model,
            ),
            ResourceValidationPolicy(
                name="ttl-in-previews",
                description="Stacks named like preview environments give every deployment a ttl.",
                validate=_ttl_in_previews,
            ),
        ],
    )


class _ModelRules:
    """The rules that ask the service of the environment's credentials for its catalogues, each of them once."""

    @functools.cached_property
    def _client(self) -> AICore:
        return AICore(find_credentials(os.environ))

    @functools.cached_property
    def _catalogs(self) -> Catalogs:
        return Catalogs(self._client)

    def no_latest_in_production(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        wanted = _wanted(args)
        if wanted and wanted.version is None:
            # When the catalogue cannot be read, the model counts as one that follows `latest`.
            with contextlib.suppress(AICoreError):
                wanted = resolved(wanted, self._catalogs.of(wanted.resource_group))
        if wanted and (complaint := latest_in_production(stack_name(args.urn), wanted)):
            report(printable(complaint), args.urn)

    def no_retiring_model(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        wanted = _wanted(args)
        if not wanted:
            return
        try:
            catalog = self._catalogs.of(wanted.resource_group)
        except AICoreError as error:
            # A rule that cannot be checked counts as violated.
            text = f"{wanted.name}: whether model {wanted.model} retires cannot be checked: {error}"
            report(printable(text), args.urn)
            return
        days = int(args.get_config().get("days", _DAYS))
        if complaint := retiring(wanted, catalog, days, self._client.today):
            report(printable(complaint), args.urn)


def _wanted(args: ResourceValidationArgs) -> Wanted | None:
    """Return the model that a resource wants; None where it is no configuration, or wants none."""
    return wanted_of(args.name, InSnakeCase(args.props)) if kind_name(args.resource_type) == "AIConfiguration" else None


def _ttl_in_previews(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if kind_name(args.resource_type) != "AIDeployment":
        return
    if complaint := endless_preview(stack_name(args.urn), args.name, InSnakeCase(args.props)):
        report(complaint, args.urn)
