"""No secret is ever written anywhere: state, logs at every level, errors, progress, the emulator's journal and log."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aicore_provider.emulator import Emulator
from tests.engine.driver import EngineStack
from tests.engine.models import CHAT, OLDER

SECRET = "s3cret-of-this-test"
TOKEN = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+|Bearer \w+")


def service_key(emulator: Emulator) -> str:
    return json.dumps(
        {
            "clientid": SECRET,
            "clientsecret": SECRET,
            "url": emulator.url,
            "serviceurls": {"AI_API_URL": emulator.url},
        }
    )


@pytest.mark.parametrize("where", ["environment", "stack"])
def test_no_secret_is_written_anywhere(
    tmp_path: Path, pulumi_root: Path, capfd: pytest.CaptureFixture[str], where: str
) -> None:
    with Emulator.running(transition_seconds=0.2, tenants=[SECRET], verbose=True) as emulator:
        stack = EngineStack(tmp_path, pulumi_root, {})
        if where == "environment":
            stack.environment["AICORE_SERVICE_KEY"] = service_key(emulator)

        def declare(entry: dict[str, Any]) -> None:
            stack.configure({"chat": entry})
            if where == "stack":
                _ = stack.stack  # makes it
                stack.pulumi("config", "set", "--secret", "aicore:serviceKey", service_key(emulator), "--stack", "test")

        declare(OLDER)
        runs = [stack.up(debug=True)]
        emulator.faults = [
            {"version": "2025-08-07", "outcome": "DEAD", "after": "switch"},
            {"path": "/v2/*", "after": 3, "times": 1, "effect": {"expireToken": True}},
            {"path": "/v2/*", "after": 5, "times": 2, "effect": {"drop": "afterCommit"}},
        ]
        declare(CHAT)
        runs.append(stack.run_up(debug=True))
        emulator.faults = [{"path": "/oauth/token", "effect": {"status": 401, "body": {"error": "unauthorized"}}}]
        runs.append(stack.preview(debug=True))
        emulator.faults = []
        runs += [stack.run_up(debug=True), stack.destroy(debug=True)]
        assert [run.failed for run in runs] == [False, True, True, False, False]
        journal = [entry.as_json() for entry in emulator.journal]

    written = [json.dumps(run.__dict__) for run in runs]
    written += [path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    written += [json.dumps(journal), *capfd.readouterr()]
    assert "was rolled back" in runs[1].output
    assert any("credentials from" in text for text in written), "the debug lines were looked at, too"
    assert [text[:200] for text in written if SECRET in text] == []
    assert [found[0][:20] for text in written if (found := TOKEN.search(text))] == []
