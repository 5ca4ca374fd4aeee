"""One stack on the real engine and its service, and the promise that both must keep."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sandbox.engine_stack import EngineStack
from sandbox.pulumi_process import PulumiProcess
from tests.faults.gate import WatchedEmulator
from tests.support.client import Api
from tests.support.limits import SHORT, as_environment
from tests.support.models import CHAT, OLDER

Declared = Mapping[str, Mapping[str, Any]]
NOTHING: Declared = {}


@dataclass(frozen=True)
class Scenario:
    """A command that leads from one declaration to another.

    Attributes:
        name: for people.
        sides: the command goes from one to the other; where it can go back as well, it does in the next case.
        keeps_id: whether id and URL stay.
    """

    name: str
    sides: tuple[Declared, Declared]
    keeps_id: bool = False
    both_ways: bool = True


CREATE = Scenario("create", (NOTHING, {"chat": CHAT}), both_ways=False)
SWITCH = Scenario("switch", ({"chat": OLDER}, {"chat": CHAT}), keeps_id=True)
REPLACE = Scenario("replacement", ({"chat": CHAT | {"ttl": "10h"}}, {"chat": CHAT | {"ttl": "11h"}}))
DESTROY = Scenario("destroy", ({"chat": CHAT}, NOTHING), both_ways=False)
SCENARIOS = (CREATE, SWITCH, REPLACE, DESTROY)


@dataclass(frozen=True)
class Finished:
    """What a command ended with.

    Attributes:
        ok: whether it succeeded.
        output: everything that it printed.
    """

    ok: bool
    output: str


class World:
    """A stack and its service.

    Attributes:
        declared: what the program says at present.
        folder: of the project.
    """

    def __init__(self, folder: Path, pulumi_root: Path, emulator: WatchedEmulator) -> None:
        self.emulator = emulator
        self.declared: Declared = NOTHING
        self.folder = folder
        self.stack = EngineStack(folder, pulumi_root, {**emulator.environment(), **as_environment(SHORT)})
        self.stack.configure(NOTHING)
        _ = self.stack.stack  # makes it

    def declare(self, deployments: Declared) -> None:
        """Change the program."""
        self.declared = deployments
        self.stack.configure(deployments)

    @contextmanager
    def begin(self) -> Iterator[PulumiProcess]:
        """`pulumi up`, or `pulumi destroy` when nothing is declared."""
        with self.stack.begin("up" if self.declared else "destroy") as command:
            yield command

    def run(self) -> Finished:
        """The same, to its end."""
        with self.begin() as command:
            return Finished(command.end() == 0, command.output)

    def bring_to(self, deployments: Declared) -> None:
        """Reach a declaration without faults, if it is not reached already."""
        if self.declared != deployments or (not deployments and self.entries("AIDeployment")):
            self.declare(deployments)
            done = self.run()
            assert done.ok, done.output

    def cancel(self) -> None:
        """`pulumi cancel`: release the lock of a command that was killed."""
        with contextlib.suppress(subprocess.CalledProcessError):  # there was none
            self.stack.pulumi("cancel", "--yes", "test")

    def preview(self) -> Finished:
        """`pulumi preview`; not ok when it shows a change, be it of an output or by the refresh."""
        run = self.stack.preview()
        return Finished(not (run.failed or run.changes), f"{run.changes}\n{run.output}")

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The resources of that type in the state file."""
        (file,) = (self.folder / "state").rglob("test.json")
        checkpoint = json.loads(file.read_text())["checkpoint"]["latest"] or {}
        return [each for each in checkpoint.get("resources", ()) if each["type"].endswith(f":{kind}")]

    @property
    def ids(self) -> set[str]:
        """The ids of the deployments in the state."""
        return {each["id"] for each in self.entries("AIDeployment")}

    def orphans(self) -> set[str]:
        """The deployments that the state does not hold, those being deleted left out."""
        live = Api(self.emulator).get("/lm/deployments")["resources"]
        return {each["id"] for each in live if each["targetStatus"] != "DELETED"} - self.ids

    def answering(self) -> list[str]:
        """The deployments of the state that answer."""
        api = Api(self.emulator)
        return [id_ for id_ in self.ids if api.ask(id_).ok]

    def broken_promises(self) -> list[str]:
        """What is not as the program says; empty when all is well."""
        api = Api(self.emulator)
        live = {each["id"]: each for each in api.get("/lm/deployments")["resources"]}
        away = self.emulator.taken_away if self.declared else ()
        broken = [f"{id_} was taken away while it was the last one that served" for id_ in away]
        entries = {each["urn"].rsplit("::", 1)[-1]: each["id"] for each in self.entries("AIDeployment")}
        if entries.keys() != self.declared.keys() or len(self.entries("AIDeployment")) != len(self.declared):
            broken.append(f"the state holds {entries}, declared is {list(self.declared)}")
        broken += [f"orphan {id_} ({live[id_]['status']})" for id_ in live.keys() - self.ids]
        broken += [f"{id_} of the state does not exist" for id_ in self.ids - live.keys()]
        for name, wanted in self.declared.items():
            if found := live.get(entries.get(name, "")):
                broken += [f"{name}: {line}" for line in _differences(api, found, wanted)]
        if self.declared and not broken:
            again = self.preview()
            if not again.ok:
                broken.append(f"a second preview is not empty:\n{again.output}")
            if "left over" in again.output:
                broken.append(f"an orphan is named that is none:\n{again.output}")
        return broken


def _differences(api: Api, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    configuration = api.get(f"/lm/configurations/{found['configurationId']}")
    bindings = {each["key"]: each["value"] for each in configuration["parameterBindings"]}
    for what, is_, shall in (
        ("status", found["status"], "RUNNING"),
        ("target status", found["targetStatus"], "RUNNING"),
        ("model", bindings["modelName"], wanted["model"]),
        ("version", bindings["modelVersion"], wanted["version"]),
        ("executable", configuration["executableId"], wanted["executable"]),
        ("ttl", found.get("ttl"), wanted.get("ttl")),
    ):
        if is_ != shall:
            yield f"{what} is {is_}, declared is {shall}"
    if wanted["executable"] != CHAT["executable"]:
        return  # another executable has other paths
    answer = api.ask(found["id"])
    if not answer.ok or answer.json()["emulator"]["version"] != wanted["version"]:
        yield f"it answers {answer.text}"


@contextmanager
def world(pulumi_root: Path) -> Iterator[World]:
    """A world of its own."""
    folder = Path(mkdtemp(prefix="aicore-faults-"))
    with WatchedEmulator.running() as emulator:
        assert isinstance(emulator, WatchedEmulator)
        yield World(folder, pulumi_root, emulator)
    # Kept when something went wrong.
    shutil.rmtree(folder, ignore_errors=True)
