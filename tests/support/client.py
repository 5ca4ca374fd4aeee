"""A bare HTTP client of the service, so that these tests do not depend on the one that the product has."""

from __future__ import annotations

from typing import Any

import requests

from aicore_provider.emulator import Emulator

TRANSITION_S = 8.0
"""Long enough that every phase can be stopped at: UNKNOWN and "accepted" take 2 s, the rest of the way 6 s."""
HALF_WAY_S = 4.0


class Api:
    """Requests of one client with a token, in one resource group, to an emulator here or at a URL."""

    def __init__(self, emulator: Emulator | str, group: str | None = "default", client: str = "emulator") -> None:
        self._emulator = emulator
        self.url = emulator if isinstance(emulator, str) else emulator.url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token(self.url, client)}"
        if group is not None:
            self.session.headers["AI-Resource-Group"] = group

    @property
    def emulator(self) -> Emulator:
        """The emulator in this process."""
        assert isinstance(self._emulator, Emulator)
        return self._emulator

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Send a request to a path below /v2."""
        return self.session.request(method, f"{self.url}/v2{path}", timeout=10, **arguments)

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of an answer that is a success."""
        answer = self.call("GET", path, params=parameters)
        assert answer.ok, answer.text
        return answer.json()

    def configuration(
        self,
        version: str | None = "2025-08-07",
        *,
        model: str | None = "gpt-5-mini",
        executable: str = "azure-openai",
        scenario: str = "foundation-models",
        name: str = "chat",
    ) -> str:
        """Post a configuration and return its id."""
        wanted = {"modelName": model, "modelVersion": version}
        body = {
            "name": name,
            "scenarioId": scenario,
            "executableId": executable,
            "parameterBindings": [{"key": key, "value": value} for key, value in wanted.items() if value is not None],
        }
        answer = self.call("POST", "/lm/configurations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def artifact(self, **more: Any) -> str:
        """Post an artifact and return its id."""
        body = {"name": "texts", "kind": "dataset", "url": "ai://default/texts", "scenarioId": "text-classification"}
        answer = self.call("POST", "/lm/artifacts", json={**body, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def training(self, name: str = "training", **more: Any) -> str:
        """Post a configuration of the executable for executions, and return its id."""
        body = {
            "name": name,
            "scenarioId": "text-classification",
            "executableId": "text-classification-training",
            "parameterBindings": [{"key": "epochs", "value": "3"}],
            **more,
        }
        if "inputArtifactBindings" not in body:
            body["inputArtifactBindings"] = [{"key": "texts", "artifactId": self.artifact()}]
        answer = self.call("POST", "/lm/configurations", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def execute(self, configuration_id: str) -> str:
        """Post an execution and return its id."""
        answer = self.call("POST", "/lm/executions", json={"configurationId": configuration_id})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def execution(self, execution_id: str) -> dict[str, Any]:
        """One execution."""
        found: dict[str, Any] = self.get(f"/lm/executions/{execution_id}")
        return found

    def create(self, configuration_id: str, **more: Any) -> str:
        """Post a deployment and return its id."""
        answer = self.call("POST", "/lm/deployments", json={"configurationId": configuration_id, **more})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def running(self, configuration_id: str) -> str:
        """A deployment that has reached RUNNING."""
        deployment_id = self.create(configuration_id)
        self.emulator.advance(TRANSITION_S)
        assert self.deployment(deployment_id)["status"] == "RUNNING"
        return deployment_id

    def settle(self) -> None:
        """Read so often that what moves by one read each has come to its end."""
        for _ in range(4):
            self.get("/lm/deployments")
            self.get("/admin/resourceGroups")

    def deployment(self, deployment_id: str) -> dict[str, Any]:
        """One deployment."""
        found: dict[str, Any] = self.get(f"/lm/deployments/{deployment_id}")
        return found

    def ids(self, **filters: Any) -> list[str]:
        """The ids in the list of deployments."""
        return [each["id"] for each in self.get("/lm/deployments", **filters)["resources"]]

    def switch(self, deployment_id: str, configuration_id: str) -> requests.Response:
        """PATCH configurationId."""
        return self.call("PATCH", f"/lm/deployments/{deployment_id}", json={"configurationId": configuration_id})

    def stop(self, deployment_id: str) -> requests.Response:
        """PATCH targetStatus."""
        return self.call("PATCH", f"/lm/deployments/{deployment_id}", json={"targetStatus": "STOPPED"})

    def delete(self, deployment_id: str) -> requests.Response:
        """DELETE."""
        return self.call("DELETE", f"/lm/deployments/{deployment_id}")

    def ask(self, deployment_id: str) -> requests.Response:
        """An inference request."""
        path = f"/inference/deployments/{deployment_id}/chat/completions"
        return self.call("POST", path, params={"api-version": "2025-04-01"}, json={"messages": []})

    def answering(self, deployment_id: str) -> str:
        """Which version answers inference."""
        answer = self.ask(deployment_id)
        assert answer.ok, answer.text
        return str(answer.json()["emulator"]["version"])


def token(url: str, client: str = "emulator") -> str:
    """A fresh token."""
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": client}
    answer = requests.post(f"{url}/oauth/token", data=form, timeout=10)
    assert answer.ok, answer.text
    return str(answer.json()["access_token"])


def error_of(answer: requests.Response) -> dict[str, Any]:
    """The error object of a refusal, whose shape is checked."""
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"], answer.text
    assert error["message"], answer.text
    assert error["requestId"] == answer.headers["x-request-id"]
    return error
