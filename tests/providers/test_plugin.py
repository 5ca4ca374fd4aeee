"""The providers inside the real plugin process: what the engine gets to see."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.proto import engine_pb2

from aicore_provider.emulator import Emulator, SystemWallClock
from aicore_provider.kinds import deployment_messages as messages
from aicore_provider.providers.configuration import AIConfigurationProvider
from aicore_provider.providers.deployment import AIDeploymentProvider
from tests.providers.deployments import DEAD, STUCK, inputs, status, writes
from tests.support import plugin as plugins
from tests.support.client import Api
from tests.support.models import CLAUDE
from tests.support.plugin import PROVIDERS, UNKNOWN, CallFailed, FrontEnd, Plugin, Resource
from tests.support.world import NEW, OLD

COLD_THREADS = 4
"""So many first calls run at once, before the pool is widened."""
NOT_EITHER = "Not read either: another resource tells why."
USED = "where the program still uses it, `up` makes a new one, with a new id and URL"


def told(plugin: Plugin) -> list[engine_pb2.LogRequest]:
    """The lines that people read and that stay."""
    return [each for each in plugin.engine.lines if each.severity >= engine_pb2.INFO and not each.ephemeral]


# --- the life of a deployment ----------------------------------------------------------------------------------------


def test_a_deployment_lives_and_dies(plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin) -> None:
    old = inputs(plugin, chat)
    id_, outs = chat.create(old)
    assert (outs["status"], outs["service_url"], outs["model_name"]) == ("RUNNING", emulator.url, OLD)
    chat = next_run.again(chat)
    assert chat.diff(id_, outs, old) == ("same", [])

    new = inputs(plugin, chat, NEW)
    assert chat.diff(id_, outs, new) == ("changed", []), "the engine works out what changes"
    outs = chat.update(id_, outs, new)
    assert (outs["model_name"], outs["latest_running_configuration_id"]) == (NEW, new["configuration_id"])
    assert chat.read(id_, outs, new) == (id_, outs)

    chat.delete(id_, outs)
    assert status(emulator, id_) == "gone"
    assert writes(emulator) == ["POST", "PATCH", "PATCH", "DELETE"]


def posted_configurations(emulator: Emulator) -> list[Any]:
    return [e.body for e in emulator.journal if e.method == "POST" and e.path == "/v2/lm/configurations"]


@pytest.mark.parametrize(
    ("logical", "name"), [("my-chat", "my-chat"), ("größer 🙂", "groU+00DFer U+1F642"), ("a::b", "a::b")]
)
def test_a_configuration_is_named_after_its_resource_each_time(
    plugin: Plugin, emulator: Emulator, logical: str, name: str
) -> None:
    plugin.configured(OLD, name=logical)
    plugin.configured(NEW, name=logical)
    assert [body["name"] for body in posted_configurations(emulator)] == [name, name]


def test_a_version_id_is_sent_as_given_and_kept_since_the_service_does_not_tell_it(
    plugin: Plugin, emulator: Emulator, next_run: Plugin
) -> None:
    resource = plugin.configuration("versioned")
    wanted = CONFIGURATION
    id_, outs = resource.create(resource.check(wanted))
    assert [body["versionId"] for body in posted_configurations(emulator)] == ["0.0.1"]
    read = next_run.again(resource).read(id_, outs, resource.check(wanted))
    assert (read[0], read[1]["version_id"]) == (id_, "0.0.1")
    assert resource.diff(id_, outs, resource.check(wanted)) == ("same", [])


def test_without_a_version_id_none_is_sent(plugin: Plugin, emulator: Emulator) -> None:
    plugin.configured(OLD)
    assert ["versionId" in body for body in posted_configurations(emulator)] == [False]


def test_a_state_of_version_0_1_0_shows_no_change(plugin: Plugin) -> None:
    resource = plugin.configuration("chat")
    inputs = resource.check(CONFIGURATION | {"name": None, "version_id": None})
    outs = inputs | {"name": "chat-1a2b3c4d", "tenant": "t"}
    assert resource.diff("c-1234", outs, inputs) == ("same", [])
    assert resource.diff("c-1234", outs, inputs | {"name": "chat-1a2b3c4d"}) == ("same", [])


def test_a_name_that_the_service_has_taken_before_is_not_refused_now(plugin: Plugin) -> None:
    resource = plugin.configuration("named")
    named = CONFIGURATION | {"name": "Größe"}
    assert "is no configuration name" in resource.complaints(named)["name"]
    assert resource.check(named, olds=named)["name"] == "Größe"


# --- more than four --------------------------------------------------------------------------------------------------


class _MeetingPoint(SystemWallClock):
    """Latency that ends once so many requests are under way at the same time."""

    def __init__(self, requests_at_once: int) -> None:
        self._all_there = threading.Barrier(requests_at_once, timeout=plugins.TIMEOUT_S / 2)

    def sleep(self, seconds: float) -> None:
        self._all_there.wait()


def test_more_than_four_creates_run_at_once(front_end: FrontEnd) -> None:
    at_once = 12
    with (
        Emulator.running(transition_seconds=0, clock=_MeetingPoint(at_once)) as emulator,
        plugins.running(emulator, front_end=front_end) as plugin,
    ):
        chats = [plugin.deployment(f"chat-{n}") for n in range(at_once)]
        wanted = [inputs(plugin, chat) for chat in chats]
        emulator.faults = [{"method": "POST", "path": "/v2/lm/deployments", "effect": {"latencySeconds": 1}}]
        with ThreadPoolExecutor(at_once) as pool:
            made = list(pool.map(lambda pair: pair[0].create(pair[1]), zip(chats, wanted, strict=True)))
    assert {outs["status"] for _, outs in made} == {"RUNNING"}
    assert len({id_ for id_, _ in made}) == at_once


# --- failures --------------------------------------------------------------------------------------------------------


def test_a_refused_create_is_told_in_clear_words(plugin: Plugin, chat: Resource) -> None:
    wanted = inputs(plugin, chat, "no-such-model")
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted)
    text = caught.value.text
    assert text.startswith(f"A deployment of configuration {wanted['configuration_id']} was refused: ")
    assert "01510003" in text
    assert len(text.splitlines()) <= 3
    assert "Traceback" not in text
    assert "aicore_provider" not in text
    assert caught.value.kept is None, "nothing was made"


def test_a_dead_create_is_kept_with_all_that_the_next_run_needs(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    wanted = inputs(plugin, chat)
    emulator.faults = [DEAD]
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted)
    kept = caught.value.kept
    assert kept is not None
    assert "no capacity left" in caught.value.text
    assert list(kept.reasons) == [caught.value.text]
    if not plugin.front_end.is_native:
        assert kept.properties["__provider"] == PROVIDERS["AIDeployment"], "else refresh and delete would fail"
    outs = caught.value.outputs
    assert (outs["status"], outs["configuration_id"]) == ("DEAD", wanted["configuration_id"])
    assert wanted.items() <= outs.items(), "outputs hold the inputs"
    assert status(emulator, kept.id) == "DEAD"

    emulator.faults = []
    chat = next_run.again(chat)
    assert chat.diff(kept.id, outs, wanted) == ("due", ["status"]), "the next run replaces it"
    assert chat.read(kept.id, outs, wanted)[0] == kept.id
    chat.delete(kept.id, outs)
    assert status(emulator, kept.id) == "gone"


@pytest.mark.parametrize("met_by", ["diff", "read"])
def test_a_failed_create_of_a_replacement_leaves_nothing_but_the_old_one(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin, met_by: str
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    chat = next_run.again(chat)
    before = {e.path for e in emulator.journal}
    if met_by == "diff":
        chat.diff(id_, outs, wanted | {"ttl": "10h"})
    else:
        chat.read(id_, outs, wanted)
    emulator.faults = [DEAD]
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted | {"ttl": "10h"})
    assert caught.value.kept is None, "the old one stays the live one in the state"
    assert "no capacity left" in caught.value.text
    assert f"was removed again; the one before stays as it is ({id_})." in caught.value.text
    assert status(emulator, id_) == "RUNNING"
    (deleted,) = {e.path for e in emulator.journal if e.method == "DELETE"} - before
    assert status(emulator, deleted.rsplit("/", 1)[-1]) == "gone"


def refusing(status: int) -> list[dict[str, Any]]:
    effect = {"status": status, "body": "no", "headers": {"Retry-After": "0"}}
    return [{"method": "POST", "path": "/v2/lm/deployments", "effect": effect}]


FAILURES: dict[str, tuple[list[dict[str, Any]], str]] = {
    "quota": ([{"deploymentQuota": 0}], "Quota of 0 deployments exceeded"),
    **{str(status): (refusing(status), f"HTTP {status}") for status in (400, 403, 412, 429)},
    "dead": ([DEAD], "it ended DEAD"),
    "stuck": ([STUCK], "not done within "),
}


@pytest.mark.parametrize(("faults", "why"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("met_by", ["diff", "delete alone"])
def test_what_was_deleted_first_is_not_said_to_stay(
    plugin: Plugin,
    chat: Resource,
    emulator: Emulator,
    next_run: Plugin,
    faults: list[dict[str, Any]],
    why: str,
    met_by: str,
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    chat = next_run.again(chat)
    if met_by == "diff":
        chat.diff(id_, outs, wanted | {"ttl": "10h"})
    chat.delete(id_, outs)
    emulator.faults = faults
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted | {"ttl": "10h"}, timeout_s=0.5)
    text = caught.value.text
    assert why in text
    assert f"he one before was deleted first ({id_}), and `pulumi up` makes a new one." in text
    assert "stays" not in text
    assert "deleteFirst" not in text


@pytest.mark.parametrize(("faults", "why"), FAILURES.values(), ids=FAILURES)
def test_a_first_create_that_fails_speaks_of_no_other_deployment(
    plugin: Plugin, chat: Resource, emulator: Emulator, faults: list[dict[str, Any]], why: str
) -> None:
    wanted = inputs(plugin, chat)
    emulator.faults = faults
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted, timeout_s=0.5)
    text = caught.value.text
    assert why in text
    assert "before" not in text
    assert "deleteFirst" not in text
    assert "stays" not in text


@pytest.mark.parametrize(("faults", "why"), FAILURES.values(), ids=FAILURES)
def test_a_replacement_that_fails_names_the_one_that_stays(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin, faults: list[dict[str, Any]], why: str
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    chat = next_run.again(chat)
    chat.read(id_, outs, wanted)
    emulator.faults = faults
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted | {"ttl": "10h"}, timeout_s=0.5)
    text = caught.value.text
    assert why in text
    assert f"he one before stays as it is ({id_})." in text
    assert ("deleteFirst" in text) is (why in ("Quota of 0 deployments exceeded", "HTTP 403"))
    assert "pulumi up" not in text, "what was made is gone, so there is nothing to go on with"


@pytest.mark.parametrize("how_it_went", ["by an earlier run", "seen to be gone"])
@pytest.mark.parametrize("failure", ["quota", "dead"])
def test_what_is_not_there_any_more_is_not_said_to_stay(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin, failure: str, how_it_went: str
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    Api(emulator).stop(id_)
    Api(emulator).delete(id_)
    chat = next_run.again(chat)
    if how_it_went == "seen to be gone":
        assert chat.read(id_, outs, wanted)[0] == ""
    # The entry stays in the state and waits for its replacement: compared, and not read.
    chat.diff(id_, outs, wanted | {"ttl": "10h"})
    faults, why = FAILURES[failure]
    emulator.faults = faults
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted | {"ttl": "10h"}, timeout_s=0.5)
    assert why in caught.value.text
    assert id_ not in caught.value.text
    assert "before" not in caught.value.text
    assert "deleteFirst" not in caught.value.text


def test_several_that_stay_are_said_to(plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin) -> None:
    wanted = inputs(plugin, chat)
    ids = []
    for _ in range(2):
        id_, outs = chat.create(wanted)
        next_run.again(chat).read(id_, outs, wanted)
        ids.append(id_)
    emulator.faults = [DEAD]
    with pytest.raises(CallFailed) as caught:
        next_run.again(chat).create(wanted)
    assert f"; the ones before stay as they are ({', '.join(ids)})." in caught.value.text


def test_a_new_deployment_that_cannot_be_removed_again_is_named(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    chat = next_run.again(chat)
    chat.diff(id_, outs, wanted | {"ttl": "10h"})
    refusal = {"method": "DELETE", "path": "/v2/*", "effect": {"status": 403, "body": "not for you"}}
    emulator.faults = [DEAD, refusal]
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted | {"ttl": "10h"})
    made = Api(emulator).ids()[-1]
    assert status(emulator, made) == "DEAD"
    assert f"The new deployment {made} could not be removed again and may still exist: " in caught.value.text
    assert f"; the one before stays as it is ({id_})." in caught.value.text
    assert "was removed again" not in caught.value.text


def test_a_taken_over_one_that_is_replaced_is_not_said_to_be_left_alone(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    made_by_hand, _ = plugin.deployment("by-hand").create(inputs(plugin, chat))
    taking = next_run.again(chat)
    wanted = inputs(plugin, chat) | {"take_over": made_by_hand}
    id_, outs = taking.create(wanted)
    assert id_ == made_by_hand
    taking.diff(id_, outs, wanted | {"ttl": "10h"})
    taking.create(wanted | {"ttl": "10h"})
    line = next_run.engine.heard("take_over counts at the first creation only", taking.urn)
    assert made_by_hand not in line.message


@pytest.mark.parametrize("outcome", ["stopped", "dead and refused"])
def test_what_could_not_be_taken_over_is_not_said_to_be_replaced(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin, outcome: str
) -> None:
    made_by_hand, _ = plugin.deployment("by-hand").create(inputs(plugin, chat))
    if outcome == "stopped":
        assert Api(emulator).call("PATCH", f"/lm/deployments/{made_by_hand}", json={"targetStatus": "STOPPED"}).ok
    else:
        emulator.faults = [DEAD, {"refusePatchInDead": True}]
    with pytest.raises(CallFailed) as caught:
        next_run.again(chat).create(inputs(plugin, chat, NEW) | {"take_over": made_by_hand})
    assert made_by_hand in caught.value.text
    assert re.search(r"Remove .*, and a new one is made\.", caught.value.text)
    assert "replaces it" not in caught.value.text


def test_a_refused_switch_changes_nothing_and_says_so(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    bad = inputs(plugin, chat, "no-such-model")
    with pytest.raises(CallFailed) as caught:
        next_run.again(chat).update(id_, outs, bad)
    assert caught.value.text.startswith(
        f"Deployment {id_}: the switch to configuration {bad['configuration_id']} was refused: "
    )
    assert "Nothing was changed." in caught.value.text
    assert status(emulator, id_) == "RUNNING"


def test_a_failed_switch_is_rolled_back_and_keeps_nothing_new(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    old, new = inputs(plugin, chat), inputs(plugin, chat, NEW)
    id_, outs = chat.create(old)
    chat = next_run.again(chat)
    emulator.faults = [DEAD | {"model": NEW}]
    with pytest.raises(CallFailed) as caught:
        chat.update(id_, outs, new)
    assert caught.value.kept is None
    assert f"configuration {old['configuration_id']} serves again" in caught.value.text
    assert chat.read(id_, outs, old)[1]["configuration_id"] == old["configuration_id"]


# --- time-outs, Ctrl-C, progress -------------------------------------------------------------------------------------


def test_the_resources_own_time_out_counts_for_a_create(plugin: Plugin, chat: Resource, emulator: Emulator) -> None:
    wanted = inputs(plugin, chat)
    emulator.faults = [STUCK]
    with pytest.raises(CallFailed, match=r"not done within 0\.5 s, last seen as: PENDING") as caught:
        chat.create(wanted, timeout_s=0.5)
    assert caught.value.kept is not None


def test_the_resources_own_time_out_counts_for_a_switch(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    chat = next_run.again(chat)
    emulator.faults = [STUCK | {"model": NEW}]
    with pytest.raises(CallFailed, match=r"PENDING: starting[\s\S]* serves again"):
        chat.update(id_, outs, inputs(plugin, chat, NEW), timeout_s=0.5)


def test_ctrl_c_ends_a_wait_and_keeps_the_id(emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end) as plugin, ThreadPoolExecutor(8) as pool:
        chats = [plugin.deployment(f"chat-{n}") for n in range(6)]
        wanted = [inputs(plugin, chat) for chat in chats]
        emulator.faults = [STUCK]
        waiting = [pool.submit(chat.create, each) for chat, each in zip(chats, wanted, strict=True)]
        for chat in chats:
            plugin.engine.heard("PENDING", chat.urn)
        plugin.cancel()
        for call in waiting:
            with pytest.raises(CallFailed, match="interrupted") as caught:
                call.result(timeout=plugins.TIMEOUT_S)
            assert caught.value.kept is not None
            assert status(emulator, caught.value.kept.id) == "PENDING", "left to go on"


def test_progress_stands_at_the_resource_and_does_not_stay(plugin: Plugin, chat: Resource, emulator: Emulator) -> None:
    wanted = inputs(plugin, chat)
    emulator.faults = [STUCK]
    with pytest.raises(CallFailed) as caught:
        chat.create(wanted, timeout_s=1.0)
    assert caught.value.kept is not None
    line = plugin.engine.heard("PENDING: starting", chat.urn)
    assert line.message.startswith(caught.value.kept.id)
    assert line.ephemeral


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("STOPPED", "deployment {id}: it was stopped, and a stopped deployment cannot be started again; " + USED),
        ("DEAD", "deployment {id}: it is DEAD and never ran; " + USED),
        ("PENDING", "deployment {id} is not ready yet: PENDING: starting"),
        ("RAN AND DIED", "deployment {id} is DEAD; where the program still uses it, `up` switches it, and its id"),
        (
            "SWITCHED AND DIED",
            "deployment {id}: it ended DEAD on configuration {configuration}; where the program still uses it, `up` "
            "goes back to configuration c-0001 and fails, and the next tries again",
        ),
        ("SWITCHED AND DIED, NO ROLLBACK", "deployment {id} is DEAD; where the program still uses it, `up` switches"),
    ],
)
def test_what_becomes_of_which_deployment_is_told_once_and_stays(
    plugin: Plugin, chat: Resource, status: str, line: str
) -> None:
    outs = {**inputs(plugin, chat), "status": status}
    if "DIED" in status:
        ran = outs["configuration_id"] if status == "RAN AND DIED" else "c-0001"
        outs |= {"status": "DEAD", "latest_running_configuration_id": ran, "rollback": "NO" not in status}
    for _ in range(2):
        chat.diff(f"d-{chat.name}", outs, outs)
    line = line.format(id=f"d-{chat.name}", configuration=outs["configuration_id"])
    assert not plugin.engine.heard(line, chat.urn).ephemeral
    assert len([each for each in told(plugin) if each.urn == chat.urn]) == 1


def test_that_a_configuration_is_only_forgotten_is_told_once_and_not_after_a_replacement(
    emulator: Emulator, front_end: FrontEnd
) -> None:
    with plugins.running(emulator, front_end=front_end) as plugin:
        replaced = plugin.configuration("replaced")
        replaced.diff("c-0001", CONFIGURATION, CONFIGURATION | {"executable_id": "aws-bedrock"})
        replaced.create(replaced.check(CONFIGURATION))
        replaced.delete("c-0001", CONFIGURATION)
        assert not told(plugin)
        for name in ("one", "two"):
            plugin.configuration(name).delete("c-0001", CONFIGURATION)
        (line,) = told(plugin)
    assert (
        line.message == "a configuration that is deleted is only forgotten: the service keeps it, and it costs nothing"
    )
    assert line.urn == "", "shown at the stack"


def test_a_read_that_finds_nothing_says_so(plugin: Plugin, chat: Resource) -> None:
    wanted = inputs(plugin, chat)
    for _ in range(2):
        assert chat.read("d0000000", wanted, wanted) == ("", {})
    line = "deployment d0000000 does not exist any more; where the program still uses it, `up` makes a new one"
    assert not plugin.engine.heard(line, chat.urn).ephemeral
    assert len([each for each in told(plugin) if each.urn == chat.urn]) == 1


@pytest.mark.parametrize(
    ("ttl", "created_at", "is_over"),
    [
        ("20h", "2026-11-25T04:01:00Z", False),
        ("20h", "2026-11-25T04:00:00Z", True),
        ("10m", "2026-11-25T23:49:59Z", True),
        ("1D", "2026-11-24T00:00:00Z", True),
        ("99999999999999d", "2026-11-24T00:00:00Z", False),
        (None, "2026-11-24T00:00:00Z", False),
        ("10h", None, False),
        ("10h", "yesterday", False),
        ("soon", "2026-11-24T00:00:00Z", False),
    ],
)
def test_a_ttl_is_the_reason_only_when_it_is_over(ttl: str | None, created_at: str | None, is_over: bool) -> None:
    midnight = dt.datetime(2026, 11, 26, tzinfo=dt.timezone.utc)
    line = messages.gone("d1", ttl, created_at, midnight)
    assert (f": its ttl of {ttl} is over, it was created at {created_at}; " in line) is is_over
    assert ("ttl" in line) is is_over


# --- home ------------------------------------------------------------------------------------------------------------


def test_credentials_for_another_service_change_nothing(plugin: Plugin, chat: Resource, emulator: Emulator) -> None:
    wanted = inputs(plugin, chat)
    elsewhere = wanted | {"service_url": "https://api.ai.example.com", "status": "RUNNING"}
    emulator.clear_journal()
    for call in (
        lambda: chat.check({"configuration_id": "c-0001"}, olds=elsewhere),
        lambda: chat.read("d0000000", elsewhere, elsewhere),
        lambda: chat.update("d0000000", elsewhere, wanted),
        lambda: chat.delete("d0000000", elsewhere),
    ):
        with pytest.raises(CallFailed, match=r"lives on https://api\.ai\.example\.com, your credentials are for"):
            call()
    assert emulator.journal == []


def test_an_older_spelling_of_the_address_is_the_same_home_and_stays(
    plugin: Plugin, chat: Resource, emulator: Emulator, next_run: Plugin
) -> None:
    old = inputs(plugin, chat)
    id_, outs = chat.create(old)
    spelling = {"service_url": emulator.url.replace("http://", "HTTP://") + "/"}
    recorded, old = outs | spelling, old | spelling
    chat = next_run.again(chat)

    seen = chat.read(id_, recorded, old)
    wanted = chat.check({"configuration_id": old["configuration_id"]}, olds=old)

    assert seen == (id_, recorded)
    assert wanted["service_url"] == spelling["service_url"]
    assert chat.diff(id_, recorded, wanted) == ("same", [])
    assert not [line for line in next_run.engine.lines if "reports the URL" in line.message]
    switched = chat.update(id_, recorded, wanted | {"configuration_id": next_run.configured(NEW)})
    assert switched["service_url"] == spelling["service_url"]
    chat.delete(id_, switched)
    assert status(emulator, id_) == "gone"


def test_a_stack_may_pin_its_service_in_another_spelling(emulator: Emulator) -> None:
    pinned = {"aicore:baseUrl": f" {emulator.url.replace('http://', 'HTTP://')}/v2/ "}
    with plugins.running(emulator, config=pinned) as plugin:
        assert plugin.configured(OLD)


def test_credentials_for_another_tenant_change_nothing(plugin: Plugin, chat: Resource, emulator: Emulator) -> None:
    wanted = inputs(plugin, chat)
    elsewhere = wanted | {"tenant": "another-zone", "status": "RUNNING"}
    with pytest.raises(CallFailed, match="lives in tenant another-zone"):
        chat.read("d0000000", elsewhere, elsewhere)
    with pytest.raises(CallFailed, match="lives in tenant another-zone"):
        chat.delete("d0000000", elsewhere)
    assert writes(emulator) == []


@pytest.mark.parametrize(
    ("config", "variables", "complaint"),
    [
        ({"aicore:baseUrl": "https://api.ai.example.com"}, {}, "The stack's aicore:baseUrl is https://api.ai.example"),
        ({}, {"AICORE_CLIENT_SECRET": ""}, "AICORE_CLIENT_SECRET missing"),
        ({}, {"AICORE_CLIENT_SECRET": "s3cret"}, "refused the credentials from the AICORE_"),
    ],
)
def test_wrong_credentials_are_told_at_the_first_call_in_clear_words(
    emulator: Emulator, config: dict[str, str], variables: dict[str, str], complaint: str
) -> None:
    with plugins.running(emulator, config=config, variables=variables) as plugin:
        for _ in range(2):
            with pytest.raises(CallFailed, match=complaint) as caught:
                plugin.configured(OLD)
            assert "Traceback" not in caught.value.text
            assert "s3cret" not in caught.value.text + caught.value.details


# --- check and diff --------------------------------------------------------------------------------------------------

RUNNING = {
    "configuration_id": "c-0001",
    "executable_id": "azure-openai",
    "scenario_id": "foundation-models",
    "resource_group": "default",
    "ttl": "10h",
    "status": "RUNNING",
    "target_status": "RUNNING",
    "latest_running_configuration_id": "c-0001",
}
DECLARED = {k: RUNNING[k] for k in ("configuration_id", "executable_id", "scenario_id", "resource_group", "ttl")}
CONFIGURATION: dict[str, Any] = {
    "name": "chat-1",
    "version_id": "0.0.1",
    "scenario_id": "foundation-models",
    "executable_id": "azure-openai",
    "parameter_bindings": {"modelName": OLD, "modelVersion": "latest", "maxTokens": "3", "stream": "true"},
    "input_artifact_bindings": {"data": "a-0001"},
    "resource_group": "default",
}
NESTED = [[UNKNOWN], {"deep": {"er": UNKNOWN}}]


@pytest.mark.parametrize("unknown", [UNKNOWN, *NESTED], ids=["itself", "in a list", "in a map"])
@pytest.mark.parametrize("key", [*DECLARED, "take_over"])
def test_an_unknown_in_a_deployment_is_neither_a_crash_nor_a_replacement(
    chat: Resource, key: str, unknown: object
) -> None:
    news = DECLARED | {key: unknown}
    assert chat.complaints(news) == {}
    changes, replaces = chat.diff("d0000000", RUNNING, news)
    assert replaces == []
    assert changes == ("same" if key == "take_over" else "changed")


@pytest.mark.parametrize("unknown", [UNKNOWN, *NESTED], ids=["itself", "in a list", "in a map"])
@pytest.mark.parametrize("key", list(CONFIGURATION))
def test_an_unknown_in_a_configuration_is_no_crash(plugin: Plugin, key: str, unknown: object) -> None:
    resource = plugin.configuration("chat")
    news = CONFIGURATION | {key: unknown}
    assert resource.complaints(news) == {}
    assert resource.diff("c-0001", CONFIGURATION, news) == ("changed", [key]), "immutable: it may be another one"


@pytest.mark.parametrize("binding", ["modelName", "new"])
def test_an_unknown_binding_is_kept_apart_from_the_known_ones(plugin: Plugin, binding: str) -> None:
    resource = plugin.configuration("chat")
    bindings = CONFIGURATION["parameter_bindings"] | {binding: UNKNOWN}
    checked = resource.check(CONFIGURATION | {"parameter_bindings": bindings})["parameter_bindings"]
    assert checked == bindings
    assert resource.diff("c-0001", CONFIGURATION, CONFIGURATION | {"parameter_bindings": bindings})[1] == [
        "parameter_bindings"
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"parameter_bindings": {"stream": True, "maxTokens": 3, "modelVersion": "latest", "modelName": OLD}},
        {"parameter_bindings": {**CONFIGURATION["parameter_bindings"], "maxTokens": 3.0, "absent": None}},
        {"name": None},
        {"input_artifact_bindings": {"data": "a-0001", "absent": None}},
        {"resource_group": None},
        {"take_over": "d1234567"},
        {"take_over": UNKNOWN},
    ],
    ids=str,
)
def test_what_means_the_same_is_no_new_configuration(plugin: Plugin, change: dict[str, Any]) -> None:
    resource = plugin.configuration("chat")
    news = resource.check(CONFIGURATION | change, olds=CONFIGURATION)
    assert resource.diff("c-0001", CONFIGURATION, news) == ("same", [])


@pytest.mark.parametrize("empty", [None, {}], ids=["None", "empty"])
def test_no_bindings_can_be_written_in_several_ways(plugin: Plugin, empty: object) -> None:
    resource = plugin.configuration("chat")
    bare = {k: v for k, v in CONFIGURATION.items() if not k.endswith("_bindings")}
    for olds, news in ((bare, bare | {"parameter_bindings": empty}), (bare | {"parameter_bindings": empty}, bare)):
        assert resource.diff("c-0001", olds, resource.check(news)) == ("same", [])


@pytest.mark.parametrize(
    ("change", "replaces"),
    [
        ({"parameter_bindings": {"modelName": OLD}}, ["parameter_bindings"]),
        ({"parameter_bindings": None}, ["parameter_bindings"]),
        (
            {"executable_id": "aws-bedrock", "parameter_bindings": {"modelName": CLAUDE["model"]}},
            ["executable_id", "parameter_bindings"],
        ),
        ({"scenario_id": "orchestration"}, ["scenario_id"]),
        ({"resource_group": "team-a"}, ["resource_group"]),
        ({"name": "other"}, ["name"]),
        ({"version_id": "0.0.2"}, ["version_id"]),
        ({"version_id": None}, ["version_id"]),
        ({"input_artifact_bindings": {}}, ["input_artifact_bindings"]),
    ],
    ids=str,
)
def test_what_means_something_else_is_a_new_configuration(
    plugin: Plugin, change: dict[str, Any], replaces: list[str]
) -> None:
    resource = plugin.configuration("chat")
    assert resource.diff("c-0001", CONFIGURATION, resource.check(CONFIGURATION | change)) == ("changed", replaces)


@pytest.mark.parametrize(
    ("change", "changes", "replaces"),
    [
        ({}, "same", []),
        ({"executable_id": None}, "same", []),
        ({"scenario_id": ""}, "same", []),
        ({"resource_group": None}, "same", []),
        ({"take_over": "d1234567"}, "same", []),
        ({"configuration_id": "c-0002"}, "changed", []),
        ({"ttl": "11h"}, "changed", ["ttl"]),
        ({"ttl": None}, "changed", ["ttl"]),
        ({"executable_id": "aws-bedrock"}, "changed", ["executable_id"]),
        ({"resource_group": "team-a"}, "changed", ["resource_group"]),
    ],
    ids=str,
)
def test_what_a_change_of_a_deployment_means(
    chat: Resource, change: dict[str, Any], changes: str, replaces: list[str]
) -> None:
    news = chat.check(DECLARED | change, olds=DECLARED)
    assert chat.diff("d0000000", RUNNING, news) == (changes, replaces)


@pytest.mark.parametrize(
    ("kind", "change", "key"),
    [
        ("AIDeployment", {"configuration_id": "no id!"}, "configuration_id"),
        ("AIDeployment", {"configuration_id": None}, "configuration_id"),
        ("AIDeployment", {"ttl": "4h30m"}, "ttl"),
        ("AIDeployment", {"ttl": "9m"}, "ttl"),
        ("AIDeployment", {"resource_group": "-a-"}, "resource_group"),
        ("AIDeployment", {"take_over": "no id!"}, "take_over"),
        ("AIConfiguration", {"executable_id": "no id!"}, "executable_id"),
        ("AIConfiguration", {"scenario_id": None}, "scenario_id"),
        ("AIConfiguration", {"name": "x" * 257}, "name"),
        ("AIConfiguration", {"name": ""}, "name"),
        ("AIConfiguration", {"name": "a`b"}, "name"),
        ("AIConfiguration", {"version_id": ""}, "version_id"),
        ("AIConfiguration", {"take_over": "no id!"}, "take_over"),
        ("AIConfiguration", {"parameter_bindings": {"filter": ["a"]}}, "parameter_bindings.filter"),
        ("AIConfiguration", {"resource_group": "x"}, "resource_group"),
    ],
    ids=str,
)
def test_what_the_service_would_refuse_is_told_by_property_before_anything_is_done(
    plugin: Plugin, emulator: Emulator, kind: str, change: dict[str, Any], key: str
) -> None:
    resource = dataclasses.replace(plugin.deployment("chat"), kind=kind)
    good: dict[str, Any] = CONFIGURATION if kind == "AIConfiguration" else DECLARED
    assert list(resource.complaints(good | change)) == [key]
    assert emulator.journal == []


# --- the stored provider ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", [AIConfigurationProvider, AIDeploymentProvider])
def test_the_stored_provider_is_a_name_and_nothing_else(provider: type[Any]) -> None:
    here = serialize_provider(provider())
    program = (
        "from pulumi.dynamic.dynamic import serialize_provider\n"
        f"from {provider.__module__} import {provider.__name__} as P\n"
        "print(serialize_provider(P()))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=plugins.ROOT
    ).stdout.strip()
    assert here == elsewhere, "the same in every run: else each run would show a change"
    assert len(here) < 200, "by reference: no code in the state"


def test_a_token_endpoint_that_is_down_is_tried_once_for_all_resources(emulator: Emulator, front_end: FrontEnd) -> None:
    with plugins.running(emulator, front_end=front_end) as made:
        chat = made.deployment("chat")
        wanted = inputs(made, chat)
        id_, outs = chat.create(wanted)
    emulator.clear_journal()
    emulator.faults = [{"path": "/oauth/token", "effect": {"status": 503, "headers": {"Retry-After": "1"}}}]
    with plugins.running(emulator, front_end=front_end) as plugin, ThreadPoolExecutor(COLD_THREADS) as pool:
        reads = [pool.submit(plugin.deployment(f"chat-{n}").read, id_, outs, wanted) for n in range(COLD_THREADS)]
        errors = [read.exception(timeout=plugins.TIMEOUT_S) for read in reads]
    texts = [str(error) for error in errors]
    assert sorted("No access token" in text for text in texts) == [False] * (COLD_THREADS - 1) + [True]
    assert texts.count(NOT_EITHER) == COLD_THREADS - 1
    assert len([e for e in emulator.journal if e.path == "/oauth/token"]) == 5, "the tries of one, shared by all"


SILENCES: dict[str, tuple[dict[str, Any], int, str]] = {
    "service": ({"path": "/v2/*", "effect": {"status": 503, "headers": {"Retry-After": "0"}}}, 5 + 1, "HTTP 503"),
    "gateway": ({"path": "/v2/*", "effect": {"status": 502, "headers": {"Retry-After": "0"}}}, 5 + 1, "HTTP 502"),
    "too many": ({"path": "/v2/*", "effect": {"status": 429, "headers": {"Retry-After": "0"}}}, 5 + 1, "HTTP 429"),
    "token endpoint": (
        {"path": "/oauth/*", "effect": {"status": 503, "headers": {"Retry-After": "0"}}},
        5,
        "No access",
    ),
    "credentials": ({"path": "/oauth/*", "effect": {"status": 401}}, 1, "refused the credentials"),
    "tokens": ({"path": "/v2/*", "effect": {"status": 401}}, 2 + 2, "HTTP 401"),
    "page": ({"path": "/v2/*", "effect": {"status": 200, "body": "<html>"}}, 1 + 1, "is not JSON"),
    "page for a token": ({"path": "/oauth/*", "effect": {"status": 200, "body": "<html>"}}, 1, "is not JSON"),
    "redirect": ({"path": "/v2/*", "effect": {"status": 302}}, 1 + 1, "was redirected"),
}


@pytest.mark.parametrize(("fault", "requests_sent", "why"), SILENCES.values(), ids=SILENCES)
def test_a_refresh_tells_once_that_nobody_answers_and_one_read_tries(
    emulator: Emulator, front_end: FrontEnd, fault: dict[str, Any], requests_sent: int, why: str
) -> None:
    with plugins.running(emulator, front_end=front_end) as made:
        written = {"scenario_id": "foundation-models", "executable_id": "azure-openai"}
        configuration = made.configuration("chat")
        declared = configuration.check(written | {"parameter_bindings": {"modelName": OLD, "modelVersion": "latest"}})
        configuration_id, configured = configuration.create(declared)
        chat = made.deployment("chat")
        wanted = chat.check({"configuration_id": configuration_id})
        id_, outs = chat.create(wanted)
    emulator.clear_journal()
    emulator.faults = [fault]
    with plugins.running(emulator, front_end=front_end) as plugin, ThreadPoolExecutor(8) as pool:
        reads = []
        for _ in range(5):
            reads.append(pool.submit(plugin.again(configuration).read, configuration_id, configured, declared))
            reads.append(pool.submit(plugin.again(chat).read, id_, outs, wanted))
        errors = [read.exception(timeout=plugins.TIMEOUT_S) for read in reads]
        texts = [str(error) for error in errors]
        assert len([text for text in texts if why in text]) == 1
        assert texts.count(NOT_EITHER) == len(reads) - 1
        assert len(emulator.journal) == requests_sent
        with pytest.raises(CallFailed, match=why):
            plugin.deployment("got").read(id_, {"resource_group": "default"}, {})


@pytest.mark.parametrize(
    ("config", "variables", "complaint"),
    [
        ({}, {"AICORE_CLIENT_SECRET": ""}, "AICORE_CLIENT_SECRET missing"),
        ({"aicore:baseUrl": "https://api.ai.example.com"}, {}, "The stack's aicore:baseUrl is"),
    ],
)
def test_a_refresh_without_the_credentials_of_the_stack_says_so_once(
    plugin: Plugin,
    chat: Resource,
    emulator: Emulator,
    front_end: FrontEnd,
    config: dict[str, str],
    variables: dict[str, str],
    complaint: str,
) -> None:
    wanted = inputs(plugin, chat)
    outs = wanted | {"status": "RUNNING"}
    with plugins.running(emulator, front_end=front_end, config=config, variables=variables) as later:
        texts = []
        for _ in range(3):
            with pytest.raises(CallFailed) as caught:
                later.again(chat).read("d0000000", outs, wanted)
            texts.append(caught.value.text)
    assert complaint in texts[0]
    assert texts[1:] == [NOT_EITHER] * 2


def test_an_object_that_cannot_be_read_hides_no_other(
    plugin: Plugin, chat: Resource, emulator: Emulator, front_end: FrontEnd
) -> None:
    wanted = inputs(plugin, chat)
    id_, outs = chat.create(wanted)
    with plugins.running(emulator, front_end=front_end) as later:
        elsewhere = outs | {"tenant": "another-zone"}
        with pytest.raises(CallFailed, match="lives in tenant another-zone"):
            later.deployment("one").read(id_, elsewhere, wanted)
        with pytest.raises(CallFailed, match="lives in tenant another-zone"):
            later.deployment("two").read(id_, elsewhere, wanted)
        assert later.deployment("three").read("d0000000", outs, wanted) == ("", {})
        assert later.again(chat).read(id_, outs, wanted)[0] == id_
