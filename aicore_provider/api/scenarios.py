"""`/lm/scenarios`: the scenarios of a resource group."""

from __future__ import annotations

from dataclasses import dataclass

from aicore_provider.api.decoding import decode_list
from aicore_provider.api.http import Http
from aicore_provider.api.types import Scenario

_PATH = "/lm/scenarios"


@dataclass(frozen=True)
class Scenarios:
    """The scenarios of one resource group."""

    http: Http
    resource_group: str

    def list(self) -> list[Scenario]:
        """All of them. `foundation-models` is missing without the service plan `extended`.

        Raises:
            Forbidden: the resource group does not exist or is not ready.
        """
        answer = self.http.request("GET", _PATH, resource_group=self.resource_group)
        return decode_list(Scenario, answer, f"GET {_PATH}", self.http.redact)
