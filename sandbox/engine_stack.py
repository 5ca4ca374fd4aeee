"""`EngineStack`: a temporary stack on which the real Pulumi CLI runs, for tests and benchmarks."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation

from sandbox.pulumi_process import PulumiProcess, running

ROOT = Path(__file__).parents[1]
_MISSING = object()
QUICK_PIP = str(Path(__file__).parent / "quick_pip")
QUIET = {
    "PULUMI_CONFIG_PASSPHRASE": "tests",
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
    "PULUMI_SUPPRESS_NEO_LINK": "true",
}


@dataclass
class Run:
    """What one Pulumi command did.

    Attributes:
        steps: operation by `Type name`, such as `AIDeployment chat`; without resources that stay the same.
        diffs: names of the changed properties, by the same key.
        values: names of the properties, inputs or outputs, whose value differs from that in the state, by the same key.
            A value that is not known yet counts as different.
        told: lines of the final output, as `severity: text`.
        live: ephemeral lines.
        failed: True when the command ended with an error.
        output: everything that the command printed.
    """

    steps: dict[str, str] = field(default_factory=dict)
    diffs: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    failed: bool = False
    output: str = ""

    def notice(self, event: automation.EngineEvent) -> None:
        """Record one event of the engine."""
        if step := event.resource_pre_event:
            metadata = step.metadata
            key = _key(metadata)
            operation = metadata.op.value
            # Pulumi's own provider resource holds the stack's configuration, and is updated whenever that changes.
            shown = operation not in ("same", "refresh", "read") and not metadata.type.startswith("pulumi:providers:")
            # A replacement has several steps, of which the first, "create-replacement", is recorded.
            if shown and key not in self.steps:
                self.steps[key] = operation
                self.diffs[key] = sorted(metadata.detailed_diff or metadata.diffs or [])
        if (done := event.res_outputs_event) and (changed := _changed_values(done.metadata)):
            key = _key(done.metadata)
            self.values[key] = sorted({*self.values.get(key, ()), *changed})
        if line := event.diagnostic_event:
            if line.ephemeral:
                self.live.append(line.message.strip())
            elif line.severity != "debug":
                self.told.append(f"{line.severity}: {line.message.strip()}")

    @property
    def errors(self) -> list[str]:
        """The texts of the errors, without the engine's own "update failed" and "preview failed"."""
        texts = [line.removeprefix("error: ") for line in self.told if line.startswith("error: ")]
        return [t for t in texts if t not in ("update failed", "preview failed")]

    @property
    def changes(self) -> dict[str, Any]:
        """Steps and differing values; empty for an empty preview."""
        return {**self.steps, **self.values}


def _key(metadata: automation.StepEventMetadata) -> str:
    return f"{metadata.type.rsplit(':', 1)[-1]} {metadata.urn.rsplit('::', 1)[-1]}"


def _changed_values(metadata: automation.StepEventMetadata) -> set[str]:
    """Return the properties, inputs and outputs, whose value a step changes."""
    changed = set()
    for kind in ("inputs", "outputs"):
        old, new = (getattr(state, kind, None) or {} for state in (metadata.old, metadata.new))
        changed |= {key for key in {*old, *new} if old.get(key, _MISSING) != new.get(key, _MISSING)}
    return changed


@functools.cache
def _command(pulumi_root: Path) -> automation.PulumiCommand:
    """The CLI, which is asked for its version once."""
    return automation.PulumiCommand(root=str(pulumi_root))


class EngineStack:
    """A project folder, a file backend and one stack, all temporary."""

    def __init__(
        self, folder: Path, pulumi_root: Path, environment: Mapping[str, str], virtualenv: Path = Path(sys.prefix)
    ) -> None:
        self.name = "test"
        self.folder = folder
        self._virtualenv = virtualenv
        self.environment = dict(environment)
        (folder / "stacks").mkdir(parents=True)
        (folder / "state").mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, folder / name)
        self.cli = pulumi_root / "bin" / "pulumi"
        self._command = _command(pulumi_root)
        self._stack: automation.Stack | None = None
        self._was_up = False
        self.project(runtime={"name": "python", "options": {"toolchain": "pip", "virtualenv": str(virtualenv)}})

    def program(self, text: str) -> None:
        """Replace the repository's program."""
        (self.folder / "__main__.py").write_text(text)

    def copy_project(self, source: Path) -> None:
        """Replace the repository's program and its Pulumi.yaml by the project in another folder."""
        (self.folder / "__main__.py").unlink()
        shutil.copytree(source, self.folder, dirs_exist_ok=True)
        self.project(stackConfigDir="stacks")

    def project(self, **changes: Any) -> None:
        """Set top-level keys of Pulumi.yaml; None removes a key."""
        path = self.folder / "Pulumi.yaml"
        project = yaml.safe_load(path.read_text()) | changes
        path.write_text(yaml.safe_dump({k: v for k, v in project.items() if v is not None}))

    def configure(self, deployments: Mapping[str, Mapping[str, Any]] | str, **others: Any) -> None:
        """Write the stack file: entries of `aicore:deployments` and other `aicore:` keys, or the whole file as text."""
        path = self.folder / "stacks" / f"Pulumi.{self.name}.yaml"
        kept = yaml.safe_load(path.read_text()) if path.exists() else {}
        if isinstance(deployments, str):
            salt = kept.get("encryptionsalt")
            path.write_text((f"encryptionsalt: {salt}\n" if salt else "") + deployments)
            return
        config: dict[str, Any] = {"aicore:deployments": {k: dict(v) for k, v in deployments.items()}}
        config |= {f"aicore:{key}": value for key, value in others.items()}
        path.write_text(yaml.safe_dump(kept | {"config": config}))

    def deploy(self, deployments: Mapping[str, Mapping[str, Any]], **others: Any) -> None:
        """Write the stack file and run `pulumi up` once, for what a test or a benchmark begins with.

        Raises:
            AssertionError: it fails.
        """
        self.configure(deployments, **others)
        done = self.run_up()
        if done.failed:
            raise AssertionError(done.output)

    def up(self, **options: Any) -> Run:
        """Run `pulumi up`. After a success that changed something, also run a preview, which must be empty.

        Where nothing changed, the plan of `up` itself was empty. Before the first `up` of a stack a preview runs, as it
        does for people, and must succeed where `up` does.

        Raises:
            AssertionError: the preview after it shows a step, or a value of an output or of the refresh that changes;
                or the one before it failed.
        """
        first = None if self._was_up else self.preview()
        done = self.run_up(**options)
        if first and first.failed and not done.failed:
            raise AssertionError(f"the preview before the first `up` failed:\n{first.output}")
        if done.changes and not done.failed:
            again = self.preview()
            if again.failed or again.changes:
                raise AssertionError(f"the second preview is not empty: {again.changes}\n{again.output}")
        return done

    def run_up(self, **options: Any) -> Run:
        """Run `pulumi up` without the previews before and after it."""
        self._was_up = True
        return self._run(lambda **common: self.stack.up(**common, **options))

    def preview(self, **options: Any) -> Run:
        """Run `pulumi preview`."""
        return self._run(lambda **common: self.stack.preview(**common, **options))

    def refresh(self, **options: Any) -> Run:
        """Run `pulumi refresh`."""
        return self._run(lambda **common: self.stack.refresh(**common, **options))

    def destroy(self, **options: Any) -> Run:
        """Run `pulumi destroy`."""
        return self._run(lambda **common: self.stack.destroy(**common, **options))

    @contextmanager
    def begin(self, command: str) -> Iterator[PulumiProcess]:
        """Start `up` or `destroy` as a process, which can be interrupted or killed; it is ended after the block."""
        _ = self.stack  # creates and selects the stack
        options = ["--yes", "--skip-preview", "--stack", "test", "--color", "never", "--non-interactive"]
        with running([str(self.cli), command, *options], self.folder, self.shell) as started:
            yield started

    def pulumi(self, *arguments: str) -> str:
        """Run any other command of the CLI, and return its stdout."""
        command = [str(self.cli), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.shell, capture_output=True, text=True, check=True)
        return done.stdout

    @property
    def exports(self) -> dict[str, Any]:
        """All outputs of the stack."""
        return dict(next(r["outputs"] for r in self.resources if r["type"] == "pulumi:pulumi:Stack"))

    @property
    def outputs(self) -> dict[str, Any]:
        """The stack's output `deployments`."""
        return dict(self.exports["deployments"])

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The resources in the state."""
        return list(self._state.get("resources") or [])

    @property
    def pending_operations(self) -> list[dict[str, Any]]:
        """The pending operations in the state: begun and not ended."""
        return list(self._state.get("pending_operations") or [])

    def resource(self, kind: str, name: str = "chat") -> dict[str, Any]:
        """Return one resource of the state, by the end of its type and its logical name."""
        return next(r for r in self.resources if r["type"].endswith(kind) and r["urn"].endswith(f"::{name}"))

    @property
    def stack(self) -> automation.Stack:
        """The stack, created at the first use. The environment is updated at every use."""
        if self._stack is None:
            workspace = automation.LocalWorkspace(
                work_dir=str(self.folder),
                pulumi_command=self._command,
                pulumi_home=str(self.folder / "home"),
                env_vars=self._variables(),
            )
            self._stack = automation.Stack.create(self.name, workspace)
            # After each `up` the Automation API runs the CLI twice more, for results that are not used here.
            nothing = automation.UpdateSummary("", dt.datetime.now(dt.timezone.utc), "", {}, {}, "")
            vars(self._stack).update(info=lambda *_: nothing, outputs=dict)
        self._stack.workspace.env_vars = self._variables()
        return self._stack

    @property
    def shell(self) -> dict[str, str]:
        """The environment for running the CLI in the folder."""
        path = os.pathsep.join([str(self.cli.parent), self.environment.get("PATH", os.environ["PATH"])])
        return os.environ | self._variables() | {"PULUMI_HOME": str(self.folder / "home"), "PATH": path}

    @property
    def _state(self) -> dict[str, Any]:
        """The state, read from the backend's file: `pulumi stack export` takes a second each time."""
        project = yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"]
        path = self.folder / "state" / ".pulumi" / "stacks" / project / f"{self.name}.json"
        return dict(json.loads(path.read_text())["checkpoint"].get("latest") or {})

    def _variables(self) -> dict[str, str]:
        # What is installed elsewhere, only pip can tell.
        quick = self._virtualenv == Path(sys.prefix)
        path = [*([QUICK_PIP] if quick else []), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {
            **QUIET,
            "PULUMI_BACKEND_URL": (self.folder / "state").as_uri(),
            "PULUMI_PYTHON_CMD": str(self._virtualenv / "bin" / "python"),
            "PYTHONPATH": os.pathsep.join(path),
            **self.environment,
        }

    def _run(self, command: Callable[..., Any]) -> Run:
        run = Run()
        lines: list[str] = []
        try:
            command(on_event=run.notice, on_output=lines.append, color="never")
        except automation.CommandError as error:
            run.failed = True
            lines.append(str(error))
        run.output = "\n".join(lines)
        return run
