"""Inputs that a program says are secret: what the service tells of them is, too, and no line shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime import rpc

from aicore_provider.emulator import Emulator
from tests.support import plugin as plugins
from tests.support.plugin import CallFailed, FrontEnd, Plugin, Resource

MODEL = "gpt-5-nano"
SECRET_MODEL: dict[str, Any] = {
    "scenario_id": "foundation-models",
    "executable_id": "azure-openai",
    "parameter_bindings": {"modelName": MODEL, "modelVersion": "2025-08-07"},
    "secret_inputs": ["parameter_bindings.modelName"],
}


@pytest.fixture(scope="module")
def shared_plugin(shared_emulator: Emulator, front_end: FrontEnd) -> Iterator[Plugin]:
    """A process of its own: what it was handed as a secret it conceals for ever."""
    with plugins.running(shared_emulator, front_end=front_end) as running:
        yield running


def secret(value: str) -> dict[str, str]:
    """A secret as the engine reads it."""
    wrapped: dict[str, str] = rpc.wrap_rpc_secret(value)
    return wrapped


@pytest.fixture
def configuration_id(plugin: Plugin) -> str:
    resource = plugin.configuration("hidden")
    id_, outs = resource.create(resource.check(SECRET_MODEL))
    assert outs["secret_inputs"] == SECRET_MODEL["secret_inputs"]
    return id_


def test_what_the_service_tells_of_a_secret_is_secret(plugin: Plugin, chat: Resource, configuration_id: str) -> None:
    inputs = chat.check({"configuration_id": configuration_id, "ttl": "240h", "secret_inputs": ["ttl"]})
    id_, outs = chat.create(inputs)
    assert (outs["model_name"], outs["model_version"]) == (secret(MODEL), "2025-08-07")
    assert outs["secret_inputs"] == ["ttl"]
    assert chat.read(id_, outs | {"model_name": MODEL}, inputs)[1]["model_name"] == secret(MODEL)


def test_what_stands_beside_a_secret_is_none(plugin: Plugin, chat: Resource) -> None:
    resource = plugin.configuration("version hidden")
    hidden = resource.create(resource.check(SECRET_MODEL | {"secret_inputs": ["parameter_bindings.modelVersion"]}))
    _, outs = chat.create(chat.check({"configuration_id": hidden[0]}))
    assert (outs["model_name"], outs["model_version"]) == (MODEL, secret("2025-08-07"))
    assert hidden[1]["latest_version"] == secret("")


def test_no_failure_shows_it_and_none_is_kept_in_the_state(
    plugin: Plugin, chat: Resource, configuration_id: str, emulator: Emulator
) -> None:
    details = {"reason": f"no capacity for {MODEL}"}
    emulator.faults = [{"model": MODEL, "outcome": "DEAD", "statusDetails": details}]
    with pytest.raises(CallFailed) as caught:
        chat.create(chat.check({"configuration_id": configuration_id}))
    assert "no capacity for [secret]" in caught.value.text
    assert caught.value.kept is not None
    told = f"{caught.value.text} {caught.value.details} {list(caught.value.kept.reasons)}"
    assert MODEL not in told


def test_no_warning_shows_it(plugin: Plugin, emulator: Emulator) -> None:
    resource = plugin.configuration("misspelt")
    misspelt = {"modelName": "gpt-5-nanx", "modelVersion": "2025-08-07"}
    with pytest.raises(CallFailed) as caught:
        resource.check(SECRET_MODEL | {"parameter_bindings": misspelt})
    assert "misspelt: model [secret] is not offered in resource group default" in caught.value.text
    assert "nan" not in caught.value.text, "nor what it is like"
