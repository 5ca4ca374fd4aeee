"""Git repositories, and the applications that synchronise them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support.client import HALF_WAY_S, TRANSITION_S, Api, error_of

VALUE = "a very private value"
URL = "https://git.example.com/team/models"
REPOSITORIES = "/admin/repositories"
APPLICATIONS = "/admin/applications"
LOGIN = {"username": "john", "password": VALUE}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator.running(transition_seconds=TRANSITION_S, clock=SteppedClock()) as running:
        yield running


def onboard(api: Api, name: str = "models", url: str = URL) -> None:
    answer = api.call("POST", REPOSITORIES, json={"name": name, "url": url, **LOGIN})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"id": name, "message": "Repository has been on-boarded."}


def apply(api: Api, name: str = "app", **more: Any) -> str:
    """Create an application; return its id."""
    source = {} if "repositoryName" in more else {"repositoryUrl": URL}
    body = {"applicationName": name, **source, "revision": "HEAD", "path": "workflows", **more}
    answer = api.call("POST", APPLICATIONS, json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["message"] == "ArgoCD application has been created"
    return str(answer.json()["id"])


def status(api: Api, name: str = "app") -> tuple[str, str]:
    found = api.get(f"{APPLICATIONS}/{name}/status")
    return found["healthStatus"], found["syncStatus"]


def message(api: Api, name: str = "app") -> str:
    return str(api.get(f"{APPLICATIONS}/{name}/status")["message"])


class TestRepositories:
    def test_a_life(self, api: Api) -> None:
        onboard(api)
        assert api.get(f"{REPOSITORIES}/models") == {"name": "models", "url": URL, "status": "IN-PROGRESS"}
        api.emulator.advance(HALF_WAY_S)
        assert api.get(REPOSITORIES) == {
            "count": 1,
            "resources": [{"name": "models", "url": URL, "status": "COMPLETED"}],
        }

        changed = api.call("PATCH", f"{REPOSITORIES}/models", json={"username": "jane", "password": "new"})
        assert (changed.status_code, changed.json()["id"]) == (200, "models")
        assert api.get(f"{REPOSITORIES}/models")["status"] == "IN-PROGRESS"
        (found,) = api.emulator.secret_digests
        assert (found["kind"], found["scope"], found["name"]) == ("repository", None, "models")
        assert found["digests"] == {
            "username": hashlib.sha256(b"jane").hexdigest(),
            "password": hashlib.sha256(b"new").hexdigest(),
        }

        deleted = api.call("DELETE", f"{REPOSITORIES}/models")
        assert deleted.json() == {"id": "models", "message": "The repository has been off-boarded."}
        assert api.get(REPOSITORIES)["count"] == 0
        for method in ("GET", "PATCH", "DELETE"):
            assert api.call(method, f"{REPOSITORIES}/models", json=LOGIN).status_code == 404

    @pytest.mark.parametrize(
        ("name", "url"),
        [("models", "https://other.example.com"), ("other", f"{URL}/"), ("other", URL.upper()), (None, URL)],
    )
    def test_one_that_exists(self, api: Api, name: str | None, url: str) -> None:
        onboard(api)
        body = {"url": url, **LOGIN} if name is None else {"name": name, "url": url, **LOGIN}
        answer = api.call("POST", REPOSITORIES, json=body)
        assert answer.status_code == 409
        assert error_of(answer)["message"] == "Repository models already exists"

    def test_without_a_name(self, api: Api) -> None:
        made = api.call("POST", REPOSITORIES, json={"url": URL, **LOGIN}).json()["id"]
        assert re.fullmatch(r"[a-z0-9-]{1,51}", made)
        assert api.get(f"{REPOSITORIES}/{made}")["url"] == URL

    @pytest.mark.parametrize(
        "change",
        [
            {"name": ""},
            {"name": "a" * 52},
            {"name": "Upper"},
            {"name": "a.b"},
            {"url": None},
            {"url": 1},
            {"username": None},
            {"password": None},
            {"password": [VALUE]},
        ],
    )
    def test_bodies_that_are_refused(self, api: Api, change: dict[str, Any]) -> None:
        answer = api.call("POST", REPOSITORIES, json={"name": "models", "url": URL, **LOGIN, **change})
        assert answer.status_code == 400
        assert VALUE not in error_of(answer)["message"]
        onboard(api, "there")
        if "username" in change or "password" in change:
            refused = api.call("PATCH", f"{REPOSITORIES}/there", json={**LOGIN, **change})
            assert refused.status_code == 400
            assert VALUE not in refused.text

    def test_names_in_the_path(self, api: Api) -> None:
        for name in ("Upper", "a.b", "a" * 52):
            assert api.call("GET", f"{REPOSITORIES}/{name}").status_code == 400
        onboard(api, "a")
        assert api.get(f"{REPOSITORIES}/a")["name"] == "a"

    def test_onboarding_that_fails(self, api: Api) -> None:
        api.emulator.faults = [{"repositoryName": "mod*", "outcome": "ERROR", "times": 1}]
        onboard(api, "other", "https://git.example.com/other")
        onboard(api)
        api.emulator.advance(HALF_WAY_S)
        assert [each["status"] for each in api.get(REPOSITORIES)["resources"]] == ["COMPLETED", "ERROR"]
        apply(api)
        api.emulator.advance(HALF_WAY_S)
        assert "not accessible" in message(api)

        api.call("PATCH", f"{REPOSITORIES}/models", json=LOGIN)
        api.emulator.advance(HALF_WAY_S)
        assert api.get(f"{REPOSITORIES}/models")["status"] == "COMPLETED"

    def test_onboarding_that_waits_for_reads(self, api: Api) -> None:
        api.emulator.pace = {"transitions": {"onboarding": {"reads": 2}}}
        onboard(api)
        seen = [api.get(f"{REPOSITORIES}/models")["status"], api.get(REPOSITORIES)["resources"][0]["status"]]
        assert [*seen, api.get(f"{REPOSITORIES}/models")["status"]] == ["IN-PROGRESS", "IN-PROGRESS", "COMPLETED"]

    def test_a_quota_and_pages(self, api: Api) -> None:
        api.emulator.faults = [{"repositoryQuota": 2}]
        for index in range(2):
            onboard(api, f"r{index}", f"{URL}/{index}")
        refused = api.call("POST", REPOSITORIES, json={"url": URL, **LOGIN})
        assert refused.status_code == 400
        assert "Quota of 2 repositories" in error_of(refused)["message"]
        listed = api.get(REPOSITORIES, **{"$top": 1, "$skip": 1, "$count": "true"})
        assert (listed["count"], [each["name"] for each in listed["resources"]]) == (2, ["r1"])

    def test_a_list_that_is_behind_shows_the_status_of_that_moment(self, api: Api) -> None:
        onboard(api)
        api.emulator.advance(TRANSITION_S)
        api.emulator.faults = [{"effect": {"staleListSeconds": TRANSITION_S}}]

        assert [each["status"] for each in api.get(REPOSITORIES)["resources"]] == ["IN-PROGRESS"]
        assert api.get(f"{REPOSITORIES}/models")["status"] == "COMPLETED"

    def test_no_value_is_kept_anywhere(self, tmp_path: Path) -> None:
        with Emulator.running(state=tmp_path / "state.db", clock=SteppedClock()) as emulator:
            api = Api(emulator)
            onboard(api)
            api.call("PATCH", f"{REPOSITORIES}/models", json=LOGIN)
            seen = repr(emulator.journal) + api.session.get(f"{api.url}/_emulator/overview", timeout=10).text
            before = emulator.secret_digests
            api.session.close()
        assert VALUE not in seen
        assert VALUE.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        with Emulator.running(state=tmp_path / "state.db", clock=SteppedClock()) as emulator:
            assert emulator.secret_digests == before


class TestApplications:
    def test_a_life(self, api: Api) -> None:
        onboard(api)
        made = apply(api)
        # The service puts something before the name; the path takes both.
        assert made.endswith("-app")
        shown = {"applicationName": made, "repositoryUrl": URL, "revision": "HEAD", "path": "workflows"}
        assert api.get(f"{APPLICATIONS}/app") == shown
        assert api.get(f"{APPLICATIONS}/{made}") == shown
        assert api.get(APPLICATIONS) == {"count": 1, "resources": [shown]}

        change = {"repositoryUrl": URL, "revision": "v2", "path": "other"}
        changed = api.call("PATCH", f"{APPLICATIONS}/app", json=change)
        assert changed.json() == {"id": made, "message": "ArgoCD application has been updated"}
        assert api.get(f"{APPLICATIONS}/app") == {"applicationName": made, **change}

        deleted = api.call("DELETE", f"{APPLICATIONS}/app")
        assert deleted.json() == {"id": made, "message": "ArgoCD application has been deleted"}
        assert api.get(APPLICATIONS)["count"] == 0
        for method, below in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/status"), ("POST", "/refresh")):
            assert api.call(method, f"{APPLICATIONS}/app{below}", json=change).status_code == 404

    def test_a_sync(self, api: Api) -> None:
        onboard(api)
        apply(api)
        first = api.get(f"{APPLICATIONS}/app/status")
        assert (first["healthStatus"], first["syncStatus"]) == ("Progressing", "OutOfSync")
        assert first["source"] == {"repoURL": URL, "path": "workflows", "revision": "HEAD"}
        assert (first["syncFinishedAt"], first["reconciledAt"]) == ("Unknown", "Unknown")

        api.emulator.advance(TRANSITION_S)
        synced = api.get(f"{APPLICATIONS}/app/status")
        assert (synced["healthStatus"], synced["syncStatus"]) == ("Healthy", "Synced")
        assert synced["message"] == "successfully synced (all tasks run)"
        assert re.fullmatch(r"[0-9a-f]{40}", synced["source"]["revision"])
        assert first["syncStartedAt"] == synced["syncStartedAt"] < synced["syncFinishedAt"] == synced["reconciledAt"]
        assert synced["syncResourcesStatus"] == synced["syncRessourcesStatus"] == []

        # A change of the source starts anew; a refresh keeps what is known until it has ended.
        api.call("PATCH", f"{APPLICATIONS}/app", json={"repositoryUrl": URL, "revision": "v2", "path": "p"})
        assert status(api) == ("Progressing", "OutOfSync")
        api.emulator.advance(TRANSITION_S)
        before = api.get(f"{APPLICATIONS}/app/status")
        assert before["source"]["revision"] != synced["source"]["revision"]
        refreshed = api.call("POST", f"{APPLICATIONS}/app/refresh")
        assert refreshed.status_code == 202
        assert "refresh has been scheduled" in refreshed.json()["message"]
        assert api.get(f"{APPLICATIONS}/app/status") == before
        api.emulator.advance(TRANSITION_S)
        assert api.get(f"{APPLICATIONS}/app/status")["reconciledAt"] > before["reconciledAt"]

    def test_it_syncs_again_by_itself(self, api: Api) -> None:
        onboard(api)
        apply(api)
        api.emulator.advance(TRANSITION_S)
        seen = [api.get(f"{APPLICATIONS}/app/status")["reconciledAt"]]
        for wait in (170, 20, 20_000):
            api.emulator.advance(wait)
            seen.append(api.get(f"{APPLICATIONS}/app/status")["reconciledAt"])
            assert status(api) == ("Healthy", "Synced")
        assert seen[0] == seen[1] < seen[2] < seen[3]

    def test_an_unknown_repository(self, api: Api) -> None:
        """Its name is refused, its URL is not: the sync fails until the repository is there."""
        body = {"repositoryName": "models", "revision": "HEAD", "path": "p"}
        refused = api.call("POST", APPLICATIONS, json=body)
        assert refused.status_code == 400
        assert "models not found" in error_of(refused)["message"]

        apply(api)
        api.emulator.advance(TRANSITION_S)
        failed = api.get(f"{APPLICATIONS}/app/status")
        assert f"application repo {URL} is not permitted in project" in failed["message"]
        assert set(failed["source"].values()) == {failed["healthStatus"], failed["syncStatus"]} == {"Unknown"}

        onboard(api)
        api.emulator.advance(180 + TRANSITION_S)
        assert status(api) == ("Healthy", "Synced")
        api.call("DELETE", f"{REPOSITORIES}/models")
        assert status(api) == ("Healthy", "Synced")
        api.call("POST", f"{APPLICATIONS}/app/refresh")
        api.emulator.advance(TRANSITION_S)
        assert status(api) == ("Unknown", "Unknown")

    def test_case_matters_in_the_url_of_an_application(self, api: Api) -> None:
        onboard(api)
        apply(api, repositoryUrl=URL.upper())
        api.emulator.advance(TRANSITION_S)
        assert "is not permitted" in message(api)

    def test_by_the_name_of_a_repository(self, api: Api) -> None:
        onboard(api)
        made = api.call("POST", APPLICATIONS, json={"repositoryName": "models", "revision": "HEAD", "path": "p"})
        assert made.status_code == 200
        assert api.get(f"{APPLICATIONS}/{made.json()['id']}")["repositoryUrl"] == URL
        api.emulator.advance(TRANSITION_S)
        assert status(api, made.json()["id"]) == ("Healthy", "Synced")

    def test_an_empty_path(self, api: Api) -> None:
        onboard(api)
        apply(api, path="")
        api.emulator.advance(TRANSITION_S)
        assert message(api).startswith("spec.source.repoURL and spec.source.path")

    def test_two_with_one_source(self, api: Api) -> None:
        onboard(api)
        apply(api)
        apply(api, "second")
        apply(api, "third", path="other")
        api.emulator.advance(TRANSITION_S)
        assert status(api) == status(api, "third") == ("Healthy", "Synced")
        assert status(api, "second") == ("Degraded", "OutOfSync")
        assert "app synchronises the same source" in message(api, "second")

    def test_syncs_that_a_rule_lets_fail(self, api: Api) -> None:
        onboard(api)
        api.emulator.faults = [
            {"applicationName": "ap*", "outcome": "ERROR", "statusMessage": "bad template", "times": 1},
            {"applicationName": "lost", "outcome": "ERROR", "syncStatus": "Unknown"},
        ]
        apply(api)
        apply(api, "lost", path="other")
        api.emulator.advance(TRANSITION_S)
        assert (status(api), message(api)) == (("Degraded", "OutOfSync"), "bad template")
        assert status(api, "lost") == ("Unknown", "Unknown")
        assert message(api, "lost")

        api.call("POST", f"{APPLICATIONS}/app/refresh")
        assert message(api) == "bad template"
        api.emulator.advance(TRANSITION_S)
        assert status(api) == ("Healthy", "Synced")

    def test_a_sync_that_waits_for_reads(self, api: Api) -> None:
        onboard(api)
        api.emulator.pace = {"transitions": {"syncing": {"reads": 2}}}
        apply(api)
        assert [status(api)[1] for _ in range(3)] == ["OutOfSync", "OutOfSync", "Synced"]

    def test_one_that_exists(self, api: Api) -> None:
        apply(api)
        body = {"applicationName": "app", "repositoryUrl": URL, "revision": "HEAD", "path": "p"}
        again = api.call("POST", APPLICATIONS, json=body)
        assert again.status_code == 409
        assert error_of(again)["message"] == "Application app already exists"

    @pytest.mark.parametrize(
        "change",
        [
            {"applicationName": "ab"},
            {"applicationName": "a" * 55},
            {"applicationName": "Upper"},
            {"applicationName": "a_b"},
            {"repositoryUrl": None},
            {"repositoryName": "models"},
            {"revision": None},
            {"path": None},
            {"path": 1},
        ],
    )
    def test_bodies_that_are_refused(self, api: Api, change: dict[str, Any]) -> None:
        onboard(api)
        body = {"applicationName": "app", "repositoryUrl": URL, "revision": "HEAD", "path": "p", **change}
        assert api.call("POST", APPLICATIONS, json=body).status_code == 400
        apply(api, "there")
        if not {"applicationName", "repositoryName"} & change.keys():
            assert api.call("PATCH", f"{APPLICATIONS}/there", json=body).status_code == 400

    def test_names_in_the_path(self, api: Api) -> None:
        for name in ("ab", "Upper", "a_b", "a" * 64):
            for method, below in (("GET", ""), ("GET", "/status"), ("POST", "/refresh")):
                assert api.call(method, f"{APPLICATIONS}/{name}{below}").status_code == 400
        longest = "a" * 54
        assert len(apply(api, longest)) == 63

    def test_a_quota_and_pages(self, api: Api) -> None:
        api.emulator.faults = [{"applicationQuota": 2}]
        for index in range(2):
            apply(api, f"app-{index}")
        body = {"repositoryUrl": URL, "revision": "HEAD", "path": "p"}
        assert api.call("POST", APPLICATIONS, json=body).status_code == 400
        listed = api.get(APPLICATIONS, **{"$top": 1, "$count": "true"})
        assert (listed["count"], len(listed["resources"])) == (2, 1)

    def test_request_faults_and_stale_lists(self, api: Api) -> None:
        apply(api, "old")
        api.emulator.advance(100)
        apply(api, "new")
        api.call("DELETE", f"{APPLICATIONS}/old")
        api.emulator.faults = [
            {"path": "/v2/admin/applications", "effect": {"staleListSeconds": 60}},
            {"path": "/v2/admin/applications/*/refresh", "effect": {"status": 429}},
        ]
        assert [each["applicationName"][9:] for each in api.get(APPLICATIONS)["resources"]] == ["old"]
        assert api.call("POST", f"{APPLICATIONS}/new/refresh").status_code == 429

    def test_over_a_restart(self, tmp_path: Path) -> None:
        clock = SteppedClock()
        settings: dict[str, Any] = {"state": tmp_path / "s.db", "clock": clock, "transition_seconds": TRANSITION_S}
        with Emulator.running(**settings) as emulator:
            api = Api(emulator)
            onboard(api)
            apply(api)
            api.session.close()
        clock.sleep(TRANSITION_S)
        with Emulator.running(**settings) as emulator:
            api = Api(emulator)
            assert status(api) == ("Healthy", "Synced")
            before = api.get(f"{APPLICATIONS}/app/status")
            api.session.close()
        with Emulator.running(**settings) as emulator:
            api = Api(emulator)
            assert api.get(f"{APPLICATIONS}/app/status") == before
            api.session.close()


def test_each_tenant_has_its_own() -> None:
    with Emulator.running(tenants=["other"]) as emulator:
        first, second = Api(emulator), Api(emulator, client="other")
        onboard(first)
        ids = {apply(first), apply(second)}
        assert len(ids) == 2
        assert second.get(REPOSITORIES)["count"] == 0
        assert {each["tenant"] for each in emulator.secret_digests} == {"emulator"}
        first.session.close()
        second.session.close()
