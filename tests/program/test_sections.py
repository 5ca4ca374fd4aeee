"""Sections of a stack file beside deployments: what is declared, in which order, and what of it is secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from aicore_provider import StackConfig, declare
from aicore_provider.kinds.rules import read_rules
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.complaints import ConfigError
from tests.program.mocked_engine import Mocks, run

SECRET = SecretText("s3cret")
STORE = {"type": "S3", "bucket": "texts", "data": {"AWS_ACCESS_KEY_ID": SECRET}}
ARTIFACT = {"kind": "dataset", "url": "ai://store/texts", "scenario": "text-classification"}
EXECUTABLE = {"scenario": "text-classification", "executable": "text-classification-training"}
SCHEDULE = EXECUTABLE | {"cron": "0 3 * * *", "parameters": {"epochs": "3"}}


class _Monitor(MockMonitor):
    """Writes down what each resource waits for, and its aliases."""

    def __init__(self) -> None:
        super().__init__(Mocks())
        self.waits_for: dict[str, set[str]] = {}
        self.aliases: dict[str, list[str]] = {}
        self.protected: set[str] = set()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        name = f"{request.type.rpartition(':')[2]} {request.name}"
        self.waits_for[name] = {_key(urn) for urn in request.dependencies}
        self.aliases[name] = [each.spec.name for each in request.aliases]
        self.protected |= {name} if request.protect else set()
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def _key(urn: str) -> str:
    kind, name = urn.split("::")[2:]
    return f"{kind.rpartition(':')[2]} {name}"


def monitored(**values: Any) -> _Monitor:
    """What a program tells the engine that declares a stack file."""
    monitor = _Monitor()
    config = StackConfig.parse(values)
    run(lambda: declare(config), monitor)
    return monitor


def inputs(monitor: _Monitor) -> dict[str, dict[str, Any]]:
    """The inputs of each resource, by kind and name."""
    assert isinstance(monitor.mocks, Mocks)
    return {f"{each.typ.rpartition(':')[2]} {each.name}": each.inputs for each in monitor.mocks.resources}


def test_an_entry_waits_for_what_it_names() -> None:
    found = monitored(
        resourceGroups={"team-a": {}},
        resourceGroup="team-a",
        objectStoreSecrets={"store": STORE, "elsewhere": STORE | {"resourceGroup": "team-b", "name": "texts"}},
        artifacts={
            "texts": ARTIFACT,
            "others": ARTIFACT | {"url": "ai://texts/x"},
            "web": ARTIFACT | {"url": "https://store/x"},
            "odd": ARTIFACT | {"url": "https://[store/x"},
        },
        deployments={"own": EXECUTABLE | {"artifacts": {"model": "texts", "by-hand": "a-1234"}}},
        schedules={"nightly": SCHEDULE | {"artifacts": {"in": "texts"}}},
        repositories={"templates": {"url": "https://x", "username": "reader", "password": SECRET}},
        applications={"templates": {"repository": "templates", "revision": "HEAD", "path": "."}},
    )
    waits = found.waits_for
    assert waits["AIObjectStoreSecret store"] == {"AIResourceGroup team-a"}
    assert waits["AIArtifact texts"] == {"AIResourceGroup team-a", "AIObjectStoreSecret store"}
    assert waits["AIArtifact others"] == {"AIResourceGroup team-a"}, "of another resource group"
    assert waits["AIArtifact web"] == waits["AIArtifact odd"] == {"AIResourceGroup team-a"}
    assert "AIArtifact texts" in waits["AIConfiguration own"]
    assert "AIArtifact texts" in waits["AIConfiguration nightly"]
    assert "AIConfiguration nightly" in waits["AIExecutionSchedule nightly"]
    assert waits["AIApplication templates"] == {"AIGitRepository templates"}
    told = inputs(found)
    assert told["AIConfiguration own"]["input_artifact_bindings"] == {"model": "texts-id", "by-hand": "a-1234"}
    assert told["AIApplication templates"]["repository_url"] == "https://x"
    assert told["AIExecutionSchedule nightly"]["configuration_id"] == "nightly-id"


def test_an_entry_for_several_groups_uses_what_is_in_its_own() -> None:
    found = monitored(
        resourceGroups={"team-a": {}, "team-b": {}},
        genericSecrets={"db": {"data": {"key": SECRET}, "resourceGroups": "all"}},
        objectStoreSecrets={"keys": STORE | {"name": "store", "resourceGroups": "all"}},
        artifacts={"texts": ARTIFACT | {"resourceGroups": ["team-a", "team-b"], "takeOver": {"team-b": "a-1234"}}},
        schedules={"nightly": SCHEDULE | {"artifacts": {"in": "texts"}, "resourceGroups": "all"}},
    )
    told = inputs(found)
    for group in ("team-a", "team-b"):
        assert told[f"AIGenericSecret db/{group}"]["name"] == "db"
        assert told[f"AIObjectStoreSecret keys/{group}"]["name"] == "store"
        assert f"AIObjectStoreSecret keys/{group}" in found.waits_for[f"AIArtifact texts/{group}"]
        nightly = told[f"AIConfiguration nightly/{group}"]
        assert nightly["input_artifact_bindings"] == {"in": f"texts/{group}-id"}
        assert told[f"AIExecutionSchedule nightly/{group}"]["name"] == "nightly"
    assert told["AIArtifact texts/team-b"]["take_over"] == "a-1234"
    assert "take_over" not in told["AIArtifact texts/team-a"]
    assert found.aliases["AIGenericSecret db/team-a"] == ["db"]


def test_protection_earlier_names_and_take_over() -> None:
    entries = {"data": {"key": SECRET}, "protect": True, "formerly": "old"}
    found = monitored(
        genericSecrets={"db": entries, "as-it-is": {"takeOver": True, "scope": "tenant-wide"}},
        dockerRegistrySecrets={"hub": {"takeOver": True, "formerly": "old"}},
        schedules={"nightly": SCHEDULE | {"protect": True, "formerly": "weekly", "takeOver": "s-1234"}},
    )
    assert found.protected == {"AIGenericSecret db", "AIExecutionSchedule nightly"}
    assert found.aliases["AIGenericSecret db"] == ["old", "db/default", "old/default"]
    assert found.aliases["AIDockerRegistrySecret hub"] == ["old"]
    assert found.aliases["AIConfiguration nightly"][0] == found.aliases["AIExecutionSchedule nightly"][0] == "weekly"
    told = inputs(found)
    assert told["AIGenericSecret as-it-is"] | {"__provider": ""} == {
        "__provider": "",
        "name": "as-it-is",
        "scope": "tenant-wide",
        "take_over": True,
    }
    assert told["AIExecutionSchedule nightly"]["take_over"] == "s-1234"


ENCRYPTED = """\
config:
  aicore:genericSecrets:
    my.db: {data: {a.b: {secure: v1:abc}}}
  aicore:dockerRegistrySecrets:
    hub: {registry: https://registry.example.com, username: reader, password: {secure: v1:def}}
"""
DECRYPTED: dict[str, Any] = {
    "genericSecrets": {"my.db": {"data": {"a.b": "s3cret"}}},
    "dockerRegistrySecrets": {
        "hub": {"registry": "https://registry.example.com", "username": "reader", "password": "s3cret"}
    },
}


@pytest.mark.parametrize("file", [ENCRYPTED, ""], ids=["a stack file", "none"])
def test_what_pulumi_has_decrypted_is_encrypted_by_the_file_or_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\n")
    if file:
        (tmp_path / "Pulumi.test.yaml").write_text(file)
    monkeypatch.chdir(tmp_path)
    texts = {f"aicore:{key}": json.dumps(value) for key, value in DECRYPTED.items()}

    def load() -> None:
        pulumi.runtime.set_all_config(texts, list(texts))
        found = StackConfig.load()
        assert isinstance(found.docker_registry_secrets["hub"].password, SecretText)
        assert isinstance(found.docker_registry_secrets["hub"].username, SecretText) == (not file)
        data = found.generic_secrets["my.db"].data
        assert data == {"a.b": SECRET}
        assert "s3cret" not in repr(found)

    run(load)


def test_switches_are_plain_where_only_the_whole_section_is_known_to_be_secret() -> None:
    """Pulumi hands over `"false"` in quotes as a text, and nothing tells which texts of a section are encrypted."""
    texts: dict[str, Any] = {
        "resourceGroups": {"team-a": {"grounding": "true", "protect": "false", "takeOver": "true"}},
        "objectStoreSecrets": {
            "store": {"type": "S3", "takeOver": "true", "useHttps": "false", "verifySsl": "true"},
        },
        "artifacts": {"texts": ARTIFACT | {"protect": "true", "takeOver": "a-1234"}},
        "deployments": {
            "chat": {"model": "m", "protect": "true", "rollback": "false", "verify": "false"},
            "own": EXECUTABLE | {"verify": "/v1/health"},
        },
    }

    def load() -> None:
        given = {f"aicore:{key}": json.dumps(value) for key, value in texts.items()}
        pulumi.runtime.set_all_config(given, list(given))
        found = StackConfig.load()
        group, store = found.resource_groups["team-a"], found.object_store_secrets["store"]
        assert (group.grounding, group.protect, group.take_over) == (True, False, True)
        assert (store.take_over, store.use_https, store.verify_ssl) == (True, False, True)
        chat, own = found.deployments["chat"], found.deployments["own"]
        assert (chat.protect, chat.rollback, chat.verify, own.verify) == (True, False, False, "/v1/health")
        assert isinstance(found.artifacts["texts"].take_over, SecretText), "an id may be encrypted"

    run(load)


def test_what_pulumi_has_not_decrypted_is_plain() -> None:
    def load() -> None:
        pulumi.runtime.set_all_config({f"aicore:{key}": json.dumps(value) for key, value in DECRYPTED.items()})
        StackConfig.load()

    with pytest.raises(pulumi.RunError) as caught:
        run(load)
    assert '\'aicore:genericSecrets["my.db"].data["a.b"]\'' in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_value_that_cannot_be_decrypted_here_is_a_value() -> None:
    found = StackConfig.parse({"genericSecrets": {"db": {"data": {"key": UnreadText()}}}})
    assert found.deployments == {}


@pytest.mark.parametrize("value", ["", " ", "SET-ME"])
def test_an_encrypted_placeholder_is_no_value(value: str) -> None:
    with pytest.raises(ConfigError, match=r"aicore:genericSecrets.db.data.key: has no value yet"):
        StackConfig.parse({"genericSecrets": {"db": {"data": {"key": SecretText(value)}}}})


def test_the_checks_of_models_read_no_secret_and_know_artifacts() -> None:
    sections: dict[str, Any] = {
        "resourceGroups": {"team-a": {}},
        "artifacts": {"texts": ARTIFACT},
        "deployments": {"own": EXECUTABLE | {"artifacts": {"in": "t"}}},
    }
    asked: list[str] = []

    def config(key: str) -> str | None:
        asked.append(key.removeprefix("aicore:"))
        value = (sections | DECRYPTED).get(asked[-1])
        return json.dumps(value) if value else None

    sections["artifacts"] = {"t": ARTIFACT}
    assert [each.name for each in read_rules(config, "test").plan] == ["own"]
    assert not DECRYPTED.keys() & {*asked}
    del sections["deployments"]
    assert read_rules(config, "test").groups == {"team-a"}
