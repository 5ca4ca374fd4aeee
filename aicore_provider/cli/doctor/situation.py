"""Gathers the facts that the checks need."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import Credentials
from aicore_provider.api.errors import AICoreError, CredentialsError
from aicore_provider.api.naming import DEFAULT_RESOURCE_GROUP
from aicore_provider.api.quotas import Quota
from aicore_provider.api.types import Scenario
from aicore_provider.cli.doctor.diagnosis import Diagnosis
from aicore_provider.cli.doctor.encryption import salt_of, try_passphrase, try_values
from aicore_provider.cli.doctor.groups import TenantGroups, TenantQuotas, groups_in_use, without_orchestration
from aicore_provider.cli.doctor.models import wanted_models
from aicore_provider.cli.doctor.plugin import PluginFacts, look_for_plugin
from aicore_provider.cli.doctor.project import Project, PythonFacts, look_at_python, read_project
from aicore_provider.cli.doctor.pulumi_cli import CliFacts, judge_cli, look_for_cli, look_for_missing_companions
from aicore_provider.cli.doctor.secrets import Home, quotas_of_secrets
from aicore_provider.cli.doctor.service import (
    GroupFacts,
    RefusedScenarios,
    connect,
    judge_group,
    look_at_group,
    look_at_scenarios,
    result_of,
)
from aicore_provider.cli.failures import current_folder
from aicore_provider.cli.other_stacks import OtherStacks, look_at_other_stacks
from aicore_provider.cli.pulumi_cli import PulumiCli
from aicore_provider.cli.recover.lock import Lock, locks_of
from aicore_provider.cli.stack import (
    Backend,
    Selection,
    Stack,
    export_state,
    find_stack,
    look_at_backend,
    look_for_credentials,
)
from aicore_provider.cli.stack_config import ReadConfig
from aicore_provider.cli.state import State
from aicore_provider.cli.supported import PYTHON, YAML
from aicore_provider.cli.target import WantedGroup, group_told, introduction, other_service, wanted_group
from aicore_provider.kinds.parallelism import chosen_parallelism, default_parallelism
from aicore_provider.own_version import own_version
from aicore_provider.stack.file import StackFileError, read_stack_file
from aicore_provider.stack.model import StackConfig
from aicore_provider.stack.project import find_project_file
from aicore_provider.urn import logical_name


class Unavailable(Exception):
    """A fact is not available, so that checks that need it are skipped. The text says why."""


@dataclass(frozen=True)
class Situation:
    """The facts. A property finds out its fact at the first use, or raises `Unavailable`.

    An error in place of a fact says why it is not known. The CLI of `selection` is None when there is no usable one.
    """

    cli: CliFacts
    project_file: Path | None
    backend: Backend
    selection: Selection
    credentials: Credentials | CredentialsError
    group: WantedGroup | AICoreError

    @property
    def line(self) -> str:
        """For people, before anything else."""
        group = group_told(self.group) if isinstance(self.group, WantedGroup) else "no usable resource group"
        return introduction(self.credentials, group, self.selection)

    @property
    def service_url(self) -> str | None:
        """The service, where there are credentials for one."""
        return self.credentials.base_url if isinstance(self.credentials, Credentials) else None

    @property
    def own_version(self) -> str:
        """Of this command; "" when it is not installed."""
        return own_version()

    @property
    def summary(self) -> dict[str, Any]:
        """For scripts; None for what is not known."""
        return {
            "service": self.service_url,
            "resourceGroup": self.group.name if isinstance(self.group, WantedGroup) else None,
            "stack": self.selection.stack.name if self.selection.stack else None,
        }

    @cached_property
    def project_or_error(self) -> Project | AICoreError:
        """What the project file says, or why it cannot be read."""
        file = self.project_file
        if file is None:
            raise Unavailable("not in a Pulumi project")
        return result_of(lambda: read_project(file))

    @property
    def project(self) -> Project:
        """What the project file says."""
        if isinstance(self.project_or_error, AICoreError):
            raise Unavailable("the project file cannot be read")
        return self.project_or_error

    @property
    def python(self) -> PythonFacts | None:
        """The interpreter; None where there is none, or only another tool knows."""
        if self.project.runtime != PYTHON:
            raise Unavailable("the project is not one for Python")
        return look_at_python(self.project)

    @property
    def runtime(self) -> str:
        """The runtime of the project; that of Python where none is known."""
        try:
            return self.project.runtime or PYTHON
        except Unavailable:
            return PYTHON

    @property
    def missing_companions(self) -> tuple[str, ...]:
        """What the CLI lacks for programs of the runtime."""
        return look_for_missing_companions(self.cli, self.runtime)

    @property
    def plugin(self) -> PluginFacts | None:
        """The provider plugin that the engine takes; None where it finds none."""
        if self.runtime == PYTHON:
            raise Unavailable("a program in Python needs no plugin")
        return look_for_plugin(self.project, self.selection.cli)

    @cached_property
    def other_service(self) -> str | AICoreError | None:
        """The service that the stack is for, where it differs from that of the credentials, or why it is not known."""
        found = self.credentials
        return None if isinstance(found, CredentialsError) else result_of(lambda: other_service(found, self.selection))

    @cached_property
    def client_or_error(self) -> AICore | AICoreError:
        """A client with a token, or why there is none."""
        if isinstance(self.credentials, CredentialsError):
            raise Unavailable("no usable credentials")
        if self.other_service:
            # Another tenant's resource groups would say nothing about this stack's.
            raise Unavailable("these are the credentials of another service")
        credentials = self.credentials
        return result_of(lambda: connect(credentials))

    @property
    def client(self) -> AICore:
        """A client with a token."""
        if isinstance(self.client_or_error, AICoreError):
            raise Unavailable("no token")
        return self.client_or_error

    @cached_property
    def group_or_error(self) -> GroupFacts | AICoreError:
        """What the service says of the resource group, or why it is not known which one that is."""
        client = self.client
        if isinstance(self.group, AICoreError):
            return self.group
        return look_at_group(client, self.group, self._declared_groups)

    @property
    def _declared_groups(self) -> Collection[str]:
        try:
            return self.config.resource_groups if self.config else ()
        except Unavailable:
            return ()

    @property
    def usable_group(self) -> GroupFacts:
        """What the service says of the resource group, if that exists and is ready."""
        found = self.group_or_error
        if isinstance(found, AICoreError) or judge_group(found).level in ("problem", "skipped"):
            raise Unavailable("no usable resource group")
        return found

    @property
    def scenarios(self) -> Sequence[Scenario] | RefusedScenarios | AICoreError:
        """The scenarios of the resource group, or why the service did not tell."""
        return look_at_scenarios(self.client, self.usable_group.wanted.name)

    @property
    def stack(self) -> Stack:
        """The stack."""
        if self.selection.stack is None:
            raise Unavailable("no stack to look at")
        if self.selection.stack.is_missing and self.selection.stack.failure:
            raise Unavailable("there is no such stack")
        return self.selection.stack

    @property
    def passed_stack(self) -> Stack:
        """The stack, where Pulumi passes its configuration to a program in a variable of a limited length."""
        if sys.platform != "linux" or self.runtime == YAML or self.stack.failure or self.stack.doubt:
            raise Unavailable("no configuration to look at")
        return self.stack

    @property
    def stack_names(self) -> Sequence[str]:
        """The stacks of the project, where the one that was named is not among them."""
        stack, cli = self.selection.stack, self.selection.cli
        listed = cli.ask("stack", "ls", "--json").json if stack and stack.is_missing and cli else ()
        return [str(each["name"]) for each in listed or () if isinstance(each, Mapping) and "name" in each]

    @cached_property
    def passphrase_failure(self) -> str:
        """Why Pulumi cannot read what the passphrase of the stack encrypts; "" where it can."""
        cli, stack = self.selection.cli, self.stack
        if cli is None or stack.failure or stack.doubt:
            raise Unavailable("no configuration to look at")
        try:
            salt = salt_of(read_stack_file(current_folder(), stack.name).text)
        except StackFileError:
            salt = ""
        return try_passphrase(cli, stack.name, salt) if salt else ""

    @property
    def undecryptable(self) -> Mapping[str, str]:
        """The encrypted values of the stack that Pulumi cannot decrypt: why, by their keys."""
        cli, stack = self.selection.cli, self.stack
        if cli is None or stack.failure or stack.doubt or "passphrase" in self.passphrase_failure:
            raise Unavailable("no configuration to look at")
        return try_values(cli, stack)

    @property
    def locks(self) -> Sequence[Lock] | None:
        """The locks of the stack; None where only Pulumi can read them."""
        return locks_of(self.backend, self.stack.name)

    @cached_property
    def state_or_error(self) -> State | str:
        """The state of the stack, or why it cannot be read."""
        if self.selection.cli is None or self.stack.is_missing:
            raise Unavailable("no state to look at")
        return export_state(self.selection.cli, self.stack.name)

    @property
    def state(self) -> State | None:
        """The state of the stack; None where it cannot be read."""
        found = "" if self.selection.cli is None or self.stack.is_missing else self.state_or_error
        return None if isinstance(found, str) else found

    @property
    def service(self) -> AICore:
        """The same as `client`, with one reason for all cases in which there is none."""
        try:
            return self.client
        except Unavailable:
            raise Unavailable("no service to ask") from None

    @cached_property
    def config_or_diagnosis(self) -> ReadConfig | Diagnosis | AICoreError:
        """What the stack's configuration says about models, or why that cannot be checked."""
        stack = self.stack
        return result_of(lambda: wanted_models(stack, self.selection))

    @property
    def config(self) -> StackConfig | None:
        """The configuration of the stack; None where it lists nothing, or cannot be checked."""
        found = self.config_or_diagnosis
        return found.config if isinstance(found, ReadConfig) else None

    @cached_property
    def tenant_groups(self) -> TenantGroups:
        """The resource groups of the tenant, for a stack that uses others than `default`."""
        config = self.config
        if config is None or not {*config.resource_groups, *groups_in_use(config)} - {DEFAULT_RESOURCE_GROUP}:
            raise Unavailable("no resource groups to look at")
        found = result_of(self.service.resource_groups.list)
        return TenantGroups(found if isinstance(found, AICoreError) else {each.id: each for each in found})

    @property
    def lacking_orchestration(self) -> Sequence[str]:
        """Resource groups of the stack in which there is no orchestration deployment, and none is declared."""
        there, config = self.tenant_groups, self.config
        return without_orchestration(self.service, config, there) if config else ()

    @property
    def quotas(self) -> TenantQuotas:
        """The quotas of the tenant."""
        if self.config is None:
            raise Unavailable("no deployments to count")
        asked = self.service.quotas
        return TenantQuotas(result_of(asked.resource_groups), result_of(asked.deployments))

    @property
    def secret_quotas(self) -> Mapping[Home, Quota | AICoreError]:
        """The quotas of generic secrets where the stack is to have some."""
        config = self.config
        if config is None or not config.generic_secrets:
            raise Unavailable("no generic secrets to count")
        return quotas_of_secrets(self.service, config)

    @property
    def groups_if_any(self) -> TenantGroups:
        """The same as `tenant_groups`; none where they are not looked at."""
        try:
            return self.tenant_groups
        except Unavailable:
            return TenantGroups({})

    @property
    def chosen_parallelism(self) -> int | None:
        """How many operations the engine is told to begin at once; None where it decides."""
        return chosen_parallelism(os.environ)

    @property
    def default_parallelism(self) -> int:
        """How many operations the engine begins at once by itself."""
        return default_parallelism()

    @property
    def managed(self) -> dict[str, str]:
        """The deployments that the stack manages or is to take over: their names by id."""
        config, state = self.config, self.state
        asked = {each.take_over: each.name for each in (config.placements() if config else ()) if each.take_over}
        return asked | {each.id: logical_name(each.urn) for each in (state.deployments if state else ())}

    @property
    def other_stacks(self) -> OtherStacks:
        """What the other stacks of the backend hold."""
        if self.selection.cli is None or not self.managed:
            raise Unavailable("no deployments of which another stack could be asked")
        return look_at_other_stacks(self.selection.cli, self.stack.name)


def look_around(*, stack: str | None, resource_group: str | None) -> Situation:
    """Gather what is known without the service. To name a stack outside of any project is an `AICoreError`."""
    facts = look_for_cli()
    usable = facts.executable if judge_cli(facts).level == "ok" else None
    cli = PulumiCli(usable, current_folder()) if usable else None
    backend = look_at_backend(cli)
    selection = find_stack(stack, None if backend.failure else cli)
    if selection.in_project and selection.cli is None:
        selection = replace(selection, unknown="no usable Pulumi CLI" if cli is None else "no usable backend")
    return Situation(
        cli=facts,
        project_file=find_project_file(current_folder()),
        backend=backend,
        selection=selection,
        credentials=look_for_credentials(selection),
        group=result_of(lambda: wanted_group(resource_group, selection)),
    )
