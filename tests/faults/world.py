"""One stack on the real engine and its service, and the promise that both must keep."""

from __future__ import annotations

import contextlib
import dataclasses
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
from tests.faults.front_ends import DEPLOYMENT, DYNAMIC, PLUGIN, Declared, FrontEnd
from tests.faults.gate import LOOKS, READ_S, WatchedEmulator
from tests.faults.objects import OBJECTS, is_going
from tests.support.client import Api
from tests.support.limits import SHORT, as_environment
from tests.support.native import use_plugin

NOTHING: Declared = {}
TAKE_OVER = "take_over"
_PARALLEL = "32"
"""More than there are objects, so that a request that is held keeps no other one waiting."""


def deployments(**entries: Mapping[str, Any]) -> Declared:
    """These entries of a stack file."""
    return {DEPLOYMENT: entries}


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
        front_end: which the program uses.
    """

    def __init__(self, folder: Path, pulumi_root: Path, emulator: WatchedEmulator, front_end: FrontEnd) -> None:
        self.emulator = emulator
        self.folder = folder
        limits = dataclasses.replace(SHORT, requests=dataclasses.replace(SHORT.requests, read_s=READ_S))
        variables = {"PULUMI_PARALLEL": _PARALLEL, **as_environment(limits)}
        self.stack = EngineStack(folder, pulumi_root, {**emulator.environment(), **variables})
        self.front_end = front_end
        self.stack.program(front_end.program)
        if front_end is PLUGIN:
            use_plugin(self.stack)
        self.declare(NOTHING)
        self._from_before: set[str] = set()
        _ = self.stack.stack  # makes it

    def declare(self, declared: Declared) -> None:
        """Change the program."""
        self.declared = declared
        entries = declared.get(DEPLOYMENT, {})
        self.stack.configure(entries if self.front_end is DYNAMIC else {})
        (self.folder / "deployments.json").write_text(json.dumps(entries))
        objects = {kind: given for kind, given in declared.items() if kind != DEPLOYMENT}
        (self.folder / "objects.json").write_text(json.dumps(objects))

    @contextmanager
    def begin(self) -> Iterator[PulumiProcess]:
        """`pulumi up`, or `pulumi destroy` when nothing is declared."""
        with self.stack.begin("up" if self.declared else "destroy") as command:
            yield command

    def run(self) -> Finished:
        """The same, to its end."""
        with self.begin() as command:
            return Finished(command.end() == 0, command.output)

    def bring_to(self, declared: Declared) -> None:
        """Reach a declaration without faults, if it is not reached already."""
        if self.declared != declared or (not declared and self.ids):
            self.declare(declared)
            done = self.run()
            assert done.ok, done.output
        self.accept_undeletable()

    def accept_undeletable(self) -> None:
        """From now on, what there is and the API cannot delete is nothing that was left over."""
        self._from_before |= {id_ for kind, id_ in self._there() if not OBJECTS[kind].can_delete}

    def restore_cut_state(self) -> None:
        """Put back Pulumi's copy of a state file in whose writing the CLI was killed, as `docs/killed.md` says."""
        (file,) = (self.folder / "state").rglob("test.json")
        try:
            json.loads(file.read_text())
        except ValueError:
            shutil.copy(file.with_name(f"{file.name}.bak"), file)

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
        """The ids in the state, those of configurations left out."""
        return {each["id"] for kind in OBJECTS for each in self.entries(kind)}

    def orphans(self) -> set[tuple[str, str]]:
        """Kind and id of the objects that the state does not hold, those being deleted left out."""
        return {(kind, id_) for (kind, id_), each in self._there().items() if not is_going(each)} - self._held()

    def answering(self) -> list[str]:
        """The deployments of the state that answer."""
        api = Api(self.emulator)
        return [each["id"] for each in self.entries(DEPLOYMENT) if api.ask(each["id"]).ok]

    def broken_promises(self) -> list[str]:
        """What is not as the program says; empty when all is well."""
        for _ in range(LOOKS):
            there = self._there()
        held = self._held()
        away = self.emulator.taken_away if self.declared else ()
        broken = [f"{id_} was taken away while it was the last one that served" for id_ in away]
        broken += [f"orphan {kind} {id_}: {there[kind, id_]}" for kind, id_ in there.keys() - held]
        broken += [f"{kind} {id_} of the state does not exist" for kind, id_ in held - there.keys()]
        for kind in OBJECTS:
            entries, wanted = self.entries(kind), self.declared.get(kind, {})
            ids = {each["urn"].rsplit("::", 1)[-1]: each["id"] for each in entries}
            if ids.keys() != wanted.keys() or len(entries) != len(wanted):
                broken.append(f"the state holds {kind} {ids}, declared is {list(wanted)}")
            for name, inputs in wanted.items():
                if found := there.get((kind, ids.get(name, ""))):
                    lines = OBJECTS[kind].differences(Api(self.emulator), found, self._resolved(inputs))
                    broken += [f"{name}: {line}" for line in lines]
        if self.declared and not broken:
            again = self.preview()
            if not again.ok:
                broken.append(f"a second preview is not empty:\n{again.output}")
            if "left over" in again.output:
                broken.append(f"an orphan is named that is none:\n{again.output}")
        return broken

    def _there(self) -> dict[tuple[str, str], Any]:
        """What the service has, by kind and id, without what cannot be deleted and was there before the case."""
        api, held = Api(self.emulator), self._held()
        found = {(kind, id_): each for kind, of in OBJECTS.items() for id_, each in of.listed(api).items()}
        return {key: each for key, each in found.items() if key in held or key[1] not in self._from_before}

    def _held(self) -> set[tuple[str, str]]:
        return {(kind, each["id"]) for kind in OBJECTS for each in self.entries(kind)}

    def _resolved(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What is declared, with ids of the state in place of names."""
        ids = {each["urn"].rsplit("::", 1)[-1]: each["id"] for kind in self.declared for each in self.entries(kind)}
        return {
            key: ids.get(value[1:], value) if isinstance(value, str) and value.startswith("$") else value
            for key, value in inputs.items()
            if key != TAKE_OVER
        }


@contextmanager
def world(pulumi_root: Path, front_end: FrontEnd) -> Iterator[World]:
    """A world of its own."""
    folder = Path(mkdtemp(prefix="aicore-faults-"))
    with WatchedEmulator.running() as emulator:
        assert isinstance(emulator, WatchedEmulator)
        yield World(folder, pulumi_root, emulator, front_end)
    # Kept when something went wrong.
    shutil.rmtree(folder, ignore_errors=True)
