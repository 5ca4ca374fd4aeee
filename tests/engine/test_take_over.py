"""A deployment made by hand comes under management, once, and its dangerous uses do no harm."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicore_provider.cli.commands import aicore_provider
from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack
from tests.support.client import Api
from tests.support.models import CHAT, CLAUDE, OLDER


@pytest.fixture
def by_hand(emulator: Emulator) -> str:
    """A running deployment of an older model, made by somebody in a user interface."""
    api = Api(emulator)
    id_ = api.create(api.configuration("2025-05-01"))
    api.settle()
    return id_


def run(stack: EngineStack, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    """Run the command in the folder of the project."""
    _ = stack.stack  # selects it
    monkeypatch.chdir(stack.folder)
    return CliRunner().invoke(aicore_provider, arguments, env=stack.shell)


def pasted(stack: EngineStack, entry: str) -> None:
    """Put a printed entry into the stack file."""
    stack.configure("config:\n  aicore:deployments:\n" + textwrap.indent(entry, "    "))


def writes(emulator: Emulator) -> list[str]:
    """Every request about AI Core's objects that was more than a look."""
    return [f"{each.method} {each.path}" for each in emulator.journal if each.method != "GET" and "/lm/" in each.path]


FILTER = '[{"modelName": "gpt-5-mini", "modelVersions": ["2025-08-07"]}, {"modelName": "sonar"}]'
MADE_BY_HAND: dict[str, dict[str, Any]] = {
    "pinned": {"parameters": {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}},
    "no version is latest": {"parameters": {"modelName": "gpt-5-mini"}},
    "more parameters": {"parameters": {"modelName": "gpt-5-mini", "modelVersion": "latest", "plan": "001"}},
    "ttl": {"parameters": {"modelName": "gpt-5-mini", "modelVersion": "latest"}, "ttl": "240h"},
    "orchestration": {"parameters": {}, "executable": "orchestration", "scenario": "orchestration"},
    "filter in its own layout": {
        "parameters": {"modelFilterListType": "allow", "modelFilterList": FILTER},
        "executable": "orchestration",
        "scenario": "orchestration",
    },
}


def made_by_hand(emulator: Emulator, made: dict[str, Any]) -> str:
    api = Api(emulator)
    body = {
        "name": "chat",
        "scenarioId": made.get("scenario", "foundation-models"),
        "executableId": made.get("executable", "azure-openai"),
        "parameterBindings": [{"key": key, "value": value} for key, value in made["parameters"].items()],
    }
    answer = api.call("POST", "/lm/configurations", json=body)
    assert answer.ok, answer.text
    id_ = api.create(answer.json()["id"], **({"ttl": made["ttl"]} if "ttl" in made else {}))
    api.settle()
    return id_


def test_printed_entries_take_over_what_runs_as_it_is(
    stack: EngineStack, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {name: made_by_hand(emulator, made) for name, made in MADE_BY_HAND.items()}
    emulator.clear_journal()
    printed = [run(stack, monkeypatch, "take-over", id_, "--name", name) for name, id_ in ids.items()]
    assert [each.exit_code for each in printed] == [0] * len(ids)
    pasted(stack, "".join(each.stdout for each in printed))

    preview = stack.preview()
    assert (preview.failed, set(preview.steps.values())) == (False, {"create"}), preview.output
    done = stack.up()
    assert (done.failed, done.steps) == (False, preview.steps), done.output

    assert {name: output["id"] for name, output in stack.outputs.items()} == ids
    assert writes(emulator) == []
    refused = run(stack, monkeypatch, "take-over", ids["pinned"])
    assert "is managed already: it is AIDeployment pinned in the state of stack test" in refused.stderr


def test_what_it_brought_along_stays_somebody_elses(
    stack: EngineStack, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(emulator)
    id_ = made_by_hand(emulator, MADE_BY_HAND["pinned"])
    neighbour = api.create(api.deployment(id_)["configurationId"])
    api.settle()
    pasted(stack, run(stack, monkeypatch, "take-over", id_).stdout)
    assert stack.run_up().failed is False

    stack.configure({"chat": CHAT})
    later = stack.up()
    assert (later.failed, later.steps) == (False, {})
    assert [line for line in later.told if neighbour in line] == []
    orphans = json.loads(run(stack, monkeypatch, "orphans", "--json").stdout)
    found = {key: [each["id"] for each in orphans[key]] for key in ("orphans", "uncertain", "notOurs")}
    assert found == {"orphans": [], "uncertain": [], "notOurs": [neighbour]}

    stack.configure({"chat": OLDER})
    switched = stack.up()
    assert (switched.steps["AIDeployment chat"], switched.steps["AIConfiguration chat"]) == (
        "update",
        "create-replacement",
    )
    assert stack.outputs["chat"]["id"] == id_
    assert api.answering(id_) == "2025-05-01"
    assert stack.destroy().failed is False
    assert api.ids() == [neighbour]


@pytest.fixture
def taken(stack: EngineStack, by_hand: str) -> str:
    stack.deploy({"chat": CHAT | {"takeOver": by_hand}})
    return by_hand


def test_it_is_switched_to_what_is_declared_and_nothing_new_is_made(
    stack: EngineStack, emulator: Emulator, taken: str
) -> None:
    assert stack.outputs["chat"]["id"] == taken
    assert Api(emulator).answering(taken) == "2025-08-07"
    assert Api(emulator).ids() == [taken]
    assert stack.preview().changes == {}
    stack.configure({"chat": OLDER})
    switched = stack.up()
    assert switched.steps["AIDeployment chat"] == "update"
    assert stack.outputs["chat"]["id"] == taken
    assert stack.destroy().failed is False
    assert Api(emulator).ids() == []

    # The key that was left names what is gone, and the preview says so.
    stack.configure({"chat": CHAT | {"takeOver": taken}})
    refused = stack.preview()
    assert refused.failed
    (error,) = refused.errors
    assert f"deployment {taken} cannot be taken over: there is none in default" in error
    assert "Remove the key, and a new one is made" in error
    stack.configure({"chat": CHAT})
    assert stack.preview().failed is False


def test_removing_the_input_later_is_no_change(stack: EngineStack, taken: str) -> None:
    stack.configure({"chat": CHAT})
    assert stack.up().steps == {}


@pytest.mark.parametrize("change", [CLAUDE, CHAT | {"ttl": "10h"}])
def test_a_replacement_makes_a_new_one_and_deletes_the_taken_one(
    stack: EngineStack, emulator: Emulator, taken: str, change: dict[str, str]
) -> None:
    stack.configure({"chat": change | {"takeOver": taken}})
    done = stack.up()
    assert done.failed is False, done.output
    assert Api(emulator).ids() == [stack.outputs["chat"]["id"]] != [taken]


@pytest.mark.parametrize("refresh", ["always", None])
def test_a_forced_replacement_never_ends_with_a_deleted_deployment_in_the_state(
    stack: EngineStack, emulator: Emulator, taken: str, refresh: str | None
) -> None:
    stack.project(options={"refresh": refresh} if refresh else None)
    urn = stack.resource("AIDeployment")["urn"]
    forced = stack.up(replace=[urn])
    assert forced.failed is False, forced.output
    kept = stack.outputs["chat"]["id"]
    assert Api(emulator).ids() == [kept]
    assert Api(emulator).answering(kept) == "2025-08-07"
    # Without a refresh the provider cannot know of the state, so it takes the same one over again and keeps it.
    assert (kept == taken) is (refresh is None)


def test_what_cannot_be_taken_over_is_refused_and_left_alone(
    stack: EngineStack, emulator: Emulator, taken: str
) -> None:
    for entry, why in (
        (CHAT | {"takeOver": taken}, "this stack manages it already"),
        (CHAT | {"takeOver": "d0000000000000000"}, "there is none in default"),
    ):
        stack.configure({"chat": CHAT, "second": entry})
        failed = stack.up()
        assert failed.failed
        assert any(why in error for error in failed.errors), failed.errors
    api = Api(emulator)
    other = api.create(api.configuration("1", model=CLAUDE["model"], executable=CLAUDE["executable"]))
    api.settle()
    for entry, why in (
        (CHAT | {"takeOver": other}, "its executable is aws-bedrock"),
        (CLAUDE | {"takeOver": other, "ttl": "10h"}, "its ttl is not set"),
    ):
        stack.configure({"chat": CHAT, "second": entry})
        assert any(why in error for error in stack.up().errors)
    assert sorted(api.ids()) == sorted([taken, other])


LOOKED_AT = """
from aicore_provider import AIConfiguration, AIDeployment

model = {"modelName": "gpt-5-mini", "modelVersion": "2025-08-07"}
own = AIDeployment("own", configuration=AIConfiguration("own", executable_id="azure-openai", parameter_bindings=model))
AIDeployment.get("look", own.id)
"""


def test_what_the_program_also_looks_at_is_destroyed_all_the_same(stack: EngineStack, emulator: Emulator) -> None:
    stack.program(LOOKED_AT)
    stack.configure({})
    assert stack.run_up().failed is False
    assert len(Api(emulator).ids()) == 1

    assert stack.destroy().failed is False

    assert Api(emulator).ids() == []
