"""A clock for each transition: at once, after n reads, after n seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from aicore_provider.emulator import Emulator, InvalidPace, SteppedClock
from tests.support.client import TRANSITION_S, Api

DAY_S = 86_400


def statuses(api: Api, deployment: str, reads: int) -> list[str]:
    """What the next reads show; "GONE" for a 404."""
    answers = [api.call("GET", f"/lm/deployments/{deployment}") for _ in range(reads)]
    return [answer.json()["status"] if answer.ok else "GONE" for answer in answers]


class TestAfterReads:
    def test_n_answers_show_the_old_status_and_the_next_one_the_new(self, api: Api) -> None:
        api.emulator.pace = {"transitions": {"submitted": {"reads": 2}, "starting": {"reads": 1}}}

        deployment = api.create(api.configuration())

        assert statuses(api, deployment, 4) == ["UNKNOWN", "UNKNOWN", "PENDING", "RUNNING"]

    def test_time_does_not_count_and_neither_do_other_requests(self, api: Api) -> None:
        api.emulator.pace = {"transitions": {"submitted": {"reads": 1}}}
        deployment = api.create(api.configuration())

        api.emulator.advance(DAY_S // 2 - 200)
        for _ in range(3):
            assert api.stop(deployment).status_code == 400
            assert api.call("GET", "/lm/deployments/$count").text == "1"
            assert api.ask(deployment).status_code == 404

        assert statuses(api, deployment, 2) == ["UNKNOWN", "PENDING"]

    @pytest.mark.parametrize("filters", [{}, {"status": "PENDING"}, {"$select": "status"}])
    def test_a_list_reads_all_whatever_it_shows(self, api: Api, filters: dict[str, str]) -> None:
        api.emulator.pace = {"transitions": {"submitted": {"reads": 1}}}
        deployments = {api.create(api.configuration()) for _ in range(2)}

        api.get("/lm/deployments", **filters)

        assert {each["status"] for each in api.get("/lm/deployments", **filters)["resources"]} == {"PENDING"}
        assert set(api.ids()) == deployments

    def test_a_switch_a_stop_and_a_deletion(self, api: Api) -> None:
        transitions = ("switch-accepted", "switching", "stopping", "deleting")
        deployment = api.running(api.configuration("2025-05-01"))
        api.emulator.pace = {"transitions": {each: {"reads": 1} for each in transitions}}

        api.switch(deployment, api.configuration())
        assert statuses(api, deployment, 3) == ["RUNNING", "PENDING", "RUNNING"]
        api.stop(deployment)
        assert statuses(api, deployment, 2) == ["STOPPING", "STOPPED"]
        api.delete(deployment)
        assert statuses(api, deployment, 2) == ["STOPPED", "GONE"]
        assert api.ids() == []

    def test_resource_groups(self, api: Api) -> None:
        label = {"key": "ext.ai.sap.com/owner", "value": "x"}
        transitions = ("provisioning", "relabelling", "removing")
        api.emulator.pace = {"transitions": {each: {"reads": 1} for each in transitions}}
        path = "/admin/resourceGroups/team-b"

        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        assert [api.get(path)["status"] for _ in range(2)] == ["PROVISIONING", "PROVISIONED"]
        api.call("PATCH", path, json={"labels": [label]})
        assert [api.get(path)["labels"] for _ in range(2)] == [[], [label]]
        api.call("DELETE", path)
        assert api.get("/admin/resourceGroups")["count"] == 2
        assert api.call("GET", path).status_code == 404

    def test_the_count_survives_a_restart(self, tmp_path: Path) -> None:
        settings: dict[str, Any] = {"state": tmp_path / "state.db", "clock": SteppedClock()}
        with Emulator.running(**settings, pace={"transitions": {"submitted": {"reads": 3}}}) as emulator:
            api = Api(emulator)
            deployment = api.create(api.configuration())
            assert statuses(api, deployment, 2) == ["UNKNOWN"] * 2
            api.session.close()
        with Emulator.running(**settings) as emulator:
            api = Api(emulator)
            assert statuses(api, deployment, 2) == ["UNKNOWN", "PENDING"]
            api.session.close()


class TestAtOnceAndAfterSeconds:
    def test_each_transition_has_its_own(self, api: Api) -> None:
        api.emulator.pace = {
            "transitions": {"submitted": "atOnce", "starting": {"seconds": 100}, "dead": {"seconds": 5}}
        }
        api.emulator.faults = [{"outcome": "DEAD", "model": "gpt-5"}]
        deployment = api.create(api.configuration())
        dead = api.create(api.configuration(model="gpt-5"))

        assert statuses(api, deployment, 1) == ["PENDING"]
        api.emulator.advance(99)
        assert statuses(api, deployment, 1) == ["PENDING"]
        api.emulator.advance(1)
        assert statuses(api, deployment, 1) == ["RUNNING"]
        assert statuses(api, dead, 1) == ["DEAD"]
        api.emulator.advance(5)
        assert statuses(api, dead, 1) == ["GONE"]

    def test_what_is_not_named_goes_as_the_emulator_was_started(self, api: Api) -> None:
        api.emulator.pace = {"transitions": {"stopping": "atOnce"}}

        deployment = api.running(api.configuration())
        api.stop(deployment)

        assert statuses(api, deployment, 1) == ["STOPPED"]

    def test_another_total(self, api: Api) -> None:
        api.emulator.pace = {"transitionSeconds": 100}
        deployment = api.create(api.configuration())

        api.emulator.advance(TRANSITION_S)
        assert statuses(api, deployment, 1) == ["UNKNOWN"]
        api.emulator.advance(100)
        assert statuses(api, deployment, 1) == ["RUNNING"]


def test_the_jitter_is_repeatable_and_bounded(api: Api) -> None:
    def durations(seed: int) -> list[int]:
        """Half seconds that each of some deployments takes to leave UNKNOWN, which is 10 s long."""
        api.emulator.pace = {"transitions": {"submitted": {"seconds": 10}}, "jitter": 0.5, "seed": seed}
        made = [api.create(api.configuration()) for _ in range(8)]
        taken = dict.fromkeys(made, 0)
        for _ in range(40):
            for deployment in made:
                taken[deployment] += api.deployment(deployment)["status"] == "UNKNOWN"
            api.emulator.advance(0.5)
        return list(taken.values())

    first, again, other = durations(1), durations(1), durations(2)

    assert first == again != other
    assert len(set(first)) > 3
    assert all(10 <= each <= 30 for each in first + other)


class TestTheFormat:
    PACE: ClassVar = {"transitionSeconds": 3, "transitions": {"switching": {"reads": 1}}, "jitter": 0.1, "seed": 4}

    def test_over_http_it_reads_back_as_given(self, api: Api) -> None:
        url = f"{api.url}/_emulator/pace"

        assert requests.put(url, json=self.PACE, timeout=10).json() == self.PACE == api.emulator.pace
        assert requests.get(url, timeout=10).json() == self.PACE
        assert requests.delete(url, timeout=10).json() == {} == api.emulator.pace

    @pytest.mark.parametrize(
        "pace",
        [
            [],
            "fast",
            None,
            {"speed": 1},
            {"transitionSeconds": -1},
            {"jitter": 1.5},
            {"seed": "x"},
            {"transitions": {"flying": "atOnce"}},
            {"transitions": {"serving": "atOnce"}},
            {"transitions": {"starting": "soon"}},
            {"transitions": {"starting": {}}},
            {"transitions": {"starting": {"seconds": 1, "reads": 1}}},
            {"transitions": {"starting": {"reads": -1}}},
            {"transitions": {"starting": {"seconds": -1}}},
        ],
    )
    def test_what_is_wrong_is_refused_and_the_old_one_stays(self, api: Api, pace: Any) -> None:
        api.emulator.pace = self.PACE

        answer = requests.put(f"{api.url}/_emulator/pace", json=pace, timeout=10)

        assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
        assert api.emulator.pace == self.PACE
        with pytest.raises(InvalidPace):
            api.emulator.pace = pace
