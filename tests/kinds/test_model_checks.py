"""The checks of models cost the same for each deployment, however many there are."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import FrameType
from typing import Any

from aicore_provider.catalog.wanted import Wanted
from aicore_provider.kinds.model_checks import ModelChecks
from aicore_provider.kinds.rules import Rules
from tests.support.world import GROUP, World


def calls_to_check(world: World, rules: Rules, count: int) -> int:
    """How many functions are called to check so many deployments of the same model, all of them in the stack file."""
    all_equal = tuple(
        Wanted(f"chat-{number}", GROUP, executable_id="azure-openai", model="gpt-5-mini", version="2025-08-07")
        for number in range(count)
    )
    catalog = world.session(checks=True).catalog(GROUP)
    checks = ModelChecks(
        lambda _: catalog, lambda: replace(rules, plan=all_equal), lambda: world.client.today, world.session().host
    )
    calls = 0

    def note(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        for each in all_equal:
            checks.check(each.name, each, each, unchanged=True)
    finally:
        sys.setprofile(None)
    return calls


def test_twice_as_many_equal_deployments_cost_twice_as_much(world: World) -> None:
    rules = world.session(checks=True).rules
    hundred, two_hundred = (calls_to_check(world, rules, count) for count in (100, 200))
    assert two_hundred < 2.1 * hundred
