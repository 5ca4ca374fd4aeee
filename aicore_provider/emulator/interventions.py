"""Changes of deployments and models that no request of the API causes: those of the service, and those of the page.

Each intervention is an immutable value with a method `carry_out`, and is also the request body of one of
`/_emulator/deployments/...`, `/_emulator/models/...` and `/_emulator/cascade-updates`. Callers hold the backend's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field, model_validator

from aicore_provider.emulator.backend import Backend
from aicore_provider.emulator.catalog import Catalog, Document
from aicore_provider.emulator.errors import not_found
from aicore_provider.emulator.machine import Deployment, Fate, can_be_repointed
from aicore_provider.emulator.serialize import timestamp
from aicore_provider.emulator.service import Service
from aicore_provider.emulator.validation import StrictModel
from aicore_provider.emulator.wall_clock import LAST_MOMENT, MOST_SECONDS

_DAY_S = 86_400
_MOST_DAYS = 36_500


class CascadeUpdate(StrictModel):
    """The service switches deployments by itself (`lastOperation: CASCADE-UPDATE`).

    It does so when a serving template changes [docs], and when a model's version retires [guess].

    Attributes:
        deployment_id: the one deployment; or
        model: all deployments that run or start with this model, and with
        version: this version, as the configuration has it, which may be `latest`; absent: any.
        to_model: the new model; absent: the same.
        to_version: the new version; absent: the same. Without both, the configuration stays.
    """

    deployment_id: str | None = None
    model: str | None = None
    version: str | None = None
    to_model: str | None = None
    to_version: str | None = None

    @model_validator(mode="after")
    def _one_target(self) -> CascadeUpdate:
        if (self.deployment_id is None) == (self.model is None):
            raise ValueError("either deploymentId or model is needed")
        if self.version is not None and self.model is None:
            raise ValueError("version needs a model")
        return self

    def carry_out(self, backend: Backend) -> list[Deployment]:
        """Switch the deployment, or those of a model that can be switched.

        Raises:
            ServiceRefusal: the deployment is not there or in another status, or the version is not offered.
        """
        if self.deployment_id is not None:
            targets = [backend.find(self.deployment_id)]
        else:
            targets = [
                (service, record) for service, record in backend.deployments() if self._concerns(service, record)
            ]
        return [service.cascade_update(record, self.to_model, self.to_version) for service, record in targets]

    def _concerns(self, service: Service, record: Deployment) -> bool:
        configuration = service.configuration(record.resource_group, record.configuration_id)
        model, version = service.wanted_model(configuration)
        return can_be_repointed(record) and model == self.model and self.version in (None, version)


class _ModelIntervention(StrictModel):
    """A change of a model in the catalogue.

    Attributes:
        version: only this one, which may be `latest`; absent: all.
        executable_id: only where this executable offers it; absent: wherever it is offered.
    """

    version: str | None = None
    executable_id: str | None = None


class Deprecate(_ModelIntervention):
    """SAP announces the retirement of a model. Nothing else changes.

    Attributes:
        retires_in_days: sets the retirement date so many days from the emulator's date; absent: it stays as it is.
        suggested_replacements: names of models; absent: they stay as they are.
    """

    retires_in_days: Annotated[int, Field(ge=-_MOST_DAYS, le=_MOST_DAYS)] | None = None
    suggested_replacements: list[str] | None = None

    def carry_out(self, backend: Backend, model: str) -> None:
        """Change the versions in the catalogue.

        Raises:
            ServiceRefusal: the model or version is not offered.
        """
        changes: Document = {"deprecated": True}
        if self.retires_in_days is not None:
            day = backend.clock.now() + self.retires_in_days * _DAY_S
            changes["retirementDate"] = f"{timestamp(min(max(day, 0.0), LAST_MOMENT))[:10]}T00:00:00Z"
        if self.suggested_replacements is not None:
            changes["suggestedReplacements"] = self.suggested_replacements
        _replace_catalog(
            backend, lambda catalog: catalog.with_changes(model, changes, self.executable_id, self.version)
        )


class Retire(_ModelIntervention):
    """SAP removes a model from the catalogue: it cannot be deployed any more.

    Running deployments go on [guess]; `CascadeUpdate` and `Kill` change them.
    """

    def carry_out(self, backend: Backend, model: str) -> None:
        """Remove the versions from the catalogue.

        Raises:
            ServiceRefusal: the model or version is not offered.
        """
        _replace_catalog(backend, lambda catalog: catalog.without(model, self.executable_id, self.version))


def _replace_catalog(backend: Backend, change: Callable[[Catalog], Catalog]) -> None:
    try:
        backend.catalog = change(backend.catalog)
    except LookupError as error:
        raise not_found(str(error)) from None


class Switch(StrictModel):
    """The page switches a deployment, as PATCH configurationId does.

    Attributes:
        configuration_id: the new configuration; or
        model: the new model of the same executable, with a configuration that is found or created, and
        version: the new version.
    """

    configuration_id: str | None = None
    model: str | None = None
    version: str | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Switch:
        if (self.configuration_id is None) == (self.model is None and self.version is None):
            raise ValueError("either configurationId or model and version are needed")
        return self

    def carry_out(self, backend: Backend, deployment_id: str) -> Deployment:
        """Switch one deployment."""
        service, record = backend.find(deployment_id)
        wanted = self.configuration_id
        if wanted is None:
            present = service.configuration(record.resource_group, record.configuration_id)
            wanted = service.successor(present, self.model, self.version).id
        service.switch_deployment(record.resource_group, record.id, wanted)
        return service.deployment(record.resource_group, record.id)


class Stop(StrictModel):
    """The page stops a deployment, as PATCH targetStatus does."""

    def carry_out(self, backend: Backend, deployment_id: str) -> Deployment:
        """Stop one deployment."""
        service, record = backend.find(deployment_id)
        service.stop_deployment(record.resource_group, record.id)
        return backend.find(deployment_id)[1]


class Kill(StrictModel):
    """The runtime of a deployment dies.

    Attributes:
        status_details: what GET shows as `statusDetails` from then on.
        logs: log lines written at that moment.
    """

    status_details: dict[str, Any] = Field(default_factory=dict)
    logs: list[str] = Field(default_factory=list)

    def carry_out(self, backend: Backend, deployment_id: str) -> Deployment:
        """Kill one deployment."""
        service, record = backend.find(deployment_id)
        return service.kill(record, Fate("DEAD", self.status_details, tuple(self.logs)))


class Delay(StrictModel):
    """The next transition of a deployment comes later.

    Attributes:
        seconds: by how much.
    """

    seconds: Annotated[float, Field(gt=0, le=MOST_SECONDS)]

    def carry_out(self, backend: Backend, deployment_id: str) -> Deployment:
        """Delay one deployment."""
        service, record = backend.find(deployment_id)
        return service.delay(record, self.seconds)
