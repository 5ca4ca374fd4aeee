"""Everything that the service refuses and that is not about a status: those are in test_state_table.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import TRANSITION_S, Api, error_of

CONFIGURATION: dict[str, Any] = {
    "name": "chat",
    "scenarioId": "foundation-models",
    "executableId": "azure-openai",
    "parameterBindings": [{"key": "modelName", "value": "gpt-5-mini"}],
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all: a refused request leaves nothing behind."""
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


BINDING = {"key": "k", "value": "v"}
ARTIFACT = {"key": "k", "artifactId": "artifact-1"}


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": 1},
        {"name": "x" * 257},
        {"name": "Größe"},
        {"name": "tick`"},
        {"scenarioId": "abc"},
        {"scenarioId": "with space"},
        {"executableId": "x" * 65},
        {"executableId": None},
        {"parameterBindings": None},
        {"parameterBindings": {}},
        {"parameterBindings": [{"key": "k"}]},
        {"parameterBindings": [{"value": "v"}]},
        {"parameterBindings": [{"key": "k", "value": 1}]},
        {"parameterBindings": [{"key": "k", "value": None}]},
        {"parameterBindings": [{"key": "k" * 257, "value": "v"}]},
        {"parameterBindings": [{"key": "k", "value": "v" * 5001}]},
        {"parameterBindings": [BINDING] * 1001},
        {"inputArtifactBindings": [{"key": "k"}]},
        {"inputArtifactBindings": [{"key": "k", "artifactId": "no"}]},
        {"inputArtifactBindings": [{"key": "k" * 257, "artifactId": "artifact-1"}]},
        {"inputArtifactBindings": [ARTIFACT] * 1001},
        {"scenarioId": "no-such-scenario"},
        {"executableId": "no-such-executable"},
        {"scenarioId": "orchestration"},
    ],
)
def test_bad_configurations(api: Api, change: dict[str, Any]) -> None:
    before = api.call("GET", "/lm/configurations/$count").text

    answer = api.call("POST", "/lm/configurations", json={**CONFIGURATION, **change})

    assert answer.status_code == 400, answer.text
    assert error_of(answer)["target"] == "/api/v2/configurations"
    assert api.call("GET", "/lm/configurations/$count").text == before


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "x" * 256},
        {"name": "a b.c!?,;:[](){}<>\"'=+*/\\^&%@~$#|-_"},
        {"parameterBindings": []},
        {"parameterBindings": [{"key": "k" * 256, "value": "v" * 5000}]},
        {"parameterBindings": [BINDING] * 1000},
        {"parameterBindings": [{"key": "modelName", "value": "no-such-model"}]},
        {"inputArtifactBindings": [ARTIFACT]},
        {"versionId": "0.0.1"},
    ],
)
def test_configurations_at_the_limits(api: Api, change: dict[str, Any]) -> None:
    assert api.call("POST", "/lm/configurations", json={**CONFIGURATION, **change}).status_code == 201


@pytest.mark.parametrize("missing", ["name", "scenarioId", "executableId"])
def test_required_properties_of_a_configuration(api: Api, missing: str) -> None:
    body = {key: value for key, value in CONFIGURATION.items() if key != missing}

    answer = api.call("POST", "/lm/configurations", json=body)

    assert answer.status_code == 400
    assert missing in error_of(answer)["message"]


def test_the_text_for_an_unknown_executable_is_the_documented_one(api: Api) -> None:
    answer = api.call("POST", "/lm/configurations", json={**CONFIGURATION, "executableId": "nobody"})

    documented = "Could not create configuration, because executable nobody for scenario foundation-models is not found"
    assert documented in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("method", "path", "media_type"),
    [
        ("POST", "/lm/configurations", "application/json"),
        ("POST", "/lm/deployments", "application/json"),
        ("PATCH", "/lm/deployments", "application/merge-patch+json"),
        ("PATCH", "/lm/deployments/d1234567", "application/json"),
        ("POST", "/admin/resourceGroups", "application/json"),
        ("PATCH", "/admin/resourceGroups/default", "application/json"),
    ],
)
def test_bodies_that_are_no_json_or_have_another_media_type(api: Api, method: str, path: str, media_type: str) -> None:
    other = {"application/json": "application/merge-patch+json"}.get(media_type, "application/json")
    for content_type, data in [
        (media_type, b""),
        (media_type, b"{"),
        (media_type, b"[]"),
        (media_type, b"null"),
        (media_type, b'"text"'),
        (other, b"{}"),
        ("text/plain", b"{}"),
        (None, b"{}"),
    ]:
        headers = {"Content-Type": content_type} if content_type else {}
        answer = api.call(method, path, data=data, headers=headers)

        assert answer.status_code == 400, (content_type, data, answer.text)
        error_of(answer)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"configurationId": None},
        {"configurationId": "abc"},
        {"configurationId": 5},
        {"configurationId": "", "ttl": "10h"},
        {"configurationId": "no-such-configuration"},
    ],
)
def test_bad_deployments(api: Api, body: dict[str, Any]) -> None:
    before = api.ids()

    answer = api.call("POST", "/lm/deployments", json=body)

    assert answer.status_code == 400
    assert error_of(answer)["target"] == "/api/v2/deployments"
    assert api.ids() == before


@pytest.mark.parametrize(
    "ttl",
    [
        "4.5h",
        "4h30m",
        "10",
        "h",
        "-1h",
        "1w",
        " 1h",
        "1h\n",
        "0m",
        "9m",
        "599,",
        "10,",
        10,
        "",
        "9" * 400 + "m",
        "9" * 5000 + "d",
    ],
)
def test_bad_times_to_live(api: Api, ttl: Any) -> None:
    answer = api.call("POST", "/lm/deployments", json={"configurationId": api.configuration(), "ttl": ttl})

    assert answer.status_code == 400
    error_of(answer)


@pytest.mark.parametrize("ttl", ["10m", "600M", "1h", "24H", "7d", "7D", None])
def test_good_times_to_live_are_echoed(api: Api, ttl: str | None) -> None:
    answer = api.call("POST", "/lm/deployments", json={"configurationId": api.configuration(), "ttl": ttl})

    assert answer.status_code == 202
    assert answer.json().get("ttl") == ttl
    assert api.deployment(answer.json()["id"]).get("ttl") == ttl


class TestSynchronousCheck:
    """POST deployments and PATCH configurationId check the configuration before they answer."""

    @pytest.mark.parametrize(
        ("model", "version", "executable"),
        [
            ("no-such-model", "1", "azure-openai"),
            ("no-such-model", None, "azure-openai"),
            ("gpt-5-mini", "1999-01-01", "azure-openai"),
            ("gpt-5-mini", "", "azure-openai"),
            ("gpt-5-mini", "latest", "aws-bedrock"),
        ],
    )
    def test_a_model_or_version_that_is_not_offered(
        self, api: Api, model: str, version: str | None, executable: str
    ) -> None:
        bad = api.configuration(version, model=model, executable=executable)
        running = api.running(api.configuration())
        before = api.ids()

        for answer in (
            api.call("POST", "/lm/deployments", json={"configurationId": bad}),
            api.switch(running, bad),
        ):
            assert answer.status_code == 400
            error = error_of(answer)
            assert error["code"] == "01510003"
            assert "Runtime Adapter Exception" in error["message"]
        assert api.ids() == before
        assert api.deployment(running)["lastOperation"] == "CREATE"

    def test_a_required_parameter_is_missing(self, api: Api) -> None:
        bad = api.configuration("2025-08-07", model=None)

        answer = api.call("POST", "/lm/deployments", json={"configurationId": bad})

        assert answer.status_code == 400
        assert "placeholder values are not resolved" in error_of(answer)["message"]

    @pytest.mark.parametrize("version", ["2025-05-01", "2025-08-07", "latest", None])
    def test_what_is_offered(self, api: Api, version: str | None) -> None:
        api.create(api.configuration(version))

    def test_orchestration_needs_no_parameters(self, api: Api) -> None:
        api.create(api.configuration(None, model=None, scenario="orchestration", executable="orchestration"))

    def test_a_configuration_of_another_executable_is_refused(self, api: Api) -> None:
        running = api.running(api.configuration())
        other = api.configuration("1", model="anthropic--claude-4.5-haiku", executable="aws-bedrock")

        answer = api.switch(running, other)

        assert answer.status_code == 400
        assert "aws-bedrock" in error_of(answer)["message"]

    def test_a_configuration_of_another_resource_group_is_not_visible(self, api: Api) -> None:
        configuration = api.configuration()
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        api.emulator.advance(60)
        there = Api(api.emulator, "team-b")

        assert there.call("GET", f"/lm/configurations/{configuration}").status_code == 404
        assert there.call("POST", "/lm/deployments", json={"configurationId": configuration}).status_code == 400
        there.session.close()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"targetStatus": "RUNNING"},
        {"targetStatus": "DELETED"},
        {"targetStatus": None},
        {"configurationId": None},
        {"configurationId": "abc"},
        {"targetStatus": "STOPPED", "configurationId": "valid-enough"},
    ],
)
def test_bad_changes_of_a_deployment(api: Api, body: dict[str, Any]) -> None:
    running = api.running(api.configuration())

    assert api.call("PATCH", f"/lm/deployments/{running}", json=body).status_code == 400
    assert api.deployment(running)["targetStatus"] == "RUNNING"


@pytest.mark.parametrize(
    "items",
    [
        None,
        [],
        [{"id": "d1234567"}],
        [{"targetStatus": "STOPPED"}],
        [{"id": "abc", "targetStatus": "STOPPED"}],
        [{"id": "d1234567", "targetStatus": "RUNNING"}],
        [{"id": "d1234567", "configurationId": "some-configuration"}],
        [{"id": "d1234567", "targetStatus": "STOPPED"}, {"id": "d1234567", "targetStatus": "DELETED"}],
        [{"id": f"d{number:07}", "targetStatus": "STOPPED"} for number in range(101)],
    ],
)
def test_bad_bulk_changes(api: Api, items: Any) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}

    assert api.call("PATCH", "/lm/deployments", json={"deployments": items}, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        *[
            (path, {"$top": top})
            for path in ("/lm/deployments", "/lm/configurations")
            for top in ("-1", "100001", "x", "")
        ],
        *[(path, {"$skip": "-1"}) for path in ("/lm/deployments", "/lm/configurations", "/admin/resourceGroups")],
        *[
            (path, {"scenarioId": "abc"})
            for path in ("/lm/deployments", "/lm/configurations", "/lm/deployments/$count")
        ],
        ("/lm/deployments", {"executableIds": "azure-openai,abc"}),
        ("/lm/deployments", {"executableIds": ",".join(f"executable-{number}" for number in range(1001))}),
        ("/lm/deployments", {"configurationId": "a b c d"}),
        ("/lm/deployments", {"status": "DELETED"}),
        ("/lm/deployments", {"status": "RUNNING,DEAD"}),
        ("/lm/deployments", {"$select": "id"}),
        ("/lm/configurations", {"$search": ""}),
        ("/lm/configurations", {"$search": "~"}),
        ("/lm/configurations", {"$search": "x" * 81}),
        ("/lm/configurations", {"$search": "x", "searchCaseInsensitive": "maybe"}),
        ("/lm/configurations", {"$expand": "executable"}),
        ("/lm/scenarios/foundation-models/versions", {"labelSelector": "nonsense"}),
        ("/admin/resourceGroups", {"$top": "-1"}),
        ("/admin/resourceGroups", {"$count": "yes"}),
        ("/admin/resourceGroups", {"labelSelector": "nonsense"}),
        ("/admin/resourceQuota/deployments", {"quotaOnly": "1"}),
    ],
)
def test_bad_query_parameters(api: Api, path: str, parameters: dict[str, str]) -> None:
    answer = api.call("GET", path, params=parameters)

    assert answer.status_code == 400, answer.text
    assert next(iter(parameters)) in error_of(answer)["message"] or "searchCase" in error_of(answer)["message"]


@pytest.mark.parametrize(
    ("parameters"),
    [{"$top": "0"}, {"$top": "5001"}, {"$order": "up"}, {"start": "yesterday"}, {"end": "2025-01-01T00:00:00"}],
)
def test_bad_query_parameters_of_logs(api: Api, parameters: dict[str, str]) -> None:
    deployment = api.create(api.configuration())

    assert api.call("GET", f"/lm/deployments/{deployment}/logs", params=parameters).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/lm/configurations/abc",
        "/lm/deployments/abc",
        "/lm/deployments/abc/logs",
        "/lm/scenarios/abc",
        "/lm/scenarios/foundation-models/executables/abc",
        "/admin/resourceGroups/x_y",
    ],
)
def test_ids_in_the_path_that_break_the_pattern(api: Api, path: str) -> None:
    assert api.call("GET", path).status_code == 400


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/lm/deployments/d1234567", "01010016"),
        ("/lm/deployments/d1234567/logs", "01010016"),
        ("/lm/configurations/no-such-one", None),
        ("/lm/scenarios/no-such-one", None),
        ("/lm/scenarios/foundation-models/executables/no-such-one", None),
        ("/admin/resourceGroups/no-such-one", None),
    ],
)
def test_unknown_objects(api: Api, path: str, code: str | None) -> None:
    answer = api.call("GET", path)

    assert answer.status_code == 404
    assert code in (None, error_of(answer)["code"])


@pytest.mark.parametrize("below", ["executables", "versions", "models"])
def test_lists_below_an_unknown_scenario(api: Api, below: str) -> None:
    """The contract declares no 404 for them."""
    answer = api.call("GET", f"/lm/scenarios/no-such-one/{below}")

    assert (answer.status_code, "no-such-one" in error_of(answer)["message"]) == (400, True)


NAMED = b'{"name": "x", "scenarioId": "foundation-models", "executableId": "azure-openai", "parameterBindings": [%s]}'


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xef\xbb\xbf{}",
        b"\xff\xfe",
        NAMED % b'{"key": "k", "value": "\\ud800"}',
        NAMED % b'{"key": "k", "value": "\xff"}',
        NAMED % b'{"key": "k", "value": 1e999}',
        NAMED % b'{"key": "k", "value": NaN}',
    ],
)
def test_bodies_that_only_an_attacker_sends(api: Api, data: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    deployment = api.running(api.configuration())

    for path in ("/lm/configurations", "/lm/deployments"):
        answer = api.call("POST", path, data=data, headers=headers)
        assert (answer.status_code, bool(error_of(answer))) == (400, True)
    inferred = api.call("POST", f"/inference/deployments/{deployment}/chat/completions", data=data, headers=headers)
    assert inferred.status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/lm/deployments/%ff%ff%ff%ff", 400),
        ("/lm/deployments/%00abc", 400),
        ("/lm/deployments/%E2%80%AEabcd", 400),
        ("/lm/deployments/a%2fbc", 404),
        ("/lm/deployments/", 404),
        ("//lm/deployments", 404),
        ("/lm/deployments?status=%ff", 400),
        ("/lm/deployments?$top=%00", 400),
        ("/lm/configurations?$search=%ed%a0%80", 200),
        ("/lm/deployments?" + "a&" * 5000, 200),
    ],
)
def test_paths_and_queries_that_only_an_attacker_sends(api: Api, path: str, status: int) -> None:
    answer = api.call("GET", path, allow_redirects=False)

    assert answer.status_code == status
    assert answer.ok or error_of(answer)


LM_PATHS = [
    ("GET", "/lm/scenarios"),
    ("GET", "/lm/scenarios/foundation-models"),
    ("GET", "/lm/scenarios/foundation-models/executables"),
    ("GET", "/lm/scenarios/foundation-models/executables/azure-openai"),
    ("GET", "/lm/scenarios/foundation-models/versions"),
    ("GET", "/lm/scenarios/foundation-models/models"),
    ("GET", "/lm/configurations"),
    ("GET", "/lm/configurations/$count"),
    ("GET", "/lm/configurations/some-configuration"),
    ("POST", "/lm/configurations"),
    ("GET", "/lm/deployments"),
    ("GET", "/lm/deployments/$count"),
    ("GET", "/lm/deployments/d1234567"),
    ("POST", "/lm/deployments"),
    ("PATCH", "/lm/deployments"),
    ("PATCH", "/lm/deployments/d1234567"),
    ("DELETE", "/lm/deployments/d1234567"),
]


@pytest.mark.parametrize(("method", "path"), LM_PATHS)
def test_the_resource_group_is_required_and_must_exist(emulator: Emulator, method: str, path: str) -> None:
    nowhere, elsewhere = Api(emulator, None), Api(emulator, "no-such-group")

    missing, unknown = nowhere.call(method, path), elsewhere.call(method, path)

    assert missing.status_code == 400
    assert "AI-Resource-Group" in error_of(missing)["message"]
    assert (unknown.status_code, unknown.text) == (403, "RBAC: access denied")
    nowhere.session.close()
    elsewhere.session.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nonsense", 404),
        ("GET", "/v2", 404),
        ("GET", "/v2/lm/healthz", 404),
        ("GET", "/v2/lm/deployments/", 404),
        ("POST", "/v2/lm/configurations/some-configuration/deployments", 404),
        ("DELETE", "/v2/lm/configurations/some-configuration", 405),
        ("PUT", "/v2/lm/deployments/d1234567", 405),
        ("DELETE", "/v2/lm/deployments", 405),
        ("POST", "/v2/lm/deployments/d1234567", 405),
    ],
)
def test_what_the_contract_does_not_have(api: Api, method: str, path: str, status: int) -> None:
    answer = api.session.request(method, api.emulator.url + path, timeout=10)

    assert answer.status_code == status
    assert f"no {method} {path}" in error_of(answer)["message"]


def test_the_connection_stays_open_after_refusals(emulator: Emulator) -> None:
    with requests.Session() as session:
        answers = [
            session.post(f"{emulator.url}/v2/lm/deployments", data=b"x" * 100_000, timeout=10, stream=True)
            for _ in range(3)
        ]
        assert {answer.status_code for answer in answers} == {401}
        assert all("close" not in answer.headers.get("Connection", "") for answer in answers)
