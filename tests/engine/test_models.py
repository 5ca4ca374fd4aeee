"""Models on the real engine: looked up once and kept, checked before anything is changed."""

from __future__ import annotations

import datetime as dt

import pytest
import requests

from aicore_provider.emulator import Emulator
from sandbox.engine_stack import EngineStack, Run
from tests.support.catalogs import DOWN, MODELS, NO_SCENARIOS, offering, version
from tests.support.client import Api
from tests.support.clocks import today
from tests.support.models import CHAT, EMBEDDINGS

PLAIN = {key: value for key, value in CHAT.items() if key != "executable"}
MOVED = offering({"gpt-5-mini": {"executableId": "aws-bedrock"}})
GONE = offering({"gpt-5-mini": None})


def warnings(run: Run) -> list[str]:
    return [line.removeprefix("warning: ") for line in run.told if line.startswith("warning: ")]


def asked(emulator: Emulator) -> int:
    return sum(entry.path == MODELS for entry in emulator.journal)


def in_days(days: int) -> str:
    return f"{today() + dt.timedelta(days=days)}T00:00:00Z"


def test_a_change_in_the_catalogue_alone_changes_nothing(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"chat": PLAIN, "embeddings": {**EMBEDDINGS, "executable": "azure-openai"}})
    assert stack.preview().failed is False
    assert asked(emulator) == 1, "one request for all resources of a group and run"
    assert stack.run_up().failed is False
    before = stack.outputs
    assert before["chat"]["executable"] == "azure-openai"
    emulator.clear_journal()

    for catalog, said in (
        (MOVED, "model gpt-5-mini is not offered by executable azure-openai, but by aws-bedrock"),
        (GONE, "model gpt-5-mini is not offered in resource group default; did you mean gpt-"),
        (DOWN, "the models of resource group default were not checked"),
        (NO_SCENARIOS, "resource group default has no scenario foundation-models"),
    ):
        emulator.faults = [catalog]
        again = stack.up()
        assert (again.failed, again.steps) == (False, {}), again.output
        assert any(said in line for line in warnings(again)), again.told
        assert stack.outputs == before
    changes = [entry.path for entry in emulator.journal if entry.method != "GET" and "/lm/" in entry.path]
    assert changes == []

    # Another version is a change: told before anything is done, with what to do.
    emulator.faults = [MOVED]
    stack.configure({"chat": PLAIN | {"version": "2025-05-01"}, "embeddings": EMBEDDINGS})
    refused = stack.preview()
    assert refused.failed
    assert "but by aws-bedrock; write `executable: aws-bedrock`" in refused.errors[0]

    # Where the service offers it again, the executable that was kept is switched in place.
    both = {**PLAIN, "version": "2025-05-01"}
    emulator.faults = []
    stack.configure({"chat": both, "embeddings": EMBEDDINGS})
    assert stack.up().failed is False
    assert stack.outputs["chat"]["id"] == before["chat"]["id"]


def test_everything_that_is_found_is_told_at_once_before_anything_is_changed(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.configure(
        {
            "good": CHAT,
            "twin": CHAT,
            "typo": PLAIN | {"model": "gpt5-mini"},
            "old": PLAIN | {"version": "2024-01-01"},
            "going": PLAIN | {"model": "o4-mini", "version": "2025-04-16"},
            "free": EMBEDDINGS,
        },
        versions={"allowLatest": False},
        retirement={"warnDays": 10, "failDays": 5},
    )
    emulator.faults = [
        offering({"o4-mini": {"versions": [version("2025-04-16", isLatest=True, retirementDate=in_days(5))]}})
    ]
    for refused in (stack.preview(), stack.up()):
        assert refused.failed
        assert len(refused.errors) == 1
        everything = "\n".join(refused.told)
        for line in (
            "good, twin: both deploy version 2025-08-07 of model gpt-5-mini in resource group default",
            "typo: model gpt5-mini is not offered in resource group default; did you mean gpt-5-mini",
            "old: version 2024-01-01 of model gpt-5-mini is not offered; offered are 2025-05-01, 2025-08-07 (latest)",
            f"going: version 2025-04-16 of model o4-mini retires on {today() + dt.timedelta(days=5)}, in 5 days",
            "free: this stack does not allow version latest (aicore:versions); pin it: version",
        ):
            assert line in everything or line.partition(": ")[2] in everything, line
        assert "Traceback" not in refused.output
    assert Api(emulator).ids() == []
    assert not [entry for entry in emulator.journal if entry.method == "POST" and "/lm/" in entry.path]


def test_a_change_of_model_is_told_with_what_the_catalogue_knows(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": PLAIN | {"version": "2025-05-01"}, "other": PLAIN | {"model": "gpt-5"}})
    line = (
        "info: gpt-5-mini 2025-05-01 → gpt-5.1 2025-11-13: input costs 5 times as much, output costs 5 times as much,"
        " context 400,000 (was 272,000), gains image input; no retirement date (was 2027-06-30)"
    )
    changed = {"model": "gpt-5.1", "version": "2025-11-13"}
    stack.configure({"chat": PLAIN | changed, "other": PLAIN | {"model": "gpt-5"}}, checks="off")
    assert not [told for told in stack.preview().told if "→" in told]

    stack.configure({"chat": PLAIN | changed, "other": PLAIN | {"model": "gpt-5"}})
    emulator.clear_journal()
    preview = stack.preview()
    assert [told for told in preview.told if "→" in told] == [line]
    assert asked(emulator) == 1
    done = stack.up()
    assert (done.failed, [told for told in done.told if "→" in told]) == (False, [line])
    again = stack.preview()
    assert (again.steps, [told for told in again.told if "→" in told]) == ({}, [])


def test_what_is_not_offered_any_more_is_not_made_anew(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": CHAT | {"replace": "deleteFirst"}})
    api, serving = Api(emulator), stack.outputs["chat"]["id"]
    emulator.faults = [GONE]
    stack.configure({"chat": CHAT | {"replace": "deleteFirst", "ttl": "10h"}})
    for refused in (stack.preview(), stack.up()):
        (error,) = refused.errors
        assert "A new deployment of an unchanged configuration is refused:\n  error: chat: model gpt-5-mini" in error
    assert api.ids() == [serving]
    stack.configure({"chat": CHAT | {"replace": "deleteFirst"}})
    api.stop(serving)
    api.settle()
    assert any("is refused" in error for error in stack.up().errors)
    assert api.ids() == [serving]
    assert stack.destroy().failed is False


def test_retirement_follows_the_policy_of_the_stack_for_what_runs_already(
    stack: EngineStack, emulator: Emulator
) -> None:
    stack.deploy({"chat": CHAT})
    versions = [version("2025-08-07", retirementDate=in_days(-3)), version("2026-02-01", isLatest=True)]
    emulator.faults = [offering({"gpt-5-mini": {"versions": versions}})]
    retired = f"version 2025-08-07 of model gpt-5-mini was retired on {today() - dt.timedelta(days=3)}"

    told = stack.up()
    assert (told.failed, told.steps) == (False, {})
    assert warnings(told) == [f"{retired}; take version 2026-02-01"]

    stack.configure({"chat": CHAT}, retirement={"failDays": 0})
    refused = stack.preview()
    assert refused.failed
    assert retired in refused.errors[0]
    stack.configure({"chat": CHAT}, retirement={"failDays": 0}, checks="off")
    silent = stack.up()
    assert (silent.failed, silent.steps, warnings(silent)) == (False, {}, [])


def test_latest_that_moved_is_told_and_is_no_change(stack: EngineStack, emulator: Emulator) -> None:
    stack.deploy({"chat": PLAIN | {"version": "latest"}, "pinned": PLAIN | {"model": "gpt-5"}})
    assert stack.exports["versions"] == {
        "chat": {"requested": "latest", "served": "2025-08-07"},
        "pinned": {"requested": "2025-08-07", "served": "2025-08-07"},
    }
    newer = [version("2026-02-01", isLatest=True), version("2025-08-07")]
    emulator.faults = [offering({"gpt-5-mini": {"versions": newer}})]
    line = "info: gpt-5-mini: latest moved from 2025-08-07 to 2026-02-01 since the last run"

    preview, first, second = stack.preview(), stack.up(), stack.up()

    assert [run.told.count(line) for run in (preview, first, second)] == [1, 1, 0]
    assert (preview.steps, first.steps) == ({}, {})
    assert stack.exports["versions"]["chat"] == {"requested": "latest", "served": "2026-02-01"}
    emulator.faults = []
    assert any("moved from 2026-02-01 to 2025-08-07" in line for line in stack.refresh().told)


def test_a_preview_without_the_service(stack: EngineStack, emulator: Emulator) -> None:
    # What `--refresh=false` does; the Automation API has no argument for it.
    stack.project(options=None)
    stack.deploy({"chat": PLAIN})
    stack.configure({"chat": PLAIN, "new": PLAIN | {"model": "gpt-5"}})
    nobody = stack.environment | dict.fromkeys(emulator.environment(), "")
    there = dict(stack.environment)

    stack.environment = nobody
    without = stack.preview()
    assert without.failed
    (error,) = without.errors
    assert error.startswith("No SAP AI Core credentials found.")
    stack.configure({"chat": PLAIN, "new": PLAIN | {"model": "gpt-5"}}, checks="off")
    offline = stack.preview()
    assert offline.failed is False, offline.output
    assert offline.steps == {
        "ModelDeployment new": "create",
        "AIConfiguration new": "create",
        "AIDeployment new": "create",
    }

    stack.environment = there
    emulator.faults = [{"path": "/v2/*", "effect": {"drop": "beforeCommit"}}]
    assert stack.preview().failed is False
    emulator.faults = []
    assert stack.up().failed is False
    assert stack.outputs["new"]["executable"] == "azure-openai"


@pytest.mark.parametrize("version_", ["", ", version=''"])
def test_a_version_left_out_explains_the_choice(stack: EngineStack, emulator: Emulator, version_: str) -> None:
    stack.configure({})
    stack.program(f"from aicore_provider import ModelDeployment\nModelDeployment('chat', model='gpt-5'{version_})\n")
    failed = stack.preview()
    assert "version is missing; write the version to stay on" in failed.errors[0]
    assert '"latest"' in failed.errors[0]
    assert failed.errors[0].endswith("; offered are 2025-08-07 (latest)")
    assert "Traceback" not in failed.output
    assert not [entry for entry in emulator.journal if entry.method == "POST" and "/lm/" in entry.path]


def test_a_model_without_versions_is_deployed_without_one(stack: EngineStack, emulator: Emulator) -> None:
    stack.configure({"research": {"model": "sonar-deep-research"}}, versions={"allowLatest": False})
    done = stack.up()
    assert (done.failed, warnings(done)) == (False, [])
    research = stack.outputs["research"]
    assert (research["model"], research["version"]) == ("sonar-deep-research", "")
    assert stack.exports["versions"] == {"research": {"requested": "", "served": ""}}
    (posted,) = (e.body for e in emulator.journal if e.method == "POST" and e.path == "/v2/lm/configurations")
    assert posted["parameterBindings"] == [{"key": "modelName", "value": "sonar-deep-research"}]
    call = research["call"]
    headers = call["headers"] | {"Authorization": Api(emulator).session.headers["Authorization"]}
    answer = requests.request(call["method"], call["url"], headers=headers, json={"messages": []}, timeout=10)
    assert answer.json()["emulator"]["model"] == "sonar-deep-research"

    # Left out for a model that has some, it is no way to `latest`.
    stack.configure({"research": {"model": "sonar", "executable": "perplexity-ai"}})
    refused = stack.preview()
    assert refused.failed
    assert "research: version is missing; write the version to stay on" in refused.errors[0]


def test_orchestration_and_any_executable_from_the_stack_file(stack: EngineStack, emulator: Emulator) -> None:
    router = {"scenario": "orchestration", "modelFilterListType": "allow"}
    own = {"scenario": "foundation-models", "executable": "azure-openai"}
    mini = {"modelName": "gpt-5-mini"}
    stack.configure(
        {
            "router": router | {"modelFilterList": [mini]},
            "own": own | {"parameters": {"modelName": "gpt-5", "modelVersion": "latest"}},
        }
    )
    assert stack.up().failed is False
    before = stack.outputs
    assert (before["router"]["executable"], before["router"]["status"]) == ("orchestration", "RUNNING")

    pinned = {"modelName": "gpt-5", "modelVersions": ["2025-08-07"]}
    stack.configure(
        {
            "router": router | {"modelFilterList": [mini, pinned]},
            "own": own | {"parameters": {"modelName": "gpt-5", "modelVersion": "2025-08-07"}},
        }
    )
    switched = stack.up()
    assert switched.steps == {
        f"{kind} {name}": step
        for name in ("router", "own")
        for kind, step in (("AIConfiguration", "create-replacement"), ("AIDeployment", "update"))
    }
    assert {name: each["id"] for name, each in stack.outputs.items()} == {n: e["id"] for n, e in before.items()}
    configuration = Api(emulator).get(f"/lm/configurations/{stack.outputs['router']['configurationId']}")
    assert {each["key"]: each["value"] for each in configuration["parameterBindings"]} == {
        "modelFilterList": '[{"modelName":"gpt-5-mini"},{"modelName":"gpt-5","modelVersions":["2025-08-07"]}]',
        "modelFilterListType": "allow",
    }
