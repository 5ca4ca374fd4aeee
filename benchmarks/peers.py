"""Many deployments: ours against a naive dynamic provider, and a script with SAP's Python SDK.

All on the same emulator with the same latency, alternately in the same run. A deployment takes 7.5 s: the peers look
every 5 s, so that they notice it after half of that, as they do on average.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.costs import Cost, Costs, Operation, Setting, table
from benchmarks.estate import entries
from benchmarks.programs import naive
from benchmarks.scale import Plan, compared
from benchmarks.selection import Selection
from benchmarks.subjects import Subject, prepared_tenant, stack_of
from benchmarks.tenant import Tenant, count
from benchmarks.watched import CommandFailed, run

__all__ = ["measurements", "table"]

ROOT = Path(__file__).parents[1]
SDK_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
"""The Python with SAP's SDK; `make bench` makes it."""
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
        wanted = entries(self._setting.deployments, switched=operation == "switch")
        (self._folder / "entries.json").write_text(json.dumps(wanted))
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


SUBJECTS = {"ours": stack_of(), "naive": stack_of(naive.PROGRAM), "SDK script": _script}


def measurements(selection: Selection) -> Iterator[Costs]:
    """Measure what the selection leaves of the plans."""
    for plan in PLANS:
        if selection.has(plan.setting):
            yield from compared(SUBJECTS, plan, selection)
