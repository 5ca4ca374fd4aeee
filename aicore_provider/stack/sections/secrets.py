"""`aicore:genericSecrets`, `aicore:objectStoreSecrets` and `aicore:dockerRegistrySecrets`.

What the service never tells may be left out of an entry for an object that is taken over: it stays as it is then.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, model_validator
from pydantic.config import JsonDict

from aicore_provider.api.naming import (
    IN_MAIN_TENANT,
    TENANT_WIDE,
    docker_registry_name_problem,
    generic_secret_name_problem,
    object_store_name_problem,
)
from aicore_provider.stack.fields import (
    Flag,
    LabelKey,
    LabelValue,
    Name,
    Sealed,
    SecretScope,
    Text,
    lacking,
)
from aicore_provider.stack.sections import NameProblem, OfTenant, TakenOverByName
from aicore_provider.stack.sections.placed import ONE_OR_SEVERAL, Placed


def _some(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise lacking("data", is_within=True)
    return value


Data = Annotated[dict[Name, Sealed], AfterValidator(_some), Field(json_schema_extra={"minProperties": 1})]
"""Secret values by key, one at least."""


def needs(*keys: str) -> JsonDict:
    """Return the JSON schema for keys that only what is taken over may lack."""
    taken_over: JsonDict = {"properties": {"takeOver": {"const": True}}, "required": ["takeOver"]}
    return {"anyOf": [{"required": list(keys)}, taken_over]}


class GenericSecretConfig(
    TakenOverByName,
    Placed,
    title="generic secret",
    json_schema_extra={
        **ONE_OR_SEVERAL,
        **needs("data"),
        "allOf": [
            {
                "if": {"properties": {"scope": {"enum": [IN_MAIN_TENANT, TENANT_WIDE]}}, "required": ["scope"]},
                "then": {"not": {"anyOf": [{"required": ["resourceGroup"]}, {"required": ["resourceGroups"]}]}},
            }
        ],
    },
):
    """Named secret values, for a resource group or for the tenant."""

    name_problem: ClassVar[NameProblem] = staticmethod(generic_secret_name_problem)
    untold: ClassVar[tuple[str, ...]] = ("data",)
    data: Data | None = Field(None, description="The secret values by key, each encrypted. In place.")
    labels: dict[LabelKey, LabelValue] | None = Field(
        None,
        description="All its labels, by keys that begin with ext.ai.sap.com/. Left out, they are left alone. In place.",
    )
    scope: SecretScope | None = Field(
        None,
        description="tenant-wide for all resource groups, main-tenant for none of them. Default: resource-group. "
        "Replaces.",
    )

    @model_validator(mode="after")
    def _of_a_group_or_the_tenant(self) -> GenericSecretConfig:
        if self.is_of_tenant and (self.resource_group or self.resource_groups is not None):
            raise ValueError(f"scope: {self.scope} goes with no resource group")
        return self

    @property
    def is_of_tenant(self) -> bool:
        """Whether it is in no resource group."""
        return self.scope in (IN_MAIN_TENANT, TENANT_WIDE)


class ObjectStoreSecretConfig(
    TakenOverByName, Placed, title="object store secret", json_schema_extra={**ONE_OR_SEVERAL, **needs("data")}
):
    """The way to a bucket, which the URLs of artifacts name as ai://NAME."""

    name_problem: ClassVar[NameProblem] = staticmethod(object_store_name_problem)
    untold: ClassVar[tuple[str, ...]] = ("data",)
    type: Text = Field(description="Kind of storage: S3, oss, webhdfs, azure or GCS. In place.")
    data: Data | None = Field(
        None, description="Access keys as the storage names them, such as AWS_ACCESS_KEY_ID, each encrypted. In place."
    )
    bucket: Text | None = Field(None, description="The bucket. In place.")
    path_prefix: Text | None = Field(
        None, description="Folder in the bucket, at which the paths of artifacts begin. In place."
    )
    endpoint: Text | None = Field(None, description="Address of the storage server without https://. In place.")
    region: Text | None = Field(None, description="Region of the storage server. In place.")
    use_https: Flag | None = Field(None, description="Whether the storage server is called with HTTPS. In place.")
    verify_ssl: Flag | None = Field(None, description="Whether its certificate is checked. In place.")


class DockerRegistrySecretConfig(
    OfTenant, title="docker registry secret", json_schema_extra=needs("registry", "username", "password")
):
    """The login at a container registry, for the images of the tenant's own executables."""

    name_problem: ClassVar[NameProblem] = staticmethod(docker_registry_name_problem)
    untold: ClassVar[tuple[str, ...]] = ("registry", "username", "password")
    registry: Text | None = Field(None, description="Address, such as https://registry.example.com. In place.")
    username: Text | None = Field(None, description="User of the registry. In place.")
    password: Sealed | None = Field(None, description="Password or access token, encrypted. In place.")
