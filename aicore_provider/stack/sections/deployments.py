"""`aicore:deployments`: an entry for each deployment, or for one in each of several resource groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic.config import JsonDict

from aicore_provider.api.naming import FOUNDATION_MODELS
from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.stack.fields import (
    ArtifactReference,
    ConfigurationName,
    FilterType,
    Flag,
    Identifier,
    Name,
    Orchestration,
    Parameter,
    Replacement,
    Text,
    Ttl,
    Verify,
    Version,
    filters,
)
from aicore_provider.stack.sections import Keys
from aicore_provider.stack.sections.placed import ONE_OR_SEVERAL_IDS, PlacedById


class Entry(PlacedById):
    """The keys that every entry of `aicore:deployments` may have."""

    ttl: Ttl | None = Field(None, description='Life time such as "10h". Replaces.')
    configuration_name: ConfigurationName | None = Field(
        None, description="Name of the configuration, for tools that look for it. Default: the entry's. In place."
    )
    version_id: Version | None = Field(None, description="Your own version reference, in quotes. In place.")
    replace: Replacement = Field(
        "createFirst",
        description="deleteFirst: the old one is deleted before the new one is made, for a quota that allows no second "
        "deployment. There is an outage.",
    )
    rollback: Flag = Field(True, description="false: a switch that fails is left as it is, not rolled back.")
    verify: Verify = Field(False, description="true, or the path of a GET: what runs must also answer.")


class ModelConfig(Entry, title="model"):
    """A model of the scenario `foundation-models`."""

    scenario: ClassVar[str] = FOUNDATION_MODELS
    model: Text = Field(description="Model name, such as gpt-5-mini. In place within one executable.")
    version: Version = Field(
        NO_VERSION,
        description='Model version in quotes, or "latest" for automatic upgrades. Left out only for a model that has '
        "none. In place.",
    )
    executable: Identifier | None = Field(
        None, description="What offers the model, such as azure-openai; looked up if it is left out. Replaces."
    )

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """The parameters of its configuration that name models."""
        return {"modelName": self.model, "modelVersion": self.version}


class ModelFilterConfig(Keys, title="model filter"):
    """One model of a `modelFilterList`."""

    model_name: Text = Field(description="Model name, such as gpt-5-mini.")
    model_versions: tuple[Version, ...] = Field((), description="Versions in quotes; all of them if it is left out.")


_GO_TOGETHER: JsonDict = {
    **ONE_OR_SEVERAL_IDS,
    "dependentRequired": {"modelFilterList": ["modelFilterListType"], "modelFilterListType": ["modelFilterList"]},
}


class OrchestrationConfig(Entry, title="orchestration", json_schema_extra=_GO_TOGETHER):
    """The orchestration service. Its callers name a model in each request."""

    scenario: Orchestration
    executable: Orchestration = "orchestration"
    model_filter_list: Annotated[tuple[ModelFilterConfig, ...], BeforeValidator(filters)] = Field(
        (), description="Models to allow or deny. In place.", json_schema_extra={"minItems": 1}
    )
    model_filter_list_type: FilterType | None = Field(None, description="Whether the list allows or denies. In place.")

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


class ExecutableConfig(Entry, title="executable"):
    """Any executable of any scenario."""

    scenario: Identifier = Field(description="Scenario that the executable belongs to. Replaces.")
    executable: Identifier = Field(description="The executable. Replaces.")
    parameters: dict[Name, Parameter] = Field({}, description="Values of the executable's parameters. In place.")
    artifacts: dict[Name, ArtifactReference] = Field(
        {}, description="Keys of aicore:artifacts, or artifact ids, by the executable's inputs. In place."
    )

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """The parameters of its configuration that name models."""
        return self.parameters


KINDS: dict[str, type[Entry]] = {
    "[model]": ModelConfig,
    "[orchestration]": OrchestrationConfig,
    "[executable]": ExecutableConfig,
}


def _kind(value: Any) -> str:
    """Return the kind of an entry; also for one that is not valid, so that the complaints are about that kind."""
    if isinstance(value, Entry):
        return next(tag for tag, kind in KINDS.items() if isinstance(value, kind))
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
