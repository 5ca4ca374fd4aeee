"""A deployment with `verify` over a session: which request each kind gets, and what the state notes for the next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aicore_provider.api.errors import AICoreError
from aicore_provider.emulator.catalog import shipped
from aicore_provider.inference import is_reasoning
from aicore_provider.kinds.call import Call
from aicore_provider.kinds.deployment import KIND
from aicore_provider.kinds.outcome import CreatedButFailed, Found, Made, Updated, UpdatedButFailed
from aicore_provider.kinds.values import UNKNOWN
from aicore_provider.lifecycle.errors import SwitchRolledBack
from tests.support.world import NEW, World

CALL = Call("urn:pulumi:test::aicore::pulumi-python:dynamic/aicore:AIDeployment::chat")
MODELS = sorted(shipped().models)
INFERENCE = {"path": "/v2/inference/*"}
REFUSES = INFERENCE | {"effect": {"status": 400, "body": {"error": {"message": "The model is not available."}}}}
ALLOWED = [{"modelName": "gpt-5-mini"}]
DENIED = [{"modelName": "gpt-4o"}, {"modelName": "gpt-4o-mini", "modelVersions": ["latest"]}]


def inputs(world: World, configuration_id: str, verify: Any = "true") -> dict[str, Any]:
    given = {"configuration_id": configuration_id, "resource_group": "default", "service_url": world.client.url}
    return given | ({"verify": verify} if verify else {})


def configured(world: World, scenario: str, executable: str, parameters: dict[str, str]) -> str:
    return world.client.configurations("default").create(
        name="chat",
        scenario_id=scenario,
        executable_id=executable,
        parameter_bindings=parameters,
        input_artifact_bindings={},
    )


def created(world: World, configuration_id: str) -> dict[str, Any]:
    """Create a deployment of it; the body of the one request that verified it."""
    world.emulator.clear_journal()
    outcome = KIND.create(world.session(), CALL, inputs(world, configuration_id))
    assert isinstance(outcome, Made), outcome
    assert (outcome.outputs["verify"], outcome.outputs["unverified"]) == ("true", False)
    (asked,) = (each for each in world.emulator.journal if each.path.startswith("/v2/inference/"))
    assert asked.status == 200
    body: dict[str, Any] = asked.body
    return body


@pytest.mark.parametrize(("executable", "model"), MODELS, ids=[model for _, model in MODELS])
def test_each_model_of_the_catalogue_is_asked_in_its_own_form(world: World, executable: str, model: str) -> None:
    body = created(world, configured(world, "foundation-models", executable, {"modelName": model}))
    texts = json.dumps(body)
    is_chat = "messages" in body or "contents" in body
    assert is_chat != ("embed" in model or "rerank" in model or "rpt" in model)
    limits = ('"max_tokens": 1', '"maxTokens": 1', '"maxOutputTokens": 1')
    assert any(limit in texts for limit in limits) == (is_chat and not is_reasoning(model))


@pytest.mark.parametrize(
    ("parameters", "chosen"),
    [
        pytest.param({}, "gpt-4o", id="no filter"),
        pytest.param(
            {"modelFilterListType": "allow", "modelFilterList": json.dumps(ALLOWED)}, "gpt-5-mini", id="allow"
        ),
        pytest.param({"modelFilterListType": "deny", "modelFilterList": json.dumps(DENIED)}, "gpt-4.1", id="deny"),
    ],
)
def test_orchestration_is_asked_for_a_completion_of_a_model_that_it_allows(
    world: World, parameters: dict[str, str], chosen: str
) -> None:
    body = created(world, configured(world, "orchestration", "orchestration", parameters))
    model = body["config"]["modules"]["prompt_templating"]["model"]
    assert (model["name"], model["version"]) == (chosen, "latest")
    assert model["params"] == ({} if is_reasoning(chosen) else {"max_tokens": 1})


def test_where_no_request_is_known_nothing_is_made(world: World) -> None:
    unknown = configured(world, "foundation-models", "azure-openai", {"modelName": "gpt-realtime"})
    with pytest.raises(AICoreError, match=r"cannot be verified.*No deployment was changed"):
        KIND.create(world.session(), CALL, inputs(world, unknown))
    assert world.everything == []


@pytest.mark.parametrize(
    ("given", "normal"), [(True, "true"), ("true", "true"), ("/v1/health", "/v1/health"), (UNKNOWN, UNKNOWN)]
)
def test_it_has_a_normal_form(world: World, given: Any, normal: Any) -> None:
    checked = KIND.check(world.session(), CALL, {}, inputs(world, world.old, given))
    assert (checked.inputs["verify"], checked.failures) == (normal, ())


@pytest.mark.parametrize("given", [False, "false", "", None])
def test_by_default_nothing_is_to_be_verified(world: World, given: Any) -> None:
    checked = KIND.check(world.session(), CALL, {}, inputs(world, world.old) | {"verify": given})
    assert "verify" not in checked.inputs
    assert checked.failures == ()


@pytest.mark.parametrize("given", ["health", "/a/../b", "/..", "/a b", "/a#b", "https://host/", "yes", 5, "/%2e%2e/lm"])
def test_what_is_no_path_is_refused(world: World, given: Any) -> None:
    (failure,) = KIND.check(world.session(), CALL, {}, inputs(world, world.old, given)).failures
    assert failure.property == "verify"
    assert "such as '/v1/health'" in failure.reason


def test_of_an_executable_of_ones_own_a_path_is_needed(world: World) -> None:
    own = {"scenario_id": "own-scenario", "executable_id": "own-executable"}
    (failure,) = KIND.check(world.session(), CALL, {}, inputs(world, world.old) | own).failures
    assert "of executable own-executable give a path" in failure.reason
    assert KIND.check(world.session(), CALL, {}, inputs(world, world.old, "/v1/health") | own).failures == ()


def test_a_create_that_does_not_answer_is_kept_and_the_next_run_asks_again(world: World) -> None:
    declared = inputs(world, world.old)
    world.faults(REFUSES)
    failed = KIND.create(world.session(), CALL, declared)
    assert isinstance(failed, CreatedButFailed)
    assert "runs and does not answer: The model is not available. (HTTP 400)" in failed.why
    world.faults()

    # A refresh does not forget it, and neither that nor the comparison asks the model.
    found = KIND.read(world.session(), Call(CALL.urn, old_inputs=declared), failed.id, failed.outputs)
    assert isinstance(found, Found)
    session = world.session()
    assert KIND.diff(session, CALL, failed.id, found.outputs, declared).is_due
    assert any("has not answered yet" in line for line in world.host.lines)
    assert not KIND.diff(session, CALL, failed.id, found.outputs, inputs(world, world.old, "")).is_due
    assert world.asked == []

    updated = KIND.update(session, CALL, failed.id, found.outputs, declared)
    assert isinstance(updated, Updated)
    assert (world.writes, world.asked) == ([], [200])
    difference = KIND.diff(world.session(), CALL, failed.id, updated.outputs, declared)
    assert (difference.changed, difference.is_due) == ((), False)


def test_a_switch_that_was_interrupted_before_it_answered_is_verified_by_the_next_run(world: World) -> None:
    made = KIND.create(world.session(), CALL, inputs(world, world.old))
    assert isinstance(made, Made)
    world.faults(INFERENCE | {"effect": {"status": 503}})
    world.once(world.host.interrupted.set, at="it does not answer yet")
    declared = inputs(world, world.new)
    failed = KIND.update(world.session(), CALL, made.id, made.outputs, declared)
    assert isinstance(failed, UpdatedButFailed)
    world.host.interrupted.clear()
    world.faults()

    found = KIND.read(world.session(), Call(CALL.urn, old_inputs=declared), made.id, failed.outputs)
    assert isinstance(found, Found)
    assert found.outputs["configuration_id"] == world.new
    difference = KIND.diff(world.session(), CALL, made.id, found.outputs, declared)
    assert (difference.changed, difference.replaces, difference.is_due) == ((), (), True)
    updated = KIND.update(world.session(), CALL, made.id, found.outputs, declared)
    assert isinstance(updated, Updated)
    assert (world.writes, world.asked, updated.outputs["unverified"]) == ([], [200], False)


def test_a_switch_that_is_rolled_back_leaves_nothing_to_verify(world: World) -> None:
    made = KIND.create(world.session(), CALL, inputs(world, world.old))
    assert isinstance(made, Made)
    world.faults(REFUSES | {"model": NEW})
    with pytest.raises(SwitchRolledBack):
        KIND.update(world.session(), CALL, made.id, made.outputs, inputs(world, world.new))
    assert world.writes == ["PATCH new", "PATCH old"]
    assert world.asked == [400]


def test_what_was_not_to_be_verified_is_not_due_once_it_is(world: World) -> None:
    made = KIND.create(world.session(), CALL, inputs(world, world.old, ""))
    assert isinstance(made, Made)
    difference = KIND.diff(world.session(), CALL, made.id, made.outputs, inputs(world, world.old))
    assert (difference.changed, difference.is_due) == ((), False)
    assert world.asked == []


def test_one_that_is_taken_over_is_verified_before_it_is_managed(world: World) -> None:
    theirs = world.running()
    taken = KIND.create(world.session(), CALL, inputs(world, world.new) | {"take_over": theirs})
    assert isinstance(taken, Made)
    assert (taken.id, world.writes, world.asked) == (theirs, ["PATCH new"], [200])
