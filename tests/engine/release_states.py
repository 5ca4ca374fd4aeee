"""`python -m tests.engine.release_states`: write the states of this version, a part of a release. And bring them back.

`states/VERSION/FRONT-END/` has what a stack was when that version ran:

- `program.txt`: its program; none where it is the repository's own.
- `stack.yaml`: its stack file. Secrets in it and in the state are encrypted with the passphrase of these tests.
- `state.json`: its exported state, with `<service>` for the emulator's URL.
- `tenant.sql`: the objects at the service, as the emulator kept them. Its clock stands where it stood then.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import yaml

from aicore_provider.emulator import Emulator, SteppedClock
from aicore_provider.own_version import own_version
from sandbox import pulumi_cli
from sandbox.engine_stack import ROOT, EngineStack
from tests.engine.component_program import COMPONENTS, native_components
from tests.engine.pace import COUNTED_OBJECTS, QUICK
from tests.engine.tenant_program import PROGRAM, SECRETS
from tests.support.native import use_plugin

STATES = Path(__file__).parent / "states"
SERVICE = "<service>"
_EXAMPLE = ROOT / "examples" / "training" / "Pulumi.dev.yaml"
_DEPLOYMENTS: Mapping[str, Mapping[str, Any]] = {
    "chat": {"model": "gpt-5-mini", "version": "2025-08-07", "resourceGroups": "all"},
    "embeddings": {"model": "text-embedding-3-small", "version": "latest", "ttl": "24h"},
    "router": {
        "scenario": "orchestration",
        "modelFilterListType": "allow",
        "modelFilterList": [{"modelName": "gpt-5-mini"}],
    },
}
_SECRET_VALUES = {
    "aicore:repositories.templates.password": "s3cret-of-git",
    "aicore:dockerRegistrySecrets.hub.password": "s3cret-of-hub",
    "aicore:genericSecrets.tracking.data.token": "s3cret-of-tracking",
    "aicore:objectStoreSecrets.store.data.AWS_ACCESS_KEY_ID": "s3cret-of-reader",
    "aicore:objectStoreSecrets.store.data.AWS_SECRET_ACCESS_KEY": "s3cret-of-store",
}


@contextmanager
def running(folder: Path, tenant: str | None = None) -> Iterator[Emulator]:
    """An emulator whose objects are in a file in the folder; with a tenant that was there before."""
    database = folder / "tenant.sqlite"
    if tenant is not None:
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(tenant)
    with Emulator.running(pace=COUNTED_OBJECTS, state=database, clock=SteppedClock()) as emulator:
        yield emulator


def restored(saved: Path, folder: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    """A stack with a saved state, its program and its stack file."""
    stack = _stack(folder, pulumi_root, emulator)
    program = saved / "program.txt"
    if program.exists():
        use_plugin(stack)
        stack.program(program.read_text())
    (stack.folder / "stacks" / f"Pulumi.{stack.name}.yaml").write_text(_read(saved / "stack.yaml", emulator))
    _ = stack.stack  # creates it
    state = stack.folder / "saved.json"
    state.write_text(_read(saved / "state.json", emulator))
    stack.pulumi("stack", "import", "--file", str(state))
    return stack


def _read(path: Path, emulator: Emulator) -> str:
    return path.read_text().replace(SERVICE, emulator.url)


def _stack(folder: Path, pulumi_root: Path, emulator: Emulator) -> EngineStack:
    return EngineStack(folder / "project", pulumi_root, emulator.environment() | QUICK | SECRETS)


def _dynamic(stack: EngineStack, _emulator: Emulator) -> str:
    stack.configure({})
    return PROGRAM + COMPONENTS


def _plugin(stack: EngineStack, _emulator: Emulator) -> str:
    stack.configure({})
    return native_components(stack, PROGRAM)


def _stack_file(stack: EngineStack, emulator: Emulator) -> None:
    config = yaml.safe_load(_EXAMPLE.read_text())["config"]
    config |= {"aicore:baseUrl": emulator.url, "aicore:deployments": _DEPLOYMENTS}
    stack.configure(yaml.safe_dump({"config": config}))
    _ = stack.stack  # creates it
    secrets = [each for item in _SECRET_VALUES.items() for each in ("--secret", "=".join(item))]
    stack.pulumi("config", "set-all", "--path", *secrets)


FRONT_ENDS: Mapping[str, Callable[[EngineStack, Emulator], str | None]] = {
    "dynamic": _dynamic,
    "plugin": _plugin,
    "stack-file": _stack_file,
}
"""Each configures a stack that has an object of every kind; returns the program, or None for the repository's own."""


def write(saved: Path, front_end: str, pulumi_root: Path) -> None:
    """Run `pulumi up` with a front end, and save what is there then."""
    saved.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with running(folder) as emulator:
            stack = _stack(folder, pulumi_root, emulator)
            program = FRONT_ENDS[front_end](stack, emulator)
            if program is not None:
                stack.program(program)
                (saved / "program.txt").write_text(program)
            if (done := stack.up()).failed:
                raise SystemExit(done.output)
            texts = {
                "stack.yaml": (stack.folder / "stacks" / f"Pulumi.{stack.name}.yaml").read_text(),
                "state.json": _without_places(stack.pulumi("stack", "export")),
            }
            url = emulator.url
        with closing(sqlite3.connect(folder / "tenant.sqlite")) as connection:
            texts["tenant.sql"] = "\n".join([*connection.iterdump(), ""])
    for name, text in texts.items():
        (saved / name).write_text(text.replace(url, SERVICE))


def _without_places(exported: str) -> str:
    """An exported state without the lines of code that declared each resource: they name folders of this machine."""
    state = json.loads(exported)
    for resource in state["deployment"]["resources"]:
        for key in ("sourcePosition", "stackTrace"):
            resource.pop(key, None)
    return f"{json.dumps(state, indent=1)}\n"


if __name__ == "__main__":
    version = own_version().partition(".dev")[0]
    for each in FRONT_ENDS:
        sys.stderr.write(f"writing {version}/{each} ...\n")
        write(STATES / version / each, each, pulumi_cli.ensure().root)
