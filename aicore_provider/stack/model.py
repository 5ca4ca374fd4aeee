"""The model of a stack file, which checks it. `sections` has the keys of each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import Field, ValidationError
from pydantic.alias_generators import to_snake

from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, generic_id_problem
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.complaints import ConfigError, about, complaint, name_complaints
from aicore_provider.stack.fields import (
    ALL_DECLARED,
    DeclaredGroup,
    Name,
    ResourceGroup,
    Secret,
    ServiceUrl,
    Switch,
    without_value,
)
from aicore_provider.stack.placement import Placement, groups_of, placements
from aicore_provider.stack.sections import Keys, Named
from aicore_provider.stack.sections.checks import RetirementConfig, VersionsConfig
from aicore_provider.stack.sections.deployments import DeploymentConfig, ExecutableConfig
from aicore_provider.stack.sections.executions import ArtifactConfig, ScheduleConfig
from aicore_provider.stack.sections.placed import Placed
from aicore_provider.stack.sections.resource_groups import ResourceGroupConfig
from aicore_provider.stack.sections.secrets import (
    DockerRegistrySecretConfig,
    GenericSecretConfig,
    ObjectStoreSecretConfig,
)
from aicore_provider.stack.sections.templates import ApplicationConfig, RepositoryConfig

Checked = TypeVar("Checked", bound="ChecksConfig")


_MISSPELT = 0.8
"""How alike a reference and a key are at least (`difflib`) to be taken for a misspelt one, and not for an id."""


class ChecksConfig(Keys):
    """The keys about the checks of models. They apply to a user's own program as well."""

    retirement: RetirementConfig = RetirementConfig()
    versions: VersionsConfig = VersionsConfig()
    checks: Switch = Field(
        True, description="off: the model catalogue is asked only if an executable must be looked up."
    )

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
            complaints += [
                complaint(StackConfig, e["loc"], e["type"], e["msg"], e.get("ctx", {})) for e in error.errors()
            ]
        if complaints:
            raise ConfigError(complaints)
        return found

    def contradictions(self) -> Iterator[str]:
        """Return complaints about keys each of which is valid, and that do not go together."""
        yield from ()


class StackConfig(ChecksConfig):
    """The `aicore:*` keys of a stack file."""

    base_url: ServiceUrl | None = Field(
        None, description="The service that this stack is for. Credentials for another one are refused."
    )
    service_key: Secret | None = Field(None, description="Credentials, encrypted. Those of the environment come first.")
    resource_group: ResourceGroup = Field(
        DEFAULT_RESOURCE_GROUP, description="The resource group of all entries that name none."
    )
    resource_groups: dict[DeclaredGroup, ResourceGroupConfig] = Field(
        {}, description="By id: a resource group that this stack makes before what is in it."
    )
    generic_secrets: dict[Name, GenericSecretConfig] = Field(
        {}, description="By logical name: secret values for a resource group or the tenant."
    )
    object_store_secrets: dict[Name, ObjectStoreSecretConfig] = Field(
        {}, description="By logical name: access to a bucket, for a resource group."
    )
    docker_registry_secrets: dict[Name, DockerRegistrySecretConfig] = Field(
        {}, description="By logical name: the login at a container registry."
    )
    repositories: dict[Name, RepositoryConfig] = Field(
        {}, description="By logical name: a Git repository with the tenant's own templates."
    )
    applications: dict[Name, ApplicationConfig] = Field(
        {}, description="By logical name: a folder of a repository whose templates the service keeps up to date."
    )
    artifacts: dict[Name, ArtifactConfig] = Field(
        {}, description="By logical name: a reference to data or a model in an object store."
    )
    deployments: dict[Name, DeploymentConfig] = Field({}, description="By logical name: what runs.")
    schedules: dict[Name, ScheduleConfig] = Field({}, description="By logical name: what is executed again and again.")

    def placements(self) -> tuple[Placement, ...]:
        """Return all deployments: of an entry for several resource groups, the one in each of them."""
        return self.placements_of(self.deployments)

    def placements_of(self, entries: Mapping[str, Placed]) -> tuple[Placement, ...]:
        """Return the same for the entries of any section whose objects are in resource groups."""
        return placements(entries, self.resource_group, tuple(self.resource_groups))

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
        if not self.model_fields_set & {to_snake(key) for key in SECTIONS}:
            yield about("deployments", "is missing, and so is every other section")
        for section in SECTIONS:
            entries = getattr(self, to_snake(section))
            yield from _wrong_names(section, entries)
            if placed := {name: each for name, each in entries.items() if isinstance(each, Placed)}:
                yield from self._wrong_groups(section, placed)
                yield from _same_names(section, self.placements_of(placed))
        for name, application in self.applications.items():
            if application.repository is not None and application.repository not in self.repositories:
                yield about(f"applications.{name}.repository", "is no key of aicore:repositories")
        yield from dict.fromkeys(self._wrong_artifacts())

    def _wrong_groups(self, section: str, entries: Mapping[str, Placed]) -> Iterator[str]:
        for name, entry in entries.items():
            groups = groups_of(entry, self.resource_group, tuple(self.resource_groups))
            if entry.resource_groups == ALL_DECLARED and not groups:
                declares = "means those of aicore:resourceGroups, which declares none"
                yield about(f"{section}.{name}.resourceGroups", declares)
            for key, by_group in (("formerly", entry.formerly), ("takeOver", entry.take_over)):
                for group in by_group if isinstance(by_group, Mapping) else ():
                    if group not in groups:
                        yield about(f"{section}.{name}.{key}.{group}", "is none of its resourceGroups")

    def _wrong_artifacts(self) -> Iterator[str]:
        """Return complaints about artifacts of entries that are neither those of the stack nor ids."""
        there = {(each.entry, each.resource_group) for each in self.placements_of(self.artifacts)}
        executables = {name: each for name, each in self.deployments.items() if isinstance(each, ExecutableConfig)}
        for section, entries in (("deployments", executables), ("schedules", self.schedules)):
            for placed in self.placements_of(entries):
                for key, reference in entries[placed.entry].artifacts.items():
                    place = f"{section}.{placed.entry}.artifacts.{key}"
                    if reference in self.artifacts:
                        if (reference, placed.resource_group) not in there:
                            yield about(place, f"is an artifact that is not in resource group {placed.resource_group}")
                    elif isinstance(reference, UnreadText):
                        continue
                    elif problem := generic_id_problem(reference):
                        yield about(place, f"{without_value(problem, reference)}; nor a key of aicore:artifacts")
                    elif isinstance(reference, SecretText):
                        continue  # a key that is like it would tell it
                    elif near := get_close_matches(reference, self.artifacts, 1, _MISSPELT):
                        yield about(place, f"is no key of aicore:artifacts; did you mean {near[0]}?")


KEYS = tuple(field.alias or name for name, field in StackConfig.model_fields.items())
"""The keys of a stack file, without their namespace."""
SECTIONS = KEYS[KEYS.index("resourceGroups") :]
"""Those of them that hold entries, in the order in which these are declared. A stack file has one of them at least."""


def _wrong_names(section: str, entries: Mapping[str, Any]) -> Iterator[str]:
    """Return complaints about what would be no name of an object at the service."""
    for key, entry in entries.items():
        if not isinstance(entry, Named) or isinstance(entry.name, UnreadText):
            continue
        if problem := type(entry).name_problem(entry.name or key):
            place, advice = (
                (f"{section}.{key}.name", "")
                if entry.name
                else (f"{section}.{key}", "; or write another one as `name`")
            )
            yield about(place, without_value(problem, entry.name or key) + advice)


def _same_names(section: str, placed: tuple[Placement, ...]) -> Iterator[str]:
    """Return complaints about objects that would have the same logical name, or have had the same one before."""
    having: dict[str, Placement] = {}
    for each in placed:
        if (other := having.setdefault(each.name, each)) is not each:
            several = other if other.name != other.entry else each
            one = each if several is other else other
            yield about(
                f"{section}.{one.entry}",
                f"is the name of what {several.entry} has in resource group {several.resource_group}; rename it, with"
                " the name that it had as `formerly`",
            )
    before: dict[str, Placement] = {}
    for each in placed:
        for name in each.formerly:
            if (other := before.setdefault(name, each)) is not each:
                yield about(f"{section}.{each.entry}.formerly", f"names what {other.entry} names as well")
