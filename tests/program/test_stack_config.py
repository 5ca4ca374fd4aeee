"""What a stack file may say: read as the language host hands it over, refused by key, and never misread."""

from __future__ import annotations

import contextvars
import cProfile
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from aicore_provider.catalog.catalog import NO_VERSION
from aicore_provider.catalog.model_policy import ModelPolicy
from aicore_provider.catalog.wanted import Wanted
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.load import StackConfig
from aicore_provider.stack.project import find_project_file
from aicore_provider.stack.sections.deployments import ExecutableConfig, ModelConfig, OrchestrationConfig
from tests.support.models import CHAT
from tests.support.stack_texts import (
    ENTRY,
    FIXED_NAMES,
    KEPT_NAMES,
    MANGLED_DATE,
    MANGLED_NAMES,
    OTHER_KINDS,
    POLICY,
    SECTIONS,
    TOGETHER,
    TOP,
)

STACKS = Path(__file__).parents[2] / "stacks"

Load = Callable[..., StackConfig]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a configuration from where the language host puts it: texts, objects among them as JSON."""

    def load_from(values: dict[str, Any], *, secret: tuple[str, ...] = ()) -> StackConfig:
        texts = {f"aicore:{k}": v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"pulumi:tags": "{}"} | texts))

        def program() -> StackConfig:
            pulumi.runtime.set_all_config(texts, [f"aicore:{key}" for key in secret])
            return StackConfig.load()

        return contextvars.copy_context().run(program)

    return load_from


def model(found: StackConfig, name: str = "chat") -> ModelConfig:
    entry = found.deployments[name]
    assert isinstance(entry, ModelConfig)
    return entry


def complaints(load: Load, values: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by key."""
    with pytest.raises(pulumi.RunError) as caught:
        load(values)
    first, *lines = str(caught.value).splitlines()
    assert first == "The stack's configuration is not valid:"
    return dict(line.strip().split(": ", 1) for line in lines)


def test_a_whole_configuration(load: Load) -> None:
    found = load(
        {
            "baseUrl": "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com/v2/",
            "resourceGroup": "team-a",
            "deployments": {
                "chat": CHAT,
                "other": CHAT | {"version": "latest", "ttl": "10h", "resourceGroup": "team-b", "protect": True},
            },
        }
    )
    assert (found.base_url, found.resource_group) == (
        "https://api.ai.prod.eu-central-1.aws.ml.hana.ondemand.com",
        "team-a",
    )
    chat, other = model(found), model(found, "other")
    assert (chat.version, chat.ttl, chat.resource_group, chat.protect) == ("2025-08-07", None, None, False)
    assert (other.version, other.ttl, other.resource_group, other.protect) == ("latest", "10h", "team-b", True)


def test_only_deployments_are_needed(load: Load) -> None:
    found = load({"deployments": {"chat": CHAT}})
    assert (found.base_url, found.resource_group) == (None, "default")


@pytest.mark.parametrize("version", ["001", "1", "0613", "2.1.0", "2.10", "2025-08-07", "perplexity-us", "latest"])
def test_a_version_in_quotes_is_kept_to_the_letter(load: Load, version: str) -> None:
    assert model(load({"deployments": {"chat": CHAT | {"version": version}}})).version == version


@pytest.mark.parametrize("mangled", [MANGLED_DATE, "2025-08-07 10:11:12.5 +0100 CET", 1, 395, 2.1, True])
def test_a_version_that_yaml_mangled_is_refused_and_never_shown(load: Load, mangled: object) -> None:
    (complaint,) = complaints(load, {"deployments": {"chat": CHAT | {"version": mangled}}}).items()
    assert complaint[0] == "aicore:deployments.chat.version"
    assert 'write it in quotes, as in version: "2025-08-07"' in complaint[1]
    assert str(mangled) not in complaint[1].replace('"2025-08-07"', "")


@pytest.mark.parametrize(("change", "key", "complaint"), TOP, ids=[key for _, key, _ in TOP])
def test_a_wrong_key_is_complained_about_by_name(load: Load, change: dict[str, Any], key: str, complaint: str) -> None:
    told = complaints(load, {"deployments": {"chat": CHAT}} | change)
    assert list(told) == [key]
    assert complaint in told[key]
    assert "s3cret" not in told[key]
    assert "p4ss" not in told[key]


@pytest.mark.parametrize(("change", "key", "complaint"), ENTRY, ids=[str(change) for change, _, _ in ENTRY])
def test_a_wrong_entry_is_complained_about_by_its_place(
    load: Load, change: dict[str, Any], key: str, complaint: str
) -> None:
    told = complaints(load, {"deployments": {"good": CHAT, "chat": CHAT | change}})
    assert list(told) == [f"aicore:deployments.chat.{key}"]
    assert complaint in told[f"aicore:deployments.chat.{key}"]


@pytest.mark.parametrize(
    ("entry", "missing"),
    [
        ({"version": "1", "executable": "azure-openai"}, "model"),
        ({}, "model"),
        ({"scenario": "own-scenario"}, "executable"),
        ({"scenario": "orchestration", "parameters": {}}, "executable"),
    ],
)
def test_a_missing_key_is_named(load: Load, entry: dict[str, Any], missing: str) -> None:
    told = complaints(load, {"deployments": {"chat": entry}})
    assert told[f"aicore:deployments.chat.{missing}"] == "is missing"


def test_a_version_may_be_left_out_since_only_the_catalogue_knows_whether_there_is_any(load: Load) -> None:
    found = load({"deployments": {"research": {"model": "sonar-deep-research"}}})
    assert found.wanted() == (Wanted("research", "default", model="sonar-deep-research", version=NO_VERSION),)


def test_the_executable_may_be_left_out(load: Load) -> None:
    entry = {"model": "gpt-5-mini", "version": "2025-08-07"}
    (wanted,) = load({"deployments": {"chat": entry}, "resourceGroup": "team-a"}).wanted()
    assert wanted == Wanted("chat", "team-a", model="gpt-5-mini", version="2025-08-07")


def test_orchestration_and_any_executable(load: Load) -> None:
    filters = [{"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}, {"modelName": "sonar"}]
    found = load(
        {
            "deployments": {
                "bare": {"scenario": "orchestration"},
                "router": {
                    "scenario": "orchestration",
                    "executable": "orchestration",
                    "modelFilterList": filters,
                    "modelFilterListType": "allow",
                    "ttl": "10h",
                },
                "own": {
                    "scenario": "my-scenario",
                    "executable": "my-executable",
                    "parameters": {"plan": "starter", "empty": ""},
                    "artifacts": {"model": "a-1234"},
                    "resourceGroup": "team-b",
                },
                "explicit": {
                    "scenario": "foundation-models",
                    "executable": "azure-openai",
                    "parameters": {"modelName": "gpt-5", "modelVersion": "latest"},
                },
                "filtering": {
                    "scenario": "orchestration",
                    "executable": "orchestration",
                    "parameters": {"modelFilterList": json.dumps(filters), "modelFilterListType": "deny"},
                },
            }
        }
    )
    router, own = found.deployments["router"], found.deployments["own"]
    assert isinstance(router, OrchestrationConfig)
    assert [(each.model_name, each.model_versions) for each in router.model_filter_list] == [
        ("gpt-5-mini", ("2025-08-07",)),
        ("sonar", ()),
    ]
    assert isinstance(own, ExecutableConfig)
    assert (own.parameters, own.artifacts) == ({"plan": "starter", "empty": ""}, {"model": "a-1234"})
    assert found.wanted() == (
        Wanted("bare", "default", "orchestration", "orchestration"),
        Wanted(
            "router",
            "default",
            "orchestration",
            "orchestration",
            filtered=(("gpt-5-mini", ("2025-08-07",)), ("sonar", ())),
        ),
        Wanted("own", "team-b", "my-scenario", "my-executable"),
        Wanted("explicit", "default", "foundation-models", "azure-openai", "gpt-5", "latest"),
        Wanted(
            "filtering",
            "default",
            "orchestration",
            "orchestration",
            filtered=(("gpt-5-mini", ("2025-08-07",)), ("sonar", ())),
        ),
    )


@pytest.mark.parametrize(("entry", "key", "complaint"), OTHER_KINDS)
def test_a_wrong_entry_of_another_kind(load: Load, entry: dict[str, Any], key: str, complaint: str) -> None:
    told = complaints(load, {"deployments": {"chat": entry}})
    assert complaint in told[f"aicore:deployments.chat{key}"]


def test_the_policy_of_the_checks(load: Load) -> None:
    assert load({"deployments": {}}).policy == ModelPolicy()
    found = load(
        {
            "deployments": {},
            "retirement": {"warnDays": 30, "failDays": 0},
            "versions": {"allowLatest": False},
            "checks": "off",
        }
    )
    assert found.policy == ModelPolicy(30, 0, allow_latest=False)
    assert found.checks is False


@pytest.mark.parametrize(("values", "key", "complaint"), POLICY)
def test_a_wrong_policy(load: Load, values: dict[str, Any], key: str, complaint: str) -> None:
    (told,) = complaints(load, {"deployments": {}} | values).items()
    assert told[0] == key
    assert complaint in told[1]


@pytest.mark.parametrize(
    ("values", "key", "complaint"), [*SECTIONS, *TOGETHER], ids=[k for _, k, _ in (*SECTIONS, *TOGETHER)]
)
def test_a_wrong_entry_of_another_section(load: Load, values: dict[str, Any], key: str, complaint: str) -> None:
    told = complaints(load, values)
    assert list(told) == [f"aicore:{key}"]
    assert complaint in told[f"aicore:{key}"]
    assert "s3cret" not in told[f"aicore:{key}"]


def test_no_deployments_at_all_are_named_too(load: Load) -> None:
    assert complaints(load, {}) == {"aicore:deployments": "is missing, and so is every other section"}


@pytest.mark.parametrize("name", MANGLED_NAMES)
def test_a_name_that_yaml_may_have_changed_is_refused_where_nobody_can_see_how_it_was_written(
    load: Load, name: str
) -> None:
    with pytest.raises(pulumi.RunError, match="without quotes"):
        load({"deployments": {name: CHAT}})


@pytest.mark.parametrize("name", KEPT_NAMES)
def test_other_names_are_kept(load: Load, name: str) -> None:
    assert list(load({"deployments": {name: CHAT}}).deployments) == [name]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, in which the program runs; returns the stack's file."""
    (tmp_path / "Pulumi.yaml").write_text("name: aicore\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "stacks" / f"Pulumi.{pulumi.get_stack()}.yaml"


@pytest.mark.parametrize("name", FIXED_NAMES)
def test_a_name_without_quotes_that_yaml_changes_is_refused_as_it_is_written(
    load: Load, project: Path, name: str
) -> None:
    project.write_text(f"config:\n  aicore:deployments:\n    {name}: {json.dumps(CHAT)}\n")
    with pytest.raises(pulumi.RunError) as caught:
        load({"deployments": {"whatever Pulumi makes of it": CHAT}})
    assert f"aicore:deployments: YAML does not keep the name {name} as it is without quotes" in str(caught.value)


def test_twice_as_many_entries_take_no_more_than_twice_the_work(load: Load, project: Path) -> None:
    def calls(count: int) -> int:
        entries = {f"chat-{number}": CHAT for number in range(count)}
        project.write_text(yaml.safe_dump({"config": {"aicore:deployments": entries}}))
        with cProfile.Profile() as profile:
            load({"deployments": entries})
        return sum(each.callcount for each in profile.getstats())

    calls(1)
    assert calls(200) <= 2 * calls(100)


@pytest.mark.parametrize("key", ["deployments", "aicore:config:deployments"])
def test_the_key_may_be_written_as_pulumi_takes_it_too(load: Load, project: Path, key: str) -> None:
    project.write_text(f"config:\n  {key}:\n    0x1F: {json.dumps(CHAT)}\n")
    with pytest.raises(pulumi.RunError, match="YAML does not keep the name 0x1F as it is without quotes"):
        load({"deployments": {"31x": CHAT}})


@pytest.mark.parametrize("within", ["parameters", "artifacts"])
def test_names_of_parameters_and_artifacts_are_kept_or_refused_as_well(load: Load, project: Path, within: str) -> None:
    entry = {"scenario": "own-scenario", "executable": "own-executable"}
    lines = f"config:\n  aicore:deployments:\n    own:\n      scenario: own-scenario\n      {within}:\n"
    project.write_text(lines + "        0x1F: a-1234\n        'on': a-1234\n")
    with pytest.raises(pulumi.RunError) as caught:
        load({"deployments": {"own": entry | {within: {"31": "a-1234", "on": "a-1234"}}}})
    (told,) = str(caught.value).splitlines()[1:]
    assert f"aicore:deployments.own.{within}: YAML does not keep the name 0x1F as it is without quotes" in told


@pytest.mark.parametrize("name", sorted({*FIXED_NAMES, *MANGLED_NAMES, *KEPT_NAMES} - {MANGLED_DATE}))
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_name_in_quotes_is_kept(load: Load, project: Path, name: str, quote: str) -> None:
    project.write_text(f"config:\n  aicore:deployments:\n    {quote}{name}{quote}: {json.dumps(CHAT)}\n")
    assert list(load({"deployments": {name: CHAT}}).deployments) == [name]


def test_names_in_json_text_are_texts(load: Load, project: Path) -> None:
    entries = json.dumps({"2025": CHAT})
    project.write_text(f"config:\n  aicore:deployments: '{entries}'\n")
    assert list(load({"deployments": {"2025": CHAT}}).deployments) == ["2025"]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"model": MANGLED_DATE}, "model"),
        ({"formerly": MANGLED_DATE}, "formerly"),
        ({"configurationName": MANGLED_DATE}, "configurationName"),
    ],
)
def test_a_text_that_yaml_has_made_a_date_is_refused(load: Load, change: dict[str, Any], key: str) -> None:
    told = complaints(load, {"deployments": {"chat": CHAT | change}})
    assert "write it in quotes" in told[f"aicore:deployments.chat.{key}"]


def test_a_parameter_that_yaml_has_made_a_date_is_refused(load: Load) -> None:
    entry = {"scenario": "own-scenario", "executable": "own-executable", "parameters": {"since": MANGLED_DATE}}
    told = complaints(load, {"deployments": {"own": entry}})
    assert "write it in quotes" in told["aicore:deployments.own.parameters.since"]


@pytest.mark.parametrize("key", ["resourceGroup", "executable", "ttl", "takeOver", "configurationName"])
def test_what_was_put_under_a_wrong_key_is_not_repeated(load: Load, key: str) -> None:
    secret = '{"clientsecret": "s3cret`"}'
    (told,) = complaints(load, {"deployments": {"chat": CHAT | {key: secret}}}).items()
    assert told[0] == f"aicore:deployments.chat.{key}"
    assert "s3cret" not in told[1]


ENCRYPTED = """\
config:
  aicore:deployments:
    base: &base {model: gpt-5, executable: azure-openai, version: "1"}
    own:
      scenario: own-scenario
      executable: own-executable
      parameters:
        modelFilterList:
          secure: v1:abc
        plain: 'text'
    merged:
      <<: *base
      version:
        secure: v1:def
    router:
      scenario: orchestration
      formerly: talk
      modelFilterListType: allow
      modelFilterList:
      - modelName:
          secure: v1:ghi
      - modelName: gpt-5
"""
DECRYPTED = {
    "base": {"model": "gpt-5", "executable": "azure-openai", "version": "1"},
    "own": {
        "scenario": "own-scenario",
        "executable": "own-executable",
        "parameters": {"modelFilterList": "s3cret", "plain": "text"},
    },
    "merged": {"model": "gpt-5", "executable": "azure-openai", "version": "s3cret"},
    "router": {
        "scenario": "orchestration",
        "formerly": "talk",
        "modelFilterListType": "allow",
        "modelFilterList": [{"modelName": "s3cret"}, {"modelName": "gpt-5"}],
    },
}


def secret_texts(value: Any) -> list[str]:
    """The secret ones among all texts of a value."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in secret_texts(each)]
    if isinstance(value, (list, tuple)):
        return [text for each in value for text in secret_texts(each)]
    return [value.reveal()] if isinstance(value, SecretText) else []


def test_what_is_encrypted_in_the_stack_file_is_secret_and_nothing_else_is(load: Load, project: Path) -> None:
    project.write_text(ENCRYPTED)
    found = load({"deployments": DECRYPTED}, secret=("deployments",))
    assert secret_texts(found.model_dump()) == ["s3cret"] * 3
    assert "s3cret" not in repr(found) + str(found) + f"{found}"
    assert "[secret]" in repr(found)


@pytest.mark.parametrize("file", ["", "config: {}", "config: {", ENCRYPTED.replace("'text'", "other")])
def test_where_the_file_does_not_say_what_is_encrypted_every_text_is_secret(
    load: Load, project: Path, file: str
) -> None:
    project.write_text(file)
    found = load({"deployments": DECRYPTED}, secret=("deployments",))
    assert len(secret_texts(found.model_dump())) == 13
    assert found.deployments["router"].formerly == "talk"
    assert not isinstance(found.deployments["router"].formerly, SecretText)


@pytest.mark.parametrize("file", ["config:\n  aicore:deployments:\n    secure: v1:abc\n"])
def test_names_cannot_be_encrypted(load: Load, project: Path, file: str) -> None:
    project.write_text(file)
    with pytest.raises(pulumi.RunError, match="aicore:deployments: must be a dictionary; single texts in it may be"):
        load({"deployments": DECRYPTED}, secret=("deployments",))


def test_an_encrypted_resource_group_is_secret(load: Load) -> None:
    found = load({"deployments": {"chat": CHAT}, "resourceGroup": "team-a"}, secret=("resourceGroup",))
    assert isinstance(found.resource_group, SecretText)
    with pytest.raises(pulumi.RunError) as caught:
        load({"deployments": {"chat": CHAT}, "resourceGroup": "-s3cret"}, secret=("resourceGroup",))
    assert "s3cret" not in str(caught.value)


def test_everything_that_is_wrong_is_told_at_once(load: Load) -> None:
    wrong = {
        "resourceGroup": "x",
        "colour": "blue",
        "deployments": {"a": CHAT | {"ttl": "1m"}, "b": {"model": "", "version": 1}},
    }
    assert sorted(complaints(load, wrong)) == [
        "aicore:colour",
        "aicore:deployments.a.ttl",
        "aicore:deployments.b.model",
        "aicore:deployments.b.version",
        "aicore:resourceGroup",
    ]


def test_deployments_that_are_no_map_are_told_without_a_traceback(load: Load) -> None:
    with pytest.raises(pulumi.RunError, match="aicore:deployments"):
        load({"deployments": "chat"})


@pytest.mark.parametrize("key", ["deployments", "retirement", "versions"])
@pytest.mark.parametrize("secret", [True, False])
def test_what_is_no_json_is_not_repeated(load: Load, key: str, secret: bool) -> None:
    values = {"deployments": {"chat": CHAT}, key: '{"chat": s3cret}'}
    with pytest.raises(pulumi.RunError) as caught:
        load(values, secret=(key,) if secret else ())
    assert f"aicore:{key}: must be a dictionary" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_complaint_steers_no_terminal_and_depth_is_no_traceback(load: Load) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        load({"deployments": {"a\x1b[31mb": CHAT | {"model": ""}}})
    assert "aicore:deployments.ab.model" in str(caught.value)
    with pytest.raises(pulumi.RunError, match="aicore:versions: must be a dictionary"):
        load({"deployments": {}, "versions": "[" * 100_000})


def test_an_encrypted_service_key_is_for_the_provider_alone(load: Load) -> None:
    found = load({"deployments": {"chat": CHAT}, "serviceKey": '{"clientsecret": "s3cret"}'}, secret=("serviceKey",))
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod"])
def test_the_shipped_stacks_load(load: Load, stack: str) -> None:
    file = yaml.safe_load((STACKS / f"Pulumi.{stack}.yaml").read_text())
    found = load({key.removeprefix("aicore:"): value for key, value in file["config"].items()})
    assert found.deployments
    assert (found.base_url is None) == (stack == "sandbox"), "a real stack is pinned to its service"


def test_resource_groups_and_what_is_encrypted_beside_them(load: Load) -> None:
    label = "ext.ai.sap.com/owner"
    groups = {"team-a": {"labels": {label: "a"}}, "team-b": None}
    entries = {"chat": CHAT | {"resourceGroups": "all", "formerly": {"team-a": "talk"}}}
    found = load({"deployments": entries, "resourceGroups": groups}, secret=("deployments", "resourceGroups"))
    # No stack file says which texts are encrypted, so all are that may be.
    labels = found.resource_groups["team-a"].labels
    assert labels is not None
    assert isinstance(labels[label], SecretText)
    assert isinstance(model(found).model, SecretText)
    assert [(each.name, each.formerly) for each in found.placements()] == [
        ("chat/team-a", ("talk",)),
        ("chat/team-b", ("chat",)),
    ]


def test_a_key_that_is_like_a_secret_reference_is_not_told() -> None:
    artifacts = {"training-data": {"scenario": "s-01", "kind": "dataset", "url": "ai://store/data"}}
    own = {"scenario": "s-01", "executable": "e-01", "artifacts": {"data": SecretText("training-dat")}}
    StackConfig.parse({"artifacts": artifacts, "deployments": {"own": own}})
    own["artifacts"] = {"data": "training-dat"}
    with pytest.raises(ConfigError, match="did you mean training-data"):
        StackConfig.parse({"artifacts": artifacts, "deployments": {"own": own}})


def test_a_folder_that_cannot_be_looked_into_has_no_project_file() -> None:
    assert find_project_file(Path("/", "x" * 300)) is None
