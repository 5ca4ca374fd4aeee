"""What a stack file may say, checked before anything is done.

Complaints name the key and say what to write. They never repeat a version that YAML has mangled, because it is not
what the person wrote: an unquoted `2025-08-07` reaches a program as `2025-08-07 00:00:00 +0000 UTC`, `001` as 1,
`0613` as 395, `2.10` as 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pulumi
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from aicore_provider.api.credentials import DEFAULT_RESOURCE_GROUP, service_url
from aicore_provider.api.errors import CredentialsError
from aicore_provider.engine.stack import config_keys
from aicore_provider.naming import generic_id_problem, resource_group_problem, ttl_problem

_PROJECT = "aicore"
_MANGLED_DATE = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? [+-]\d{4} \w+")


def _quoted(value: object) -> object:
    if not isinstance(value, str) or _MANGLED_DATE.fullmatch(value):
        raise ValueError('YAML did not keep this as text; write it in quotes, as in version: "2025-08-07"')
    return value


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text; write it in quotes")
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _rule(problem: Any) -> Any:
    def check(value: str) -> str:
        if complaint := problem(value):
            raise ValueError(complaint)
        return value

    return AfterValidator(check)


def _service(value: str) -> str:
    try:
        return service_url(value)
    except CredentialsError as error:
        raise ValueError(str(error)) from None


def _encrypted(config: pulumi.Config, key: str) -> object:
    """Whether an encrypted value is set: the value itself is for the provider alone."""
    if config.get(key) is None:
        return None
    return pulumi.runtime.is_config_secret(f"{config.name}:{key}")


def _secret(value: object) -> object:
    if value is not True:
        raise ValueError(
            "credentials in plain text; take them out and run `pulumi config set --secret aicore:serviceKey`,"
            " or use the environment variable AICORE_SERVICE_KEY. Whoever could read the file has them: renew the key"
        )
    return value


Text = Annotated[str, BeforeValidator(_text)]
Secret = Annotated[bool, BeforeValidator(_secret)]
Version = Annotated[str, BeforeValidator(_text), BeforeValidator(_quoted)]
ExecutableId = Annotated[str, BeforeValidator(_text), _rule(generic_id_problem)]
DeploymentId = Annotated[str, BeforeValidator(_text), _rule(generic_id_problem)]
ResourceGroup = Annotated[str, BeforeValidator(_text), _rule(resource_group_problem)]
Ttl = Annotated[str, BeforeValidator(_text), _rule(ttl_problem)]
ServiceUrl = Annotated[str, BeforeValidator(_text), AfterValidator(_service)]


class _Keys(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")


class DeploymentConfig(_Keys):
    """One entry of `aicore:deployments`."""

    model: Text = Field(description="Model name, such as gpt-5-mini. In place within one executable.")
    version: Version = Field(description='Model version in quotes, or "latest" for automatic upgrades. In place.')
    executable: ExecutableId = Field(description="What offers the model, such as azure-openai. Replaces.")
    resource_group: ResourceGroup | None = Field(None, description="Default: aicore:resourceGroup. Replaces.")
    ttl: Ttl | None = Field(None, description='Life time such as "10h". Replaces.')
    protect: bool = Field(False, description="Refuse to delete or replace it.")
    formerly: Text | None = Field(None, description="The name it had before, so that a renamed entry stays the same.")
    replace: Literal["createFirst", "deleteFirst"] = Field(
        "createFirst", description="deleteFirst: for a quota that allows no second deployment; an outage."
    )
    rollback: bool = Field(True, description="false: a switch that fails is left as it is, not rolled back.")
    take_over: DeploymentId | None = Field(None, description="Manage this deployment made by hand; first time only.")

    def resource_options(self) -> pulumi.ResourceOptions:
        """The entry's wishes that are Pulumi's own options."""
        return pulumi.ResourceOptions(
            protect=self.protect or None,
            aliases=[pulumi.Alias(name=self.formerly)] if self.formerly else None,
            delete_before_replace=self.replace == "deleteFirst" or None,
        )


class StackConfig(_Keys):
    """The `aicore:*` keys of a stack file."""

    base_url: ServiceUrl | None = Field(None, description="The service this stack is for; others are refused.")
    service_key: Secret | None = Field(None, description="Credentials, encrypted; the environment comes first.")
    resource_group: ResourceGroup = Field(DEFAULT_RESOURCE_GROUP, description="Of all deployments that name none.")
    deployments: dict[Text, DeploymentConfig] = Field(description="Logical name: what shall run under it.")

    @classmethod
    def load(cls, config: pulumi.Config | None = None) -> StackConfig:
        """The configuration of the current stack.

        Raises:
            pulumi.RunError: with one line for each thing that is wrong; Pulumi shows it without a traceback.
        """
        config = config or pulumi.Config(_PROJECT)
        values = {
            "baseUrl": config.get("baseUrl"),
            "serviceKey": _encrypted(config, "serviceKey"),
            "resourceGroup": config.get("resourceGroup"),
            "deployments": config.get_object("deployments"),
        }
        given = {key: value for key, value in values.items() if value is not None}
        try:
            return cls.parse(dict.fromkeys(config_keys(_PROJECT)) | given)
        except ConfigError as error:
            raise pulumi.RunError(str(error)) from None

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> StackConfig:
        """The same from plain values, keys as in the stack file without the project.

        Raises:
            ConfigError: with one line for each thing that is wrong.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError([_complaint(e["loc"], e["type"], e["msg"]) for e in error.errors()]) from None


class ConfigError(Exception):
    """The stack file says something that it must not; the text has one line for each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


def _complaint(location: tuple[int | str, ...], kind: str, message: str) -> str:
    path = [str(part) for part in location if part != "[key]"]
    key = f"{_PROJECT}:{'.'.join(path)}"
    match kind:
        case "missing":
            return f"{key}: is missing"
        case "extra_forbidden":
            known = DeploymentConfig if len(path) > 1 else StackConfig
            names = ", ".join(field.alias or name for name, field in known.model_fields.items())
            return f"{key}: is no known key; known are {names}"
        case "value_error":
            return f"{key}: {message.removeprefix('Value error, ')}"
        case _:
            return f"{key}: {message}"
