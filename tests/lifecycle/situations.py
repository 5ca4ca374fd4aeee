"""Faults of the service, and situations, that the tests of several ends have in common."""

from __future__ import annotations

from typing import Any

from aicore_provider.lifecycle.errors import DeploymentError
from tests.support.world import DETAILS, TRANSITION_S, World

DEAD = {"outcome": "DEAD", "statusDetails": DETAILS}
NOT_FOUND = {"status": 404, "body": {"error": {"code": "01010016", "message": "Deployment not found"}}}
NOTHING_LISTED = {"status": 200, "body": {"count": 0, "resources": []}}
GATEWAY_404 = {"status": 404, "body": "no healthy upstream"}
NOPE = {"error": {"code": "01010400", "message": "Nope.", "requestId": "r-1"}}
FACTS = r"Nope\. \(HTTP {status}, code 01010400, request id r-1\)"
"""What an error tells of `NOPE`, as a pattern."""
LOST: list[dict[str, Any]] = [
    {"status": 503, "afterCommit": True},
    {"status": 503},
    {"drop": "afterCommit"},
    {"drop": "beforeCommit"},
]
"""Effects that lose an answer: the request was carried out, or not."""


def assert_readable(error: DeploymentError) -> None:
    """One to three lines, naming the deployment."""
    lines = str(error).splitlines()
    assert 1 <= len(lines) <= 3
    assert error.deployment_id in lines[0]


def dead_after_running(world: World) -> str:
    """It ran `old`, was switched to another one by somebody else, and that ended DEAD."""
    running = world.running()
    third = world.configuration("gpt-5")
    world.faults({"outcome": "DEAD", "model": "gpt-5"})
    world.api.switch(running, third)
    world.clock.step(TRANSITION_S)
    assert world.now(running).status == "DEAD"
    world.faults()
    return running
