"""Resource groups against the emulated service: each call, what its refusals mean, and what answers may look like."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from aicore_provider.api.errors import (
    AICoreError,
    Forbidden,
    InvalidRequest,
    NotFound,
    ServiceMessage,
    ServiceUnavailable,
    UnexpectedAnswer,
    WrongState,
)
from aicore_provider.api.http import Http
from aicore_provider.api.naming import LONGEST_LABEL_VALUE, label_problem
from aicore_provider.api.resource_groups import ResourceGroupMissing, ResourceGroups
from aicore_provider.api.types import ResourceGroup
from aicore_provider.emulator import Emulator
from aicore_provider.secret_text import SecretText
from tests.api.requests_seen import calls
from tests.support.clocks import OneClock

OWNER, STAGE = "ext.ai.sap.com/owner", "ext.ai.sap.com/stage"
SETTLED_S = 60.0
GATEWAY_404 = {"status": 404, "body": "no healthy upstream"}
REFUSED = Forbidden("GET /lm/deployments", 403, ServiceMessage(text="RBAC: access denied"))


@pytest.fixture
def groups(http: Http) -> ResourceGroups:
    return ResourceGroups(http)


@pytest.fixture
def team(groups: ResourceGroups, clock: OneClock) -> str:
    groups.create("team-a", labels={OWNER: "us", STAGE: ""})
    clock.step(SETTLED_S)
    return "team-a"


def test_a_group_is_made_provisioned_and_gone(groups: ResourceGroups, emulator: Emulator, clock: OneClock) -> None:
    groups.create("team-a", labels={OWNER: "us"})
    assert groups.get("team-a").status == "PROVISIONING"
    clock.step(SETTLED_S)
    group = groups.get("team-a")
    assert (group.id, group.status, group.labels) == ("team-a", "PROVISIONED", {OWNER: "us"})
    assert isinstance(group.created_at, dt.datetime)
    assert groups.find("team-a") == group
    assert [each.id for each in groups.list()] == ["default", "team-a"]
    groups.delete("team-a")
    clock.step(SETTLED_S)
    assert groups.find("team-a") is None
    assert [status for _, status in calls(emulator)] == [202, 200, 200, 200, 200, 202, 404]


def test_a_new_group_has_the_id_and_the_labels_that_were_sent(groups: ResourceGroups, emulator: Emulator) -> None:
    groups.create("team-a", labels={OWNER: "us", STAGE: ""})
    sent = [entry.body for entry in emulator.journal if entry.path == "/v2/admin/resourceGroups"]
    labels = [{"key": OWNER, "value": "us"}, {"key": STAGE, "value": ""}]
    assert sent == [{"resourceGroupId": "team-a", "labels": labels}]


def test_labels_are_replaced_as_a_whole_and_show_later(groups: ResourceGroups, team: str, clock: OneClock) -> None:
    groups.update_labels(team, {STAGE: "prod"})
    assert groups.get(team).labels == {OWNER: "us", STAGE: ""}
    clock.step(SETTLED_S)
    assert groups.get(team).labels == {STAGE: "prod"}
    groups.update_labels(team, {})
    clock.step(SETTLED_S)
    assert groups.get(team).labels == {}


def test_labels_are_sent_again_when_their_answer_is_lost(
    groups: ResourceGroups, team: str, emulator: Emulator, clock: OneClock
) -> None:
    emulator.faults = [{"method": "PATCH", "times": 1, "effect": {"drop": "afterCommit"}}]
    emulator.clear_journal()
    groups.update_labels(team, {OWNER: "them"})
    assert [method for method, _ in calls(emulator)] == ["PATCH", "PATCH"]
    clock.step(SETTLED_S)
    assert groups.get(team).labels == {OWNER: "them"}


@pytest.mark.parametrize("call", ["create", "delete"])
def test_what_may_have_been_carried_out_is_not_sent_again(
    groups: ResourceGroups, team: str, emulator: Emulator, call: str
) -> None:
    emulator.faults = [{"path": "/v2/admin/*", "effect": {"status": 503, "afterCommit": True}}]
    emulator.clear_journal()
    with pytest.raises(ServiceUnavailable) as caught:
        groups.create("team-b", labels={}) if call == "create" else groups.delete(team)
    assert caught.value.maybe_committed
    assert len(calls(emulator)) == 1


def test_refusals(groups: ResourceGroups, team: str) -> None:
    with pytest.raises(WrongState, match="already exists"):
        groups.create(team, labels={})
    with pytest.raises(InvalidRequest, match="should match pattern"):
        groups.create("team-b", labels={"owner": "us"})
    with pytest.raises(InvalidRequest, match="should match pattern"):
        groups.update_labels(team, {"owner": "us"})
    for call in (groups.get, groups.delete, lambda id_: groups.update_labels(id_, {})):
        with pytest.raises(NotFound, match="nobodys not found"):
            call("nobodys")
    groups.create("team-c", labels={})
    with pytest.raises(WrongState, match="being provisioned"):
        groups.delete("team-c")


def test_nothing_but_the_services_own_404_means_that_a_group_is_not_there(
    groups: ResourceGroups, emulator: Emulator
) -> None:
    assert groups.find("nobodys") is None
    for effect, error in ((GATEWAY_404, NotFound), ({"status": 403, "body": "RBAC: access denied"}, Forbidden)):
        emulator.faults = [{"path": "/v2/admin/*", "effect": effect}]
        with pytest.raises(error):
            groups.find("nobodys")


@pytest.mark.parametrize(
    "body",
    [
        {"resourceGroupId": "team-b", "status": "PROVISIONED"},
        {"resourceGroupId": "team-a"},
        {"resourceGroupId": "team-a", "status": "PROVISIONED", "labels": [{"value": "us"}]},
        {"resourceGroupId": "team-a", "status": "PROVISIONED", "labels": "none"},
        [],
    ],
    ids=str,
)
def test_an_answer_that_is_not_about_this_group_is_refused(
    groups: ResourceGroups, emulator: Emulator, body: object
) -> None:
    emulator.faults = [{"path": "/v2/admin/*", "effect": {"status": 200, "body": body}}]
    with pytest.raises(UnexpectedAnswer):
        groups.find("team-a")


@pytest.mark.parametrize(
    ("told", "labels"),
    [
        ({}, {}),
        ({"labels": None}, {}),
        ({"labels": []}, {}),
        ({"labels": [{"key": OWNER, "value": 5}, {"key": STAGE}]}, {OWNER: "5", STAGE: ""}),
    ],
    ids=str,
)
def test_labels_are_a_map(told: dict[str, Any], labels: dict[str, str]) -> None:
    found = ResourceGroup.model_validate({"resourceGroupId": "team-a", "status": "ERROR", **told})
    assert found.labels == labels


def test_a_list_is_empty_where_its_group_is_not_there(groups: ResourceGroups, team: str, emulator: Emulator) -> None:
    groups.confirm_absent("nobodys", REFUSED)
    with pytest.raises(Forbidden) as caught:
        groups.confirm_absent(team, REFUSED)
    assert caught.value is REFUSED
    emulator.faults = [{"path": "/v2/admin/*", "effect": {"status": 403, "body": "not for you"}}]
    with pytest.raises(Forbidden) as caught:
        groups.confirm_absent("nobodys", REFUSED)
    assert caught.value is REFUSED, "and not the refusal of the question for the group"
    emulator.faults = [{"path": "/v2/admin/*", "effect": GATEWAY_404}]
    with pytest.raises(NotFound, match="no healthy upstream"):
        groups.confirm_absent("nobodys", REFUSED)


def test_an_object_is_absent_by_its_own_404_or_that_of_its_group(
    groups: ResourceGroups, team: str, emulator: Emulator
) -> None:
    own = NotFound("GET /lm/deployments/d", 404, ServiceMessage("0101", "not found", is_from_service=True))
    gateways = NotFound("GET /lm/deployments/d", 404, ServiceMessage(text="no healthy upstream"))
    emulator.clear_journal()
    groups.confirm_object_absent(team, own)
    assert calls(emulator) == []
    for refusal in (gateways, REFUSED):
        groups.confirm_object_absent("nobodys", refusal)
        with pytest.raises(type(refusal)) as caught:
            groups.confirm_object_absent(team, refusal)
        assert caught.value is refusal


def test_a_refusal_is_explained_by_what_is_wrong_with_the_group(
    groups: ResourceGroups, team: str, emulator: Emulator
) -> None:
    otherwise = AICoreError("as it was")
    assert groups.explain(team, otherwise) is otherwise
    missing = groups.explain("nobodys", otherwise)
    assert isinstance(missing, ResourceGroupMissing)
    assert str(missing).startswith(
        f"Resource group nobodys does not exist on {emulator.url}, there are: default, team-a.\n"
    )
    groups.create("team-b", labels={})
    assert str(groups.explain("team-b", otherwise)).startswith(
        "Resource group team-b is not ready: status PROVISIONING, Onboarding is under way.\nNothing was changed."
    )
    for name in ("team-b", "nobodys"):
        told = str(groups.explain(SecretText(name), otherwise))
        assert told.startswith("Resource group [secret] ")
        assert name not in told
    emulator.faults = [{"path": "/v2/admin/resourceGroups", "effect": {"status": 403, "body": "not for you"}}]
    assert str(groups.explain("nobodys", otherwise)).startswith(
        f"Resource group nobodys does not exist on {emulator.url}.\n"
    )
    emulator.faults = [{"path": "/v2/admin/*", "effect": GATEWAY_404}]
    assert groups.explain("nobodys", otherwise) is otherwise


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        (OWNER, "", None),
        ("ext.ai.sap.com/a", "x" * LONGEST_LABEL_VALUE, None),
        ("ext.ai.sap.com/a-b_c.D9", "us", None),
        ("ext.ai.sap.com/" + "a" * 48, "us", None),
        ("ext.ai.sap.com/" + "a" * 49, "us", "63 characters in all"),
        ("owner", "us", "'owner' is no label: write 'ext.ai.sap.com/'"),
        ("ext.ai.sap.com/", "us", "is no label"),
        ("ext.ai.sap.com/-a", "us", "is no label"),
        ("ext.ai.sap.com/a.", "us", "is no label"),
        ("ext.ai.sap.com/\u00e4", "us", "is no label"),
        (OWNER, "x" * (LONGEST_LABEL_VALUE + 1), f"the value of {OWNER} is longer than 5000 characters"),
    ],
)
def test_labels_are_refused_as_the_service_refuses_them(
    groups: ResourceGroups, team: str, key: str, value: str, problem: str | None
) -> None:
    told = label_problem(key, value)
    if problem is None:
        assert told is None
        groups.update_labels(team, {key: value})
    else:
        assert problem in str(told)
        with pytest.raises(InvalidRequest):
            groups.update_labels(team, {key: value})
