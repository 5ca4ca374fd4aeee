"""The model of a stack file, which checks it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from aicore_provider.api.errors import AICoreError
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP, FOUNDATION_MODELS
from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.stack.fields import (
    ConfigurationName,
    Days,
    FilterType,
    Flag,
    Identifier,
    Name,
    Orchestration,
    Parameter,
    Replacement,
    ResourceGroup,
    Secret,
    ServiceUrl,
    Switch,
    Text,
    Ttl,
    Verify,
    Version,
    filters,
)
from aicore_provider.stack.project import PROJECT
from aicore_provider.stack.yaml_text import changed_names, child

Checked = TypeVar("Checked", bound="ChecksConfig")


class ConfigError(AICoreError):
    """The stack file is not valid. The text has a line for each complaint: the key, and what to write."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


class _Keys(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")


class _Entry(_Keys):
    """The keys that every entry of `aicore:deployments` may have."""

    resource_group: ResourceGroup | None = Field(None, description="Default: aicore:resourceGroup. Replaces.")
    ttl: Ttl | None = Field(None, description='Life time such as "10h". Replaces.')
    configuration_name: ConfigurationName | None = Field(
        None, description="Name of the configuration, for tools that look for it. Default: the entry's. In place."
    )
    version_id: Version | None = Field(None, description="Your own version reference, in quotes. In place.")
    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Name | None = Field(None, description="The name it had before, so that a renamed entry stays the same.")
    replace: Replacement = Field(
        "createFirst", description="deleteFirst: for a quota that allows no second deployment; an outage."
    )
    rollback: Flag = Field(True, description="false: a switch that fails is left as it is, not rolled back.")
    verify: Verify = Field(
        False, description="true, or a path that a GET must answer: what counts as running must answer as well."
    )
    take_over: Identifier | None = Field(
        None, description="Manage this deployment made by hand; first time only, remove it then."
    )


class ModelConfig(_Entry, title="model"):
    """A model of the scenario `foundation-models`."""

    scenario: ClassVar[str] = FOUNDATION_MODELS
    model: Text = Field(description="Model name, such as gpt-5-mini. In place within one executable.")
    version: Version = Field(
        NO_VERSION,
        description='Model version in quotes, or "latest" for automatic upgrades. Left out only for a model that has '
        "none. In place.",
    )
    executable: Identifier | None = Field(
        None, description="What offers the model, such as azure-openai; looked up where it is left out. Replaces."
    )

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """The parameters of its configuration that name models."""
        return {"modelName": self.model, "modelVersion": self.version}


class ModelFilterConfig(_Keys, title="model filter"):
    """One model of a `modelFilterList`."""

    model_name: Text = Field(description="Model name, such as gpt-5-mini.")
    model_versions: tuple[Version, ...] = Field((), description="Versions in quotes; all of them where left out.")


_GO_TOGETHER: JsonDict = {
    "dependentRequired": {"modelFilterList": ["modelFilterListType"], "modelFilterListType": ["modelFilterList"]}
}


class OrchestrationConfig(_Entry, title="orchestration", json_schema_extra=_GO_TOGETHER):
    """The orchestration service. Its callers name a model in each request."""

    scenario: Orchestration
    executable: Orchestration = "orchestration"
    model_filter_list: Annotated[tuple[ModelFilterConfig, ...], BeforeValidator(filters)] = Field(
        (), description="Models to allow or deny. In place.", json_schema_extra={"minItems": 1}
    )
    model_filter_list_type: FilterType | None = Field(None, description="What the list means. In place.")

    @model_validator(mode="after")
    def _list_and_type(self) -> OrchestrationConfig:
        if bool(self.model_filter_list) != bool(self.model_filter_list_type):
            raise ValueError("modelFilterList and modelFilterListType (allow or deny) go together")
        return self

    @property
    def parameter_bindings(self) -> dict[str, Any]:
        """The parameters of its configuration that name models.

        The filter is a list, of which single texts may be secret.
        """
        models = [
            {"modelName": each.model_name, "modelVersions": each.model_versions} for each in self.model_filter_list
        ]
        return {"modelFilterList": models}


class ExecutableConfig(_Entry, title="executable"):
    """Any executable of any scenario."""

    scenario: Identifier = Field(description="Scenario that the executable belongs to. Replaces.")
    executable: Identifier = Field(description="The executable. Replaces.")
    parameters: dict[Name, Parameter] = Field({}, description="Values of the executable's parameters. In place.")
    artifacts: dict[Name, Identifier] = Field({}, description="Artifact ids by the executable's inputs. In place.")

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """The parameters of its configuration that name models."""
        return self.parameters


_KINDS: dict[str, type[_Entry]] = {
    "[model]": ModelConfig,
    "[orchestration]": OrchestrationConfig,
    "[executable]": ExecutableConfig,
}


def _kind(value: Any) -> str:
    """Return the kind of an entry; also for one that is not valid, so that the complaints are about that kind."""
    if isinstance(value, _Entry):
        return next(tag for tag, kind in _KINDS.items() if isinstance(value, kind))
    if not isinstance(value, Mapping) or "model" in value or "scenario" not in value:
        return "[model]"
    explicit = {"parameters", "artifacts"} & set(value)
    return "[orchestration]" if value["scenario"] == "orchestration" and not explicit else "[executable]"


DeploymentConfig = Annotated[
    Annotated[ModelConfig, Tag("[model]")]
    | Annotated[OrchestrationConfig, Tag("[orchestration]")]
    | Annotated[ExecutableConfig, Tag("[executable]")],
    Discriminator(_kind),
]
"""One entry of `aicore:deployments`."""


class RetirementConfig(_Keys, title="retirement"):
    """How long before the retirement of a model a preview warns or fails."""

    warn_days: Days = Field(default=ModelPolicy.warn_days, description="Warn when a model retires within so many days.")
    fail_days: Days | None = Field(
        default=ModelPolicy.fail_days, description="Fail; 0 for what is retired. Default: never."
    )


class VersionsConfig(_Keys, title="versions"):
    """Which versions of models the stack may use."""

    allow_latest: bool = Field(default=ModelPolicy.allow_latest, description="Whether a version may be latest.")


_SECTIONS: dict[str, type[BaseModel]] = {
    "retirement": RetirementConfig,
    "versions": VersionsConfig,
    "modelFilterList": ModelFilterConfig,
}


class ChecksConfig(_Keys):
    """The keys about the checks of models. They apply to a user's own program as well."""

    retirement: RetirementConfig = RetirementConfig()
    versions: VersionsConfig = VersionsConfig()
    checks: Switch = Field(True, description="off: nothing is asked of the model catalogue unless it must be.")

    @property
    def policy(self) -> ModelPolicy:
        """`retirement` and `versions` as one value."""
        return ModelPolicy(self.retirement.warn_days, self.retirement.fail_days, self.versions.allow_latest)

    @classmethod
    def parse(cls: type[Checked], values: Mapping[str, Any], written: yaml.Node | None = None) -> Checked:
        """Check plain values, with keys as in the stack file without the namespace.

        `written` is the YAML node of the deployments in the stack file; None when the file is not known.

        Raises:
            ConfigError: with one line for each thing that is wrong.
        """
        complaints = _name_complaints(values.get("deployments"), written)
        try:
            found = cls.model_validate(values)
        except ValidationError as error:
            complaints += [_complaint(e["loc"], e["type"], e["msg"]) for e in error.errors()]
        if complaints:
            raise ConfigError(complaints)
        return found


class StackConfig(ChecksConfig):
    """The `aicore:*` keys of a stack file."""

    base_url: ServiceUrl | None = Field(None, description="The service this stack is for; others are refused.")
    service_key: Secret | None = Field(None, description="Credentials, encrypted; the environment comes first.")
    resource_group: ResourceGroup = Field(DEFAULT_RESOURCE_GROUP, description="Of all deployments that name none.")
    deployments: dict[Name, DeploymentConfig] = Field(description="Logical name: what shall run under it.")

    def wanted(self) -> tuple[Wanted, ...]:
        """Return what all entries want, to be compared with the catalogue."""
        return tuple(
            Wanted.from_parameters(
                name,
                entry.resource_group or self.resource_group,
                entry.scenario,
                entry.executable,
                entry.parameter_bindings,
            )
            for name, entry in self.deployments.items()
        )


KEYS = tuple(field.alias or name for name, field in StackConfig.model_fields.items())
"""The keys of a stack file, without their namespace."""


def _name_complaints(deployments: object, written: yaml.Node | None) -> list[str]:
    """Return complaints about names without quotes that YAML has changed."""
    names = [str(name) for name in deployments] if isinstance(deployments, Mapping) else []
    key = f"{PROJECT}:deployments"
    formerly = "; a deployment that was made under what it became keeps its id with `formerly`"
    complaints = [_changed(key, name) + formerly for name in changed_names(names, written)]
    for name, within in itertools.product(names if written else (), ("parameters", "artifacts")):
        node = child(child(written, name), within)
        complaints += [_changed(f"{key}.{name}.{within}", each) for each in changed_names((), node)]
    return complaints


def _changed(key: str, name: str) -> str:
    return f"{key}: YAML does not keep the name {name} as it is without quotes; write it in quotes"


def _complaint(location: tuple[int | str, ...], kind: str, message: str) -> str:
    path = [str(part) for part in location if part != "[key]" and part not in _KINDS]
    key = f"{PROJECT}:{'.'.join(path)}"
    match kind:
        case "missing":
            return f"{key}: is missing"
        case "extra_forbidden":
            return f"{key}: is no known key; known are {', '.join(_known_beside(location))}"
        case "model_type" | "dict_type":
            return f"{key}: must be a dictionary; single texts in it may be encrypted, not the whole"
        case "value_error":
            return f"{key}: {message.removeprefix('Value error, ')}"
        case _:
            return f"{key}: {message}"


def _known_beside(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are valid in the place of an unknown one."""
    model: type[BaseModel] = StackConfig
    for part in location[:-1]:
        if part in _KINDS:
            model = _KINDS[str(part)]
        elif part in _SECTIONS:
            model = _SECTIONS[str(part)]
    # The keys of this section come before those that it shares with others.
    own_first = sorted(model.model_fields, key=lambda name: name not in model.__annotations__)
    return [model.model_fields[name].alias or name for name in own_first]
