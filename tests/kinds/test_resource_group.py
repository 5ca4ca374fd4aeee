"""A resource group over a session, on the stepped clock: made, relabelled, lost, refused and deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError, WrongServiceError
from aicore_provider.kinds import configuration
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.outcome import Checked, CreatedButFailed, Difference, Found, Made, RemovedAgain
from aicore_provider.kinds.resource_group import KIND
from aicore_provider.kinds.session import Session
from aicore_provider.kinds.values import UNKNOWN
from aicore_provider.lifecycle.values import Gone
from tests.support.client import Api
from tests.support.world import TRANSITION_S, World

ID = "team-a"
GROUP = f"/admin/resourceGroups/{ID}"
OWNER = {"ext.ai.sap.com/owner": "team-a"}
OTHER = {"ext.ai.sap.com/owner": "team-b"}
OTHER_INPUTS: dict[str, Any] = {"resource_group_id": ID, "labels": OTHER}
POST = {"method": "POST", "path": "/v2/admin/resourceGroups"}


@dataclass
class Group:
    """One group, and the calls that the engine makes for it."""

    world: World
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.next_run()

    def next_run(self) -> None:
        """Another process."""
        self.world.host.interrupted.clear()
        self.session = self.world.session()
        self.world.emulator.clear_journal()

    def inputs(self, olds: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        checked: Checked = KIND.check(self.session, CALL, olds or {}, {"resource_group_id": ID, **given})
        assert not checked.failures
        return checked.inputs

    def create(self, **given: Any) -> Made | CreatedButFailed | RemovedAgain:
        return KIND.create(self.session, CALL, self.inputs(**given))

    def made(self, **given: Any) -> Made:
        """It, in the state of the next run."""
        made = self.create(**given)
        assert isinstance(made, Made)
        self.next_run()
        return made

    def read(self, made: Made, inputs: dict[str, Any]) -> Found:
        found = KIND.read(self.session, Call(URN, old_inputs=inputs), ID, made.outputs)
        assert isinstance(found, Found)
        return found

    def diff(self, outputs: dict[str, Any], **given: Any) -> Difference:
        return KIND.diff(self.session, CALL, ID, outputs, self.inputs(outputs, **given))

    @property
    def is_there(self) -> bool:
        return Api(self.world.emulator).call("GET", GROUP).ok

    @property
    def writes(self) -> list[str]:
        return [e.method for e in self.world.emulator.journal if e.method != "GET" and "resourceGroups" in e.path]


URN = "urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIResourceGroup::team"
CALL = Call(URN)


@pytest.fixture
def group(world: World) -> Group:
    return Group(world)


# --- made -------------------------------------------------------------------------------------------------------------


def test_a_create_ends_when_the_group_is_provisioned_with_its_labels(group: Group) -> None:
    made = group.create(labels=OWNER)
    assert isinstance(made, Made)
    assert (made.id, made.outputs["status"], made.outputs["labels"]) == (ID, "PROVISIONED", OWNER)
    assert made.outputs.keys() == {each.name for each in KIND.properties}
    assert group.writes == ["POST"]
    assert any("PROVISIONING" in line for line in group.world.heard)


def test_what_a_create_stores_is_what_a_read_stores(group: Group) -> None:
    inputs = group.inputs(labels=OWNER)
    made = group.made(labels=OWNER)
    found = group.read(made, inputs)
    assert (found.outputs, found.inputs) == (made.outputs, inputs)
    assert group.diff(found.outputs, labels=OWNER) == Difference()
    assert group.writes == []


def test_a_group_that_exists_already_is_refused_unless_it_is_to_be_taken_over(group: Group) -> None:
    group.made(labels=OWNER)
    with pytest.raises(AICoreError, match=r"team-a exists already on .*\nGive `take_over=True`"):
        group.create(labels=OWNER)
    taken = group.create(labels=OTHER, take_over=True)
    assert isinstance(taken, Made)
    assert taken.outputs["labels"] == OTHER
    assert group.writes == ["PATCH"]


def test_what_a_post_without_an_answer_has_made_is_found_and_made_once(group: Group) -> None:
    group.world.emulator.faults = [{**POST, "effect": {"drop": "afterCommit"}}]
    outcome = group.create(labels=OWNER)
    assert isinstance(outcome, Made)
    assert group.writes == ["POST"]


def test_a_post_that_has_made_nothing_leaves_nothing(group: Group) -> None:
    group.world.emulator.faults = [{**POST, "effect": {"drop": "beforeCommit"}}]
    with pytest.raises(AICoreError, match=r"no good answer to the POST, and does not show the group\.\nRun"):
        group.create()
    group.world.emulator.faults = []
    assert isinstance(group.create(), Made), "the next run makes it"


@pytest.mark.parametrize("call", [Call("urn::::::team"), Call("urn::::::team", can_keep=lambda: False)])
def test_one_that_somebody_else_made_meanwhile_is_neither_taken_nor_removed(group: Group, call: Call) -> None:
    """The POST is lost, and another one of the same id turns up."""
    group.world.emulator.faults = [{**POST, "times": 1, "effect": {"drop": "beforeCommit"}}]
    group.world.once(lambda: group.world.client.resource_groups.create(ID, labels=OTHER), at="not visible yet")
    with pytest.raises(AICoreError, match="there is one now that somebody else may have made"):
        KIND.create(group.session, replace(call, timeout_s=120.0), group.inputs(labels=OWNER))
    assert group.is_there
    assert "DELETE" not in group.writes


def test_a_refusal_tells_what_the_service_says(group: Group) -> None:
    group.world.emulator.faults = [{"resourceGroupQuota": 1}]
    with pytest.raises(AICoreError, match=r"Resource group team-a was refused: .*[Qq]uota"):
        group.create()
    assert not group.is_there


ERROR = {"outcome": "ERROR", "resourceGroup": ID, "statusMessage": "no capacity"}


def test_one_that_is_not_provisioned_is_kept_with_what_the_service_says(group: Group) -> None:
    group.world.emulator.faults = [ERROR]
    failed = group.create()
    assert isinstance(failed, CreatedButFailed)
    assert (failed.id, failed.outputs["status"]) == (ID, "ERROR")
    assert "status ERROR, no capacity" in failed.why
    group.next_run()
    assert group.diff(failed.outputs).is_due


def test_one_that_nobody_would_keep_is_removed_again(group: Group) -> None:
    group.world.emulator.faults = [ERROR]
    outcome = KIND.create(group.session, Call(URN, can_keep=lambda: False), group.inputs())
    assert isinstance(outcome, RemovedAgain)
    assert outcome.why.endswith("The new resource group was removed again.")
    assert not group.is_there


def test_one_that_is_to_replace_another_is_removed_again_when_it_fails(group: Group) -> None:
    group.session.index.add_held(URN, "team-b", "team-b")
    group.world.emulator.faults = [ERROR]
    assert isinstance(group.create(), RemovedAgain)
    assert not group.is_there


def test_an_interrupted_create_keeps_the_id_and_the_next_run_goes_on(group: Group) -> None:
    group.world.once(group.world.host.interrupted.set, at="PROVISIONING")
    outcome = group.create(labels=OWNER)
    assert isinstance(outcome, CreatedButFailed)
    assert "goes on from here" in outcome.why
    group.next_run()
    inputs = group.inputs(labels=OWNER)
    found = KIND.read(group.session, Call(URN, old_inputs=inputs), ID, outcome.outputs)
    assert isinstance(found, Found)
    assert group.diff(found.outputs, labels=OWNER).is_due
    updated = KIND.update(group.session, CALL, ID, found.outputs, inputs)
    assert updated.outputs["status"] == "PROVISIONED"
    assert group.writes == []


def test_an_interruption_before_the_post_makes_nothing(group: Group) -> None:
    group.world.host.interrupted.set()
    with pytest.raises(AICoreError, match="Resource group team-a: interrupted before it was made"):
        group.create()
    assert group.writes == []


def test_one_that_is_deleted_while_it_is_waited_for_is_not_waited_for_any_longer(group: Group) -> None:
    """The provider of a run that was killed may still remove what it has made."""

    def delete() -> None:
        group.world.clock.step(TRANSITION_S)
        group.world.client.resource_groups.delete(ID)
        group.world.clock.step(TRANSITION_S)

    group.world.once(delete, at="PROVISIONING")
    outcome = group.create()
    assert isinstance(outcome, CreatedButFailed)
    assert "it was deleted meanwhile" in outcome.why
    assert "Run `pulumi up` again" in outcome.why
    assert group.world.clock.elapsed_s < 5 * TRANSITION_S


def test_a_preview_says_what_a_create_would_refuse(group: Group) -> None:
    group.made()
    session = group.world.session(checks=True)
    (exists,) = KIND.check(session, CALL, {}, {"resource_group_id": ID}).failures
    assert exists.reason.startswith("resource group team-a exists already on ")
    assert not KIND.check(session, CALL, {}, {"resource_group_id": ID, "take_over": True}).failures
    (missing,) = KIND.check(session, CALL, {}, {"resource_group_id": "team-b", "take_over": True}).failures
    assert missing.property == "take_over"
    assert not KIND.check(session, CALL, {}, {"resource_group_id": "team-b"}).failures


def test_an_id_goes_back_to_the_one_before_only_when_that_is_gone(group: Group) -> None:
    """After a change of the id that did not end, the group of before waits for its deletion."""
    made = group.made()
    group.diff(made.outputs)
    with pytest.raises(AICoreError, match=r"exists already on .*\nA group is never made anew beside itself"):
        group.create(take_over=True)


def test_another_id_takes_over_only_what_the_program_says_anew(group: Group) -> None:
    """A replacement that was killed after its POST leaves a group that no state holds."""
    made = group.made(take_over=None)
    group.world.client.resource_groups.create("team-b", labels={})
    group.world.clock.step(TRANSITION_S)
    group.next_run()
    group.diff(made.outputs | {"take_over": True}, resource_group_id="team-b", take_over=True)
    with pytest.raises(AICoreError, match="`take_over` was given for the one before it"):
        group.create(resource_group_id="team-b", take_over=True)
    group.next_run()
    group.diff(made.outputs, resource_group_id="team-b")
    with pytest.raises(AICoreError, match="Give `take_over=True`"):
        group.create(resource_group_id="team-b")
    group.next_run()
    group.diff(made.outputs, resource_group_id="team-b", take_over=True)
    assert isinstance(group.create(resource_group_id="team-b", take_over=True), Made)


def test_a_group_is_taken_over_while_the_one_before_only_waits_for_its_deletion(group: Group) -> None:
    """A replacement that ended just after its POST: the engine compares nothing any more, and makes a new one."""
    made = group.made()
    group.world.client.resource_groups.create("team-b", labels={})
    group.world.clock.step(TRANSITION_S)
    group.next_run()
    group.read(made, group.inputs())
    assert isinstance(group.create(resource_group_id="team-b", take_over=True), Made)


def test_a_number_is_an_id(group: Group) -> None:
    assert group.inputs(resource_group_id=1234.0)["resource_group_id"] == "1234"


def test_nothing_is_asked_within_a_group_that_is_waited_for(group: Group) -> None:
    """So that a preview passes after a create that was interrupted."""
    group.world.once(group.world.host.interrupted.set, at="PROVISIONING")
    outcome = group.create()
    assert isinstance(outcome, CreatedButFailed)
    group.next_run()
    session = group.world.session(checks=True)
    KIND.diff(session, CALL, ID, outcome.outputs, group.inputs())
    model = {"scenario_id": "foundation-models", "parameter_bindings": {"modelName": "gpt-5-mini", "modelVersion": "1"}}
    checked = configuration.KIND.check(session, Call("urn::::::chat"), {}, model | {"resource_group": ID})
    assert not checked.failures
    assert "executable_id" not in checked.inputs
    KIND.update(session, CALL, ID, outcome.outputs, group.inputs())
    with pytest.raises(AICoreError, match="version 1 of model gpt-5-mini is not offered"):
        configuration.KIND.check(session, Call("urn::::::chat"), {}, model | {"resource_group": ID})


# --- managed once -----------------------------------------------------------------------------------------------------


def test_one_that_the_stack_manages_already_is_not_taken_over_under_another_name(group: Group) -> None:
    inputs = group.inputs(labels=OWNER)
    made = group.made(labels=OWNER)
    group.read(made, inputs)
    renamed = Call(URN + "2")
    declared = {"resource_group_id": ID, "take_over": True}
    (failure,) = KIND.check(group.session, renamed, {}, declared).failures
    assert failure.reason == (
        f"team-a is managed by this stack already, as {URN}.\nRemove one of the two, or give it an alias."
    )
    with pytest.raises(AICoreError, match="Resource group team-a is managed by this stack already"):
        KIND.create(group.session, renamed, {**inputs, "take_over": True})
    assert group.writes == []


def test_two_new_resources_do_not_take_the_same_one_over(group: Group) -> None:
    group.made()
    declared = {"resource_group_id": ID, "take_over": True}
    assert not KIND.check(group.session, CALL, {}, declared).failures
    assert KIND.check(group.session, Call(URN + "2"), {}, declared).failures


def test_an_entry_that_another_one_shares_is_forgotten_and_the_group_is_kept(group: Group) -> None:
    made = group.made()
    for urn in (URN, URN + "2"):
        KIND.read(group.session, Call(urn, old_inputs={"service_url": "x"}), ID, made.outputs)
    KIND.delete(group.session, CALL, ID, made.outputs)
    assert group.is_there
    KIND.delete(group.session, Call(URN + "2"), ID, made.outputs)
    assert not group.is_there


def test_the_group_of_the_service_itself_is_not_managed(group: Group) -> None:
    checked = KIND.check(group.session, CALL, {}, {"resource_group_id": "default", "take_over": True})
    assert [each.property for each in checked.failures] == ["resource_group_id"]


def test_a_take_over_tells_the_labels_that_are_there(group: Group) -> None:
    group.made(labels=OWNER)
    inputs = group.inputs(take_over=True)
    taken = KIND.create(group.session, CALL, inputs)
    assert isinstance(taken, Made)
    assert taken.outputs["labels"] == OWNER
    group.next_run()
    found = group.read(taken, inputs)
    assert (found.outputs, found.inputs) == (taken.outputs, inputs)


# --- labels -----------------------------------------------------------------------------------------------------------


def test_other_labels_are_set_in_place_and_waited_for_although_they_show_late(group: Group) -> None:
    made = group.made(labels=OWNER)
    assert group.diff(made.outputs, labels=OTHER) == Difference(changed=("labels",))
    updated = KIND.update(group.session, CALL, ID, made.outputs, group.inputs(labels=OTHER))
    assert updated.outputs["labels"] == group.world.client.resource_groups.get(ID).labels == OTHER
    assert group.writes == ["PATCH"]
    assert any("labels not shown yet" in line for line in group.world.heard)


def test_labels_that_are_left_out_are_left_alone_and_an_empty_map_removes_them(group: Group) -> None:
    made = group.made(labels=OWNER)
    assert group.diff(made.outputs) == Difference()
    assert group.diff(made.outputs, labels={}) == Difference(changed=("labels",))
    assert "resource group team-a: labels are removed: ext.ai.sap.com/owner" in group.world.host.lines
    updated = KIND.update(group.session, CALL, ID, made.outputs, group.inputs(labels={}))
    assert updated.outputs["labels"] == {}


@pytest.mark.parametrize("labels", [UNKNOWN, {next(iter(OWNER)): UNKNOWN}], ids=["labels", "value"])
def test_labels_that_are_not_known_yet_are_not_told_as_removed(group: Group, labels: object) -> None:
    made = group.made(labels=OWNER)
    assert KIND.diff(group.session, CALL, ID, made.outputs, {**made.outputs, "labels": labels}).changed == ("labels",)
    assert not group.world.host.lines


def test_labels_that_somebody_changed_show_as_a_change(group: Group) -> None:
    inputs = group.inputs(labels=OWNER)
    made = group.made(labels=OWNER)
    group.world.client.resource_groups.update_labels(ID, OTHER)
    group.world.clock.step(TRANSITION_S)
    found = group.read(made, inputs)
    assert found.inputs is not None
    assert found.inputs["labels"] == OTHER
    assert group.diff(found.outputs, labels=OWNER) == Difference(changed=("labels",))


def test_another_id_is_another_group(group: Group) -> None:
    made = group.made()
    difference = group.diff(made.outputs, resource_group_id="team-b")
    assert (difference.changed, difference.replaces) == (("resource_group_id",), ("resource_group_id",))


@pytest.mark.parametrize(
    ("given", "property_"),
    [
        ({"resource_group_id": "a"}, "resource_group_id"),
        ({"resource_group_id": None}, "resource_group_id"),
        ({"labels": {"owner": "a"}}, "labels.owner"),
        ({"labels": {"ext.ai.sap.com/owner": ["a"]}}, "labels.ext.ai.sap.com/owner"),
        ({"labels": "owner"}, "labels"),
        ({"take_over": "yes"}, "take_over"),
    ],
)
def test_what_the_service_would_refuse_is_said_before(group: Group, given: dict[str, Any], property_: str) -> None:
    checked = KIND.check(group.session, CALL, {}, {"resource_group_id": ID, **given})
    assert [each.property for each in checked.failures] == [property_]


# --- gone, and elsewhere ----------------------------------------------------------------------------------------------


def test_gone_takes_two_looks(group: Group) -> None:
    made = group.made()
    not_found = {"status": 404, "body": {"error": {"code": "01010016", "message": "not found"}}}
    behind = {"path": "/v2/admin/resourceGroups", "effect": {"status": 200, "body": {"count": 0, "resources": []}}}
    once = {"method": "GET", "path": f"/v2{GROUP}", "times": 1, "effect": not_found}
    group.world.emulator.faults = [behind, once]
    assert isinstance(KIND.read(group.session, CALL, ID, made.outputs), Found)
    group.world.emulator.faults = [behind, {"method": "GET", "path": f"/v2{GROUP}", "effect": not_found}]
    assert KIND.read(group.session, CALL, ID, made.outputs) == Gone()


def test_all_reads_and_checks_share_a_list(group: Group) -> None:
    made = group.made()
    looks = [
        KIND.read(group.session, CALL, ID, made.outputs),
        KIND.check(group.session, CALL, {}, {"resource_group_id": "team-b"}),
        KIND.check(group.session, CALL, {}, {"resource_group_id": "team-c"}),
    ]
    assert isinstance(looks[0], Found)
    asked = [each.path for each in group.world.emulator.journal if each.path.startswith("/v2/")]
    assert asked == ["/v2/admin/resourceGroups"]


def test_where_groups_may_not_be_listed_each_is_asked_for(group: Group) -> None:
    made = group.made()
    refused = {"status": 403, "body": {"error": {"code": "01", "message": "not for you"}}}
    group.world.emulator.faults = [{"path": "/v2/admin/resourceGroups", "method": "GET", "effect": refused}]
    assert isinstance(KIND.read(group.session, CALL, ID, made.outputs), Found)


def test_a_list_from_before_a_change_is_not_used(group: Group) -> None:
    made = group.made(labels=OWNER)
    assert isinstance(KIND.read(group.session, CALL, ID, made.outputs), Found)
    KIND.update(group.session, CALL, ID, made.outputs, OTHER_INPUTS)
    found = KIND.read(group.session, CALL, ID, made.outputs)
    assert isinstance(found, Found)
    assert found.outputs["labels"] == OTHER_INPUTS["labels"]


def test_one_on_another_service_is_never_taken_for_gone(group: Group) -> None:
    made = group.made()
    elsewhere = made.outputs | {"service_url": "https://api.example.com"}
    for act in (
        lambda: KIND.read(group.session, CALL, ID, elsewhere),
        lambda: KIND.update(group.session, CALL, ID, elsewhere, elsewhere),
        lambda: KIND.delete(group.session, CALL, ID, elsewhere),
    ):
        with pytest.raises(WrongServiceError, match=r"Resource group team-a lives on https://api\.example\.com"):
            act()
    assert group.writes == []


def test_get_needs_no_group_of_this_stack_and_fails_where_there_is_none(group: Group) -> None:
    with pytest.raises(AICoreError, match="team-a does not exist"):
        KIND.read(group.session, CALL, ID, {})
    group.made(labels=OWNER)
    found = KIND.read(group.session, CALL, ID, {})
    assert isinstance(found, Found)
    assert found.outputs["labels"] == OWNER


# --- deleted ----------------------------------------------------------------------------------------------------------


def test_a_deletion_ends_when_the_group_is_gone(group: Group) -> None:
    made = group.made()
    KIND.delete(group.session, CALL, ID, made.outputs)
    assert not group.is_there
    assert group.writes == ["DELETE"]


def test_a_deletion_that_is_refused_while_something_is_under_way_is_waited_for(group: Group) -> None:
    group.world.once(group.world.host.interrupted.set, at="PROVISIONING")
    outcome = group.create()
    assert isinstance(outcome, CreatedButFailed)
    group.next_run()
    KIND.delete(group.session, CALL, ID, outcome.outputs)
    assert not group.is_there
    assert set(group.writes) == {"DELETE"}
    assert len(group.writes) > 1, "409 while it is being provisioned"


def test_a_deletion_that_is_not_done_in_time_tells_the_time_that_it_had(group: Group) -> None:
    group.world.once(group.world.host.interrupted.set, at="PROVISIONING")
    outcome = group.create()
    assert isinstance(outcome, CreatedButFailed)
    group.next_run()
    with pytest.raises(AICoreError, match=r"not done within 45 s, last seen as: deletion accepted"):
        KIND.delete(group.session, Call(URN, timeout_s=45.0), ID, outcome.outputs)
    assert len(group.writes) > 1, "409 while it is being provisioned"


def deployed(group: Group) -> str:
    """A deployment in the group that runs."""
    client = group.world.client
    configuration = client.configurations(ID).create(
        name="chat",
        scenario_id="foundation-models",
        executable_id="azure-openai",
        parameter_bindings={"modelName": "gpt-5-mini", "modelVersion": "latest"},
        input_artifact_bindings={},
    )
    id_ = client.deployments(ID).create(configuration)
    group.world.clock.step(TRANSITION_S)
    return id_


def test_a_group_with_deployments_of_others_is_not_deleted(group: Group) -> None:
    made = group.made()
    foreign = deployed(group)
    with pytest.raises(AICoreError) as caught:
        KIND.delete(group.session, CALL, ID, made.outputs)
    assert str(caught.value) == (
        f"Resource group team-a still holds deployments that this stack does not manage: {foreign}.\n"
        "They would be deleted with it. Delete them yourself, or keep the group with `retain_on_delete`. If they are "
        "this stack's, run the command with `--refresh`."
    )
    assert "DELETE" not in group.writes
    assert group.world.client.deployments(ID).get(foreign).status == "RUNNING"


def test_the_stacks_own_deployments_are_waited_for(group: Group) -> None:
    made = group.made()
    own = deployed(group)
    group.session.index.add_held("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat", own, ID)
    deployments = group.world.client.deployments(ID)

    def take_away() -> None:
        deployments.stop(own)
        group.world.clock.step(TRANSITION_S)
        deployments.delete(own)

    group.world.once(take_away, at=f"still holds deployments of this stack: {own}")
    KIND.delete(group.session, CALL, ID, made.outputs)
    assert not group.is_there


def test_own_deployments_that_nobody_deletes_are_not_waited_for_all_the_time(group: Group) -> None:
    """Such as one with `retain_on_delete`."""
    made = group.made()
    own = deployed(group)
    group.session.index.add_held("urn::::::chat", own, ID)
    with pytest.raises(AICoreError, match=f"still holds deployments of this stack that nobody deletes: {own}"):
        KIND.delete(group.session, CALL, ID, made.outputs)
    assert "DELETE" not in group.writes


def test_one_that_the_program_merely_looks_at_is_of_others(group: Group) -> None:
    made = group.made()
    foreign = deployed(group)
    with group.session.index.reading("urn::::::looked-at", foreign, is_lookup=True):
        pass
    with pytest.raises(AICoreError, match="does not manage"):
        KIND.delete(group.session, CALL, ID, made.outputs)


def test_what_cannot_be_listed_is_not_deleted(group: Group) -> None:
    made = group.made()
    foreign = deployed(group)
    refused = {"status": 403, "body": "not for you"}
    group.world.emulator.faults = [{"method": "GET", "path": "/v2/lm/deployments", "effect": refused}]
    with pytest.raises(AICoreError, match=r"team-a \(PROVISIONED\) is not deleted: what is in it cannot"):
        KIND.delete(group.session, CALL, ID, made.outputs)
    group.world.emulator.faults = []
    assert group.world.client.deployments(ID).get(foreign).status == "RUNNING"


def test_one_that_was_never_provisioned_is_deleted_without_a_list(group: Group) -> None:
    group.world.emulator.faults = [ERROR]
    failed = group.create()
    assert isinstance(failed, CreatedButFailed)
    assert failed.outputs["was_provisioned"] is False
    group.next_run()
    KIND.delete(group.session, CALL, ID, failed.outputs)
    assert not group.is_there


def test_a_deletion_that_the_service_refuses_for_good_is_told_as_it_is(group: Group) -> None:
    made = group.made()
    refused = {"status": 400, "body": {"error": {"code": "01", "message": "not this one"}}}
    group.world.emulator.faults = [{"method": "DELETE", "path": f"/v2{GROUP}", "effect": refused}]
    with pytest.raises(AICoreError) as caught:
        KIND.delete(group.session, CALL, ID, made.outputs)
    assert "not this one" in str(caught.value)
    assert "Run the command again" not in str(caught.value)


def test_an_interrupted_deletion_sends_nothing_more(group: Group) -> None:
    made = group.made()
    own = deployed(group)
    group.session.index.add_held("urn::::::chat", own, ID)
    group.world.once(group.world.host.interrupted.set, at="still holds")
    with pytest.raises(AICoreError, match=r"interrupted .*\nRun the command again; it goes on from here\."):
        KIND.delete(group.session, CALL, ID, made.outputs)
    assert "DELETE" not in group.writes


def test_a_group_is_ready_once_it_is_usable(group: Group) -> None:
    early = {"status": 403, "body": "no such group"}
    group.world.emulator.faults = [{"method": "GET", "path": "/v2/lm/scenarios", "times": 2, "effect": early}]
    assert isinstance(group.create(), Made)
    assert any("not usable yet" in line for line in group.world.heard)


def test_an_unknown_id_is_no_replacement_yet(group: Group) -> None:
    made = group.made()
    difference = KIND.diff(group.session, CALL, ID, made.outputs, {"resource_group_id": UNKNOWN})
    assert (difference.changed, difference.replaces) == (("resource_group_id",), ())


LOST: list[dict[str, Any]] = [
    {"drop": "afterCommit"},
    {"drop": "beforeCommit"},
    {"status": 500, "afterCommit": True},
    {"status": 503, "body": "upstream connect error"},
]


@pytest.mark.parametrize("effect", LOST, ids=str)
def test_a_lost_answer_to_a_deletion_is_asked_for_again(group: Group, effect: dict[str, Any]) -> None:
    made = group.made()
    group.world.emulator.faults = [{"method": "DELETE", "path": f"/v2{GROUP}", "times": 1, "effect": effect}]
    KIND.delete(group.session, CALL, ID, made.outputs)
    assert not group.is_there


def test_a_deletion_that_is_accepted_without_an_answer_is_looked_at(group: Group) -> None:
    """The service refuses another one, and what goes by reads would never be gone by refusals alone."""
    made = group.made()
    group.world.emulator.pace = {"transitions": {"removing": {"reads": 2}}}
    lost = {"drop": "afterCommit"}
    group.world.emulator.faults = [{"method": "DELETE", "path": f"/v2{GROUP}", "times": 1, "effect": lost}]
    KIND.delete(group.session, CALL, ID, made.outputs)
    assert not group.is_there


@pytest.mark.parametrize(
    "act",
    [
        lambda group, made: KIND.update(group.session, Call(URN, timeout_s=1.0), ID, made.outputs, OTHER_INPUTS),
        lambda group, made: KIND.delete(group.session, Call(URN, timeout_s=1.0), ID, made.outputs),
    ],
    ids=["update", "delete"],
)
def test_what_is_not_done_in_time_is_told(group: Group, act: Callable[[Group, Made], object]) -> None:
    made = group.made(labels=OWNER)
    with pytest.raises(AICoreError, match=r"Resource group team-a: not done within 1 s, .*\nRun .* again; it goes on"):
        act(group, made)
