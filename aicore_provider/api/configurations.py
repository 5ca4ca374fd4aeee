"""`/lm/configurations`: create, get. The API can neither change nor delete a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aicore_provider.api.decoding import get_one, id_of
from aicore_provider.api.errors import Forbidden, NotFound
from aicore_provider.api.http import Http
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.api.types import Configuration

PATH = "/lm/configurations"


@dataclass(frozen=True)
class Configurations:
    """The configurations of one resource group."""

    http: Http
    resource_group: str

    def create(
        self,
        *,
        name: str,
        scenario_id: str,
        executable_id: str,
        parameter_bindings: Mapping[str, str],
        input_artifact_bindings: Mapping[str, str],
        version_id: str | None = None,
    ) -> str:
        """Make a configuration and return its id.

        The service checks scenario and executable here; names and values of the bindings only when a deployment uses
        the configuration. Names need not be unique. When an answer is lost, the request is sent again, and may make a
        second configuration, which costs nothing.

        `version_id` is the user's own version reference, sent as in SAP's documentation. It is not in the contract, and
        no answer repeats it.

        Raises:
            InvalidRequest: the executable does not exist in the scenario, or a name breaks the contract's patterns.
        """
        answer = self.http.request(
            "POST",
            PATH,
            resource_group=self.resource_group,
            body={
                "name": name,
                "scenarioId": scenario_id,
                "executableId": executable_id,
                "parameterBindings": [{"key": k, "value": v} for k, v in parameter_bindings.items()],
                "inputArtifactBindings": [{"key": k, "artifactId": v} for k, v in input_artifact_bindings.items()],
                **({"versionId": version_id} if version_id else {}),
            },
            idempotent=True,
        )
        return id_of(answer, f"POST {PATH}")

    def get(self, configuration_id: str) -> Configuration:
        """Return one configuration; errors as in `decoding.get_one`."""
        return get_one(self.http, Configuration, PATH, configuration_id, self.resource_group)

    def find(self, configuration_id: str) -> Configuration | None:
        """Return one configuration; None when the service itself says that it, or its resource group, does not exist.

        Raises:
            AICoreError: the service does not tell.
        """
        try:
            return self.get(configuration_id)
        except (Forbidden, NotFound) as refusal:
            ResourceGroups(self.http).confirm_object_absent(self.resource_group, refusal)
            return None
