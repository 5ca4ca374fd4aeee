"""The rules of the policy pack, without an engine."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from aicore_provider.catalog.wanted import Wanted
from aicore_provider.policy.rules import endless_preview, latest_in_production, retiring, wanted_of
from tests.support.catalogs import OFFERED, TODAY

WANTED = Wanted("chat", "default", executable_id="azure-openai", model="old", version="latest")


def is_production(stack: str) -> bool:
    return latest_in_production(stack, WANTED) is not None


def is_preview(stack: str) -> bool:
    return endless_preview(stack, "chat", {}) is not None


@pytest.mark.parametrize("stack", ["prod", "PROD", "production", "live", "eu-prod", "prod-eu10", "team.prod", "prod1"])
def test_stacks_named_like_production(stack: str) -> None:
    assert is_production(stack)
    assert not is_preview(stack)


@pytest.mark.parametrize("stack", ["preview", "pr-12", "pr12", "review_7", "feature-login", "team-preview", "tmp"])
def test_stacks_named_like_previews(stack: str) -> None:
    assert is_preview(stack)
    assert not is_production(stack)


@pytest.mark.parametrize("stack", ["", "dev", "sandbox", "product-search", "reproduce", "olive", "sprint", "april"])
def test_other_stacks(stack: str) -> None:
    assert not is_production(stack)
    assert not is_preview(stack)


@pytest.mark.parametrize(("version", "complains"), [("latest", True), (None, True), ("newest", False)])
def test_latest_in_production(version: str | None, complains: bool) -> None:
    wanted = Wanted("chat", "default", model="m", version=version)
    assert bool(latest_in_production("prod", wanted)) is complains
    assert latest_in_production("dev", wanted) is None


def test_a_secret_model_is_in_no_complaint() -> None:
    bindings = {"modelName": "old", "modelVersion": "dead"}
    configuration = {
        "scenario_id": "foundation-models",
        "executable_id": "azure-openai",
        "parameter_bindings": bindings,
    }
    for secret in (["parameter_bindings.modelName"], ["parameter_bindings"]):
        # As the policy SDK hands it over, with lists and dictionaries of its own.
        wanted = wanted_of("chat", unknown_checking_proxy(configuration | {"secret_inputs": secret}))
        assert wanted is not None
        told = retiring(wanted, OFFERED, 0, TODAY)
        assert told is not None
        assert "model [secret]" in told
        assert " old" not in told


@pytest.mark.parametrize(
    ("version", "days", "complains"),
    [
        ("dead", 0, True),
        ("today", 0, True),
        ("tomorrow", 0, False),
        ("tomorrow", 1, True),
        ("soon", 89, False),
        ("deprecated", 400, False),
        ("unknown", 400, False),
        ("odd", 400, False),
    ],
)
def test_retirement(version: str, days: int, complains: bool) -> None:
    wanted = Wanted("chat", "default", executable_id="azure-openai", model="old", version=version)
    assert bool(retiring(wanted, OFFERED, days, TODAY)) is complains


@pytest.mark.parametrize(
    ("inputs", "version"),
    [
        ({"scenario_id": "foundation-models", "parameter_bindings": {"modelName": "m", "modelVersion": "1"}}, "1"),
        ({"scenario_id": "foundation-models", "parameter_bindings": {"modelName": "m"}}, None),
    ],
)
def test_the_model_of_a_configuration(inputs: dict[str, Any], version: str | None) -> None:
    assert wanted_of("chat", inputs) == Wanted("chat", "", model="m", version=version)


@pytest.mark.parametrize("inputs", [{}, {"scenario_id": "orchestration"}, {"scenario_id": "foundation-models"}])
def test_configurations_of_no_model(inputs: dict[str, Any]) -> None:
    assert wanted_of("chat", inputs) is None


def test_a_preview_without_an_end() -> None:
    assert endless_preview("pr-1", "chat", {"ttl": None}) is not None
    assert endless_preview("pr-1", "chat", {"ttl": "24h"}) is None
    assert endless_preview("prod", "chat", {}) is None
