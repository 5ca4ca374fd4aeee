"""`doctor` on what a tenant lacks for the resource groups of a stack file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.quotas import Quota
from aicore_provider.api.types import ResourceGroup
from aicore_provider.catalog.source import Catalogs
from aicore_provider.cli.doctor.diagnosis import Diagnosis
from aicore_provider.cli.doctor.groups import (
    TenantGroups,
    TenantQuotas,
    judge_groups,
    judge_orchestration,
    judge_quotas,
    without_orchestration,
)
from aicore_provider.cli.doctor.models import judge_clean_up, judge_models, models_in_state
from aicore_provider.cli.stack import Stack
from aicore_provider.cli.state import State, read_state
from aicore_provider.emulator import Emulator
from aicore_provider.stack.model import StackConfig
from tests.cli.project import Project
from tests.cli.states import entry, exported
from tests.support.client import TRANSITION_S, Api
from tests.support.clocks import today
from tests.support.models import CHAT

EMPTY = State(stack="dev")
GROUNDING = {"key": "ext.ai.sap.com/document-grounding", "value": "true"}


def there(**groups: dict[str, Any]) -> TenantGroups:
    """Groups of the tenant: `team_a` is `team-a`, PROVISIONED unless it says another status."""
    found = {}
    for name, more in groups.items():
        id_ = name.replace("_", "-")
        found[id_] = ResourceGroup.model_validate({"resourceGroupId": id_, "status": "PROVISIONED", **more})
    return TenantGroups(found)


def holding(*groups: str) -> State:
    return read_state("dev", exported(*(entry("AIResourceGroup", each, name=each) for each in groups)))


def config(groups: dict[str, Any], **entries: dict[str, Any]) -> StackConfig:
    return StackConfig.parse({"deployments": entries, "resourceGroups": groups})


@pytest.mark.parametrize(
    ("group", "tenant", "state", "level", "words"),
    [
        ({}, there(team_a={}), holding("team-a"), "ok", "all 1 resource groups of the stack file are PROVISIONED"),
        ({}, there(), EMPTY, "ok", "team-a does not exist yet; `pulumi up` makes it"),
        ({}, there(), holding("team-a"), "warning", "does not exist any more: `pulumi up` makes it again, empty"),
        ({"takeOver": True}, there(), EMPTY, "problem", "cannot be taken over, since there is none: take takeOver out"),
        ({}, there(team_a={}), EMPTY, "problem", "exists already, and this stack does not manage it: write takeOver"),
        ({"takeOver": True}, there(team_a={}), EMPTY, "ok", "PROVISIONED"),
        ({}, there(team_a={}), None, "ok", "PROVISIONED"),
        ({}, there(team_a={"status": "PROVISIONING"}), holding("team-a"), "warning", "`pulumi up` waits for it"),
        (
            {},
            there(team_a={"status": "ERROR", "statusMessage": "no luck."}),
            holding("team-a"),
            "problem",
            "has status ERROR, no luck: see it in SAP AI Launchpad; `pulumi destroy --target`",
        ),
        (
            {"grounding": True},
            there(team_a={}),
            holding("team-a"),
            "warning",
            "has no label ext.ai.sap.com/document-grounding: true, so that document grounding does not work there:"
            " `pulumi up` sets it",
        ),
        ({"grounding": True}, there(team_a={"labels": [GROUNDING]}), holding("team-a"), "ok", "PROVISIONED"),
    ],
    ids=str,
)
def test_declared_groups(group: dict[str, Any], tenant: TenantGroups, state: State, level: str, words: str) -> None:
    (found,) = judge_groups(config({"team-a": group}), state, tenant)
    assert found.level == level
    assert words in f"{found.message}: {found.advice}"


def test_without_declared_groups_nothing_is_said_of_them() -> None:
    assert list(judge_groups(config({}, chat=CHAT), EMPTY, there())) == []
    assert list(judge_groups(None, EMPTY, there())) == []


def test_groups_that_cannot_be_listed(emulator: Emulator) -> None:
    client = AICore(find_credentials(emulator.environment()))
    emulator.faults = [{"path": "/v2/admin/*", "effect": {"status": 403, "body": "RBAC: access denied"}}]
    with pytest.raises(AICoreError) as caught:
        client.resource_groups.list()
    (found,) = judge_groups(config({"team-a": {}}), EMPTY, TenantGroups(caught.value))
    assert found.level == "problem"
    assert "so that the stack cannot make any" in found.message
    (other,) = judge_groups(config({"team-a": {}}), EMPTY, TenantGroups(AICoreError("No answer.")))
    assert (other.level, other.message) == ("skipped", "resource groups of the stack file: No answer")


def test_groups_in_which_nobody_deploys_orchestration(emulator: Emulator, api: Api) -> None:
    for group in ("team-a", "team-b"):
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    emulator.advance(TRANSITION_S)
    body = {"name": "o", "scenarioId": "orchestration", "executableId": "orchestration"}
    inside = Api(emulator, "team-b")
    made = inside.call("POST", "/lm/configurations", json=body).json()["id"]
    inside.create(made)
    client = AICore(find_credentials(emulator.environment()))
    tenant = there(default={}, team_a={}, team_b={})
    everywhere = CHAT | {"resourceGroups": ["default", "team-a", "team-b", "team-c"]}

    lacking = without_orchestration(client, config({"team-c": {}}, chat=everywhere), tenant)
    assert lacking == ("team-a", "team-c"), "team-b has one of somebody else, team-c does not exist yet"
    router = {"scenario": "orchestration", "resourceGroups": ["team-a", "team-c"]}
    assert without_orchestration(client, config({}, chat=everywhere, router=router), tenant) == ()

    (hint,) = judge_orchestration(config({"team-c": {}}, chat=everywhere), lacking)
    assert (hint.level, hint.advice[-83:]) == (
        "warning",
        " entry such as `orchestration: {scenario: orchestration, resourceGroups: [team-a, team-c]}`"[-83:],
    )
    (all_,) = judge_orchestration(config({"team-a": {}}, chat=everywhere), ("team-a",))
    assert all_.advice.endswith("resourceGroups: all}`")


def quotas(groups: Quota, deployments: Quota, **stack: Any) -> list[tuple[str, str]]:
    found = judge_quotas(
        config({"team-a": {}, "team-b": {}}, chat=CHAT | {"resourceGroups": "all"}),
        stack.get("state", EMPTY),
        stack.get("tenant", there(default={})),
        TenantQuotas(groups, deployments),
    )
    return [(each.level, each.message) for each in found]


def test_quotas_against_what_the_stack_is_to_make() -> None:
    enough = Quota(10, 0)
    assert quotas(Quota(50, 48), enough) == []
    assert quotas(Quota(50, 49), enough) == [
        ("problem", "the tenant has 49 of 50 resource groups, and the stack adds 2")
    ]
    assert quotas(Quota(50, 49), enough, tenant=there(team_b={})) == []
    assert quotas(enough, Quota(3, 2)) == [("warning", "the tenant has 2 of 3 deployments, and the stack adds 2")]
    held = read_state("dev", exported(entry("AIDeployment", "d1", name="chat")))
    assert quotas(enough, Quota(3, 2), state=held) == [], "chat moves to chat/team-a, and is not made"


def test_the_service_tells_its_quotas(emulator: Emulator, api: Api) -> None:
    emulator.faults = [{"deploymentQuota": 3}, {"resourceGroupQuota": 7}]
    api.create(api.configuration())
    asked = AICore(find_credentials(emulator.environment())).quotas
    before = asked.deployments().used
    assert (asked.resource_groups(), asked.deployments().allowed) == (Quota(7, 1), 3)
    api.create(api.configuration())
    assert asked.deployments().used == before + 1


@pytest.mark.engine
def test_a_new_tenant(project: Project, emulator: Emulator) -> None:
    project.pulumi("stack", "init", "dev")
    project.configure("resourceGroups", {"team-a": {}, "team-b": {"grounding": True}})
    project.configure("resourceGroup", "team-a")
    project.configure("deployments", {"chat": CHAT | {"resourceGroups": "all"}, "talk": CHAT})
    emulator.faults = [{"resourceGroupQuota": 2}]

    ended, _ = project.doctor()
    found = findings(ended)
    assert [(each.level, each.message) for each in found["resourceGroup"]] == [
        ("skipped", "resource group team-a (from stack dev) does not exist yet; `pulumi up` makes it")
    ]
    assert [each.level for each in found["resourceGroups"]] == ["ok", "ok"]
    assert found["models"][-1].message == "models of resource groups that `pulumi up` is to make: team-a, team-b"
    assert found["orchestration"][0].message == (
        "resource groups team-a, team-b have no orchestration deployment, and the service makes one in default alone"
    )
    assert found["quota"][0].message == "the tenant has 1 of 2 resource groups, and the stack adds 2"
    assert ended.exit_code == 1
    listed = project.run("deployments", "--resource-group", "default")
    assert "stack dev deploys to team-a" in listed.stderr
    emulator.faults = []
    declared = project.run("deployments", "--resource-group", "team-b")
    assert "stack dev deploys to" not in declared.stderr


def test_what_moves_is_no_second_one_for_saps_script() -> None:
    held = entry("AIDeployment", "d1", name="chat", group="team-a")
    held["outputs"] |= {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "model_name": "gpt-5-mini",
    }
    state = read_state("dev", exported(held))
    moves = config({}, chat=CHAT | {"resourceGroups": ["team-a", "team-b"]})
    assert list(judge_clean_up(moves, state)) == []
    stays = config({}, chat=CHAT | {"resourceGroups": ["team-a"]}, talk=CHAT | {"resourceGroup": "team-a"})
    assert [each.deployments for each in judge_clean_up(stays, state)] == [("chat/team-a", "talk")]


def test_what_all_groups_of_an_entry_lack_is_one_line(emulator: Emulator, api: Api) -> None:
    for group in ("team-a", "team-b"):
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": group})
    emulator.advance(TRANSITION_S)
    wrong = CHAT | {"version": "1999-01-01", "resourceGroups": ["team-a", "team-b"]}
    catalogs = Catalogs(AICore(find_credentials(emulator.environment())))
    (found,) = judge_models(Stack("dev"), config({}, chat=wrong), catalogs, {}, today())
    assert (found.level, found.deployments) == ("problem", ("chat/team-a", "chat/team-b"))
    assert found.message == ("chat/team-a, chat/team-b: version 1999-01-01 of model gpt-5-mini is not offered")
    before = models_in_state(read_state("dev", exported(_configuration("chat", "team-b", "1999-01-01"))))
    new, unchanged = judge_models(
        Stack("dev"), config({}, chat=wrong | {"formerly": {"team-b": "chat"}}), catalogs, before, today()
    )
    assert (new.level, new.deployments) == ("problem", ("chat/team-a",))
    assert (unchanged.level, unchanged.deployments) == ("warning", ("chat/team-b",)), "it stays, under another name"


def _configuration(name: str, group: str, version: str) -> dict[str, Any]:
    found = entry("AIConfiguration", "c1", name=name, group=group)
    found["inputs"] |= {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": version},
    }
    return found


def findings(ended: Result) -> dict[str, list[Diagnosis]]:
    """The findings by check, of which a check may have several."""
    found: dict[str, list[Diagnosis]] = {}
    for each in json.loads(ended.stdout)["findings"]:
        told = Diagnosis(each["level"], each["message"], each["advice"], tuple(each["deployments"]))
        found.setdefault(each["check"], []).append(told)
    return found
