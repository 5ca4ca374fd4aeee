"""Requests made up from the contract, right ones and wrong ones: no undeclared answer, no broken shape, no 500.

`--fuzz N` sends N of each kind to each operation, every time others; without it a few, others for each commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
SHORTEST_ID, LONGEST_ID = 4, 64

Headers = dict[str, str]

STORE = {"name": "store", "type": "gcs", "data": {"BUCKET": "b", "PRIVATE_KEY": "k"}}
REPOSITORY = {"name": "models", "url": "https://git.example.com/models", "username": "x", "password": "x"}
SOURCE = {"repositoryUrl": REPOSITORY["url"], "revision": "HEAD", "path": "p"}
REGISTRY = {"name": "registry", "data": {".dockerconfigjson": "{}"}}

UNDECLARED = {
    # The contract says that the resource group is required, and not what happens without it.
    ("GET", "/lm/scenarios", 400),
    ("DELETE", "/lm/metrics", 400),
    # A test that SAP runs against the service asserts it.
    ("GET", "/lm/metrics", 404),
}

OF_BROWSERS = {"host", "origin", "sec-fetch-site"}


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
        # Those that the emulator refuses because they come from a browser: made up headers can have these names.
        case.headers = {name: value for name, value in case.headers.items() if name.lower() not in OF_BROWSERS}
        assume(not fits_no_answer(case))
        answer = case.call(base_url=f"{api.url}/v2", headers=dict(api.session.headers))
        # How long a request line may be is the server's own affair.
        assume(answer.status_code != HTTPStatus.REQUEST_URI_TOO_LONG)
        if (method, path, answer.status_code) not in UNDECLARED:
            case.validate_response(answer, checks=checks)

    send()


def fits_no_answer(case: Any) -> bool:
    """Whether the name of a repository or resource group is none for the ids of the contract's own answers."""
    name = case.body.get("name") if case.path == "/admin/repositories" and isinstance(case.body, dict) else None
    if case.method == "DELETE":
        name = case.path_parameters.get("resourceGroupId")
    return isinstance(name, str) and not SHORTEST_ID <= len(name) <= LONGEST_ID


def deployment(api: Api, headers: Headers) -> str:
    return api.create(api.configuration())


def execution(api: Api, headers: Headers) -> str:
    made = api.execute(api.training())
    metrics = {"executionId": made, "tags": [{"name": "stage", "value": "test"}]}
    api.call("PATCH", "/lm/metrics", json=metrics)
    return made


def schedule(api: Api, headers: Headers) -> str:
    body = {"name": "nightly", "cron": "0 0 * * *", "configurationId": api.training()}
    return str(api.call("POST", "/lm/executionSchedules", json=body).json()["id"])


def secret(api: Api, headers: Headers) -> str:
    api.call("POST", "/admin/secrets", json={"name": "token", "data": {}}, headers=headers)
    return "token"


def object_store(api: Api, headers: Headers) -> str:
    api.call("POST", "/admin/objectStoreSecrets", json=STORE, headers=headers)
    return "store"


def docker_registry(api: Api, headers: Headers) -> str:
    api.call("POST", "/admin/dockerRegistrySecrets", json=REGISTRY)
    return "registry"


def file(api: Api, headers: Headers) -> str:
    keys = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    api.call("POST", "/admin/objectStoreSecrets", json={"name": "s3", "type": "S3", "bucket": "b", "data": keys})
    api.call("PUT", "/lm/dataset/files/s3/train.csv", data="text,class", headers={"Content-Type": "text/csv"})
    return "s3/train.csv"


def repository(api: Api, headers: Headers) -> str:
    api.call("POST", "/admin/repositories", json=REPOSITORY)
    return "models"


def application(api: Api, headers: Headers) -> str:
    api.call("POST", "/admin/applications", json={**SOURCE, "applicationName": "app-one"})
    return "app-one"


MAKERS: dict[str, Callable[[Api, Headers], str]] = {
    "deploymentId": deployment,
    "executionId": execution,
    "executionScheduleId": schedule,
    "artifactId": lambda api, _: api.artifact(),
    "configurationId": lambda api, _: api.configuration(),
    "scenarioId": lambda *_: "foundation-models",
    "secretName": secret,
    "objectStoreName": object_store,
    "dockerRegistryName": docker_registry,
    "repositoryName": repository,
    "applicationName": application,
    "path": file,
}
"""By the name of a parameter in a path."""
LISTED = {"/lm/deployments": deployment, "/lm/executions": execution}


def name_what_exists(api: Api, case: Any, age_s: float) -> None:
    """Replace made up ids, which nothing has, by those of objects: what moves is that many seconds old."""
    headers = dict(case.headers or {})
    for name in case.path_parameters.keys() & MAKERS.keys():
        case.path_parameters[name] = MAKERS[name](api, headers)
    if case.path in LISTED:
        LISTED[case.path](api, headers)
    if isinstance(case.body, dict) and isinstance(case.body.get("configurationId"), str):
        case.body["configurationId"] = api.training() if "/execution" in case.path else api.configuration("latest")
    if case.path == "/lm/metrics":
        made = execution(api, headers)
        case.query |= dict.fromkeys(case.query.keys() & {"executionId", "executionIds"}, made)
        if isinstance(case.body, dict) and isinstance(case.body.get("executionId"), str):
            case.body["executionId"] = made
    api.emulator.advance(age_s)
