"""What both providers share: the connection, and the home that `check` writes into every object's inputs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import CheckFailure, CheckResult, ConfigureRequest, ResourceProvider

from aicore_provider.api.credentials import find_resource_group
from aicore_provider.api.errors import AICoreError, CredentialsError, WrongServiceError
from aicore_provider.api.naming import resource_group_problem
from aicore_provider.dynamic import log
from aicore_provider.dynamic.call import Call
from aicore_provider.dynamic.failures import clear_errors
from aicore_provider.dynamic.process import prepare
from aicore_provider.dynamic.unknowns import is_unknown
from aicore_provider.providers.connection import Connection, connection, credentials, pinned_service, require_service
from aicore_provider.providers.leftovers import name_at_the_end
from aicore_provider.providers.models import Rules, rules
from aicore_provider.providers.properties import secret_inputs, text


class AICoreProvider(ResourceProvider):
    """Base of the providers: stateless until the plugin process configures it.

    It must stay without instance attributes in the program: then it is stored in the state by reference, so that an
    upgrade of this package neither shows as a change nor leaves old code behind.
    """

    serialize_as_secret_always = False

    rules: Rules

    _told: set[str]
    _found: Connection | AICoreError
    _pinned_service: str | None

    @clear_errors(AICoreError)
    def configure(self, req: ConfigureRequest) -> None:
        """Find the service, once for each process; makes no request.

        Missing credentials, and those for another service than the stack's, are told by the call that needs them: the
        engine shows what fails here once for each resource.

        Raises:
            AICoreError: a key about the checks says something that it must not.
        """
        prepare()
        self._told = set()
        self.rules = rules(req.config)
        self._pinned_service = None
        try:
            self._pinned_service = pinned_service(req.config)
            self._found = connection(credentials(req.config))
            name_at_the_end(self._found)
        except (CredentialsError, WrongServiceError) as error:
            self._found = error

    @property
    def connection(self) -> Connection:
        """The service.

        Raises:
            CredentialsError: there are no credentials for it.
            WrongServiceError: they are for another one than the stack's.
        """
        if isinstance(self._found, AICoreError):
            raise self._found
        return self._found

    def tell_once(self, line: str) -> None:
        """Tell what stays true for the whole command: the engine asks for one difference more than once."""
        if line not in self._told:
            self._told.add(line)
            log.info(line)

    def home(self, what: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs that say where an object lives: an object stays where it is unless the program names a group.

        With `aicore:checks: off` missing credentials count only once they are needed, so that a preview without refresh
        needs no service.

        Raises:
            CredentialsError: there are no credentials.
            WrongServiceError: they are for another service than the stack's, or than that of the object in the state.
        """
        recorded = text(olds, "service_url")
        group = news.get("resource_group") or olds.get("resource_group") or find_resource_group(os.environ)
        if isinstance(self._found, CredentialsError) and not self.rules.is_on:
            there = recorded or self._pinned_service
            return {"resource_group": group} | ({"service_url": there} if there else {})
        current = self.connection.service_url
        require_service(what, recorded or "", current)
        # Older versions recorded other spellings of the same address: another one would look like a change.
        return {"resource_group": group, "service_url": recorded or current}


def resource_group_failures(inputs: Mapping[str, Any]) -> list[CheckFailure]:
    """The complaint about a resource group that the service cannot have."""
    group = inputs["resource_group"]
    problem = None if is_unknown(group) else resource_group_problem(str(group))
    return [CheckFailure("resource_group", problem)] if problem else []


def checked(inputs: dict[str, Any], failures: list[CheckFailure]) -> CheckResult:
    """The answer to a check. Of a property that is complained about the engine shows the value, a secret one too."""
    secret = secret_inputs(inputs)
    shown = [
        CheckFailure("", f"{each.property}: {each.reason}") if each.property in secret else each for each in failures
    ]
    return CheckResult(inputs, shown)


def is_look(call: Call) -> bool:
    """Whether a `read` refreshes what the program merely looks at with `.get()`.

    The state has no inputs of it, where `check` has written a service into those of everything else.
    """
    return bool(call.urn) and not (call.old_inputs or {}).get("service_url")
