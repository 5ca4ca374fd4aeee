"""The model of a stack file, which checks it. `sections` has the keys of each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import yaml
from pydantic import Field, ValidationError

from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.stack.complaints import ConfigError, about, complaint, name_complaints
from aicore_provider.stack.fields import ALL_DECLARED, DeclaredGroup, Name, ResourceGroup, Secret, ServiceUrl, Switch
from aicore_provider.stack.placement import Placement, groups_of, placements
from aicore_provider.stack.sections import Keys
from aicore_provider.stack.sections.checks import RetirementConfig, VersionsConfig
from aicore_provider.stack.sections.deployments import DeploymentConfig
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig

Checked = TypeVar("Checked", bound="ChecksConfig")


class ChecksConfig(Keys):
    """The keys about the checks of models. They apply to a user's own program as well."""

    retirement: RetirementConfig = RetirementConfig()
    versions: VersionsConfig = VersionsConfig()
    checks: Switch = Field(True, description="off: nothing is asked of the model catalogue unless it must be.")

    @property
    def policy(self) -> ModelPolicy:
        """`retirement` and `versions` as one value."""
        return ModelPolicy(self.retirement.warn_days, self.retirement.fail_days, self.versions.allow_latest)

    @classmethod
    def parse(cls: type[Checked], values: Mapping[str, Any], written: Mapping[str, yaml.Node] | None = None) -> Checked:
        """Check plain values, with keys as in the stack file without the namespace.

        `written` are the YAML nodes of the values in the stack file; None when the file is not known.

        Raises:
            ConfigError: with one line for each thing that is wrong.
        """
        complaints = list(name_complaints(values, written or {}))
        try:
            found = cls.model_validate(values)
            complaints += found.contradictions()
        except ValidationError as error:
            complaints += [complaint(StackConfig, e["loc"], e["type"], e["msg"]) for e in error.errors()]
        if complaints:
            raise ConfigError(complaints)
        return found

    def contradictions(self) -> Iterator[str]:
        """Return complaints about keys each of which is valid, and that do not go together."""
        yield from ()


class StackConfig(ChecksConfig):
    """The `aicore:*` keys of a stack file."""

    base_url: ServiceUrl | None = Field(None, description="The service this stack is for; others are refused.")
    service_key: Secret | None = Field(None, description="Credentials, encrypted; the environment comes first.")
    resource_group: ResourceGroup = Field(DEFAULT_RESOURCE_GROUP, description="Of all deployments that name none.")
    resource_groups: dict[DeclaredGroup, ResourceGroupConfig] = Field(
        {}, description="Id: a resource group that this stack makes, before what is in it."
    )
    deployments: dict[Name, DeploymentConfig] = Field(description="Logical name: what shall run under it.")

    def placements(self) -> tuple[Placement, ...]:
        """Return all deployments: of an entry for several resource groups, the one in each of them."""
        return placements(self.deployments, self.resource_group, tuple(self.resource_groups))

    def wanted(self) -> tuple[Wanted, ...]:
        """Return what all deployments want, to be compared with the catalogue."""
        entries = ((each, self.deployments[each.entry]) for each in self.placements())
        return tuple(
            Wanted.from_parameters(
                each.name, each.resource_group, entry.scenario, entry.executable, entry.parameter_bindings
            )
            for each, entry in entries
        )

    def contradictions(self) -> Iterator[str]:
        """Return complaints about keys each of which is valid, and that do not go together."""
        for name, entry in self.deployments.items():
            groups = groups_of(entry, self.resource_group, tuple(self.resource_groups))
            if entry.resource_groups == ALL_DECLARED and not groups:
                declares = "means those of aicore:resourceGroups, which declares none"
                yield about(f"deployments.{name}.resourceGroups", declares)
            for key, by_group in (("formerly", entry.formerly), ("takeOver", entry.take_over)):
                for group in by_group if isinstance(by_group, Mapping) else ():
                    if group not in groups:
                        yield about(f"deployments.{name}.{key}.{group}", "is none of its resourceGroups")
        yield from _same_names(self.placements())


KEYS = tuple(field.alias or name for name, field in StackConfig.model_fields.items())
"""The keys of a stack file, without their namespace."""


def _same_names(placed: tuple[Placement, ...]) -> Iterator[str]:
    """Return complaints about deployments that would have the same logical name, or have had the same one before."""
    having: dict[str, Placement] = {}
    for each in placed:
        if (other := having.setdefault(each.name, each)) is not each:
            several = other if other.name != other.entry else each
            one = each if several is other else other
            yield about(
                f"deployments.{one.entry}",
                f"is the name of what {several.entry} has in resource group {several.resource_group}; rename it, with"
                " the name that it had as `formerly`",
            )
    before: dict[str, Placement] = {}
    for each in placed:
        for name in each.formerly:
            if (other := before.setdefault(name, each)) is not each:
                yield about(f"deployments.{each.entry}.formerly", f"names what {other.entry} names as well")
