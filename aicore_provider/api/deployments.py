"""`/lm/deployments`: create, get, list, switch, stop, delete, and logs.

`lifecycle.decide` says which is allowed when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aicore_provider.api.collection import Collection
from aicore_provider.api.decoding import get_one, id_of
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.logs import last_log_lines
from aicore_provider.api.types import Deployment, LogLine

PATH = "/lm/deployments"
_INFERENCE = "/inference/deployments"


@dataclass(frozen=True)
class Deployments:
    """The deployments of one resource group."""

    http: Http
    resource_group: str

    def create(self, configuration_id: str, *, ttl: str | None = None) -> str:
        """Schedule a deployment and return its id; it is readable at once, with status UNKNOWN.

        The service checks the configuration before it answers. After the life time `ttl`, such as `10h`, counted from
        creation, it stops and deletes the deployment.

        Raises:
            InvalidRequest: the configuration is not usable, for example an unknown model version (code 01510003).
            Forbidden: the quota or the plan does not allow it, or the resource group is not ready.
        """
        body = {"configurationId": configuration_id} | ({"ttl": ttl} if ttl else {})
        return id_of(self._request("POST", PATH, body), f"POST {PATH}")

    def get(self, deployment_id: str) -> Deployment:
        """Return one deployment, with `status_details`; errors as in `decoding.get_one`."""
        return get_one(self.http, Deployment, PATH, deployment_id, self.resource_group)

    def list(self) -> list[Deployment]:
        """Return all deployments of the resource group, also those being deleted, in no particular order.

        The `count` of an answer is not used: it may be that of the page or of all.

        Raises:
            UnexpectedAnswer: the pages repeat themselves or do not end. A part of a list would look as if the other
                deployments were gone.
        """
        return Collection(self.http, Deployment, PATH, self.resource_group, is_paged=True).list()

    def switch(self, deployment_id: str, configuration_id: str) -> None:
        """PATCH another configuration in; id and URL stay.

        Raises:
            WrongState: not allowed in the present status.
            InvalidRequest: the configuration is not usable.
        """
        self._request("PATCH", path_to(PATH, deployment_id), {"configurationId": configuration_id})

    def stop(self, deployment_id: str) -> None:
        """Stop a deployment. It cannot be started again.

        Raises:
            WrongState: it is neither PENDING nor RUNNING.
        """
        self._request("PATCH", path_to(PATH, deployment_id), {"targetStatus": "STOPPED"})

    def delete(self, deployment_id: str) -> None:
        """Schedule the deletion; the record stays readable for up to about a minute.

        Raises:
            WrongState: it is neither UNKNOWN, STOPPED nor DEAD.
        """
        self._request("DELETE", path_to(PATH, deployment_id))

    def logs(self, deployment_id: str, lines: int) -> tuple[LogLine, ...]:
        """Return the last lines, 1 to 5000, of a deployment's log of the last hour, oldest first."""
        return last_log_lines(self.http, path_to(PATH, deployment_id), self.resource_group, lines)

    def ask(self, deployment_id: str, method: str, path: str, body: object = None) -> None:
        """Send one request through the URL of a deployment, once; the answer of a success is dropped.

        The path is below that URL, such as `/chat/completions`, and may have a query. The body is sent as JSON.

        Raises:
            ServiceError: what runs there, or the gateway in front of it, refused.
            AICoreError: there was no answer.
        """
        url = f"{path_to(_INFERENCE, deployment_id)}{path}"
        self.http.ask(method, url, resource_group=self.resource_group, body=body)

    def _request(self, method: str, path: str, body: object = None) -> Any:
        return self.http.request(method, path, resource_group=self.resource_group, body=body)
