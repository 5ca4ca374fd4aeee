"""The policy pack on the real engine."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import ROOT, EngineStack
from tests.engine.pace import QUICK
from tests.support.catalogs import DOWN, offering, version
from tests.support.client import Api
from tests.support.clocks import today
from tests.support.models import CHAT
from tests.support.policy_packs import start_the_older_way

LATEST = CHAT | {"version": "latest"}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the repository's pack under a runtime of its own."""
    folder = tmp_path / "policy"
    shutil.copytree(ROOT / "policy", folder)
    start_the_older_way(folder, tmp_path / "programs")
    return folder


@pytest.fixture
def named(tmp_path: Path, pulumi_root: Path, emulator: Emulator, pack: Path) -> EngineStack:
    path = os.pathsep.join([str(pack.parent / "programs"), os.environ["PATH"]])
    return EngineStack(tmp_path / "project", pulumi_root, {**emulator.environment(), **QUICK, "PATH": path})


def test_production_pins_what_does_not_retire_soon(named: EngineStack, emulator: Emulator, pack: Path) -> None:
    named.name = "eu-prod"
    named.configure({"chat": LATEST, "research": {"model": "sonar-deep-research"}})
    latest = named.preview(policy_packs=[str(pack)])
    assert latest.failed
    assert "research: model" not in latest.output, "it has no versions"
    assert "chat: model gpt-5-mini has version latest in stack eu-prod; pin a version" in latest.output

    soon = f"{today() + dt.timedelta(days=30)}"
    emulator.faults = [offering({"gpt-5-mini": {"versions": [version("2025-08-07", retirementDate=soon)]}})]
    named.configure({"chat": CHAT})
    retiring = named.preview(policy_packs=[str(pack)])
    assert retiring.failed
    assert f"chat: version 2025-08-07 of model gpt-5-mini retires on {soon}, in 30 days" in retiring.output

    emulator.faults = [DOWN]
    unknown = named.preview(policy_packs=[str(pack)])
    assert unknown.failed
    assert "chat: whether model gpt-5-mini retires cannot be checked" in unknown.output

    emulator.faults = []
    fine = named.preview(policy_packs=[str(pack)])
    assert fine.failed is False, fine.output


def test_preview_environments_go_away_by_themselves(named: EngineStack, emulator: Emulator, pack: Path) -> None:
    named.name = "pr-12"
    named.configure({"chat": LATEST})
    endless = named.up(policy_packs=[str(pack)])
    assert endless.failed
    assert "chat: has no ttl in the preview environment pr-12; set one" in endless.output
    assert Api(emulator).ids() == []

    named.configure({"chat": LATEST | {"ttl": "24h"}})
    assert named.up(policy_packs=[str(pack)]).failed is False
