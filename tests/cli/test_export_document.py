"""How the objects of a tenant stand in a stack file, or why they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from aicore_provider.api.types import (
    Application,
    Artifact,
    Configuration,
    Deployment,
    DockerRegistrySecret,
    Execution,
    ExecutionSchedule,
    GenericSecret,
    ObjectStoreSecret,
    Repository,
    ResourceGroup,
)
from aicore_provider.cli.export.document import Choice, document
from aicore_provider.cli.export.file_text import file_text
from aicore_provider.cli.export.survey import GroupContent, TenantContent
from aicore_provider.stack.entry import is_valid, parsed

GROUP = ResourceGroup.model_validate({"id": "default", "status": "PROVISIONED"})
TEAM = ResourceGroup.model_validate({"id": "team-a", "status": "PROVISIONED", "labels": {"ext.ai.sap.com/of": "a"}})
CHAT = Configuration(
    id="c-chat",
    name="chat",
    scenario_id="foundation-models",
    executable_id="azure-openai",
    parameter_bindings={"modelName": "gpt-5-mini", "modelVersion": "1"},
)
TRAINING = Configuration(
    id="c-training",
    name="train",
    scenario_id="text-classification",
    executable_id="text-classification-training",
    input_artifact_bindings={"texts": "a-one"},
)
RUNNING = Deployment(id="d-one", configuration_id="c-chat", status="RUNNING", target_status="RUNNING")
TEXTS = Artifact(
    id="a-one", name="the texts", kind="dataset", url="ai://store/texts", scenario_id="text-classification"
)


def sections(*groups: GroupContent, choice: Choice | None = None, **tenant: Any) -> dict[str, Any]:
    return dict(document(TenantContent(groups, **tenant), choice or Choice()).sections)


def reasons(*groups: GroupContent, **tenant: Any) -> dict[str, str]:
    return {each.what: each.why for each in document(TenantContent(groups, **tenant), Choice()).left_out}


def test_a_model_is_recognised_and_anything_else_is_an_executable_entry() -> None:
    own = replace_configuration(CHAT, id="c-own", executable_id="own-executable", scenario_id="own-scenario")
    found = sections(
        GroupContent(
            GROUP,
            deployments=[RUNNING, RUNNING.model_copy(update={"id": "d-two", "configuration_id": "c-own"})],
            configurations=[CHAT, own],
        )
    )["deployments"]
    model = {"model": "gpt-5-mini", "version": "1", "executable": "azure-openai", "takeOver": "d-one"}
    assert found["chat"] == model
    assert found["chat-default"] == {
        "scenario": "own-scenario",
        "executable": "own-executable",
        "parameters": CHAT.parameter_bindings,
        "configurationName": "chat",
        "takeOver": "d-two",
    }


def test_the_same_name_in_several_groups_is_told_apart_by_the_group() -> None:
    here = GroupContent(GROUP, deployments=[RUNNING], configurations=[CHAT])
    found = sections(here, replace(here, group=TEAM))
    assert set(found["deployments"]) == {"chat", "chat-team-a"}
    assert found["deployments"]["chat-team-a"]["resourceGroup"] == "team-a"
    assert found["resourceGroups"] == {"team-a": {"labels": {"ext.ai.sap.com/of": "a"}, "takeOver": True}}


def test_an_artifact_is_named_where_it_is_bound_unless_it_is_excluded() -> None:
    schedule = ExecutionSchedule(id="s-one", name="nightly", configuration_id="c-training", cron="0 3 * * *")
    content = GroupContent(GROUP, artifacts=[TEXTS], schedules=[schedule], configurations=[TRAINING])
    found = sections(content)
    assert found["artifacts"]["the-texts"]["name"] == "the texts"
    assert found["schedules"]["nightly"]["artifacts"] == {"texts": "the-texts"}
    without = sections(content, choice=Choice(exclude="the-*"))
    assert "artifacts" not in without
    assert without["schedules"]["nightly"]["artifacts"] == {"texts": "a-one"}


def test_what_cannot_be_declared_is_named_with_its_reason() -> None:
    dead = RUNNING.model_copy(update={"id": "d-dead", "status": "DEAD"})
    going = RUNNING.model_copy(update={"id": "d-going", "target_status": "DELETED"})
    lost = RUNNING.model_copy(update={"id": "d-lost", "configuration_id": "c-none"})
    made = TEXTS.model_copy(update={"id": "a-made", "execution_id": "e1"})
    run = Execution(id="e1", configuration_id="c-training", status="COMPLETED")
    told = reasons(
        GroupContent(
            GROUP,
            deployments=[dead, going, lost],
            configurations=[CHAT, TRAINING, CHAT.model_copy(update={"id": "c-unused"})],
            artifacts=[made],
            executions=[run],
            unread=["/lm/executionSchedules: no"],
        ),
        unread=["/admin/repositories: not in this plan"],
    )
    assert told == {
        "the tenant": "cannot be read: /admin/repositories: not in this plan",
        "resource group default": "cannot be read: /lm/executionSchedules: no",
        "artifact a-made (the texts) in resource group default": "execution e1 has made it",
        "deployment d-dead (DEAD) in resource group default": "`pulumi up` could not keep it as it is: DEAD",
        "deployment d-going (RUNNING) in resource group default": "it is being deleted",
        "deployment d-lost (RUNNING) in resource group default": "its configuration c-none is not listed",
        "execution e1 in resource group default": (
            "a run stands in no stack file; a program declares it with `AIExecution`"
        ),
        "1 configuration in resource group default": (
            "unused; costs nothing, and the API has no DELETE for configurations"
        ),
    }


def test_what_a_stack_file_would_refuse_is_left_out() -> None:
    odd = ResourceGroup.model_validate({"id": "team-o", "status": "PROVISIONED", "labels": {"other.ai.sap.com/a": "b"}})
    broken = ResourceGroup.model_validate({"id": "team-e", "status": "ERROR"})
    found = document(TenantContent([GroupContent(odd), GroupContent(broken, unread=["it is ERROR"])]), Choice())
    assert found.sections == {}
    assert {each.what: each.why for each in found.left_out} == {
        "resourceGroups team-o": "a stack file cannot say what it is",
        "resource group team-e": "cannot be read: it is ERROR",
    }


def test_what_belongs_to_the_tenant_is_in_no_group_and_not_in_a_clone() -> None:
    tenant: dict[str, Any] = {
        "tenant_wide_secrets": [GenericSecret.model_validate({"id": "wide"})],
        "repositories": [Repository.model_validate({"id": "templates", "url": "https://git.example.com/t"})],
        "applications": [
            application("app", "https://git.example.com/t"),
            application("other", "https://git.example.com/o"),
        ],
    }
    found = sections(GroupContent(GROUP), **tenant)
    assert found["genericSecrets"] == {"wide": {"scope": "tenant-wide", "takeOver": True}}
    assert found["applications"]["app"]["repository"] == "templates"
    assert found["applications"]["other"]["repositoryUrl"] == "https://git.example.com/o"
    assert sections(GroupContent(GROUP), choice=Choice(clone_to="team-z"), **tenant) == {
        "resourceGroups": {"team-z": {}}
    }


def test_a_secret_whose_name_is_not_told_is_left_out() -> None:
    nameless = GroupContent(GROUP, generic_secrets=[GenericSecret.model_validate({})])
    found = document(TenantContent([nameless]), Choice())
    assert (found.sections, [each.what for each in found.left_out]) == ({}, ["genericSecrets unnamed"])


def test_a_text_of_somebody_else_cannot_leave_its_comment() -> None:
    odd = RUNNING.model_copy(update={"status": "ODD\nconfig: {}", "target_status": "DELETED"})
    found = document(TenantContent([GroupContent(GROUP, deployments=[odd], configurations=[CHAT])]), Choice())
    text = file_text(found, "https://api.example.com", is_clone=False)
    assert all(line.startswith("#") for line in text[text.index("# Not in") :].splitlines())


def test_a_blank_description_is_none() -> None:
    blank = TEXTS.model_copy(update={"description": " \n"})
    entry = sections(GroupContent(GROUP, artifacts=[blank]))["artifacts"]["the-texts"]
    assert entry == {
        "name": "the texts",
        "kind": "dataset",
        "url": "ai://store/texts",
        "scenario": "text-classification",
        "takeOver": "a-one",
    }


@pytest.mark.parametrize("name", ["2024", "1.5", "on", "2025-08-07"])
def test_a_name_that_needs_quotes_is_a_name(name: str) -> None:
    configuration = replace_configuration(CHAT, name=name)
    found = document(TenantContent([GroupContent(GROUP, [RUNNING], [configuration])]), Choice())
    assert list(found.sections["deployments"]) == [name]
    assert found.left_out == ()
    read = yaml.safe_load(file_text(found, "https://api.example.com", is_clone=False))
    assert list(read["config"]["aicore:deployments"]) == [name]


def test_an_application_names_a_repository_that_is_in_the_file() -> None:
    url = "https://git.example.com/t"
    tenant: dict[str, Any] = {
        "repositories": [Repository.model_validate({"id": "templates", "url": url})],
        "applications": [application("app", url)],
    }
    assert sections(**tenant)["applications"]["app"]["repository"] == "templates"
    without = sections(choice=Choice(exclude="templates"), **tenant)
    assert "repositories" not in without
    told = {"repositoryUrl": url, "revision": "HEAD", "path": "p", "takeOver": True}
    assert without["applications"] == {"app": told}
    tenant["repositories"] = [Repository.model_validate({"id": "Not A Name", "url": url})]
    assert sections(**tenant) == {"applications": {"app": told}}


def test_an_artifact_that_a_stack_file_would_refuse_is_bound_by_its_id() -> None:
    odd = TEXTS.model_copy(update={"labels": {"other.example.com/of": "a"}})
    run = RUNNING.model_copy(update={"configuration_id": "c-training"})
    found = document(TenantContent([GroupContent(GROUP, [run], [TRAINING], artifacts=[odd])]), Choice())
    assert found.sections["deployments"]["train"]["artifacts"] == {"texts": "a-one"}
    assert [each.what for each in found.left_out] == ["artifacts the-texts"]


def test_a_clone_has_nothing_that_uses_an_artifact_of_the_other_group() -> None:
    schedule = ExecutionSchedule(id="s-one", name="nightly", configuration_id="c-training", cron="0 3 * * *")
    run = RUNNING.model_copy(update={"configuration_id": "c-training"})
    made = TEXTS.model_copy(update={"execution_id": "e1"})
    content = GroupContent(TEAM, [run], [TRAINING], artifacts=[made], schedules=[schedule])
    found = document(TenantContent([content]), Choice(clone_to="team-z"))
    assert set(found.sections) == {"resourceGroups"}
    why = "it uses artifact a-one of resource group team-a, which is not in this file"
    assert {each.what: each.why for each in found.left_out} == {
        "artifact a-one (the texts) in resource group team-a": "execution e1 has made it",
        "deployment d-one (RUNNING) in resource group team-a": why,
        "execution schedule s-one (nightly) in resource group team-a": why,
    }
    with_it = document(TenantContent([replace(content, artifacts=[TEXTS])]), Choice(clone_to="team-z"))
    assert with_it.sections["deployments"]["train"]["artifacts"] == {"texts": "the-texts"}
    assert with_it.sections["schedules"]["nightly"]["artifacts"] == {"texts": "the-texts"}
    assert with_it.left_out == ()


def test_a_clone_into_a_group_that_exists_does_not_make_it() -> None:
    content = GroupContent(TEAM, [RUNNING], [CHAT])
    made = sections(content, choice=Choice(clone_to="team-z"))
    there = sections(content, choice=Choice(clone_to="team-z", is_there=True))
    assert made["resourceGroups"] == {"team-z": {"labels": {"ext.ai.sap.com/of": "a"}}}
    assert there == {"deployments": made["deployments"]}


def test_the_header_says_which_take_over_must_stay() -> None:
    """What the header says is what a stack file refuses: an entry without `takeOver` and without values."""
    tenant = TenantContent(
        [
            GroupContent(
                TEAM,
                [RUNNING],
                [CHAT],
                generic_secrets=[GenericSecret.model_validate({"id": "db"})],
                object_store_secrets=[
                    ObjectStoreSecret.model_validate({"id": "store", "metadata": {"storage.ai.sap.com/type": "S3"}})
                ],
                artifacts=[TEXTS],
            )
        ],
        docker_registry_secrets=[DockerRegistrySecret.model_validate({"id": "hub"})],
        repositories=[Repository.model_validate({"id": "templates", "url": "https://git.example.com/t"})],
        applications=[application("app", "https://git.example.com/o")],
    )
    found = document(tenant, Choice())
    assert len(found.sections) == 8
    must_stay = {
        section
        for section, entries in found.sections.items()
        for name, entry in entries.items()
        if not is_valid({key: each for key, each in entry.items() if key != "takeOver"}, section, name)
    }
    assert must_stay == {"genericSecrets", "objectStoreSecrets", "dockerRegistrySecrets", "repositories"}
    header = file_text(found, "https://api.example.com", is_clone=False).partition("config:")[0]
    assert "Remove takeOver after the first `pulumi up`, except in secrets and repositories without values" in header


NAMES = st.sampled_from(["on", "2024", "texts", "The texts", "t", "ä", " ", "", "x" * 300, "a/b", "-.", "null"])
TEXTS_OF_OTHERS = st.one_of(st.text(max_size=5), NAMES)


@st.composite
def contents(draw: st.DrawFn, group: ResourceGroup) -> GroupContent:
    """What a resource group may hold, with names and texts of any kind."""
    ids = st.sampled_from(["a-one", "a-two", "a?"])
    artifacts = [
        Artifact(
            id=each,
            name=draw(TEXTS_OF_OTHERS) or "unnamed",
            kind=draw(st.sampled_from(["dataset", "new"])),
            url=draw(st.sampled_from(["ai://store/x", "ai://[bad/x", "x"])),
            scenario_id="scenario",
            description=draw(TEXTS_OF_OTHERS),
        )
        for each in draw(st.sets(ids))
    ]
    configurations = [
        Configuration(
            id=f"c-{number}",
            name=draw(TEXTS_OF_OTHERS),
            scenario_id=draw(st.sampled_from(["foundation-models", "orchestration", "own-scenario", "?"])),
            executable_id="executable",
            parameter_bindings=draw(
                st.dictionaries(TEXTS_OF_OTHERS | st.just("modelName"), TEXTS_OF_OTHERS, max_size=2)
            ),
            input_artifact_bindings=draw(st.dictionaries(TEXTS_OF_OTHERS, ids, max_size=2)),
        )
        for number in range(2)
    ]
    return GroupContent(
        group,
        [RUNNING.model_copy(update={"id": f"d-{each.id}", "configuration_id": each.id}) for each in configurations],
        configurations,
        artifacts=artifacts,
        generic_secrets=[GenericSecret.model_construct(id=draw(TEXTS_OF_OTHERS)) for _ in range(2)],
        schedules=[
            ExecutionSchedule(
                id=f"s-{each.id}", name=draw(TEXTS_OF_OTHERS) or "unnamed", configuration_id=each.id, cron="0 3 * * *"
            )
            for each in configurations
        ],
    )


@settings(deadline=None, max_examples=50)
@given(data=st.data(), exclude=st.sampled_from(["", "t*", "*2024*"]), clone_to=st.sampled_from(["", "team-z"]))
def test_a_stack_file_with_everything_is_valid_whatever_the_names_are(
    data: st.DataObject, exclude: str, clone_to: str
) -> None:
    groups = [data.draw(contents(each)) for each in (GROUP, TEAM)]
    url = "https://git.example.com/t"
    tenant = TenantContent(
        groups[:1] if clone_to else groups,
        repositories=[Repository.model_construct(id=data.draw(TEXTS_OF_OTHERS), url=url, status="")],
        applications=[application("app", url)],
    )
    found = document(tenant, Choice(exclude=exclude, clone_to=clone_to))
    # In a clone, secrets have placeholders that nothing accepts.
    sections = {key: each for key, each in found.sections.items() if not (clone_to and key == "genericSecrets")}
    if sections:
        parsed(sections)
    read = yaml.safe_load(file_text(found, "https://api.example.com", is_clone=bool(clone_to)))["config"]
    assert {
        key.removeprefix("aicore:"): each for key, each in read.items() if key != "aicore:baseUrl"
    } == found.sections


def replace_configuration(configuration: Configuration, **changes: str) -> Configuration:
    return configuration.model_copy(update=changes)


def application(name: str, repository_url: str) -> Application:
    return Application.model_validate({"id": name, "repository_url": repository_url, "revision": "HEAD", "path": "p"})


def test_a_resource_group_is_excluded_by_its_name_as_everything_else() -> None:
    content = GroupContent(TEAM, [RUNNING], [CHAT])
    assert "resourceGroups" not in document(TenantContent([content]), Choice(match="chat*")).sections
    assert "resourceGroups" not in document(TenantContent([content]), Choice(exclude=TEAM.id)).sections
    assert document(TenantContent([content]), Choice()).sections["resourceGroups"].keys() == {TEAM.id}
