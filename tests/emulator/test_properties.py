"""Requests made up from the contract, right ones and wrong ones: no undeclared answer, no broken shape, no 500.

`--fuzz N` sends N of each kind to each operation, every time others; without it a few, others for each commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from aicore_provider.emulator import Emulator, SteppedClock
from tests.emulator.coverage import emulated
from tests.emulator.spec import document, needs_spec
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

pytestmark = needs_spec

FEW = 12
SHORTEST_ID = 4

STORE = {"name": "store", "type": "gcs", "data": {"BUCKET": "b", "PRIVATE_KEY": "k"}}
REPOSITORY = {"name": "models", "url": "https://git.example.com/models", "username": "x", "password": "x"}
SOURCE = {"repositoryUrl": REPOSITORY["url"], "revision": "HEAD", "path": "p"}
REGISTRY = {"name": "registry", "data": {".dockerconfigjson": "{}"}}

UNDECLARED = {("GET", "/lm/scenarios", 400)}
"""The contract says that the resource group is required, and not what happens without it."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all: it has to stand whatever came before."""
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


@pytest.fixture(scope="module")
def schema() -> Any:
    import schemathesis

    return schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path"), [pytest.param(*each, id=" ".join(each)) for each in emulated()])
def test_answers(api: Api, schema: Any, request: pytest.FixtureRequest, method: str, path: str, mode: str) -> None:
    from schemathesis import GenerationMode
    from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error

    number = request.config.getoption("--fuzz")
    operation = schema[path][method]
    parameters = [each for each in operation.iter_parameters() if each.name != "Authorization"]
    if mode == "negative" and not (parameters or operation.body):
        pytest.skip("nothing of such a request can be wrong")
    load_all_checks()
    names = (
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
    checks = [not_a_server_error, *(CHECKS.get_one(name) for name in names)]

    @settings(
        max_examples=number or FEW,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(GenerationMode(mode)), st.sampled_from([None, 0, HALF_WAY_S, TRANSITION_S]))
    def send(case: Any, age_s: float | None) -> None:
        if age_s is not None:
            name_what_exists(api, case, age_s)
        assume(not fits_no_answer(case))
        answer = case.call(base_url=f"{api.url}/v2", headers=dict(api.session.headers))
        # How long a request line may be is the server's own affair.
        assume(answer.status_code != HTTPStatus.REQUEST_URI_TOO_LONG)
        if (method, path, answer.status_code) not in UNDECLARED:
            case.validate_response(answer, checks=checks)

    send()


def fits_no_answer(case: Any) -> bool:
    """Whether a repository would get a name that is too short for the ids of the contract's own answers."""
    name = case.body.get("name") if case.path == "/admin/repositories" and isinstance(case.body, dict) else None
    return isinstance(name, str) and len(name) < SHORTEST_ID


def name_what_exists(api: Api, case: Any, age_s: float) -> None:
    """Replace made up ids, which nothing has, by those of objects: a deployment is that many seconds old."""
    ids = case.path_parameters
    if "deploymentId" in ids or case.path == "/lm/deployments":
        deployment = api.create(api.configuration())
        api.emulator.advance(age_s)
        if "deploymentId" in ids:
            ids["deploymentId"] = deployment
    if "configurationId" in ids:
        ids["configurationId"] = api.configuration()
    if "scenarioId" in ids:
        ids["scenarioId"] = "foundation-models"
    if "secretName" in ids:
        ids["secretName"] = "token"
        api.call("POST", "/admin/secrets", json={"name": "token", "data": {}}, headers=dict(case.headers or {}))
    if "objectStoreName" in ids:
        ids["objectStoreName"] = "store"
        api.call("POST", "/admin/objectStoreSecrets", json=STORE, headers=dict(case.headers or {}))
    if "dockerRegistryName" in ids:
        ids["dockerRegistryName"] = "registry"
        api.call("POST", "/admin/dockerRegistrySecrets", json=REGISTRY)
    if "repositoryName" in ids:
        ids["repositoryName"] = "models"
        api.call("POST", "/admin/repositories", json=REPOSITORY)
    if "applicationName" in ids:
        ids["applicationName"] = "app-one"
        api.call("POST", "/admin/applications", json={**SOURCE, "applicationName": "app-one"})
        api.emulator.advance(age_s)
    if isinstance(case.body, dict) and isinstance(case.body.get("configurationId"), str):
        case.body["configurationId"] = api.configuration("latest")
