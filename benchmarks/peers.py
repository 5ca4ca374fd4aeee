"""Many deployments: ours against a naive dynamic provider, a script with SAP's Python SDK, and OpenTofu where it is.

All on the same emulator with the same latency, alternately in the same run. A deployment takes 7.5 s: the peers look
every 5 s, so that they notice it after half of that, as they do on average.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aicore_provider.kinds.parallelism import ENOUGH
from benchmarks.costs import Cost, Costs, Operation, Setting, table
from benchmarks.estate import EXECUTABLES, entries
from benchmarks.programs import naive
from benchmarks.scale import Plan, compared
from benchmarks.selection import Selection
from benchmarks.subjects import Begin, Subject, prepared_tenant, stack_of
from benchmarks.tenant import Tenant, count
from benchmarks.watched import CommandFailed, Watched, run

__all__ = ["measurements", "table"]

ROOT = Path(__file__).parents[1]
SDK_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
"""The Python with SAP's SDK; `make bench` makes it."""
_OPENTOFU = "tofu"
_OPENTOFU_FILE = ROOT / "benchmarks" / "programs" / "opentofu.tf"
_APPLY = ("apply", "-auto-approve")
_OPENTOFU_COMMANDS: Mapping[Operation, Sequence[str]] = {
    "create": _APPLY,
    "preview": ("plan", "-detailed-exitcode"),  # which makes a plan with changes an error
    "up": _APPLY,
    "switch": _APPLY,
    "destroy": ("destroy", "-auto-approve"),
}
_LIMIT_S = 3600.0

PLANS = tuple(Plan(Setting(deployments, 0.1, 7.5), 1, 1) for deployments in (10, 50))


class _Script:
    def __init__(self, folder: Path, service: Tenant, setting: Setting) -> None:
        self._folder = folder
        self._service = service
        self._setting = setting

    def __call__(self, operation: Operation) -> Cost | None:
        if operation == "up":
            return None
        _write_entries(self._folder, self._setting, operation)
        command = [str(SDK_PYTHON), "-m", "benchmarks.programs.sdk_script", operation, "entries.json", "kept.json"]
        self._service.forget()
        watched = run(command, self._folder, self._service.environment, limit_s=_LIMIT_S)
        return Cost(watched.seconds, count(self._service.requests()), engine_cpu_s=watched.engine.cpu_s)


@contextmanager
def _script(setting: Setting) -> Iterator[Subject]:
    if not SDK_PYTHON.exists():
        raise CommandFailed(f"{SDK_PYTHON} is missing: run this with `make bench`")
    with TemporaryDirectory() as folder, prepared_tenant(setting) as service:
        yield _Script(Path(folder), service, setting)


class _OpenTofu:
    def __init__(self, folder: Path, service: Tenant, setting: Setting) -> None:
        self._folder = folder
        self._service = service
        self._setting = setting
        shutil.copy(_OPENTOFU_FILE, folder)
        _write_entries(folder, setting, "create")
        self._run("init")

    def __call__(self, operation: Operation) -> Cost:
        if operation == "switch":
            _write_entries(self._folder, self._setting, operation)
        self._service.forget()
        watched = self._run(*_OPENTOFU_COMMANDS[operation], f"-parallelism={ENOUGH}")
        state_mb = (self._folder / "terraform.tfstate").stat().st_size / 1e6
        requests = count(self._service.requests())
        return Cost(watched.seconds, requests, engine_cpu_s=watched.engine.cpu_s, state_mb=state_mb)

    def _run(self, *arguments: str) -> Watched:
        variables = {
            "TF_VAR_url": self._service.url,
            "TF_VAR_client_id": self._service.environment["AICORE_CLIENT_ID"],
            "TF_VAR_client_secret": self._service.environment["AICORE_CLIENT_SECRET"],
            "TF_VAR_executables": json.dumps(EXECUTABLES),
        }
        command = [_OPENTOFU, *arguments, "-input=false", "-no-color"]
        return run(command, self._folder, {**os.environ, **variables}, limit_s=_LIMIT_S)


@contextmanager
def _opentofu(setting: Setting) -> Iterator[Subject]:
    with TemporaryDirectory() as folder, prepared_tenant(setting) as service:
        yield _OpenTofu(Path(folder), service, setting)


def _write_entries(folder: Path, setting: Setting, operation: Operation) -> None:
    wanted = entries(setting.deployments, switched=operation in ("switch", "destroy"))
    (folder / "entries.json").write_text(json.dumps(wanted))


SUBJECTS: Mapping[str, Begin] = {"ours": stack_of(), "naive": stack_of(naive.PROGRAM), "SDK script": _script}


def measurements(selection: Selection) -> Iterator[Costs]:
    """Measure what the selection leaves of the plans."""
    subjects = SUBJECTS
    if shutil.which(_OPENTOFU):
        subjects = {**SUBJECTS, "OpenTofu": _opentofu}
    else:
        print("OpenTofu is left out: there is no `tofu` on PATH", file=sys.stderr)
    for plan in PLANS:
        if selection.has(plan.setting):
            yield from compared(subjects, plan, selection)
