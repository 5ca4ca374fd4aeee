"""What a stack file may say, checked before anything is done.

Complaints name the key and say what to write. They never repeat a version that YAML has mangled, because it is not
what the person wrote: an unquoted `2025-08-07` reaches a program as `2025-08-07 00:00:00 +0000 UTC`, `001` as 1,
`0613` as 395, `2.10` as 2.1.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import pulumi
import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from aicore_provider.api.address import normal_form
from aicore_provider.api.naming import (
    CONFIGURATION_NAME,
    DEFAULT_RESOURCE_GROUP,
    FOUNDATION_MODELS,
    GENERIC_ID,
    LONGEST_CONFIGURATION_NAME,
    RESOURCE_GROUP,
    configuration_name_problem,
    generic_id_problem,
    resource_group_problem,
    ttl_problem,
)
from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.catalog.model_policy import DAYS, ModelPolicy, days
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.dynamic.program import ends_in_words
from aicore_provider.dynamic.project import config_keys, written_config
from aicore_provider.json_document import read_json
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.written import Place, changed_names, child, encrypted_places, texts, with_secrets
from aicore_provider.terminal import printable

PLAIN_CREDENTIALS = (
    "credentials in plain text; take them out and run `pulumi config set --secret aicore:serviceKey`,"
    " or use the environment variable AICORE_SERVICE_KEY. Whoever could read the file has them: renew the key"
)
_PROJECT = "aicore"
_ORCHESTRATION = "orchestration"
_OBJECTS = ("deployments", "retirement", "versions")
_ENCRYPTED: JsonDict = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
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
    return _unchanged(value)


def _unchanged(value: str) -> str:
    if _MANGLED_DATE.fullmatch(value):
        raise ValueError("YAML has made a date of this; write it in quotes")
    return value


def _rule(problem: Any) -> Any:
    def check(value: str) -> str:
        if complaint := problem(value):
            # The key says which value is meant; what was put there by mistake may be a secret.
            raise ValueError(complaint.removeprefix(f"{value!r} "))
        return value

    return AfterValidator(check)


def _kept(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Checks make a plain text of a secret one; what cannot be read is not checked."""
    if isinstance(value, UnreadText):
        return value
    checked = check(value)
    return SecretText(checked) if isinstance(value, SecretText) else checked


def _open(value: object) -> object:
    if isinstance(value, SecretText):
        raise ValueError("cannot be encrypted: Pulumi needs it in plain text, and shows it")
    return value


def _shown(pattern: str = r"\S", **others: Any) -> WithJsonSchema:
    """What the JSON schema says of a text, which may be encrypted; its patterns are searched for."""
    return WithJsonSchema({"anyOf": [_plain(pattern, **others), _ENCRYPTED]})


def _plain(pattern: str, **others: Any) -> JsonDict:
    unchanged: JsonDict = {"not": {"pattern": f"^{_MANGLED_DATE.pattern}$"}}
    return {"type": "string", "pattern": pattern, **unchanged, **others}


def _encrypted(config: pulumi.Config, key: str) -> object:
    """Whether an encrypted value is set: the value itself is for the provider alone."""
    return None if config.get(key) is None else _is_secret(config, key)


def _text_of(config: pulumi.Config, key: str) -> str | None:
    value = config.get(key)
    return SecretText(value) if value is not None and _is_secret(config, key) else value


def _is_secret(config: pulumi.Config, key: str) -> bool:
    return pulumi.runtime.is_config_secret(f"{config.name}:{key}")


def _secret(value: object) -> object:
    if value is not True:
        raise ValueError(PLAIN_CREDENTIALS)
    return value


def _parameter(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text; write it in quotes, lists and objects as JSON text")
    return _unchanged(value)


def _days(value: object) -> object:
    found = days(value) if isinstance(value, str) else None
    return value if found is None else found


def _filters(value: object) -> object:
    """A list that is encrypted as a whole is JSON text."""
    if isinstance(value, UnreadText):
        return [{"modelName": value}]
    if not isinstance(value, SecretText):
        return value
    try:
        items = read_json(value.reveal())
    except ValueError:
        raise ValueError("must be a list; as one encrypted text, write it as JSON") from None
    return with_secrets(items, {place for place, _ in texts(items)})


def _switch(value: object) -> object:
    """YAML 1.1 reads `off` as false, Pulumi as a text."""
    words = {"on": True, "true": True, "off": False, "false": False}
    wanted = words.get(value.lower(), value) if isinstance(value, str) else value
    if not isinstance(wanted, bool):
        raise ValueError("must be on or off")
    return wanted


_ID = _shown(f"^{GENERIC_ID.pattern}$")
_SECRET_KEPT = WrapValidator(_kept)
_OPEN = BeforeValidator(_open)

Text = Annotated[str, BeforeValidator(_text), _SECRET_KEPT, _shown()]
Name = Annotated[str, BeforeValidator(_text), _OPEN, WithJsonSchema(_plain(r"\S"))]
Secret = Annotated[bool, BeforeValidator(_secret), WithJsonSchema(_ENCRYPTED)]
Version = Annotated[str, BeforeValidator(_text), BeforeValidator(_quoted), _SECRET_KEPT, _shown()]
ExecutableId = Annotated[str, BeforeValidator(_text), _rule(generic_id_problem), _SECRET_KEPT, _ID]
DeploymentId = Annotated[str, BeforeValidator(_text), _rule(generic_id_problem), _SECRET_KEPT, _ID]
Identifier = Annotated[str, BeforeValidator(_text), _rule(generic_id_problem), _SECRET_KEPT, _ID]
Parameter = Annotated[str, BeforeValidator(_parameter), _SECRET_KEPT, _shown("")]
Days = Annotated[
    int,
    BeforeValidator(_days),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": f"^{DAYS.pattern}$"}]}),
]
Switch = Annotated[
    bool,
    BeforeValidator(_switch),
    # An editor reads YAML 1.2, in which `off` is a text.
    WithJsonSchema({"type": ["boolean", "string"], "enum": [True, False, "on", "off", "true", "false"]}),
]
ConfigurationName = Annotated[
    str,
    BeforeValidator(_text),
    _rule(configuration_name_problem),
    _SECRET_KEPT,
    _shown(rf"^(?=[\s\S]*\S){CONFIGURATION_NAME.pattern}$", maxLength=LONGEST_CONFIGURATION_NAME),
]
ResourceGroup = Annotated[
    str, BeforeValidator(_text), _rule(resource_group_problem), _SECRET_KEPT, _shown(f"^{RESOURCE_GROUP.pattern}$")
]
Ttl = Annotated[
    str,
    BeforeValidator(_text),
    _rule(ttl_problem),
    _SECRET_KEPT,
    _shown("^0*([1-9][0-9]+[mM]|[1-9][0-9]*[hHdD])$"),
]
ServiceUrl = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(normal_form),
    _SECRET_KEPT,
    _shown(
        r"^([hH][tT][tT][pP][sS]://([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])"
        r"|[hH][tT][tT][pP]://(localhost|127\.0\.0\.1|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:-]+)*/*$"
    ),
]
FilterType = Annotated[
    Literal["allow", "deny"],
    _SECRET_KEPT,
    WithJsonSchema({"anyOf": [{"enum": ["allow", "deny"], "type": "string"}, _ENCRYPTED]}),
]
Orchestration = Annotated[Literal["orchestration"], _OPEN]
Flag = Annotated[bool, _OPEN]


Checked = TypeVar("Checked", bound="ChecksConfig")


class _Keys(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="forbid")


class _Entry(_Keys):
    """What every entry of `aicore:deployments` may say."""

    resource_group: ResourceGroup | None = Field(None, description="Default: aicore:resourceGroup. Replaces.")
    ttl: Ttl | None = Field(None, description='Life time such as "10h". Replaces.')
    configuration_name: ConfigurationName | None = Field(
        None, description="Name of the configuration, for tools that look for it. Default: the entry's. In place."
    )
    version_id: Version | None = Field(None, description="Your own version reference, in quotes. In place.")
    protect: Flag = Field(False, description="Refuse to delete or replace it.")
    formerly: Name | None = Field(None, description="The name it had before, so that a renamed entry stays the same.")
    replace: Annotated[Literal["createFirst", "deleteFirst"], _OPEN] = Field(
        "createFirst", description="deleteFirst: for a quota that allows no second deployment; an outage."
    )
    rollback: Flag = Field(True, description="false: a switch that fails is left as it is, not rolled back.")
    take_over: DeploymentId | None = Field(
        None, description="Manage this deployment made by hand; first time only, remove it then."
    )

    def resource_options(self) -> pulumi.ResourceOptions:
        """The entry's wishes that are Pulumi's own options."""
        return pulumi.ResourceOptions(
            protect=self.protect or None,
            aliases=[pulumi.Alias(name=self.formerly)] if self.formerly else None,
            delete_before_replace=self.replace == "deleteFirst" or None,
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
    executable: ExecutableId | None = Field(
        None, description="What offers the model, such as azure-openai; looked up where it is left out. Replaces."
    )

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """What its configuration says of models."""
        return {"modelName": self.model, "modelVersion": self.version}


class ModelFilterConfig(_Keys, title="model filter"):
    """One model of a `modelFilterList`."""

    model_name: Text = Field(description="Model name, such as gpt-5-mini.")
    model_versions: tuple[Version, ...] = Field((), description="Versions in quotes; all of them where left out.")


_GO_TOGETHER: JsonDict = {
    "dependentRequired": {"modelFilterList": ["modelFilterListType"], "modelFilterListType": ["modelFilterList"]}
}


class OrchestrationConfig(_Entry, title="orchestration", json_schema_extra=_GO_TOGETHER):
    """The orchestration service, whose requests name their models themselves."""

    scenario: Orchestration
    executable: Orchestration = "orchestration"
    model_filter_list: Annotated[tuple[ModelFilterConfig, ...], BeforeValidator(_filters)] = Field(
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
        """What its configuration says of models; the list itself, of which single texts may be secret."""
        models = [
            {"modelName": each.model_name, "modelVersions": each.model_versions} for each in self.model_filter_list
        ]
        return {"modelFilterList": models}


class ExecutableConfig(_Entry, title="executable"):
    """Any executable of any scenario."""

    scenario: Identifier = Field(description="Scenario that the executable belongs to. Replaces.")
    executable: ExecutableId = Field(description="The executable. Replaces.")
    parameters: dict[Name, Parameter] = Field({}, description="Values of the executable's parameters. In place.")
    artifacts: dict[Name, Identifier] = Field({}, description="Artifact ids by the executable's inputs. In place.")

    @property
    def parameter_bindings(self) -> dict[str, str]:
        """What its configuration says of models."""
        return self.parameters


_KINDS: dict[str, type[_Entry]] = {
    "[model]": ModelConfig,
    "[orchestration]": OrchestrationConfig,
    "[executable]": ExecutableConfig,
}


def _kind(value: Any) -> str:
    """Which kind of entry somebody is writing, however wrong it may be."""
    if isinstance(value, _Entry):
        return next(tag for tag, kind in _KINDS.items() if isinstance(value, kind))
    if not isinstance(value, Mapping) or "model" in value or "scenario" not in value:
        return "[model]"
    explicit = {"parameters", "artifacts"} & set(value)
    return "[orchestration]" if value["scenario"] == _ORCHESTRATION and not explicit else "[executable]"


DeploymentConfig = Annotated[
    Annotated[ModelConfig, Tag("[model]")]
    | Annotated[OrchestrationConfig, Tag("[orchestration]")]
    | Annotated[ExecutableConfig, Tag("[executable]")],
    Discriminator(_kind),
]
"""One entry of `aicore:deployments`."""


class RetirementConfig(_Keys, title="retirement"):
    """When the retirement of a model is told, and when it fails."""

    warn_days: Days = Field(default=ModelPolicy.warn_days, description="Warn when a model retires within so many days.")
    fail_days: Days | None = Field(
        default=ModelPolicy.fail_days, description="Fail; 0 for what is retired. Default: never."
    )


class VersionsConfig(_Keys, title="versions"):
    """Which versions the stack may have."""

    allow_latest: bool = Field(default=ModelPolicy.allow_latest, description="Whether a version may be latest.")


_SECTIONS: dict[str, type[BaseModel]] = {
    "retirement": RetirementConfig,
    "versions": VersionsConfig,
    "modelFilterList": ModelFilterConfig,
}


class ChecksConfig(_Keys):
    """The keys about the checks before an `up`. They hold in anybody's program, not in this repository's alone."""

    retirement: RetirementConfig = RetirementConfig()
    versions: VersionsConfig = VersionsConfig()
    checks: Switch = Field(True, description="off: nothing is asked of the model catalogue unless it must be.")

    @property
    def policy(self) -> ModelPolicy:
        """The same as the catalogue's checks see it."""
        return ModelPolicy(self.retirement.warn_days, self.retirement.fail_days, self.versions.allow_latest)

    @classmethod
    def parse(cls: type[Checked], values: Mapping[str, Any], written: yaml.Node | None = None) -> Checked:
        """The configuration from plain values, keys as in the stack file without the project.

        Args:
            values: the configuration.
            written: the deployments as they stand in the stack file; None where nobody knows.

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

    @classmethod
    @ends_in_words
    def load(cls, config: pulumi.Config | None = None) -> StackConfig:
        """The configuration of the current stack.

        Raises:
            pulumi.RunError: with one line for each thing that is wrong; Pulumi shows it without a traceback.
        """
        config = config or pulumi.Config(_PROJECT)
        written = written_config(pulumi.get_stack(), f"{_PROJECT}:deployments")
        # Not by `get_object`, whose error repeats the value.
        objects = from_texts({key: text for key in _OBJECTS if (text := config.get(key)) is not None})
        if "deployments" in objects and _is_secret(config, "deployments"):
            objects["deployments"] = decrypted(objects["deployments"], written)
        values = objects | {
            "baseUrl": config.get("baseUrl"),
            "serviceKey": _encrypted(config, "serviceKey"),
            "resourceGroup": _text_of(config, "resourceGroup"),
            "checks": config.get("checks"),
        }
        given = {key: value for key, value in values.items() if value is not None}
        try:
            return cls.parse(dict.fromkeys(config_keys(_PROJECT)) | given, written)
        except ConfigError as error:
            raise pulumi.RunError(printable(str(error))) from None

    def wanted(self) -> tuple[Wanted, ...]:
        """All entries as the catalogue's checks see them."""
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


def decrypted(deployments: Any, written: yaml.Node | None) -> Any:
    """Deployments of which something is encrypted, with those texts secret that are.

    Args:
        deployments: as Pulumi hands them over, decrypted.
        written: the same as they stand in the stack file. Where that does not say the same, all texts are secret.
    """
    places = encrypted_places(written, deployments)
    if places is not None and () in places:
        return SecretText(json.dumps(deployments))
    if places is None:
        places = frozenset(place for place, text in texts(deployments) if _may_be_secret(place, text))
    return with_secrets(deployments, places)


def _may_be_secret(place: Place, text: str) -> bool:
    return place[-1:] not in (("formerly",), ("replace",)) and text != _ORCHESTRATION


def from_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Values from what Pulumi hands to others than the program: everything is a text, objects and lists are JSON."""
    return {key: _decoded(text) for key, text in texts.items()}


def _decoded(text: str) -> Any:
    try:
        value = read_json(text)
    except ValueError:
        return text
    return value if isinstance(value, (dict, list)) else text


class ConfigError(Exception):
    """The stack file says something that it must not; the text has one line for each."""

    def __init__(self, complaints: list[str]) -> None:
        super().__init__("\n".join(["The stack's configuration is not valid:", *(f"  {c}" for c in complaints)]))


def _name_complaints(deployments: object, written: yaml.Node | None) -> list[str]:
    names = [str(name) for name in deployments] if isinstance(deployments, Mapping) else []
    key = f"{_PROJECT}:deployments"
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
    key = f"{_PROJECT}:{'.'.join(path)}"
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
    """The keys that may stand where an unknown one does."""
    model: type[BaseModel] = StackConfig
    for part in location[:-1]:
        if part in _KINDS:
            model = _KINDS[str(part)]
        elif part in _SECTIONS:
            model = _SECTIONS[str(part)]
    # What a section says itself comes before what it shares with others.
    own_first = sorted(model.model_fields, key=lambda name: name not in model.__annotations__)
    return [model.model_fields[name].alias or name for name in own_first]
