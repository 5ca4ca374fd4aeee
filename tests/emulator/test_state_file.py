"""The state file, with the real command as a process of its own that is killed without warning."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path

import pytest
import requests

from aicore_provider.emulator import Emulator, StateFileError, SteppedClock
from tests.emulator.process import process
from tests.support.client import TRANSITION_S, Api, error_of, token


def test_everything_answered_survives_a_kill(tmp_path: Path) -> None:
    state = str(tmp_path / "state.db")
    with process("--state", state, "--transition-seconds", "3600") as (first, url):
        api = Api(url)
        configuration = api.configuration("2025-05-01", name="survivor")
        other = api.configuration()
        running, stopped, deleted = (api.create(configuration) for _ in range(3))
        assert api.delete(deleted).status_code == 202
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        api.session.post(f"{url}/_emulator/clock", json={"advanceSeconds": 3600}, timeout=10)
        assert api.switch(running, other).status_code == 202
        assert api.stop(stopped).status_code == 202
        expected = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        bearer = api.session.headers["Authorization"]
        api.session.close()
        os.kill(first.pid, signal.SIGKILL)

    with process("--state", state, "--transition-seconds", "3600") as (_, url):
        api = Api(url)
        api.session.headers["Authorization"] = bearer
        found = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        for each in (*expected.values(), *found.values()):
            each["deploymentUrl"] = each["deploymentUrl"].partition("/v2/")[2]

        assert found == expected
        assert [each["name"] for each in api.get("/lm/configurations")["resources"]] == ["survivor", "chat"]
        assert {each["resourceGroupId"] for each in api.get("/admin/resourceGroups")["resources"]} == {
            "default",
            "team-b",
        }
        assert api.answering(running) == "2025-05-01"
        api.session.close()


def test_killed_in_a_storm_of_writes(tmp_path: Path) -> None:
    """Whatever was answered is there; whatever is there can be read. Four clients create and delete."""
    state = str(tmp_path / "state.db")
    created: dict[str, str] = {}
    deleted: set[str] = set()
    for writes in (5, 60, 100):
        with process("--state", state, "--transition-seconds", "3600") as (running, url):
            enough = threading.Semaphore(0)
            clients = [
                threading.Thread(target=write_until_killed, args=(url, created, deleted, enough)) for _ in range(4)
            ]
            for client in clients:
                client.start()
            for _ in range(writes):
                assert enough.acquire(timeout=30)
            running.kill()
            for client in clients:
                client.join()

    with Emulator.running(state=state) as emulator:
        api = Api(emulator)
        found = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        assert set(created) <= set(found)
        assert {found[each]["targetStatus"] for each in deleted} == {"DELETED"}
        assert all(found[each]["configurationId"] == configuration for each, configuration in created.items())
        # Of each client in each round, one create may have been carried out without being answered.
        assert len(found) <= len(created) + 12
        api.session.close()


def write_until_killed(url: str, created: dict[str, str], deleted: set[str], enough: threading.Semaphore) -> None:
    """Note what was answered, until nothing is answered any more."""
    api = Api(url)
    with api.session, contextlib.suppress(requests.ConnectionError):
        while True:
            configuration = api.configuration()
            deployment = api.create(configuration)
            created[deployment] = configuration
            if len(created) % 2 and api.delete(deployment).ok:
                deleted.add(deployment)
            enough.release()


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited here")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """Refused in words, nothing half done; what was there before can be read, then and later."""
    import resource

    state = str(tmp_path / "state.db")

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    with process("--state", state, preexec_fn=limit_files) as (running, url):
        api = Api(url)
        made = []
        while True:
            answer = api.call("POST", "/lm/configurations", json=LARGE)
            if not answer.ok:
                break
            made.append(answer.json()["id"])
        assert answer.status_code == 500
        assert f"cannot write the state file {state}" in error_of(answer)["message"]
        assert [each["id"] for each in api.get("/lm/configurations")["resources"]] == made
        api.session.close()
        running.terminate()
        assert running.stderr is not None
        said = running.stderr.read()
    assert "Traceback" not in said
    assert said.startswith("cannot write the state file")
    with Emulator.running(state=state) as emulator:
        api = Api(emulator)
        assert [each["id"] for each in api.get("/lm/configurations")["resources"]] == made
        api.session.close()


LARGE = {
    "name": "large",
    "scenarioId": "foundation-models",
    "executableId": "azure-openai",
    "parameterBindings": [{"key": "k", "value": "v" * 5000}] * 5,
}


def test_in_process_over_a_restart(tmp_path: Path) -> None:
    state, clock = tmp_path / "state.db", SteppedClock()
    with Emulator.running(state=state, clock=clock, transition_seconds=TRANSITION_S) as emulator:
        api = Api(emulator)
        emulator.faults = [{"outcome": "DEAD", "after": "switch", "statusDetails": {"a": [1]}, "logs": ["last words"]}]
        deployment = api.running(api.configuration("2025-05-01"))
        deleted = api.create(api.configuration())
        api.delete(deleted)
        api.switch(deployment, api.configuration())
        emulator.advance(TRANSITION_S)
        expected = api.deployment(deployment)
        assert expected["status"] == "DEAD"
        assert api.ids() == [deployment]
        api.session.close()
    with Emulator.running(state=state, clock=clock, transition_seconds=TRANSITION_S) as emulator:
        api = Api(emulator)
        again = api.deployment(deployment)
        assert {**again, "deploymentUrl": ""} == {**expected, "deploymentUrl": ""}
        assert api.ids() == [deployment]
        assert api.get(f"/lm/deployments/{deployment}/logs")["data"]["result"][-1]["msg"] == "last words"
        api.session.close()


def test_without_a_file_nothing_is_kept() -> None:
    for _ in range(2):
        with Emulator.running(clock=SteppedClock()) as emulator:
            api = Api(emulator)
            assert api.ids() == []
            api.create(api.configuration())
            api.session.close()


EARLIER_FORMATS = {"aicore-emulator/1": "kind, id", "aicore-emulator/2": "tenant, kind, id"}


@pytest.mark.parametrize(("earlier", "key"), EARLIER_FORMATS.items())
def test_a_file_of_an_earlier_format(tmp_path: Path, earlier: str, key: str) -> None:
    """Everything is there as it was, and what is changed then does not come twice."""
    path = tmp_path / "state.db"
    with Emulator.running(state=path) as emulator:
        api = Api(emulator)
        expected = [api.running(api.configuration()) for _ in range(3)]
        api.call("POST", "/admin/resourceGroups", json={"resourceGroupId": "team-b"})
        api.session.close()
    database = sqlite3.connect(path)
    with database:
        database.execute("ALTER TABLE object RENAME TO now")
        database.execute(f"CREATE TABLE object ({key}, body, PRIMARY KEY ({key}))")
        database.execute(f"INSERT INTO object SELECT {key}, body FROM now ORDER BY rowid")  # noqa: S608
        database.execute("DROP TABLE now")
        database.execute("UPDATE emulator SET value = ? WHERE key = 'format'", (earlier,))
    database.close()

    for _ in range(2):
        with Emulator.running(state=path) as emulator:
            api = Api(emulator)
            assert api.ids() == expected
            for each in expected:
                api.stop(each)
            assert len(api.get("/admin/resourceGroups")["resources"]) == 2
            api.session.close()


class TestFilesThatCannotBeUsed:
    def refusal(self, path: Path) -> str:
        with pytest.raises(StateFileError) as raised:
            Emulator(state=path)
        text = str(raised.value)
        assert str(path) in text
        assert "\n" not in text
        return text

    def test_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("these are my notes, not a state\n" * 100)

        assert "is not a state file of the emulator" in self.refusal(path)
        assert path.read_text().startswith("these are my notes")

    def test_the_database_of_another_program(self, tmp_path: Path) -> None:
        path = tmp_path / "other.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE things (name TEXT)")
        other.close()
        before = path.read_bytes()

        assert "another program's database" in self.refusal(path)
        assert path.read_bytes() == before

    def test_a_directory_and_a_place_that_does_not_exist(self, tmp_path: Path) -> None:
        assert "cannot open" in self.refusal(tmp_path)
        assert "cannot open" in self.refusal(tmp_path / "nowhere" / "state.db")

    def test_another_format(self, tmp_path: Path) -> None:
        path = tmp_path / "state.db"
        Emulator(state=path).stop()
        self.change(path, "UPDATE emulator SET value = 'aicore-emulator/99' WHERE key = 'format'")

        assert "aicore-emulator/99" in self.refusal(path)

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE object SET body = 'no json'",
            "UPDATE object SET body = '{}'",
            "UPDATE object SET body = '[]'",
            "UPDATE object SET kind = 'toaster'",
            "DROP TABLE object",
            "UPDATE emulator SET value = 'soon' WHERE key = 'clockOffset'",
        ],
    )
    def test_damage(self, tmp_path: Path, damage: str) -> None:
        path = tmp_path / "state.db"
        with Emulator.running(state=path, clock=SteppedClock()) as emulator:
            emulator.advance(1)
        self.change(path, damage)

        assert "damaged" in self.refusal(path)

    def test_one_emulator_at_a_time(self, tmp_path: Path) -> None:
        path = tmp_path / "state.db"
        with Emulator.running(state=path) as emulator:
            assert "another emulator uses it" in self.refusal(path)
            assert token(emulator.url)

    @staticmethod
    def change(path: Path, statement: str) -> None:
        database = sqlite3.connect(path)
        with database:
            database.execute(statement)
        database.close()
