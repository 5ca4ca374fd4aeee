"""The emulated service: what each operation checks and changes, without HTTP.

Methods return records, and raise `errors.Refusal` for what the service refuses. Callers hold the backend's lock.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Literal, TypeVar

from aicore_provider.emulator import execution_machine, machine
from aicore_provider.emulator.catalog import FOUNDATION_MODELS, LATEST, ORCHESTRATION, Catalog
from aicore_provider.emulator.errors import (
    INVALID_CONFIGURATION,
    UNRESOLVED_PLACEHOLDER,
    ServiceRefusal,
    access_denied,
    conflict,
    deployment_not_found,
    invalid,
    not_found,
    quota_exceeded,
    status_forbids,
)
from aicore_provider.emulator.execution_machine import Execution
from aicore_provider.emulator.faults import Faults
from aicore_provider.emulator.machine import Deployment, Operation
from aicore_provider.emulator.pace import Pacing
from aicore_provider.emulator.record_types import Changing
from aicore_provider.emulator.records import (
    Configuration,
    GroupTransition,
    Pairs,
    ResourceGroup,
    advance_group,
    begin_transition,
    count_group_read,
)
from aicore_provider.emulator.store import AnyRecord, Store
from aicore_provider.emulator.validation import (
    Label,
    NewConfiguration,
    NewResourceGroup,
    ResourceGroupChange,
    ttl_seconds,
)
from aicore_provider.emulator.wall_clock import WallClock

AnyChanging = TypeVar("AnyChanging", bound=Changing)

DEFAULT_GROUP = "default"
"""Exists from onboarding and cannot be deleted [docs]."""
SHARED_GROUP = "shared"
"""The API does not create, change or delete it [docs]."""
MAX_RESOURCE_GROUPS = 50
"""Per tenant [docs]. How the service refuses one more is a guess."""

_CONFLICTING = "Conflicting ongoing action"

GROUP_SHARE = 0.5
"""Provisioning, deleting and relabelling of a resource group take this share of the transition seconds [guess]."""


class Service:
    """One tenant of the service.

    Attributes:
        store: the tenant's records.
        faults: the fault rules in force.
        pacing: how long operations take.
        stale_list_s: how far behind lists are for the request under way.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: Store,
        clock: WallClock,
        faults: Faults,
        pacing: Pacing,
        *,
        default_orchestration: bool = False,
    ) -> None:
        self.catalog = catalog
        self.faults = faults
        self.stale_list_s: float = 0.0
        self.store = store
        self._clock = clock
        self.pacing = pacing
        if store.get(ResourceGroup, None, DEFAULT_GROUP) is None:
            store.put(ResourceGroup(DEFAULT_GROUP, created_at=clock.now(), provisioned_at=clock.now()))
            if default_orchestration:
                self._make_default_orchestration()

    def now(self) -> float:
        """The service's time, seconds since the epoch."""
        return self._clock.now()

    def listed_at(self) -> float:
        """The moment that lists show: now, or an earlier one when they are behind."""
        return self.now() - self.stale_list_s

    def listed(self, kind: type[AnyRecord], scope: str | None) -> list[AnyRecord]:
        """The records of a type that a list shows: those of an earlier moment when lists are behind."""
        if self.stale_list_s:
            return self.store.as_of(kind, scope, self.listed_at())
        return self.store.all(kind, scope)

    def count_reads(self, kind: type[AnyChanging], scope: str | None, record_id: str | None = None) -> None:
        """Count a read of one record, or of all of a type in a scope, where a change waits for reads."""
        for record in self.store.chosen(kind, scope, record_id):
            if record.due is not None and record.due.at is None:
                self.store.put(replace(record, due=record.due.after_read(self.now())))  # type: ignore[type-var]

    # Resource groups

    def check_group(self, group_id: str) -> None:
        """Refuse a resource group that is unknown, not provisioned yet, or gone."""
        group = self._group(group_id)
        if group is None or group.status(self.now()) != "PROVISIONED":
            raise access_denied()

    def resource_groups(self) -> list[ResourceGroup]:
        """The resource groups that a list shows, in the order of their creation."""
        then = self.listed_at()
        groups = (advance_group(each, self.now()) for each in self.store.all(ResourceGroup, None))
        return [group for group in groups if group.created_at <= then or not self.stale_list_s]

    def resource_group(self, group_id: str) -> ResourceGroup:
        """One resource group."""
        group = self._group(group_id)
        if group is None:
            raise not_found(f"Resource group {group_id} not found")
        return group

    def create_resource_group(self, body: NewResourceGroup) -> ResourceGroup:
        """A new resource group, PROVISIONING at first. An existing id is refused with 409 [field]."""
        if body.resource_group_id == SHARED_GROUP:
            raise invalid(f"resource group {SHARED_GROUP} is managed by the service")
        if self._group(body.resource_group_id) is not None:
            raise conflict(f"Resource group {body.resource_group_id} already exists")
        if self.count_resource_groups() >= (quota := self.resource_group_quota):
            raise quota_exceeded(quota, "resource groups")
        group = ResourceGroup(
            body.resource_group_id,
            created_at=self.now(),
            provisioned_at=None,
            error=self.faults.provisioning_error(body.resource_group_id),
            labels=_pairs(body.labels),
        )
        return self._begin(group, "provisioning")

    @property
    def resource_group_quota(self) -> int:
        """How many resource groups the tenant may have, `default` included."""
        return self.faults.quota("resource_group", MAX_RESOURCE_GROUPS)

    def count_resource_groups(self) -> int:
        """How many resource groups the tenant has, those being deleted included."""
        return len(self.store.all(ResourceGroup, None))

    def relabel_resource_group(self, group_id: str, body: ResourceGroupChange) -> None:
        """Replace all labels. The new ones are shown a little later [live test]."""
        self._not_shared(group_id)
        group = self.resource_group(group_id)
        self._not_being_deleted(group)
        if body.labels is not None:
            self._begin(replace(group, next_labels=_pairs(body.labels)), "relabelling")

    def delete_resource_group(self, group_id: str) -> None:
        """Delete a resource group with everything in it; that includes deployments [guess].

        Refused with 409 while it is being provisioned [field], while it is being deleted, and while an operation on a
        deployment in it is under way or an execution has not ended [guess].
        """
        self._not_shared(group_id)
        group = self.resource_group(group_id)
        if group_id == DEFAULT_GROUP:
            raise invalid(f"resource group {DEFAULT_GROUP} cannot be deleted")
        self._not_being_deleted(group)
        if group.status(self.now()) == "PROVISIONING":
            raise conflict(f"{_CONFLICTING}: resource group {group_id} is being provisioned")
        now = self.now()
        deployments = [each.id for each in self.store.deployments(group_id, now) if machine.is_changing(each)]
        executions = (execution_machine.advance(each, now) for each in self.store.all(Execution, group_id))
        if changing := [*deployments, *(each.id for each in executions if execution_machine.is_changing(each))]:
            raise conflict(f"{_CONFLICTING}: operations are under way on {', '.join(changing)}")
        self._begin(group, "removing")

    def remove_gone_groups(self) -> None:
        """Remove the resource groups whose deletion is complete, with everything in them.

        This is called before a request looks anything up. One whose deletion becomes complete later stays until the
        next request, so that nothing disappears that was looked up already.
        """
        now = self.now()
        for group in self.store.all(ResourceGroup, None):
            if group.is_gone(now):
                self.store.remove_group(group)

    def count_group_reads(self, group_id: str | None = None) -> None:
        """Count a read of one resource group, or of all, where a transition waits for reads."""
        for group in self.store.chosen(ResourceGroup, None, group_id):
            if group.reads_left:
                self.store.put(count_group_read(group, self.now()))
        self.remove_gone_groups()

    def _begin(self, group: ResourceGroup, transition: GroupTransition) -> ResourceGroup:
        begun = begin_transition(group, transition, self.now(), self.pacing.wait(transition, GROUP_SHARE))
        self.store.put(begun)
        return begun

    # Configurations

    def configurations(
        self,
        group: str,
        *,
        scenario_id: str | None,
        executable_ids: frozenset[str] | None,
        named: Callable[[str], bool] | None,
    ) -> list[Configuration]:
        """The configurations that all filters select."""
        then = self.listed_at()
        return [
            each
            for each in self.store.all(Configuration, group)
            if (scenario_id is None or each.scenario_id == scenario_id)
            and (executable_ids is None or each.executable_id in executable_ids)
            and (named is None or named(each.name))
            and (not self.stale_list_s or each.created_at <= then)
        ]

    def configuration(self, group: str, configuration_id: str) -> Configuration:
        """One configuration."""
        found = self.store.get(Configuration, group, configuration_id)
        if found is None:
            raise not_found(f"Configuration {configuration_id} not found")
        return found

    def create_configuration(self, group: str, body: NewConfiguration) -> Configuration:
        """A new configuration. Scenario and executable must exist; bindings are not checked."""
        if (body.scenario_id, body.executable_id) not in self.catalog.executables:
            raise invalid(
                f"Could not create configuration, because executable {body.executable_id} "
                f"for scenario {body.scenario_id} is not found"
            )
        configuration = Configuration(
            id=str(uuid.uuid4()),
            resource_group=group,
            name=body.name,
            scenario_id=body.scenario_id,
            executable_id=body.executable_id,
            parameter_bindings=tuple((each.key, each.value) for each in body.parameter_bindings),
            input_artifact_bindings=tuple((each.key, each.artifact_id) for each in body.input_artifact_bindings),
            created_at=self.now(),
        )
        self.store.put(configuration)
        return configuration

    # Deployments

    def deployments(
        self,
        group: str,
        *,
        scenario_id: str | None,
        executable_ids: frozenset[str] | None,
        configuration_id: str | None,
        status: str | None,
    ) -> list[Deployment]:
        """The deployments that all filters select, including those being deleted."""
        if self.stale_list_s:
            records = self.store.deployments_as_of(group, self.listed_at())
        else:
            records = self.store.deployments(group, self.now())
        return [
            record
            for record in records
            if (status is None or record.status == status)
            and (configuration_id is None or record.configuration_id == configuration_id)
            and (scenario_id is None or record.scenario_id == scenario_id)
            and (executable_ids is None or record.executable_id in executable_ids)
        ]

    def count_read(self, group: str, deployment_id: str | None = None) -> None:
        """Count a read of one deployment, or of all in a resource group, where a transition waits for reads."""
        self.store.count_read(group, self.now(), deployment_id)

    def deployment(self, group: str, deployment_id: str) -> Deployment:
        """One deployment."""
        found = self.store.deployment(group, deployment_id, self.now())
        if found is None:
            raise deployment_not_found(deployment_id)
        return found

    def all_deployments(self) -> list[Deployment]:
        """The tenant's deployments in all resource groups."""
        groups = self.store.all(ResourceGroup, None)
        return [record for group in groups for record in self.store.deployments(group.id, self.now())]

    def create_deployment(self, group: str, configuration_id: str, ttl: str | None) -> Deployment:
        """A new deployment. Its configuration is checked first."""
        lifetime = ttl_seconds(ttl)
        configuration = self.usable_configuration(group, configuration_id, deployable=True)
        quota = self.faults.quota("deployment", None)
        if quota is not None and self.store.count_deployments(self.now()) >= quota:
            raise quota_exceeded(quota, "deployments", HTTPStatus.FORBIDDEN)
        record = machine.create(
            deployment_id=_deployment_id(),
            resource_group=group,
            scenario_id=configuration.scenario_id,
            executable_id=configuration.executable_id,
            configuration_id=configuration.id,
            ttl=ttl,
            ttl_seconds=lifetime,
            now=self.now(),
            tempo=self.pacing.tempo(),
            fate=self._fate("create", configuration),
        )
        self.store.put(record)
        return record

    def switch_deployment(self, group: str, deployment_id: str, configuration_id: str) -> None:
        """PATCH configurationId.

        The present configuration is accepted as well, and starts a switch [guess]. One of another scenario or
        executable is refused with 400 [guess].
        """
        record = self.deployment(group, deployment_id)
        self._refuse_unless_allowed(record, Operation.SWITCH)
        configuration = self.usable_configuration(group, configuration_id, deployable=True)
        here = (record.scenario_id, record.executable_id)
        if here != (configuration.scenario_id, configuration.executable_id):
            raise invalid(
                f"configuration {configuration_id} is for executable {configuration.executable_id} of scenario "
                f"{configuration.scenario_id}; deployment {deployment_id} runs executable {record.executable_id}"
            )
        self.store.put(
            machine.switch(
                record,
                configuration_id,
                now=self.now(),
                tempo=self.pacing.tempo(),
                fate=self._fate("switch", configuration),
            )
        )

    def stop_deployment(self, group: str, deployment_id: str) -> None:
        """PATCH targetStatus STOPPED."""
        record = self.deployment(group, deployment_id)
        self._refuse_unless_allowed(record, Operation.STOP)
        self.store.put(machine.stop(record, now=self.now(), tempo=self.pacing.tempo()))

    def delete_deployment(self, group: str, deployment_id: str) -> None:
        """DELETE."""
        record = self.deployment(group, deployment_id)
        self._refuse_unless_allowed(record, Operation.DELETE)
        self.store.put(machine.delete(record, now=self.now(), tempo=self.pacing.tempo()))

    # Changes without a request of the API

    def cascade_update(self, record: Deployment, model: str | None, version: str | None) -> Deployment:
        """The service switches a deployment by itself.

        Configurations cannot be changed, so for another model or version the service creates a new one [guess].
        Without both, the deployment is rolled out again with its present configuration, as after a change of its
        serving template [docs].
        """
        if not machine.can_be_repointed(record):
            raise status_forbids(record.status, record.target_status, "cascade update")
        configuration = self.configuration(record.resource_group, record.configuration_id)
        if model is not None or version is not None:
            configuration = self.successor(configuration, model, version)
        self.usable_configuration(record.resource_group, configuration.id, deployable=True)
        changed = machine.switch(
            record,
            configuration.id,
            now=self.now(),
            tempo=self.pacing.tempo(),
            fate=self._fate("switch", configuration),
            last_operation="CASCADE-UPDATE",
        )
        self.store.put(changed)
        return changed

    def kill(self, record: Deployment, fate: machine.Fate) -> Deployment:
        """The runtime of a deployment dies."""
        if record.target_status != "RUNNING" or record.status == "DEAD":
            raise status_forbids(record.status, record.target_status, "kill")
        killed = machine.kill(record, now=self.now(), fate=fate)
        self.store.put(killed)
        return killed

    def delay(self, record: Deployment, seconds: float) -> Deployment:
        """The next transition of a deployment happens later."""
        if record.due is None:
            raise status_forbids(record.status, record.target_status, "delay")
        delayed = machine.delay(record, seconds)
        self.store.put(delayed)
        return delayed

    def _make_default_orchestration(self) -> None:
        """Create what the resource group `default` has after onboarding: a running orchestration deployment [docs]."""
        configuration = self.create_configuration(
            DEFAULT_GROUP,
            NewConfiguration.model_validate(
                {
                    "name": "defaultOrchestrationConfig",
                    "scenarioId": ORCHESTRATION,
                    "executableId": ORCHESTRATION,
                }
            ),
        )
        record = machine.create(
            deployment_id=_deployment_id(),
            resource_group=DEFAULT_GROUP,
            scenario_id=ORCHESTRATION,
            executable_id=ORCHESTRATION,
            configuration_id=configuration.id,
            ttl=None,
            ttl_seconds=None,
            now=self.now(),
            tempo=machine.Tempo(),
            fate=machine.Fate(),
        )
        self.store.put(record)

    def successor(self, configuration: Configuration, model: str | None, version: str | None) -> Configuration:
        """A configuration with another model or version: an existing one, or a new one."""
        changes = {"modelName": model, "modelVersion": version}
        wanted = configuration.parameters | {key: value for key, value in changes.items() if value is not None}
        if version is None and not self.catalog.has_versions(configuration.executable_id, wanted.get("modelName", "")):
            wanted.pop("modelVersion", None)
        same = replace(configuration, parameter_bindings=tuple(wanted.items()))
        name, release = self.wanted_model(same)
        if self.catalog.resolve(configuration.executable_id, name, release) is None:
            raise invalid(f"{configuration.executable_id} does not offer {name} {release}")
        for each in self.store.all(Configuration, configuration.resource_group):
            if replace(each, id=same.id, created_at=same.created_at) == same:
                return each
        made = replace(same, id=str(uuid.uuid4()), created_at=self.now())
        self.store.put(made)
        return made

    # The model of a configuration

    def wanted_model(self, configuration: Configuration) -> tuple[str, str]:
        """Name and version in a configuration; both empty where it has no model.

        The version is `latest` by default [docs], except for a model without versions.
        """
        if configuration.scenario_id != FOUNDATION_MODELS:
            return "", ""
        name = configuration.parameters.get("modelName", "")
        default = LATEST if self.catalog.has_versions(configuration.executable_id, name) else ""
        return name, configuration.parameters.get("modelVersion", default)

    def usable_configuration(self, group: str, configuration_id: str, *, deployable: bool) -> Configuration:
        """The configuration that POST or PATCH of a deployment or an execution names, checked.

        A deployment needs an executable that is deployable, an execution one that is not [guess].
        """
        configuration = self.store.get(Configuration, group, configuration_id)
        if configuration is None:
            # [guess] The contract has no 404 for POST, and for PATCH it means that the deployment is not found.
            raise invalid(f"Configuration {configuration_id} not found")
        executable = (configuration.scenario_id, configuration.executable_id)
        if self.catalog.executables[executable]["deployable"] is not deployable:
            offers = "executions, not for deployments" if deployable else "deployments, not for executions"
            raise invalid(f"executable {configuration.executable_id} is for {offers}")
        bound = dict(configuration.input_artifact_bindings)
        missing = [
            *(name for name in self.catalog.required_parameters(*executable) if not configuration.parameters.get(name)),
            *(key for key in self.catalog.required_artifacts(*executable) if key not in bound),
        ]
        if missing:
            raise ServiceRefusal(
                HTTPStatus.BAD_REQUEST,
                UNRESOLVED_PLACEHOLDER,
                "Missing input parameter or artifacts, one or more placeholder values are not resolved: "
                + ", ".join(missing),
            )
        model, version = self.wanted_model(configuration)
        if model and self.catalog.resolve(configuration.executable_id, model, version) is None:
            raise ServiceRefusal(
                HTTPStatus.BAD_REQUEST,
                INVALID_CONFIGURATION,
                f"Invalid Request, Runtime Adapter Exception; The Configuration {configuration_id} you've provided is "
                f"invalid. Model {model} with version {version} is not supported by {configuration.executable_id}",
            )
        return configuration

    def _fate(self, operation: Literal["create", "switch"], configuration: Configuration) -> machine.Fate:
        model, version = self.wanted_model(configuration)
        return self.faults.fate(
            operation, configuration.resource_group, configuration.executable_id, model, version, configuration.name
        )

    def _refuse_unless_allowed(self, record: Deployment, operation: Operation) -> None:
        if not machine.is_allowed(record, operation, patch_in_dead=self.faults.patch_in_dead):
            raise status_forbids(record.status, record.target_status, operation.value)

    def _group(self, group_id: str) -> ResourceGroup | None:
        stored = self.store.get(ResourceGroup, None, group_id)
        return None if stored is None else advance_group(stored, self.now())

    @staticmethod
    def _not_being_deleted(group: ResourceGroup) -> None:
        if group.is_being_deleted:
            raise conflict(f"{_CONFLICTING}: resource group {group.id} is being deleted")

    @staticmethod
    def _not_shared(group_id: str) -> None:
        if group_id == SHARED_GROUP:
            raise invalid(f"resource group {SHARED_GROUP} is managed by the service")


def _pairs(labels: Iterable[Label]) -> Pairs:
    return tuple((label.key, label.value) for label in labels)


def _deployment_id() -> str:
    """An id as the service makes them: d and 15 hexadecimal digits."""
    return f"d{secrets.token_hex(8)[1:]}"
