"""The life of one object of each kind over a session, on the stepped clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from aicore_provider import kinds
from aicore_provider.api.errors import AICoreError, WrongServiceError
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.kind import Kind
from aicore_provider.kinds.outcome import (
    Checked,
    CreatedButFailed,
    Difference,
    Found,
    Made,
    RemovedAgain,
    Updated,
    UpdatedButFailed,
)
from aicore_provider.kinds.session import Session
from aicore_provider.lifecycle.values import Gone
from tests.support.client import Api
from tests.support.standard_cases import (
    APPLICATION,
    ARTIFACT,
    CASES,
    DOCKER_REGISTRY_SECRET,
    EXECUTION,
    GENERIC_SECRET,
    GIT_REPOSITORY,
    SCHEDULE,
    Case,
)
from tests.support.world import TRANSITION_S, World
from tests.support.world import world as world_of_its_own

_HOUR_S = 3600.0
NOT_FOUND = {
    "status": 404,
    "body": {"error": {"code": "01010016", "message": "Not found", "requestId": "r", "target": "", "details": {}}},
}
"""The service itself says that there is no such object."""
PARAMETERS = [pytest.param(each, id=each.kind) for each in CASES]


@dataclass
class Life:
    """One object, and the calls that the engine makes for it."""

    world: World
    case: Case
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.given = {**self.case.inputs, **self.case.prepare(Api(self.world.emulator))}
        self.call = Call(f"urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:{self.case.kind}::one")
        self.next_run()

    @property
    def kind(self) -> Kind:
        return kinds.load(self.case.kind)

    def next_run(self) -> None:
        """Another process."""
        self.world.host.interrupted.clear()
        self.session = self.world.session()
        self.world.emulator.clear_journal()

    def inputs(self, olds: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        checked: Checked = self.kind.check(self.session, self.call, olds or {}, self.given | given)
        assert not checked.failures
        return checked.inputs

    def create(self, **given: Any) -> Made | CreatedButFailed | RemovedAgain:
        return self.kind.create(self.session, self.call, self.inputs(**given))

    def made(self, **given: Any) -> Made:
        """It, in the state of the next run."""
        made = self.create(**given)
        assert isinstance(made, Made), made
        self.next_run()
        return made

    def read(self, made: Made, inputs: dict[str, Any]) -> Found | Gone:
        call = Call(self.call.urn, old_inputs=inputs)
        return self.kind.read(self.session, call, made.id, made.outputs)

    def found(self, made: Made, inputs: dict[str, Any]) -> Found:
        found = self.read(made, inputs)
        assert isinstance(found, Found)
        return found

    def diff(self, made: Made, **given: Any) -> Difference:
        inputs = self.inputs(made.outputs, **given)
        return self.kind.diff(self.session, self.call, made.id, made.outputs, inputs)

    def update(self, made: Made, **given: Any) -> Updated | UpdatedButFailed:
        return self.kind.update(self.session, self.call, made.id, made.outputs, self.inputs(made.outputs, **given))

    def delete(self, made: Made) -> None:
        self.kind.delete(self.session, self.call, made.id, made.outputs)

    @property
    def there(self) -> list[str]:
        """Ids of what the service lists."""
        api = Api(self.world.emulator, None if self.case.is_tenant_wide else "default")
        key = {"/admin/applications": "applicationName"}.get(self.case.path, "name" if self.case.is_named else "id")
        told = [each[key] for each in api.get(self.case.path)["resources"]]
        # Names of applications are told with a prefix.
        return [each.partition("-")[2] for each in told] if key == "applicationName" else told

    @property
    def writes(self) -> list[str]:
        mine = f"/v2{self.case.path}"
        return [
            each.method
            for each in self.world.emulator.journal
            if each.method != "GET" and each.path.startswith(mine) and not each.path.endswith("/refresh")
        ]

    @property
    def patch_of_untold(self) -> list[str]:
        """The writes that bring an object, which is as it is declared, to values that the service never tells."""
        return ["PATCH"] if any(each.is_untold for each in self.kind.properties) else []

    def post_fails(self, **effect: Any) -> None:
        rule = {"method": "POST", "path": f"/v2{self.case.path}", "times": 1, "effect": effect}
        self.world.emulator.faults = [rule]


@pytest.fixture(params=PARAMETERS)
def life(request: pytest.FixtureRequest) -> Iterator[Life]:
    with world_of_its_own() as made:
        yield Life(made, request.param)


@pytest.fixture
def execution() -> Iterator[Life]:
    with world_of_its_own() as made:
        yield Life(made, EXECUTION)


# --- made -------------------------------------------------------------------------------------------------------------


def test_a_create_tells_all_properties_and_makes_one(life: Life) -> None:
    before = life.there
    made = life.create()
    assert isinstance(made, Made)
    assert made.outputs.keys() == {each.name for each in life.kind.properties}
    assert [each for each in life.there if each not in before] == [made.id]
    assert life.writes[0] == "POST"
    assert life.writes.count("POST") == 1


def test_what_a_create_stores_is_what_a_read_stores(life: Life) -> None:
    inputs = life.inputs()
    made = life.made()
    found = life.found(made, inputs)
    assert found.outputs == made.outputs
    assert found.inputs in (inputs, None)
    assert life.diff(made) == Difference()
    assert life.writes == []


def test_many_reads_share_one_list(life: Life) -> None:
    inputs = life.inputs()
    made = life.made()
    for _ in range(5):
        life.found(made, inputs)
    lists = [each for each in life.world.emulator.journal if each.path == f"/v2{life.case.path}"]
    assert len(lists) <= 1


@pytest.mark.parametrize(
    "effect",
    [{"drop": "afterCommit"}, {"status": 500, "afterCommit": True, "body": "internal server error"}],
    ids=["no answer", "500"],
)
def test_what_a_post_without_a_good_answer_has_made_is_found_and_made_once(life: Life, effect: dict[str, Any]) -> None:
    before = life.there
    life.post_fails(**effect)
    made = life.create()
    assert isinstance(made, Made)
    assert [each for each in life.there if each not in before] == [made.id]
    assert life.writes.count("POST") == 1


def test_a_post_that_has_made_nothing_leaves_nothing(life: Life) -> None:
    before = life.there
    life.post_fails(drop="beforeCommit")
    with pytest.raises(AICoreError, match="no good answer to the POST"):
        life.create()
    assert life.there == before
    life.world.emulator.faults = []
    life.next_run()
    assert isinstance(life.create(), Made), "the next run makes it"


def test_an_interruption_before_the_post_makes_nothing(life: Life) -> None:
    life.world.host.interrupted.set()
    with pytest.raises(AICoreError, match="interrupted before it was made"):
        life.create()
    assert life.writes == []


def test_nothing_is_made_for_an_engine_that_is_gone(life: Life) -> None:
    gone = Call(life.call.urn, is_active=lambda: False)
    with pytest.raises(AICoreError, match="interrupted before it was made"):
        life.kind.create(life.session, gone, life.inputs())
    assert life.writes == []


def test_a_refusal_tells_what_the_service_says(life: Life) -> None:
    body = {"error": {"code": "01010001", "message": "no more of these", "requestId": "r", "target": "", "details": {}}}
    life.post_fails(status=400, body=body)
    with pytest.raises(AICoreError) as caught:
        life.create()
    lines = str(caught.value).splitlines()
    assert 2 <= len(lines) <= 3
    assert "was refused: no more of these (HTTP 400, code 01010001, request id r)" in lines[0]
    assert lines[1].startswith("Check ")


# --- changed ----------------------------------------------------------------------------------------------------------


def test_each_input_does_what_the_table_says(life: Life) -> None:
    made = life.made()
    for key, value in life.case.replacing.items():
        difference = life.diff(made, **{key: value})
        assert key in difference.changed
        assert key in difference.replaces
    for key, value in life.case.others.items():
        assert life.diff(made, **{key: value}) == Difference((key,))


def test_a_change_in_place_is_one_patch_and_is_read_back(life: Life) -> None:
    for key, value in life.case.others.items():
        made = life.made()
        updated = life.update(made, **{key: value})
        assert isinstance(updated, Updated)
        assert life.writes.count("PATCH") == 1
        inputs = life.inputs(made.outputs, **{key: value})
        changed = Made(made.id, updated.outputs)
        life.next_run()
        assert life.found(changed, inputs).outputs == updated.outputs
        assert life.diff(changed, **{key: value}) == Difference()
        life.delete(changed)
        life.next_run()


def test_a_label_that_the_service_cannot_change_replaces_the_secret_which_goes_first() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, GENERIC_SECRET)
        made = life.made(labels={"ext.ai.sap.com/document-grounding": "true", "ext.ai.sap.com/of": "team"})
        difference = life.diff(made, labels={"ext.ai.sap.com/of": "team"})
        assert difference == Difference(("labels",), ("labels",), delete_before_replace=True)
        kept = life.diff(made, labels={"ext.ai.sap.com/document-grounding": "true"})
        assert kept == Difference(("labels",))


NAMED = [each for each in CASES if each.is_named]


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.kind)
def test_one_that_exists_is_taken_over_by_wish_and_written_where_values_are_given(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        made = life.made()
        with pytest.raises(AICoreError, match=r"exists already on .*\nGive `take_over=True`"):
            life.create()
        assert life.writes == []
        taken = life.create(take_over=True)
        assert isinstance(taken, Made)
        assert life.writes == life.patch_of_untold
        life.next_run()
        untold = {each.name: None for each in life.kind.properties if each.is_untold}
        as_it_is = life.create(take_over=True, **untold)
        assert isinstance(as_it_is, Made)
        assert life.writes == []
        life.next_run()
        without = Made(made.id, as_it_is.outputs)
        assert life.diff(without, **untold) == Difference(), "`take_over` may be removed then"
        assert set(life.diff(without).changed) == set(untold), "a value that is given later is written"
        life.delete(made)
        life.next_run()
        if not untold:
            return
        with pytest.raises(AICoreError, match=r"does not exist, and cannot be made without .*\nGive all its values"):
            life.create(take_over=True, **untold)


def test_labels_are_not_changed_without_the_data_that_the_service_wants_with_them() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, GENERIC_SECRET)
        life.made()
        with pytest.raises(AICoreError, match="cannot be taken over with another labels and without data"):
            life.create(take_over=True, data=None, labels={"ext.ai.sap.com/of": "team"})
        life.next_run()
        taken = life.made(take_over=True, data=None)
        with pytest.raises(AICoreError, match="cannot be changed without data"):
            life.update(taken, data=None, labels={"ext.ai.sap.com/of": "team"})
        assert life.writes == []


_ELSEWHERE: dict[Case, dict[str, Any]] = {
    GIT_REPOSITORY: {"url": GIT_REPOSITORY.replacing["url"]},
    APPLICATION: {"path": "others"},
}
"""The service takes a repository and a folder of one only once."""


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.kind)
def test_what_replaces_another_one_takes_over_only_what_the_program_says_anew(case: Case) -> None:
    """A replacement that was killed after its POST leaves an object that no state holds."""
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        made = life.made(take_over=None)
        left = {"name": case.replacing["name"], **_ELSEWHERE.get(case, {})}
        other = Life(made_world, case)
        other.given |= left
        other.made()
        life.next_run()

        old = Made(made.id, made.outputs | {"take_over": True})
        life.diff(old, **left, take_over=True)
        with pytest.raises(AICoreError, match="`take_over` was given for the one before it"):
            life.create(**left, take_over=True)
        life.next_run()
        # A state keeps the output of the first creation, although the program has not given it any more for long.
        life.call = replace(life.call, old_inputs=life.given)
        life.diff(old, **left, take_over=True)
        assert life.session.index.may_take_over(life.call.urn, left["name"])
        life.call = replace(life.call, old_inputs=None)
        life.next_run()
        life.diff(made, **left)
        with pytest.raises(AICoreError, match="Give `take_over=True`"):
            life.create(**left)
        assert life.writes == []
        life.next_run()
        life.diff(made, **left, take_over=True)
        taken = life.create(**left, take_over=True)
        assert isinstance(taken, Made)
        assert (taken.id, life.writes) == (left["name"], life.patch_of_untold)
        life.delete(made)
        assert life.there == [left["name"]]


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.kind)
def test_a_new_one_is_taken_over_while_the_one_before_only_waits_for_its_deletion(case: Case) -> None:
    """A replacement that ended just after its POST: the engine compares nothing any more, and makes a new one."""
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        inputs = life.inputs()
        made = life.made()
        left = {"name": case.replacing["name"], **_ELSEWHERE.get(case, {})}
        other = Life(made_world, case)
        other.given |= left
        other.made()
        life.next_run()
        life.found(made, inputs)
        with pytest.raises(AICoreError, match="Give `take_over=True`"):
            life.create(**left)
        taken = life.create(**left, take_over=True)
        assert isinstance(taken, Made)
        life.delete(made)
        assert life.there == [left["name"]]


@pytest.mark.parametrize("case", [ARTIFACT, EXECUTION], ids=lambda case: case.kind)
def test_an_object_that_waits_for_its_deletion_is_not_taken_over_by_what_replaces_it(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        made = life.made()
        inputs = life.inputs(take_over=made.id)
        life.found(made, inputs)
        made_anew = life.create(take_over=made.id)
        assert isinstance(made_anew, Made)
        assert made_anew.id != made.id


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.kind)
def test_what_the_state_holds_is_written_where_the_engine_wants_it_anew(case: Case) -> None:
    """With `--replace`; and where a killed run has deleted the one before, and made this one."""
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        inputs = life.inputs()
        made = life.made()
        life.found(made, inputs)
        again = life.create()
        assert isinstance(again, Made)
        assert life.writes == life.patch_of_untold
        life.delete(made)
        assert life.there == [made.id], "the entry of before is forgotten"


def test_labels_that_are_taken_away_are_taken_away_at_the_service() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, GENERIC_SECRET)
        made = life.made(labels={"ext.ai.sap.com/of": "team", "ext.ai.sap.com/for": "tests"})
        updated = life.update(made, labels={"ext.ai.sap.com/of": "others"})
        assert updated.outputs["labels"] == {"ext.ai.sap.com/of": "others"}


# --- repositories and applications ------------------------------------------------------------------------------------


def _failing(life: Life, **more: Any) -> None:
    """The service cannot read the repository, or bring the application in step with it."""
    key = "repositoryName" if life.case is GIT_REPOSITORY else "applicationName"
    life.world.emulator.faults = [{key: "templates", "outcome": "ERROR", **more}]


@pytest.mark.parametrize("case", [GIT_REPOSITORY, APPLICATION], ids=lambda case: case.kind)
def test_one_that_the_service_cannot_read_is_kept_and_written_again_by_the_next_run(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        _failing(life)
        failed = life.create()
        assert isinstance(failed, CreatedButFailed)
        made = Made(failed.id, failed.outputs)
        life.next_run()
        assert (life.diff(made).is_due, life.diff(made).replaces) == (True, ())
        again = life.update(made)
        assert isinstance(again, UpdatedButFailed)
        life.world.emulator.faults = []
        life.next_run()
        updated = life.update(made)
        assert isinstance(updated, Updated)
        assert life.writes == ["PATCH"]
        assert life.diff(Made(made.id, updated.outputs)) == Difference()


def test_a_repository_is_waited_for_while_it_is_onboarded() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, GIT_REPOSITORY)
        made = life.made()
        assert made.outputs["status"] == "COMPLETED"
        assert any("IN-PROGRESS" in line for line in made_world.heard)


def test_another_address_is_another_repository_and_the_old_one_goes_first() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, GIT_REPOSITORY)
        made = life.made()
        url = GIT_REPOSITORY.replacing["url"]
        assert life.diff(made, url=url) == Difference(("url",), ("url",), delete_before_replace=True)
        life.delete(made)
        assert isinstance(life.create(url=url), Made)
        (kept,) = Api(made_world.emulator, None).get(GIT_REPOSITORY.path)["resources"]
        assert kept["url"] == url


@pytest.mark.parametrize("case", [GIT_REPOSITORY, APPLICATION], ids=lambda case: case.kind)
def test_one_with_another_name_and_the_same_source_is_made_once_the_old_one_is_gone(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        made = life.made()
        name = case.replacing["name"]
        assert life.diff(made, name=name) == Difference(("name",), ("name",), delete_before_replace=True)
        life.delete(made)
        assert isinstance(life.create(name=name), Made)
        elsewhere = {"url": case.replacing["url"]} if case is GIT_REPOSITORY else {"path": "others"}
        assert not life.diff(made, name=name, **elsewhere).delete_before_replace


def test_a_sync_that_fails_tells_its_message() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, APPLICATION)
        _failing(life, syncStatus="OutOfSync", statusMessage="bad template")
        failed = life.create()
        assert isinstance(failed, CreatedButFailed)
        assert "bad template" in failed.why
        assert failed.outputs["message"] == "bad template"


def test_every_write_of_an_application_asks_for_a_sync_at_once() -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, APPLICATION)
        made = life.made()
        life.update(made, path="others")
        refreshes = [each for each in made_world.emulator.journal if each.path.endswith("/refresh")]
        assert len(refreshes) == 1


# --- gone -------------------------------------------------------------------------------------------------------------


def test_a_delete_ends_when_the_service_knows_it_no_more(life: Life) -> None:
    made = life.made()
    life.delete(made)
    if life.case is ARTIFACT:
        assert (life.writes, life.there) == ([], [made.id]), "the API cannot delete one"
        return
    assert made.id not in life.there
    assert life.writes == ["DELETE"]
    life.next_run()
    life.delete(made)
    assert life.writes == [], "it is gone already"


@pytest.mark.parametrize("effect", [{"drop": "afterCommit"}, {"drop": "beforeCommit"}], ids=["after", "before"])
def test_a_delete_without_an_answer_is_looked_after(life: Life, effect: dict[str, Any]) -> None:
    if life.case is ARTIFACT:
        return
    made = life.made()
    life.world.emulator.faults = [{"method": "DELETE", "times": 1, "effect": effect}]
    life.delete(made)
    assert made.id not in life.there


def test_a_delete_believes_that_there_is_none_only_when_the_service_says_so_twice(life: Life) -> None:
    if life.case is ARTIFACT:
        return
    made = life.made()
    life.world.emulator.faults = [
        {"method": "GET", "path": f"/v2{life.case.path}*", "times": 1, "effect": NOT_FOUND},
    ]
    life.delete(made)
    assert made.id not in life.there


def test_one_that_is_gone_is_gone_only_when_the_service_says_so_twice(life: Life) -> None:
    inputs = life.inputs()
    made = life.made()
    path = f"/v2{life.case.path}*"
    looks = 1 if life.case is APPLICATION else 2  # the others are looked for in the list first
    life.world.emulator.faults = [
        {"method": "GET", "path": path, "times": looks, "effect": NOT_FOUND},
    ]
    assert isinstance(life.read(made, inputs), Found)
    life.next_run()
    life.world.emulator.faults = [{"method": "GET", "path": path, "effect": {"status": 404, "body": "no upstream"}}]
    with pytest.raises(AICoreError):
        life.read(made, inputs)


def test_one_on_another_service_is_never_touched(life: Life) -> None:
    made = life.made()
    elsewhere = Made(made.id, made.outputs | {"service_url": "https://elsewhere.example.com"})
    with pytest.raises(WrongServiceError):
        life.read(elsewhere, life.given)
    with pytest.raises(WrongServiceError):
        life.delete(elsewhere)
    assert life.writes == []


def test_one_that_stands_in_the_state_twice_is_forgotten_once(life: Life) -> None:
    inputs = life.inputs()
    made = life.made()
    life.found(made, inputs)
    life.found(made, inputs)
    life.delete(made)
    assert life.writes == []
    assert made.id in life.there


def test_get_looks_at_one_and_finds_none(life: Life) -> None:
    made = life.made()
    name = {"name": made.id} if life.case.is_named else {}
    found = life.kind.read(life.session, Call(life.call.urn), made.id, name)
    assert isinstance(found, Found)
    assert found.outputs["service_url"] == life.world.client.url
    with pytest.raises(AICoreError, match=r"There is no .*\nCheck id and resource group"):
        life.kind.read(life.session, Call(life.call.urn), "none-of-it", {"name": "none-of-it"})


# --- executions -------------------------------------------------------------------------------------------------------


def test_an_execution_ends_completed_and_tells_its_artifacts(execution: Life) -> None:
    made = execution.create()
    assert isinstance(made, Made)
    assert made.outputs["status"] == "COMPLETED"
    assert made.outputs["output_artifacts"]
    assert any("RUNNING" in line for line in execution.world.heard)


def test_an_execution_that_fails_tells_its_last_log_lines_and_is_repeated(execution: Life) -> None:
    execution.world.emulator.faults = [{"outcome": "DEAD", "logs": ["reading", "no texts found"]}]
    failed = execution.create()
    assert isinstance(failed, CreatedButFailed)
    assert "status DEAD" in failed.why
    assert failed.why.splitlines()[-1].startswith("Its last log lines: ")
    assert "no texts found" in failed.why
    execution.next_run()
    execution.world.emulator.faults = []
    difference = execution.diff(Made(failed.id, failed.outputs))
    assert (difference.is_due, difference.replaces) == (True, ("configuration_id",))
    again = execution.create()
    assert isinstance(again, Made)
    execution.delete(Made(failed.id, failed.outputs))
    assert failed.id not in execution.there


def test_an_execution_that_is_not_waited_for_is_done_at_once_and_never_due(execution: Life) -> None:
    made = execution.made(wait=False)
    assert made.outputs["status"] != "COMPLETED"
    assert execution.diff(made, wait=False) == Difference()


def test_an_interrupted_execution_is_waited_for_by_the_next_run(execution: Life) -> None:
    execution.world.once(execution.world.host.interrupted.set, at="RUNNING")
    outcome = execution.create()
    assert isinstance(outcome, CreatedButFailed)
    assert outcome.why.endswith("it goes on from here.")
    execution.next_run()
    made = Made(outcome.id, outcome.outputs)
    difference = execution.diff(made)
    assert (difference.is_due, difference.replaces) == (True, ())
    updated = execution.update(made)
    assert isinstance(updated, Updated)
    assert updated.outputs["status"] == "COMPLETED"
    assert execution.writes == []


def test_what_a_schedule_starts_is_not_taken_for_what_a_lost_post_has_made(execution: Life) -> None:
    api = Api(execution.world.emulator)
    schedule = {"name": "hourly", "cron": "0 * * * *", "configurationId": execution.given["configuration_id"]}
    assert api.call("POST", "/lm/executionSchedules", json=schedule).ok
    execution.world.clock.step(_HOUR_S - 1.0 - execution.world.client.now.timestamp() % _HOUR_S)
    execution.post_fails(drop="beforeCommit")
    with pytest.raises(AICoreError, match="no good answer to the POST"):
        execution.create()
    (started,) = api.get("/lm/executions")["resources"]
    assert started["executionScheduleId"]


def _left_over(life: Life) -> str:
    """What a killed run of this stack has made, on a configuration that it has made."""
    body = {"configurationId": life.given["configuration_id"]} | (
        {} if life.case is EXECUTION else {"name": "nightly", "cron": "0 3 * * *"}
    )
    made = Api(life.world.emulator).call("POST", life.case.path, json=body)
    return str(made.json()["id"])


@pytest.mark.parametrize("case", [EXECUTION, SCHEDULE], ids=lambda case: case.kind)
def test_what_a_killed_run_has_made_on_a_configuration_of_the_stack_is_named(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        inputs = life.inputs()
        made = life.made()
        life.session.index.add_configuration(life.given["configuration_id"], "default")
        life.found(made, inputs)
        life.session.warn_of_orphans()
        assert made_world.host.lines == [], "the state holds it"
        left = _left_over(life)
        life.session.listed(made_world.client.executions("default")).note_write()
        life.session.listed(made_world.client.execution_schedules("default")).note_write()
        life.session.warn_of_orphans()
        (warning,) = made_world.host.lines
        assert warning.startswith("warning: execution")
        assert f"{left} (" in warning
        assert made.id not in warning


def test_an_execution_that_has_ended_is_not_named(execution: Life) -> None:
    inputs = execution.inputs()
    made = execution.made()
    _left_over(execution)
    execution.world.clock.step(2 * TRANSITION_S)
    execution.session.index.add_configuration(execution.given["configuration_id"], "default")
    execution.found(made, inputs)
    execution.session.warn_of_orphans()
    assert execution.world.host.lines == []


def test_an_execution_that_runs_is_stopped_before_it_is_deleted(execution: Life) -> None:
    made = execution.made(wait=False)
    execution.world.clock.step(TRANSITION_S / 2)
    execution.delete(made)
    assert execution.writes == ["PATCH", "DELETE"]
    assert made.id not in execution.there


def test_a_completed_execution_whose_record_is_deleted_is_not_run_again(execution: Life) -> None:
    inputs = execution.inputs()
    made = execution.made()
    Api(execution.world.emulator).call("DELETE", f"/lm/executions/{made.id}")
    execution.world.clock.step(120.0)
    assert made.id not in execution.there
    assert execution.found(made, inputs).outputs == made.outputs


@pytest.mark.parametrize("case", [ARTIFACT, EXECUTION], ids=lambda case: case.kind)
def test_one_that_exists_is_taken_over_by_its_id(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        made = life.made()
        taken = life.create(take_over=made.id)
        assert isinstance(taken, Made)
        assert (taken.id, life.writes) == (made.id, [])
        life.next_run()
        other = {"configuration_id": Api(made_world.emulator).training()} if case is EXECUTION else {"name": "others"}
        made_world.emulator.clear_journal()
        with pytest.raises(AICoreError, match="cannot be taken over: it has another"):
            life.create(take_over=made.id, **other)
        assert life.writes == []


# --- rules of single kinds --------------------------------------------------------------------------------------------


def test_a_schedule_that_is_to_be_paused_is_paused_from_the_beginning(world: World) -> None:
    life = Life(world, SCHEDULE)
    made = life.made(status="INACTIVE")
    assert made.outputs["status"] == "INACTIVE"
    assert life.diff(made, status="INACTIVE") == Difference()


def test_a_schedule_whose_pause_fails_is_kept_and_paused_by_the_next_run(world: World) -> None:
    life = Life(world, SCHEDULE)
    world.emulator.faults = [{"method": "PATCH", "effect": {"status": 400, "body": "no"}}]
    failed = life.create(status="INACTIVE")
    assert isinstance(failed, CreatedButFailed)
    assert life.there == [failed.id]
    world.emulator.faults = []
    life.next_run()
    found = life.found(Made(failed.id, failed.outputs), life.inputs(status="INACTIVE"))
    assert life.diff(Made(failed.id, found.outputs), status="INACTIVE") == Difference(("status",))


@pytest.mark.parametrize("key", ["start", "end"])
def test_a_schedule_without_its_start_or_end_is_made_anew(world: World, key: str) -> None:
    life = Life(world, SCHEDULE)
    made = life.made(**{key: "2031-01-01T00:00:00Z"})
    assert life.diff(made) == Difference((key,), (key,))
    assert life.diff(life.made()) == Difference()


def test_a_status_that_the_program_does_not_give_is_left_alone(world: World) -> None:
    life = Life(world, SCHEDULE)
    inputs = life.inputs()
    made = life.made()
    Api(world.emulator).call("PATCH", f"/lm/executionSchedules/{made.id}", json={"status": "INACTIVE"})
    found = life.found(made, inputs)
    assert found.outputs["status"] == "INACTIVE"
    assert life.diff(Made(made.id, found.outputs)) == Difference()


def test_an_execution_that_is_taken_over_is_waited_for(execution: Life) -> None:
    id_ = Api(execution.world.emulator).execute(execution.given["configuration_id"])
    execution.next_run()
    taken = execution.create(take_over=id_)
    assert isinstance(taken, Made)
    assert taken.outputs["status"] == "COMPLETED"


def test_labels_of_somebody_else_are_replaced_where_the_program_gives_some_later(world: World) -> None:
    life = Life(world, GENERIC_SECRET)
    life.made(labels={"ext.ai.sap.com/x": "1"})
    taken = life.made(take_over=True)
    assert taken.outputs["labels"] == {"ext.ai.sap.com/x": "1"}
    assert life.diff(taken) == Difference()
    updated = life.update(taken, labels={"ext.ai.sap.com/y": "2"})
    assert isinstance(updated, Updated)
    assert updated.outputs["labels"] == {"ext.ai.sap.com/y": "2"}


def test_a_fixed_label_that_the_secret_has_already_replaces_nothing(world: World) -> None:
    life = Life(world, GENERIC_SECRET)
    grounding = {"ext.ai.sap.com/document-grounding": "true"}
    life.made(labels=grounding)
    taken = life.made(take_over=True)
    assert life.diff(taken, labels=grounding) == Difference()


def test_the_default_scope_is_the_same_as_none(world: World) -> None:
    life = Life(world, GENERIC_SECRET)
    made = life.made()
    assert life.diff(made, scope="resource-group") == Difference()


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.kind)
def test_what_is_gone_does_not_hold_its_name(case: Case) -> None:
    with world_of_its_own() as made_world:
        life = Life(made_world, case)
        inputs = life.inputs()
        made = life.made()
        life.delete(made)
        life.next_run()
        assert isinstance(life.read(made, inputs), Gone)
        other = Call(f"{life.call.urn}-renamed")
        assert not life.kind.check(life.session, other, {}, life.given).failures
        assert isinstance(life.kind.create(life.session, other, inputs), Made)


def test_an_application_that_is_synced_and_broken_is_due(world: World) -> None:
    life = Life(world, APPLICATION)
    made = life.made()
    broken = Made(made.id, made.outputs | {"health_status": "Degraded"})
    assert life.diff(broken).is_due


def test_a_repository_without_login_is_waited_for(world: World) -> None:
    life = Life(world, GIT_REPOSITORY)
    made = life.made()
    untold = {"username": None, "password": None}
    under_way = Made(made.id, made.outputs | {"status": "IN-PROGRESS", "username": "", "password": ""})
    assert life.diff(under_way, **untold).is_due
    assert isinstance(life.update(under_way, **untold), Updated)
    assert life.writes == []


def test_get_refuses_what_no_object_can_have(world: World) -> None:
    life = Life(world, GENERIC_SECRET)
    with pytest.raises(AICoreError, match="scope: must be one of"):
        life.kind.read(life.session, Call(life.call.urn), "db", {"scope": "tenant"})


def test_a_list_is_no_text(world: World) -> None:
    life = Life(world, DOCKER_REGISTRY_SECRET)
    checked = life.kind.check(life.session, life.call, {}, life.given | {"password": ["a", "b"]})
    assert [(each.property, each.reason) for each in checked.failures] == [("password", "must be a text")]
