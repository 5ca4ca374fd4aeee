"""Models in the plugin process: which executable a check finds, and that it finds the same one again."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import pytest

from aicore_provider.emulator import Emulator, SteppedClock
from tests.support import plugin as plugins
from tests.support.catalogs import MODELS, offering, version
from tests.support.plugin import UNKNOWN, CallFailed, FrontEnd, Plugin, Resource

_numbers = itertools.count()


@pytest.fixture
def process(emulator: Emulator, front_end: FrontEnd) -> Any:
    """A plugin process of this test alone, since each knows the catalogue as it was when it first asked."""
    with plugins.running(emulator, front_end=front_end) as running:
        yield running


def wanted(model: str = "gpt-5-mini", **more: Any) -> dict[str, Any]:
    bindings = {"modelName": model, "modelVersion": more.pop("version", "2025-08-07")}
    return {"scenario_id": "foundation-models", "parameter_bindings": bindings, **more}


def resource(plugin: Plugin) -> Resource:
    return plugin.configuration(f"model-{next(_numbers)}")


def test_what_was_found_is_kept_and_a_replacement_finds_the_same(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    chat = resource(process)
    olds = chat.check(wanted())
    assert olds["executable_id"] == "azure-openai"
    emulator.faults = [
        offering({"gpt-5-mini": {"executableId": "aws-bedrock", "versions": [version("9"), version("2025-08-07")]}})
    ]
    with plugins.running(emulator, front_end=front_end) as later:
        chat = later.again(chat)
        assert chat.check(wanted(), olds)["executable_id"] == "azure-openai"
        # A change makes a replacement, for which the engine checks again, with empty olds.
        assert chat.check(wanted(), {})["executable_id"] == "azure-openai"
        assert resource(later).check(wanted())["executable_id"] == "aws-bedrock", "a new one is looked up"


def test_what_a_refresh_has_read_is_kept_where_the_engine_shows_no_olds(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    chat = resource(process)
    inputs = chat.check(wanted())
    id_, outs = chat.create(inputs)
    # Now two offer it, so that nobody could say which without knowing what stands in the state.
    emulator.faults = [offering({"sonar": {"model": "gpt-5-mini", "versions": [version("2025-08-07")]}})]
    with plugins.running(emulator, front_end=front_end) as later:
        chat = later.again(chat)
        assert chat.read(id_, outs, inputs)[0] == id_
        assert chat.check(wanted())["executable_id"] == "azure-openai"


def test_another_model_is_looked_up_and_prefers_where_the_deployment_is(process: Plugin, emulator: Emulator) -> None:
    twice = [version("1", isLatest=True)]
    emulator.faults = [
        offering({"o3": {"model": "both", "versions": twice}, "sonar": {"model": "both", "versions": twice}})
    ]
    olds = resource(process).check(wanted())
    assert resource(process).check(wanted("both", version="1"), olds)["executable_id"] == "azure-openai"
    with pytest.raises(CallFailed, match="model both is offered by several executables: azure-openai, perplexity-ai"):
        resource(process).check(wanted("both", version="1"))
    assert resource(process).check(wanted("sonar-pro", version="latest"), olds)["executable_id"] == "perplexity-ai"


def test_what_a_preview_does_not_know_is_neither_looked_up_nor_checked(process: Plugin, emulator: Emulator) -> None:
    for news in (
        wanted(parameter_bindings=UNKNOWN),
        wanted(resource_group=UNKNOWN),
        wanted(scenario_id=UNKNOWN),
        {"parameter_bindings": {"modelName": UNKNOWN, "modelVersion": "1"}, "scenario_id": "foundation-models"},
    ):
        assert "executable_id" not in resource(process).check(news)
    assert MODELS not in [entry.path for entry in emulator.journal]


@pytest.mark.parametrize(
    "news",
    [
        {"scenario_id": "orchestration"},
        {"scenario_id": "foundation-models"},
        {"scenario_id": "foundation-models", "parameter_bindings": {"modelVersion": "1"}},
        {"scenario_id": "own-scenario", "parameter_bindings": {"modelName": "gpt-5"}},
    ],
)
def test_without_a_model_the_executable_must_be_written(plugin: Plugin, news: dict[str, Any]) -> None:
    assert list(resource(plugin).complaints(news)) == ["executable_id"]


@pytest.mark.parametrize(
    ("text", "refused"),
    [('[{"modelName":"gpt5-mini"}]', True), ('[{"modelName":"gpt-5-mini"}]', False), ("[", False), ("[1]", False)],
)
def test_the_filter_of_an_orchestration_deployment(plugin: Plugin, text: str, refused: bool) -> None:
    news = {
        "scenario_id": "orchestration",
        "executable_id": "orchestration",
        "parameter_bindings": {"modelFilterList": text, "modelFilterListType": "deny"},
    }
    router = resource(plugin)
    if refused:
        with pytest.raises(CallFailed, match="model gpt5-mini of the modelFilterList is not offered"):
            router.check(news)
    else:
        assert router.check(news)["parameter_bindings"]["modelFilterList"] == text


def test_days_are_counted_from_the_services_date(front_end: FrontEnd) -> None:
    then = dt.datetime(2040, 6, 20, 23, 59, tzinfo=dt.timezone.utc).timestamp()
    retiring = version("2025-08-07", retirementDate="2040-07-01T00:00:00Z")
    with Emulator.running(clock=SteppedClock(then), faults=[offering({"gpt-5-mini": {"versions": [retiring]}})]) as own:
        with plugins.running(own, front_end=front_end) as process:
            chat = resource(process)
            chat.check(wanted())
            assert "retires on 2040-07-01, in 11 days" in process.engine.heard("retires", chat.urn).message
        own.advance(60)
        with plugins.running(own, front_end=front_end) as later:
            chat = resource(later)
            chat.check(wanted())
            assert "retires on 2040-07-01, in 10 days" in later.engine.heard("retires", chat.urn).message


def test_the_catalogue_is_asked_for_once_by_all(process: Plugin, emulator: Emulator) -> None:
    for _ in range(20):
        resource(process).check(wanted())
    assert [entry.path for entry in emulator.journal].count(MODELS) == 1


def test_an_entry_that_cannot_be_read_is_named_and_the_rest_is_used(process: Plugin, emulator: Emulator) -> None:
    emulator.faults = [offering({"o3": {"executableId": None}})]
    chat = resource(process)
    assert chat.check(wanted())["executable_id"] == "azure-openai"
    assert "left out: o3 (executableId)" in process.engine.heard("cannot be read", chat.urn).message


def test_latest_is_told_with_the_version_that_it_stands_for(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    chat, pinned = resource(process), resource(process)
    id_, outs = chat.create(chat.check(wanted(version="latest")))
    assert outs["latest_version"] == "2025-08-07"
    assert pinned.create(pinned.check(wanted()))[1]["latest_version"] == ""
    emulator.faults = [{"path": MODELS, "effect": {"status": 403, "body": "no"}}]
    with plugins.running(emulator, front_end=front_end) as later:
        # What nobody can tell now is told as it was.
        assert later.again(chat).read(id_, outs, outs)[1]["latest_version"] == "2025-08-07"


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        (
            {"aicore:retirement": '{"warn": 3}'},
            "aicore:retirement.warn: is no known key; did you mean warnDays? Known are warnDays, failDays",
        ),
        ({"aicore:retirement": "soon"}, "aicore:retirement: "),
        ({"aicore:checks": "perhaps"}, "aicore:checks: must be on or off"),
    ],
)
def test_a_wrong_policy_in_anybodys_program(
    emulator: Emulator, front_end: FrontEnd, config: dict[str, str], complaint: str
) -> None:
    with plugins.running(emulator, front_end=front_end, config=config) as process, pytest.raises(CallFailed) as caught:
        resource(process).check(wanted())
    assert complaint in caught.value.text


def test_somebody_elses_use_of_the_key_deployments_is_not_ours(emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end, config={"aicore:deployments": '["chat"]'}) as process:
        assert resource(process).check(wanted())["executable_id"] == "azure-openai"


PLAN = {
    "chat": {"model": "gpt-5-mini", "version": "2025-08-07"},
    "typo": {"model": "gpt5-nano", "version": "2025-08-07"},
    "gone": {"model": "gpt-5", "version": "2020-01-01"},
}


def test_a_refusal_tells_of_the_whole_stack_file_and_says_what_is_not_known(
    emulator: Emulator, front_end: FrontEnd
) -> None:
    config = {"aicore:deployments": json.dumps(PLAN)}
    gone = wanted("gpt-5", version="2020-01-01", executable_id="azure-openai")
    with plugins.running(emulator, front_end=front_end, config=config) as process:
        chat, typo, unchanged = (process.configuration(name) for name in PLAN)
        assert unchanged.check(gone, gone | {"resource_group": "default"})["executable_id"] == "azure-openai"
        assert "version 2020-01-01 of model gpt-5 is" in process.engine.heard("not offered", unchanged.urn).message
        with pytest.raises(CallFailed) as caught:
            typo.check(wanted("gpt5-nano"))
        assert caught.value.text.splitlines() == [
            "The models of this stack are refused:",
            "  error: typo: model gpt5-nano is not offered in resource group default; did you mean gpt-5-nano?",
        ], "the other two were told about or are well"
        chat.check(wanted())
    with plugins.running(emulator, front_end=front_end, config=config) as process, pytest.raises(CallFailed) as caught:
        process.configuration("gone").check(gone)
    _, first, second = caught.value.text.splitlines()
    assert first.startswith("  error: gone: version 2020-01-01 of model gpt-5 is not offered")
    assert second.startswith("  error, if new or changed: typo: model gpt5-nano is not offered")


def test_what_the_policy_refuses_is_refused_at_the_first_check(emulator: Emulator, front_end: FrontEnd) -> None:
    plan = PLAN | {"free": {"model": "gpt-5", "version": "latest"}}
    config = {"aicore:deployments": json.dumps(plan), "aicore:versions": '{"allowLatest": false}'}
    with plugins.running(emulator, front_end=front_end, config=config) as process, pytest.raises(CallFailed) as caught:
        process.configuration("chat").check(wanted())
    kinds = [line.split(": ")[0].strip() for line in caught.value.text.splitlines()[1:]]
    assert kinds == ["error, if new or changed", "error, if new or changed", "error"]
    assert caught.value.text.startswith("This is about free, not about chat. The models of this stack are refused:\n")


@pytest.mark.parametrize("met_by", ["read", "diff"])
@pytest.mark.parametrize(
    ("catalog", "why"),
    [
        ({"gpt-5-mini": None}, "model gpt-5-mini is not offered in resource group default; did you mean "),
        ({"gpt-5-mini": {"versions": [version("9")]}}, "version 2025-08-07 of model gpt-5-mini is not offered; "),
        ({"gpt-5-mini": {"executableId": "aws-bedrock"}}, "not offered by executable azure-openai, but by aws-bedrock"),
    ],
    ids=["model", "version", "executable"],
)
def test_a_deployment_made_anew_of_what_is_not_offered_any_more_is_refused_by_its_check(
    process: Plugin, emulator: Emulator, front_end: FrontEnd, catalog: dict[str, Any], why: str, met_by: str
) -> None:
    model = resource(process)
    declared = model.check(wanted())
    configuration_id, configured = model.create(declared)
    deployed = {"configuration_id": configuration_id}

    def refusal(config: dict[str, str], olds: dict[str, Any] | None = None, **more: Any) -> str | None:
        """What a later command says of the deployment, whose configuration it has met unchanged."""
        with plugins.running(emulator, front_end=front_end, config=config) as later:
            met = later.again(model)
            met.check(wanted(), declared)
            if met_by == "read":
                met.read(configuration_id, configured, declared)
            else:
                assert met.diff(configuration_id, configured, declared) == ("same", [])
            try:
                later.deployment(model.name).check(deployed | more, olds)
            except CallFailed as failed:
                return failed.text
            return None

    assert refusal({}) is None
    emulator.faults = [offering(catalog)]
    # A replacement, whatever the reason, and one that is gone are checked with empty olds.
    told = refusal({}, ttl="10h")
    assert told is not None
    first, second = told.splitlines()
    assert first == "A new deployment of an unchanged configuration is refused:"
    assert second.startswith(f"  error: {model.name}: ")
    assert why in second
    # What stays as it is, is only warned of.
    assert refusal({}, {**deployed, "resource_group": "default"}) is None
    assert refusal({"aicore:checks": "off"}) is None
    # Nobody can tell, which stops nothing.
    emulator.faults = [{"path": MODELS, "effect": {"status": 403, "body": "no"}}]
    assert refusal({}) is None


def test_equals_are_told_once_with_what_the_stack_file_says_of_them(emulator: Emulator, front_end: FrontEnd) -> None:
    same = {f"same-{n}": {"model": "gpt-5-mini", "version": "2025-08-07"} for n in range(30)}
    config = {"aicore:deployments": json.dumps(same)}
    with plugins.running(emulator, front_end=front_end, config=config) as process:
        resources = [process.configuration(name) for name in (*same, "of-the-program")]
        for each in resources:
            each.check(wanted())
        (told,) = (line for line in process.engine.lines if "deploy version" in line.message)
    assert told.message == (
        "same-0, same-1 and 28 more: all deploy version 2025-08-07 of model gpt-5-mini in resource group default;"
        " one is enough, its URL can be shared"
    )
    assert told.urn == resources[1].urn


def test_equals_of_a_program_are_told_once(process: Plugin) -> None:
    for _ in range(20):
        resource(process).check(wanted())
    (told,) = (line for line in process.engine.lines if "deploy version" in line.message)
    assert ": both deploy version 2025-08-07 of model gpt-5-mini" in told.message


def test_a_refusal_tells_equals_once_and_only_those_that_were_not_told(emulator: Emulator, front_end: FrontEnd) -> None:
    same = {name: {"model": "gpt-5-mini", "version": "2025-08-07"} for name in ("a", "b", "c")}
    others = {name: {"model": "gpt-5", "version": "latest"} for name in ("d", "e")}
    config = {"aicore:deployments": json.dumps(same | others)}

    def told(*names: str) -> list[str]:
        with plugins.running(emulator, front_end=front_end, config=config) as process:
            for name in names:
                process.configuration(name).check(wanted())
            with pytest.raises(CallFailed) as caught:
                process.configuration("typo").check(wanted("gpt5-mini"))
            return [line.split(": ")[1] for line in caught.value.text.splitlines()[1:]]

    assert told("a") == ["typo", "a, b, c", "d, e"]
    assert told("a", "b") == ["typo", "d, e"]


# --- models without versions -----------------------------------------------------------------------------------------

PLAIN = "sonar-deep-research"
MISSING = 'version is missing; write the version to stay on until you change it, in quotes, or "latest"'


def unversioned(model: str = PLAIN, executable: str | None = "perplexity-ai") -> dict[str, Any]:
    return wanted(model, version="") | ({"executable_id": executable} if executable else {})


@pytest.mark.parametrize("config", [{}, {"aicore:versions": '{"allowLatest": false}'}], ids=["", "pinned only"])
def test_a_model_without_versions_is_sent_without_one(
    emulator: Emulator, front_end: FrontEnd, config: dict[str, str]
) -> None:
    with plugins.running(emulator, front_end=front_end, config=config) as process:
        plain = resource(process)
        inputs = plain.check(unversioned(executable=None))
        assert (inputs["executable_id"], inputs["parameter_bindings"]) == ("perplexity-ai", {"modelName": PLAIN})
        id_, outs = plain.create(inputs)
        (posted,) = (e.body for e in emulator.journal if e.method == "POST" and e.path == "/v2/lm/configurations")
        assert posted["parameterBindings"] == [{"key": "modelName", "value": PLAIN}]
        assert (outs["latest_version"], outs["parameter_bindings"]) == ("", {"modelName": PLAIN})
        assert plain.diff(id_, outs, inputs) == ("same", [])
        deployment = process.deployment(plain.name)
        made = deployment.create(deployment.check({"configuration_id": id_}))[1]
        assert (made["model_name"], made["model_version"], made["status"]) == (PLAIN, "", "RUNNING")
        # Who declares the parts says nothing about it.
        apart = resource(process)
        assert apart.check(wanted() | {"parameter_bindings": {"modelName": PLAIN}})["executable_id"] == "perplexity-ai"
        assert not [line for line in process.engine.lines if "latest" in line.message]


def test_a_version_that_is_missing_stays_an_error_where_the_model_has_some(process: Plugin) -> None:
    for executable in (None, "azure-openai"):
        with pytest.raises(CallFailed) as caught:
            resource(process).check(unversioned("gpt-5", executable))
        assert MISSING in caught.value.text
        assert "; offered are 2025-08-07 (latest)" in caught.value.text
    chat = resource(process)
    # Somebody who has left it out in the parts of a configuration is told about nothing that was not told before.
    bindings = {"modelName": "gpt-5"}
    assert chat.check(wanted() | {"parameter_bindings": bindings})["parameter_bindings"] == bindings


@pytest.mark.parametrize(
    ("config", "why"), [({"aicore:checks": "off"}, "aicore:checks is off"), ({}, "it cannot be asked")]
)
def test_where_nobody_can_tell_a_version_must_be_written(
    emulator: Emulator, front_end: FrontEnd, config: dict[str, str], why: str
) -> None:
    emulator.faults = [{"path": MODELS, "effect": {"status": 403, "body": "no"}}]
    with plugins.running(emulator, front_end=front_end, config=config) as process:
        plain = resource(process)
        with pytest.raises(CallFailed) as caught:
            plain.check(unversioned())
        assert MISSING in caught.value.text
        assert f"only the catalogue can tell that a model has no versions, and {why}" in caught.value.text
        # What runs is not stopped by that, in a replacement that was asked for (`--replace`, with empty olds) neither.
        held = resource(process)
        olds = unversioned() | {"parameter_bindings": {"modelName": PLAIN}, "resource_group": "default"}
        assert held.check(unversioned(), olds)["parameter_bindings"] == {"modelName": PLAIN}
        outs = olds | {"service_url": emulator.url}
        tainted = resource(process)
        id_ = tainted.create(outs)[0]
        with plugins.running(emulator, front_end=front_end, config=config) as later:
            tainted = later.again(tainted)
            assert tainted.read(id_, outs, outs)[0] == id_
            assert tainted.check(unversioned())["parameter_bindings"] == {"modelName": PLAIN}


def test_what_a_preview_does_not_know_may_be_without_a_version(
    process: Plugin, emulator: Emulator, front_end: FrontEnd
) -> None:
    for bindings in ({"modelName": UNKNOWN, "modelVersion": ""}, {"modelName": PLAIN, "modelVersion": UNKNOWN}):
        assert "modelName" in resource(process).check(wanted() | {"parameter_bindings": bindings})["parameter_bindings"]
    # A parameter of that name in a template of one's own is one's own.
    own = {"scenario_id": "own-scenario", "executable_id": "own-executable", "parameter_bindings": {"modelVersion": ""}}
    with plugins.running(emulator, front_end=front_end, config={"aicore:checks": "off"}) as unchecked:
        assert resource(unchecked).check(own)["parameter_bindings"] == {"modelVersion": ""}
