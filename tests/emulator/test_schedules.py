"""Execution schedules over HTTP: when they start executions, what changes them, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import Api, error_of

HOUR_S = 3600
START = dt.datetime(2026, 11, 26, 10, 30, tzinfo=dt.timezone.utc).timestamp()


@pytest.fixture
def emulator() -> Any:
    with Emulator.running(transition_seconds=0, clock=SteppedClock(START)) as running:
        yield running


def create(api: Api, **more: Any) -> str:
    configuration = more.pop("configurationId", None) or api.training()
    body = {"name": "nightly", "cron": "0 * * * *", "configurationId": configuration, **more}
    answer = api.call("POST", "/lm/executionSchedules", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def change(api: Api, schedule: str, **body: Any) -> int:
    return api.call("PATCH", f"/lm/executionSchedules/{schedule}", json=body).status_code


def show(api: Api, schedule: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/lm/executionSchedules/{schedule}")
    return found


def started(api: Api, schedule: str) -> list[str]:
    """When the executions of a schedule were created."""
    found = api.get("/lm/executions", executionScheduleId=schedule)["resources"]
    assert {each["executionScheduleId"] for each in found} <= {schedule}
    return [each["createdAt"][:16] for each in found]


def test_one_reads_back_as_it_was_made(api: Api) -> None:
    configuration = api.training()
    body = {
        "name": "nightly",
        "cron": "0 3 * * *",
        "configurationId": configuration,
        "start": "2026-12-01T01:00:00+01:00",
        "end": "2027-01-01T00:00:00.5Z",
    }
    answer = api.call("POST", "/lm/executionSchedules", json=body)
    schedule = answer.json()["id"]

    assert answer.json() == {"id": schedule, "message": "Execution Schedule created"}
    assert answer.headers["Location"].endswith(f"/v2/lm/executionSchedules/{schedule}")
    assert show(api, schedule) == {
        **body,
        "id": schedule,
        "start": "2026-12-01T00:00:00Z",
        "end": "2027-01-01T00:00:00Z",
        "status": "ACTIVE",
        "createdAt": "2026-11-26T10:30:00Z",
        "modifiedAt": "2026-11-26T10:30:00Z",
    }
    assert api.get("/lm/executionSchedules") == {"count": 1, "resources": [show(api, schedule)]}


def test_without_start_and_end_it_begins_now_and_goes_on(api: Api) -> None:
    schedule = create(api)

    shown = show(api, schedule)
    assert shown["start"] == shown["createdAt"]
    assert "end" not in shown
    assert started(api, schedule) == []
    api.emulator.advance(3 * HOUR_S)
    assert started(api, schedule) == ["2026-11-26T11:00", "2026-11-26T12:00", "2026-11-26T13:00"]
    assert {each["status"] for each in api.get("/lm/executions")["resources"]} == {"COMPLETED"}


def test_it_runs_from_its_start_until_its_end(api: Api) -> None:
    schedule = create(api, start="2026-11-26T12:00:00Z", end="2026-11-26T14:00:00Z")

    api.emulator.advance(3 * HOUR_S)
    assert show(api, schedule)["status"] == "ACTIVE"
    api.emulator.advance(HOUR_S)
    assert started(api, schedule) == ["2026-11-26T12:00", "2026-11-26T13:00"]
    assert show(api, schedule)["status"] == "INACTIVE"
    assert change(api, schedule, status="ACTIVE") == 400
    assert change(api, schedule, end="2026-11-26T16:00:00Z", status="ACTIVE") == 202
    api.emulator.advance(HOUR_S)
    assert started(api, schedule)[2:] == ["2026-11-26T15:00"]


def test_stopped_and_resumed_it_does_not_make_up_for_missed_runs(api: Api) -> None:
    schedule = create(api)
    assert change(api, schedule, status="INACTIVE") == 202
    assert show(api, schedule)["status"] == "INACTIVE"
    api.emulator.advance(2 * HOUR_S)
    assert started(api, schedule) == []
    assert change(api, schedule, status="ACTIVE") == 202
    api.emulator.advance(HOUR_S)
    assert started(api, schedule) == ["2026-11-26T13:00"]


def test_a_change_in_the_minute_of_a_run_does_not_repeat_it(api: Api) -> None:
    schedule = create(api)
    api.emulator.advance(HOUR_S / 2)

    assert change(api, schedule, cron="0 */2 * * *") == 202
    assert change(api, schedule, cron="0 * * * *") == 202
    assert started(api, schedule) == ["2026-11-26T11:00"]
    api.emulator.advance(HOUR_S)
    assert started(api, schedule) == ["2026-11-26T11:00", "2026-11-26T12:00"]


def test_another_configuration_from_the_next_run_on(api: Api) -> None:
    first, second = api.training("first"), api.training("second")
    schedule = create(api, configurationId=first)
    api.emulator.advance(HOUR_S)
    answer = api.call(
        "PATCH", f"/lm/executionSchedules/{schedule}", json={"configurationId": second, "name": "ignored"}
    )
    assert answer.json() == {"id": schedule, "message": "Execution Schedule modified"}
    api.emulator.advance(HOUR_S)

    executions = api.get("/lm/executions")["resources"]
    assert [each["configurationName"] for each in executions] == ["first", "second"]
    shown = show(api, schedule)
    assert (shown["name"], shown["configurationId"], shown["modifiedAt"]) == (
        "nightly",
        second,
        "2026-11-26T11:30:00Z",
    )


def test_deleted_it_starts_nothing_more_and_its_executions_stay(api: Api) -> None:
    schedule = create(api)
    api.emulator.advance(HOUR_S)

    answer = api.call("DELETE", f"/lm/executionSchedules/{schedule}")
    assert (answer.status_code, answer.json()) == (202, {"id": schedule, "message": "Execution Schedule deleted"})
    assert api.call("GET", f"/lm/executionSchedules/{schedule}").status_code == 404
    api.emulator.advance(HOUR_S)
    assert started(api, schedule) == ["2026-11-26T11:00"]


def test_what_it_starts_can_die(api: Api) -> None:
    api.emulator.faults = [{"configurationName": "bad", "outcome": "DEAD", "times": 1}]
    create(api, configurationId=api.training("bad"))
    api.emulator.advance(2 * HOUR_S)

    assert [each["status"] for each in api.get("/lm/executions")["resources"]] == ["DEAD", "COMPLETED"]


def test_far_ahead_only_the_last_runs_are_started(api: Api) -> None:
    create(api)
    api.emulator.advance(10 * 365 * 24 * HOUR_S)
    later = Api(api.emulator)

    assert later.call("GET", "/lm/executions/$count").text == "1000"
    assert later.get("/lm/executions")["resources"][-1]["createdAt"] == "2036-11-23T10:00:00Z"
    later.session.close()


def test_filters(api: Api) -> None:
    configuration = api.training()
    first, second = create(api, configurationId=configuration), create(api)
    change(api, second, status="INACTIVE")

    def found(**filters: str) -> list[str]:
        ids = [each["id"] for each in api.get("/lm/executionSchedules", **filters)["resources"]]
        assert api.call("GET", "/lm/executionSchedules/$count", params=filters).text == str(len(ids))
        return ids

    assert found() == [first, second]
    assert found(configurationId=configuration) == [first]
    assert found(status="INACTIVE") == [second]
    assert found(status="ACTIVE", configurationId="none-of-them") == []
    page = api.get("/lm/executionSchedules", **{"$top": "1", "$skip": "1"})
    assert (page["count"], page["resources"][0]["id"]) == (1, second)
    assert api.call("GET", "/lm/executionSchedules", params={"status": "active"}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"cron": "0 * * *"},
        {"cron": "*/30 * * * *"},
        {"cron": None},
        {"name": None},
        {"name": "x" * 257},
        {"start": "tomorrow"},
        {"start": None},
        {"end": "2026-11-26 12:00:00Z"},
        {"end": "9999-12-31T23:59:59-10:00"},
        {"end": "2026-11-26T10:30:00Z"},
        {"start": "2026-11-26T12:00:00Z", "end": "2026-11-26T12:00:00Z"},
        {"configurationId": "unknown"},
    ],
)
def test_bodies_that_are_refused(api: Api, wrong: dict[str, Any]) -> None:
    body = {"name": "nightly", "cron": "0 * * * *", "configurationId": api.training(), **wrong}

    answer = api.call("POST", "/lm/executionSchedules", json=body)
    assert answer.status_code == 400, answer.text
    assert error_of(answer)["message"]
    if "name" not in wrong:
        assert change(api, create(api), **wrong) == 400


def test_a_list_that_is_behind_shows_the_status_of_that_moment(api: Api) -> None:
    schedule = create(api, end="2026-11-26T11:30:00Z")
    api.emulator.advance(HOUR_S + 5)
    api.emulator.faults = [{"effect": {"staleListSeconds": 10}}]

    (listed,) = api.get("/lm/executionSchedules", status="ACTIVE")["resources"]

    assert (listed["id"], listed["status"]) == (schedule, "ACTIVE")
    assert show(api, schedule)["status"] == "INACTIVE"


def test_one_that_is_not_there(api: Api) -> None:
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        assert api.call(method, "/lm/executionSchedules/unknown", json=body).status_code == 404
        assert api.call(method, "/lm/executionSchedules/x", json=body).status_code == 400
    deployable = {"name": "x", "cron": "0 0 * * *", "configurationId": api.configuration()}
    assert api.call("POST", "/lm/executionSchedules", json=deployable).status_code == 400


def test_they_survive_a_restart(tmp_path: Any) -> None:
    state, clock = tmp_path / "state.db", SteppedClock(START)
    with Emulator.running(state=state, clock=clock) as emulator:
        api = Api(emulator)
        schedule = create(api)
        api.emulator.advance(HOUR_S)
        before = show(api, schedule)
        api.session.close()
    with Emulator.running(state=state, clock=clock) as emulator:
        api = Api(emulator)
        assert show(api, schedule) == before
        api.emulator.advance(HOUR_S)
        assert started(api, schedule) == ["2026-11-26T11:00", "2026-11-26T12:00"]
        api.session.close()
