"""`aicore-provider take-over`: the entry of a deployment made by hand, which YAML keeps as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicore_provider.api.types import Configuration, Deployment
from aicore_provider.emulator.server import TENANT_ID
from aicore_provider.stack.entry import as_yaml, entry_name, entry_of, is_valid
from tests.cli.command import Command, after_first_line
from tests.cli.project import Project
from tests.cli.states import entry, exported
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api

NEXT = "Paste it below aicore:deployments of the stack file, then look at `pulumi preview`.\n"
WRITES = ("POST", "PATCH", "DELETE")
ARTIFACT = "1a2b3c4d-0000-4000-8000-000000000000"


def configuration(**values: Any) -> Configuration:
    given = {"id": "c-0001", "scenarioId": "foundation-models", "executableId": "azure-openai", **values}
    for key, value in (("parameterBindings", "value"), ("inputArtifactBindings", "artifactId")):
        given[key] = [{"key": k, value: v} for k, v in given.get(key, {}).items()]
    return Configuration.model_validate(given)


def content(found: Configuration) -> dict[str, Any]:
    """What the entry says, the id of the deployment left out."""
    entry = entry_of("chat", Deployment(id="d1234567", configuration_id=found.id, status="RUNNING"), found)
    assert entry.pop("takeOver") == "d1234567"
    return entry


FILTER = [{"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}, {"modelName": "sonar"}]
ORCHESTRATION = {"scenarioId": "orchestration", "executableId": "orchestration"}
OWN = {"scenarioId": "own-scenario", "executableId": "own-executable"}
EXPLICIT = {"scenario": "foundation-models", "executable": "azure-openai"}


def filtered(text: str, **others: str) -> dict[str, Any]:
    return {**ORCHESTRATION, "parameterBindings": {"modelFilterList": text, **others}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"parameterBindings": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}},
            {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"},
        ),
        (
            {"parameterBindings": {"modelName": "gpt-5-mini"}},
            {"model": "gpt-5-mini", "version": "latest", "executable": "azure-openai"},
        ),
        (
            {"parameterBindings": {"modelName": "gpt-5-mini", "modelVersion": ""}},
            EXPLICIT | {"parameters": {"modelName": "gpt-5-mini", "modelVersion": ""}},
        ),
        (
            {"parameterBindings": {"modelName": "gpt-5-mini", "maxTokens": "5"}},
            EXPLICIT | {"parameters": {"modelName": "gpt-5-mini", "maxTokens": "5"}},
        ),
        (ORCHESTRATION, {"scenario": "orchestration", "executable": "orchestration"}),
        (
            filtered(json.dumps(FILTER), modelFilterListType="allow"),
            {"scenario": "orchestration", "modelFilterList": FILTER, "modelFilterListType": "allow"},
        ),
        *(
            (
                filtered(text, **others),
                {
                    "scenario": "orchestration",
                    "executable": "orchestration",
                    "parameters": {"modelFilterList": text, **others},
                },
            )
            for text, others in (
                ("null", {}),
                ("no JSON", {"modelFilterListType": "allow"}),
                (json.dumps(FILTER), {"modelFilterListType": "some"}),
                ('[{"name": "gpt-5"}]', {"modelFilterListType": "deny"}),
                ('[{"modelName": "gpt-5", "modelVersions": []}]', {"modelFilterListType": "deny"}),
            )
        ),
        (
            {**OWN, "parameterBindings": {"plan": "starter"}, "inputArtifactBindings": {"model": ARTIFACT}},
            {
                "scenario": "own-scenario",
                "executable": "own-executable",
                "parameters": {"plan": "starter"},
                "artifacts": {"model": ARTIFACT},
            },
        ),
        (OWN, {"scenario": "own-scenario", "executable": "own-executable"}),
    ],
)
def test_the_entry_says_what_runs(given: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    found = content(configuration(**given))
    assert found == expected
    assert is_valid(found)


@pytest.mark.parametrize(
    ("name", "model", "expected"),
    [
        ("chat", "gpt-5-mini", "chat"),
        ("My chat (prod)!", "gpt-5-mini", "My-chat-prod"),
        ("  ", "anthropic--claude-4.5-haiku", "anthropic--claude-4.5-haiku"),
        ("", "gpt-5-mini", "gpt-5-mini"),
        ("聊天", "", "azure-openai"),
    ],
)
def test_a_name_is_made_fit(name: str, model: str, expected: str) -> None:
    assert entry_name(configuration(name=name, parameterBindings={"modelName": model} if model else {})) == expected


ANY_TEXT = st.one_of(
    st.text(),
    st.from_regex(r"[0-9.eExo_:+-]{1,8}", fullmatch=True),
    st.sampled_from(["001", "2025-08-07", "0613", "2.10", "1e3", "0o17", "yes", "off", "null", "~", "y", "=", "<<"]),
)


@settings(deadline=None)
@given(ANY_TEXT, st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_yaml_keeps_every_text(name: str, parameters: dict[str, str]) -> None:
    wanted = {"scenario": "own-scenario", "executable": "own", "parameters": parameters}
    assert yaml.safe_load(as_yaml(name, wanted)) == {name: wanted}


def test_what_readers_of_yaml_do_not_agree_on_is_quoted() -> None:
    told = as_yaml("chat", {"version": "1e3", "ttl": "24h", "model": "y", "executable": "aws-bedrock"})
    assert told == 'chat: {version: "1e3", ttl: "24h", model: "y", executable: aws-bedrock}\n'


def test_lines_for_what_is_nested_one_line_for_what_is_not() -> None:
    given = configuration(**filtered(json.dumps(FILTER), modelFilterListType="allow"))
    deployment = Deployment(id="d1234567", configuration_id=given.id, status="RUNNING", ttl="24h")
    assert as_yaml("router", entry_of("router", deployment, given, "team-b")) == (
        "router:\n"
        "  scenario: orchestration\n"
        "  modelFilterList:\n"
        "  - modelName: gpt-5-mini\n"
        '    modelVersions: ["2025-08-07"]\n'
        "  - {modelName: sonar}\n"
        "  modelFilterListType: allow\n"
        "  resourceGroup: team-b\n"
        '  ttl: "24h"\n'
        "  takeOver: d1234567\n"
    )


@pytest.mark.parametrize(
    ("entry", "found", "expected"),
    [
        ("chat", "chat", None),
        ("Chat-by-hand", "Chat (by hand)", "Chat (by hand)"),
        ("chat", "azure-openai--gpt-5-mini", "azure-openai--gpt-5-mini"),
        ("chat", "", None),
        ("chat", "Gespräch", None),  # a stack file may not say it
        ("Gespräch", "Gesprach", None),
    ],
)
def test_a_configuration_keeps_the_name_that_other_tools_look_for(entry: str, found: str, expected: str | None) -> None:
    deployment = Deployment(id="d1234567", configuration_id="c-0001", status="RUNNING")
    made = entry_of(entry, deployment, configuration(name=found))
    assert made.get("configurationName") == expected
    assert is_valid(made)


def by_hand(api: Api, version: str | None = "2025-08-07", **more: Any) -> str:
    """A running deployment; nothing after it may change anything."""
    id_ = api.create(api.configuration(version, name="Chat (by hand)"), **more)
    api.emulator.advance(TRANSITION_S)
    api.emulator.clear_journal()
    return id_


def test_yaml_to_paste_and_one_line_on_what_to_do(command: Command, api: Api) -> None:
    id_ = by_hand(api, ttl="240h")
    ended = command("take-over", id_)
    line = (
        '{model: gpt-5-mini, version: "2025-08-07", executable: azure-openai, configurationName: "Chat (by hand)", '
        f'ttl: "240h", takeOver: {id_}}}'
    )
    assert (ended.exit_code, ended.stdout, after_first_line(ended)) == (0, f"Chat-by-hand: {line}\n", NEXT)
    assert command("take-over", id_, "--name", "001").stdout == f'"001": {line}\n'
    assert [each.path for each in api.emulator.journal if each.method in WRITES and "/lm/" in each.path] == []


def test_json_is_for_scripts(command: Command, api: Api) -> None:
    id_ = by_hand(api, None)
    ended = command("take-over", id_, "--json", "--name", "chat")
    assert (ended.exit_code, after_first_line(ended)) == (0, "")
    assert json.loads(ended.stdout)["entries"] == [
        {
            "name": "chat",
            "id": id_,
            "resourceGroup": "default",
            "status": "RUNNING",
            "otherStacks": [],
            "entry": {
                "model": "gpt-5-mini",
                "version": "latest",
                "executable": "azure-openai",
                "configurationName": "Chat (by hand)",
                "takeOver": id_,
            },
        }
    ]


def test_another_resource_group_stands_in_the_entry(command: Command, api: Api) -> None:
    api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
    api.emulator.advance(TRANSITION_S)
    there = Api(api.emulator, "team-b")
    id_ = by_hand(there)
    for ended in (command("take-over", id_, "-g", "team-b"), command("take-over", id_, AICORE_RESOURCE_GROUP="team-b")):
        assert yaml.safe_load(ended.stdout)["Chat-by-hand"]["resourceGroup"] == "team-b"
    assert f"There is no deployment {id_} in resource group default" in command("take-over", id_).stderr


def test_what_does_not_run_yet_is_said(command: Command, api: Api) -> None:
    id_ = api.create(api.configuration())
    api.emulator.advance(HALF_WAY_S)
    ended = command("take-over", id_)
    assert ended.exit_code == 0
    assert after_first_line(ended).startswith(
        f"Warning: deployment {id_} does not serve yet (PENDING: starting); `pulumi up`"
    )


def stopped(api: Api) -> str:
    id_ = by_hand(api)
    assert api.stop(id_).ok
    api.emulator.advance(TRANSITION_S)
    return id_


def going(api: Api) -> str:
    id_ = stopped(api)
    assert api.delete(id_).ok
    return id_


def gone(api: Api) -> str:
    id_ = going(api)
    api.emulator.advance(3600)
    return id_


def dead(api: Api) -> str:
    api.emulator.faults = [{"outcome": "DEAD"}]
    return by_hand(api)


@pytest.mark.parametrize(
    ("make", "arguments", "code", "said"),
    [
        (lambda _: "d0000000000000000", [], 1, "There is no deployment d0000000000000000 in resource group default on"),
        (gone, [], 1, "It is gone, or in another group"),
        (going, [], 1, "cannot be taken over: it is being deleted.\n"),
        (stopped, [], 1, "cannot be taken over: it was stopped, and a stopped deployment cannot be started again.\n"),
        (dead, [], 1, "cannot be taken over: it is DEAD and never ran.\n"),
        (by_hand, ["-g", "nowhere"], 1, "in resource group nowhere on"),
        (by_hand, ["-g", "nowhere"], 1, "\nResource group nowhere does not exist on http://"),
        (by_hand, ["--name", " "], 2, "must not be empty"),
        (lambda _: "d/1", [], 2, "is no id"),
    ],
)
def test_errors_are_words(
    command: Command, api: Api, make: Callable[[Api], str], arguments: list[str], code: int, said: str
) -> None:
    ended = command("take-over", make(api), *arguments)
    assert (ended.exit_code, ended.stdout) == (code, "")
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.fixture
def stack(project: Project) -> Project:
    project.pulumi("stack", "init", "dev")
    return project


@pytest.mark.engine
def test_what_the_selected_stack_manages_is_refused(stack: Project, api: Api) -> None:
    id_, home = by_hand(api), {"service": api.url, "tenant": TENANT_ID}
    stack.remember(exported(entry("AIDeployment", id_, **home)))
    refused = stack.run("take-over", id_)
    stack.remember(exported(entry("AIDeployment", id_, external=True, **home)))
    only_looked_at = stack.run("take-over", id_)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert after_first_line(refused) == (
        f"Error: Deployment {id_} is managed already: it is AIDeployment chat in the state of stack dev.\n"
    )
    assert (only_looked_at.exit_code, after_first_line(only_looked_at)) == (0, NEXT)


@pytest.mark.engine
def test_the_resource_group_of_the_stack_file_is_left_out(stack: Project, api: Api) -> None:
    id_ = by_hand(api)
    stack.configure("resourceGroup", "team-b")
    elsewhere = stack.run("take-over", id_, "--resource-group", "default")
    assert yaml.safe_load(elsewhere.stdout)["Chat-by-hand"]["resourceGroup"] == "default"
    stack.configure("resourceGroup", "default")
    assert "resourceGroup" not in yaml.safe_load(stack.run("take-over", id_).stdout)["Chat-by-hand"]


@pytest.mark.engine
def test_other_stacks_are_searched_only_for_what_can_be_taken_over(stack: Project, api: Api) -> None:
    for id_ in ("d0000000000000000", stopped(api)):
        ended, asked = stack.asked("take-over", id_)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert after_first_line(ended).startswith(
            ("Error: There is no deployment d0", f"Error: Deployment {id_} cannot")
        )
        assert not any(line.startswith("stack ls") for line in asked), asked
    ended, asked = stack.asked("take-over", by_hand(api))
    assert ended.exit_code == 0
    assert any(line.startswith("stack ls") for line in asked), asked


@pytest.mark.engine
def test_a_resource_group_that_cannot_be_decrypted_is_told_before_anything_is_asked(stack: Project, api: Api) -> None:
    stack.pulumi("config", "set", "--secret", "aicore:resourceGroup", "team-b")
    api.emulator.clear_journal()
    ended = stack.run("take-over", "d0000000000000000", "-g", "default", PULUMI_CONFIG_PASSPHRASE=None)
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert after_first_line(ended).startswith("Error: The aicore:resourceGroup of stack dev cannot be decrypted (")
    assert api.emulator.journal == []


@pytest.mark.engine
def test_a_state_that_cannot_be_read_is_a_warning(project: Project, api: Api) -> None:
    id_ = by_hand(api)
    none_selected, no_cli = project.run("take-over", id_), project.run("take-over", id_, PATH="/usr/bin:/bin")
    project.pulumi("stack", "init", "dev")
    project.state().write_text("no state")
    unreadable = project.run("take-over", id_)
    for ended in (none_selected, no_cli, unreadable):
        warning, following = after_first_line(ended).splitlines(keepends=True)
        assert warning.startswith("Warning: whether a stack manages it already was not looked up: ")
        assert (ended.exit_code, following) == (0, NEXT)
        assert id_ in ended.stdout


@pytest.mark.engine
def test_the_credentials_of_the_stack_are_used_where_the_environment_has_none(stack: Project, api: Api) -> None:
    id_ = by_hand(api)
    key = {
        "clientid": "emulator",
        "clientsecret": "emulator",
        "url": api.url,
        "serviceurls": {"AI_API_URL": api.url},
    }
    stack.pulumi("config", "set", "--secret", "aicore:serviceKey", json.dumps(key))
    names = ("AICORE_BASE_URL", "AICORE_AUTH_URL", "AICORE_CLIENT_ID", "AICORE_CLIENT_SECRET")
    ended = stack.run("take-over", id_, **dict.fromkeys(names))
    assert (ended.exit_code, after_first_line(ended)) == (0, NEXT)
