"""A state that is kept on an S3-compatible server, with the locks that the engine keeps beside it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from sandbox.processes import is_running
from sandbox.pulumi_process import PulumiProcess
from tests.engine.pace import COUNTED, HOUR_S, QUICK, SLOW
from tests.support.client import Api
from tests.support.clocks import wait_for
from tests.support.models import CHAT, CLAUDE, OLDER

PYTHON = Path(__file__).parents[2] / ".venv-s3" / "bin" / "python"
STATE = ".pulumi/stacks/aicore/test.json"
LOCKS = ".pulumi/locks/"


@dataclass(frozen=True)
class Bucket:
    """A bucket of an S3 server on this machine."""

    server: str
    name: str = "states"

    @property
    def backend(self) -> str:
        """What `pulumi login` takes."""
        return f"s3://{self.name}?endpoint={self.server}&s3ForcePathStyle=true&region=us-east-1"

    def objects(self, prefix: str = "") -> list[str]:
        """The objects in it."""
        answer = requests.get(f"{self.server}/{self.name}", {"list-type": "2", "prefix": prefix}, timeout=10)
        answer.raise_for_status()
        return re.findall(r"<Key>(.*?)</Key>", answer.text)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    """An empty bucket, on a server of its own."""
    if not PYTHON.exists():
        pytest.fail("there is no .venv-s3; run `make test`, or `make s3` once")
    command = [str(PYTHON), "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            (address,) = next(filter(None, (re.findall(r"Running on (http\S+)", line) for line in server.stderr)))
            made = Bucket(address)
            requests.put(f"{made.server}/{made.name}", timeout=10).raise_for_status()
            yield made
        finally:
            server.kill()


@pytest.fixture
def stack(tmp_path: Path, pulumi_root: Path, emulator: Emulator, bucket: Bucket) -> EngineStack:
    """A fresh stack whose state is in the bucket; it knows no other credentials for S3 than its own."""
    nowhere = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    s3 = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "PULUMI_BACKEND_URL": bucket.backend}
    return EngineStack(tmp_path, pulumi_root, emulator.environment() | QUICK | nowhere | s3)


def ids(stack: EngineStack) -> dict[str, str]:
    exported = json.loads(stack.pulumi("stack", "output", "deployments", "--json", "--stack", "test"))
    return {name: each["id"] for name, each in exported.items()}


def test_a_life_with_the_state_on_s3(stack: EngineStack, emulator: Emulator, bucket: Bucket) -> None:
    stack.pulumi("login", bucket.backend)
    assert bucket.backend in stack.pulumi("whoami", "--verbose")

    stack.configure({"chat": OLDER, "claude": CLAUDE})
    assert stack.up().failed is False, "and the preview after it is empty"
    assert STATE in bucket.objects()
    assert list((stack.folder / "state").iterdir()) == []
    made = ids(stack)

    stack.configure({"chat": CHAT, "claude": CLAUDE})
    switched = stack.up()
    assert switched.steps == {"AIConfiguration chat": "create-replacement", "AIDeployment chat": "update"}
    assert ids(stack) == made
    assert Api(emulator).answering(made["chat"]) == "2025-08-07"

    assert stack.destroy().failed is False
    assert Api(emulator).ids() == []
    assert bucket.objects(LOCKS) == []


@contextmanager
def waiting_up(stack: EngineStack, emulator: Emulator) -> Iterator[PulumiProcess]:
    """An `up` that has made its deployment, and waits for it for an hour."""
    stack.configure({"chat": CHAT})
    emulator.pace = SLOW
    with stack.begin("up") as run:
        wait_for(lambda: len(Api(emulator).ids()) == 1, "it has made its deployment")
        yield run


def test_of_two_runs_of_one_stack_the_second_is_refused_until_the_first_is_over(
    stack: EngineStack, emulator: Emulator, bucket: Bucket
) -> None:
    with waiting_up(stack, emulator) as first:
        (lock,) = bucket.objects(LOCKS)
        begun = len(emulator.journal)

        second = stack.run_up()

        assert second.failed
        assert "the stack is currently locked by 1 lock(s)" in second.output
        assert lock in second.output
        assert "`pulumi cancel`" in second.output
        assert [e.path for e in emulator.journal[begun:] if e.method != "GET"] == []

        emulator.pace = COUNTED
        emulator.advance(HOUR_S)
        assert first.end() == 0, first.output
    assert bucket.objects(LOCKS) == []
    assert stack.up().steps == {}, "the second finds everything done"


def test_the_lock_of_a_run_that_was_killed_stays_until_it_is_cancelled(
    stack: EngineStack, emulator: Emulator, bucket: Bucket
) -> None:
    with waiting_up(stack, emulator) as run:
        providers = run.processes("pulumi.dynamic")
        run.kill()
        wait_for(lambda: not any(map(is_running, providers)), "the provider removes what it has made and ends")
    emulator.pace = COUNTED
    assert "locked by 1 lock(s)" in stack.run_up().output

    stack.pulumi("cancel", "--yes", "--stack", "test")

    assert bucket.objects(LOCKS) == []
    assert stack.up().failed is False


def test_recover_puts_right_what_a_killed_run_has_left(
    stack: EngineStack, emulator: Emulator, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with waiting_up(stack, emulator) as run:
        run.kill_with_providers()
    emulator.pace = COUNTED
    (key,) = bucket.objects(LOCKS)
    lock = Path(key).stem
    monkeypatch.chdir(stack.folder)

    def recover(*arguments: str) -> Result:
        return CliRunner().invoke(aicore_provider, ["recover", "--yes", *arguments], env=stack.shell)

    unnamed, another = recover(), recover("--lock", "another")
    assert (unnamed.exit_code, another.exit_code, bucket.objects(LOCKS)) == (1, 1, [key])
    assert f"run it again with --lock {lock}." in unnamed.stderr

    done = recover("--lock", lock)

    assert (done.exit_code, bucket.objects(LOCKS), Api(emulator).ids()) == (0, [], []), done.stderr
    assert stack.up().failed is False


def test_a_stack_moves_from_a_folder_to_s3(stack: EngineStack, bucket: Bucket, tmp_path: Path) -> None:
    stack.environment["PULUMI_BACKEND_URL"] = (stack.folder / "state").as_uri()
    stack.deploy({"chat": CHAT})
    made = ids(stack)
    state = str(tmp_path / "state.json")
    stack.pulumi("stack", "export", "--show-secrets", "--file", state, "--stack", "test")

    stack.environment["PULUMI_BACKEND_URL"] = bucket.backend
    stack.pulumi("stack", "init", "test")
    stack.pulumi("stack", "import", "--file", state, "--stack", "test")

    preview = stack.preview()
    assert (preview.failed, preview.changes) == (False, {})
    assert ids(stack) == made
    assert STATE in bucket.objects()
