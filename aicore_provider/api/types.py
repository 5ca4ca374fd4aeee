"""The service's objects as immutable values.

The bodies of AI Core vary: a missing field, `null` and `""` mean the same; `backendDetails` also has the older name
`backend_details`; there are unknown fields and statuses. The classes here accept all of that, so that other modules
need not. A field is required only where the contract requires it (SAP AI Core API 2.42.0).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

from aicore_provider.json_document import map_texts


def timestamp(value: object) -> dt.datetime | None:
    """Return a point in time in UTC; None when the text is none, or is outside of the years that Python supports."""
    try:
        # Python 3.10 does not read the "Z" that the service writes.
        moment = dt.datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return moment.astimezone(dt.timezone.utc) if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)
    except (ValueError, OverflowError):
        return None


def _redacted(document: Any, info: ValidationInfo) -> Any:
    return map_texts(document, info.context["redact"]) if info.context else document


def _as_map(value_key: str) -> BeforeValidator:
    """Return the reader of a list of keys and values; `value_key` is what the service calls a value."""

    def read(items: Any) -> Any:
        # Anything else is left as it is, and refused as no map: half an object must not pass for a whole one.
        if isinstance(items, list) and all(isinstance(each, Mapping) and _scalar(each.get("key")) for each in items):
            values = {each["key"]: each.get(value_key) for each in items}
            return {key: "" if value is None else str(value) for key, value in values.items()}
        return items

    return BeforeValidator(read)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _scalar(value: object) -> object:
    return None if isinstance(value, (list, dict, bool)) else value


Scalar = Annotated[str | None, BeforeValidator(_scalar)]
Timestamp = Annotated[dt.datetime | None, BeforeValidator(timestamp)]
Details = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Labels = Annotated[dict[str, str], _as_map("value")]
Words = Annotated[str, AfterValidator(_redacted)]
"""A text for people that is never compared. Secrets in use are hidden in it when it is decoded."""
WordsInside = Annotated[Any, AfterValidator(_redacted)]
"""The same for all texts within a document."""


class ApiObject(BaseModel):
    """Base of everything that the service returns: immutable, camelCase on the wire, unknown fields ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        # A process of a provider uses a few of these classes, and building each takes a millisecond or two.
        defer_build=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if value is not None and value != ""}


class IdentifiedObject(ApiObject):
    """Base of the objects that have a path of their own, which ends with their id."""

    id: str


class Model(ApiObject):
    """The model that a deployment was configured with, as `details` tells it: `latest` stays `latest`.

    The contract does not document the form of `details`, so a value that is no text or number is ignored.
    """

    name: Scalar = None
    version: Scalar = None


class Configuration(IdentifiedObject):
    """`GET /lm/configurations/{id}`. Bindings are kept as maps: their order means nothing, their keys are unique."""

    name: str = ""
    scenario_id: str
    executable_id: str
    parameter_bindings: Annotated[dict[str, str], _as_map("value")] = Field(default_factory=dict)
    input_artifact_bindings: Annotated[dict[str, str], _as_map("artifactId")] = Field(default_factory=dict)
    created_at: Timestamp = None


class Deployment(IdentifiedObject):
    """`GET /lm/deployments/{id}`, and the items of the list, which lack `status_details`.

    `status` is where the deployment is, `target_status` where it is going. Both are plain strings: the service's own
    enumerations are open in practice. `configuration_id` is the wanted configuration from the moment a PATCH is
    accepted; `latest_running_configuration_id` is the last one that reached RUNNING.
    """

    configuration_id: str
    configuration_name: Words | None = None
    status: Words
    target_status: Words | None = None
    latest_running_configuration_id: str | None = None
    executable_id: str | None = None
    scenario_id: str | None = None
    deployment_url: str | None = None
    ttl: str | None = None
    last_operation: Words | None = None
    status_message: Words | None = None
    status_details: WordsInside = None
    details: Details = Field(default_factory=dict)
    created_at: Timestamp = None
    modified_at: Timestamp = None
    submission_time: Timestamp = None
    start_time: Timestamp = None
    completion_time: Timestamp = None

    @property
    def is_being_deleted(self) -> bool:
        """Whether its deletion was accepted; it can be read for a while longer."""
        return self.target_status == "DELETED"

    @property
    def model(self) -> Model:
        """Name and version from `details.resources.backendDetails.model`; both None where the service tells nothing."""
        resources = _mapping(self.details.get("resources"))
        for spelling in ("backendDetails", "backend_details"):
            if model := _mapping(_mapping(resources.get(spelling)).get("model")):
                return Model.model_validate(model)
        return Model()


class ResourceGroup(IdentifiedObject):
    """`GET /admin/resourceGroups/{id}`. `status` is PROVISIONED, PROVISIONING, ERROR, or something new."""

    id: str = Field(alias="resourceGroupId")
    status: Words
    status_message: Words | None = None
    service_plan: Words | None = None
    labels: Labels = Field(default_factory=dict)
    created_at: Timestamp = None


class Scenario(ApiObject):
    """An item of `GET /lm/scenarios`."""

    id: str
    name: Words = ""


class GenericSecret(IdentifiedObject):
    """`GET /admin/secrets/{name}`. The service never tells the data."""

    id: str = Field("", alias="name")
    labels: Labels = Field(default_factory=dict)
    created_at: Timestamp = None


class ObjectStoreSecret(IdentifiedObject):
    """`GET /admin/objectStoreSecrets/{name}`. The service never tells the data.

    `metadata` are annotations such as `storage.ai.sap.com/bucket`. The name is told with a suffix, which is left out.
    """

    id: Annotated[str, AfterValidator(lambda told: told.removesuffix("-object-store-secret"))] = Field("", alias="name")
    metadata: Details = Field(default_factory=dict)


class DockerRegistrySecret(IdentifiedObject):
    """`GET /admin/dockerRegistrySecrets/{name}`. The service tells nothing but the name."""

    id: str = Field("", alias="name")


class Repository(IdentifiedObject):
    """`GET /admin/repositories/{name}`. `status` is ERROR, IN-PROGRESS, COMPLETED, or something new."""

    id: str = Field("", alias="name")
    url: str = ""
    status: Words = ""


class Application(IdentifiedObject):
    """`GET /admin/applications/{name}`."""

    id: str = Field("", alias="applicationName")
    repository_url: str
    revision: str
    path: str


class SyncedResource(ApiObject):
    """An object of the repository that an application brings to the service."""

    name: Words = ""
    kind: Words = ""
    status: Words = ""
    message: Words = ""


class ApplicationStatus(ApiObject):
    """`GET /admin/applications/{name}/status`: the words of Argo CD, such as `Synced` and `Healthy`."""

    health_status: Words = ""
    sync_status: Words = ""
    message: Words = ""
    source: Details = Field(default_factory=dict)
    reconciled_at: Timestamp = None
    sync_finished_at: Timestamp = None
    sync_resources_status: list[SyncedResource] = Field(default_factory=list)


class Artifact(IdentifiedObject):
    """`GET /lm/artifacts/{id}`."""

    name: str
    kind: str
    url: str
    scenario_id: str
    description: str = ""
    labels: Labels = Field(default_factory=dict)
    execution_id: str | None = None
    created_at: Timestamp = None


class Execution(IdentifiedObject):
    """`GET /lm/executions/{id}`, and the items of the list, which lack `status_details`.

    `status` is where the execution is, `target_status` where it is going.
    """

    configuration_id: str
    configuration_name: Words | None = None
    executable_id: str | None = None
    scenario_id: str | None = None
    status: Words
    target_status: Words | None = None
    status_message: Words | None = None
    status_details: WordsInside = None
    output_artifacts: list[Artifact] = Field(default_factory=list)
    execution_schedule_id: str | None = None
    created_at: Timestamp = None
    submission_time: Timestamp = None
    start_time: Timestamp = None
    completion_time: Timestamp = None

    @property
    def is_being_deleted(self) -> bool:
        """Whether its deletion was accepted; it can be read for a while longer."""
        return self.target_status == "DELETED"

    @property
    def is_over(self) -> bool:
        """Whether nobody has to look after it: it has ended, is being deleted, or is the matter of a schedule."""
        is_ended = self.status in ("COMPLETED", "DEAD", "STOPPED")
        return is_ended or self.is_being_deleted or self.execution_schedule_id is not None


class ExecutionSchedule(IdentifiedObject):
    """`GET /lm/executionSchedules/{id}`. `status` is ACTIVE or INACTIVE."""

    id: str = ""
    name: str
    configuration_id: str
    cron: str
    start: Timestamp = None
    end: Timestamp = None
    status: Words = ""
    created_at: Timestamp = None


class LogLine(ApiObject):
    """An item of the log of a deployment or an execution."""

    timestamp: Words = ""
    msg: Words = ""
