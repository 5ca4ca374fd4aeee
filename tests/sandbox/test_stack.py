"""Locks of killed processes, what counts as recorded, and what is shown at the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.__main__ import after_failed_up
from sandbox.layout import Layout
from sandbox.stack import deployment_lines, lock_trouble
from sandbox.stack_state import Lock, Owner, cut_state, locks, other_stacks, owner_of, resource_count, stack_exists

LOCK = Lock(4711, "laptop", "2026-11-24T04:24:20.171650577Z")


@pytest.mark.parametrize(
    ("hostname", "command", "owner"),
    [
        ("laptop", "/home/x/.pulumi/bin/pulumi up --yes", Owner.RUNNING),
        ("laptop", None, Owner.DEAD),
        ("laptop", "/usr/bin/firefox", Owner.DEAD),
        ("other", None, Owner.ON_ANOTHER_HOST),
        ("other", "/usr/bin/pulumi up", Owner.ON_ANOTHER_HOST),
    ],
)
def test_a_lock_is_dead_only_when_its_process_is_gone_from_this_machine(
    hostname: str, command: str | None, owner: Owner
) -> None:
    assert owner_of(LOCK, hostname, lambda pid: command if pid == LOCK.pid else None) is owner


def test_only_the_lock_of_a_dead_process_may_be_removed() -> None:
    assert lock_trouble(LOCK, Owner.DEAD) is None
    assert "process 4711, since 2026-11-24T04:24:20)" in (lock_trouble(LOCK, Owner.RUNNING) or "")
    assert "host 'laptop'" in (lock_trouble(LOCK, Owner.ON_ANOTHER_HOST) or "")


def _write(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content))


def test_reads_locks_of_the_sandbox_stack_only(tmp_path: Path) -> None:
    folder = tmp_path / ".pulumi" / "locks" / "organization" / "aicore"
    content = {"pid": 4711, "username": "x", "hostname": "laptop", "timestamp": LOCK.timestamp}
    _write(folder / "sandbox" / "1.json", content)
    _write(folder / "other" / "2.json", content)
    assert locks(tmp_path) == [LOCK]


def test_a_lock_that_was_cut_stays_until_somebody_says_that_nothing_runs(tmp_path: Path) -> None:
    file = tmp_path / ".pulumi" / "locks" / "organization" / "aicore" / "sandbox" / "1.json"
    _write(file, {"pid": 4711})
    file.write_text(file.read_text()[:5])
    (cut,) = locks(tmp_path)

    assert "a kill has cut its file" in (lock_trouble(cut, owner_of(cut, "laptop", lambda _: None)) or "")


def test_an_empty_backend_holds_nothing(tmp_path: Path) -> None:
    assert locks(tmp_path) == []
    assert resource_count(tmp_path) == 0
    assert not stack_exists(tmp_path)


def test_a_state_that_a_kill_has_cut_is_known_where_there_is_a_copy(tmp_path: Path) -> None:
    file = tmp_path / ".pulumi" / "stacks" / "aicore" / "sandbox.json"
    _write(file, {"checkpoint": {}})
    assert cut_state(tmp_path) is None
    file.write_text(file.read_text()[:-3])
    assert cut_state(tmp_path) is None
    file.with_name("sandbox.json.bak").write_text("{}")
    assert cut_state(tmp_path) == file


def test_a_failed_up_says_what_to_do_about_its_own_cause(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert "Correct what it names" in after_failed_up(layout, 255)
    assert after_failed_up(layout, 137).startswith("\nPulumi was killed. Run `make up` again")
    file = layout.backend / ".pulumi" / "stacks" / "aicore" / "sandbox.json"
    for each in (file, file.with_name("sandbox.json.bak")):
        _write(each, {})
    file.write_text("{")
    assert f"cp {file}.bak {file}" in after_failed_up(layout, 137)


@pytest.mark.parametrize(
    ("latest", "count"),
    [
        (None, 0),
        ({"resources": None}, 0),
        ({"resources": [{"type": "pulumi:pulumi:Stack"}]}, 0),
        ({"resources": [{"type": "pulumi:pulumi:Stack"}, {"type": "pulumi-python:dynamic/aicore:AIDeployment"}]}, 1),
    ],
)
def test_counts_what_a_stack_holds(tmp_path: Path, latest: object, count: int) -> None:
    _write(tmp_path / ".pulumi" / "stacks" / "aicore" / "sandbox.json", {"checkpoint": {"latest": latest}})
    assert stack_exists(tmp_path)
    assert resource_count(tmp_path) == count


def test_shows_what_each_deployment_is_and_where() -> None:
    chat = {"model": "gpt-5-mini", "version": "2025-08-07", "status": "RUNNING", "id": "d1", "url": "http://x/d1"}
    embeddings = {"model": "text-embedding-3-small", "version": "latest", "status": "PENDING", "id": None, "url": None}
    assert deployment_lines({"deployments": {"chat": chat, "embeddings": embeddings}}) == [
        "  chat        gpt-5-mini              2025-08-07  RUNNING  d1",
        "              http://x/d1",
        "  embeddings  text-embedding-3-small  latest      PENDING  -",
        "              no URL yet",
    ]


@pytest.mark.parametrize("outputs", [{}, {"deployments": {}}, {"deployments": "[secret]"}, {"other": 1}])
def test_shows_nothing_for_a_program_without_deployments(outputs: dict[str, object]) -> None:
    assert deployment_lines(outputs) == []


def test_names_the_other_stacks_that_still_have_resources(tmp_path: Path) -> None:
    resources = [{"type": "pulumi:pulumi:Stack"}, {"type": "pulumi-python:dynamic/aicore:AIDeployment"}]
    for stack, held in [("models/sandbox", resources), ("shop/try", resources), ("shop/empty", resources[:1])]:
        _write(tmp_path / ".pulumi" / "stacks" / f"{stack}.json", {"checkpoint": {"latest": {"resources": held}}})
    assert other_stacks(tmp_path) == ["shop/try"]
