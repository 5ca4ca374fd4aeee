"""`doctor` on the quota of generic secrets."""

from __future__ import annotations

from typing import Any

from aicore_provider.api.client import AICore
from aicore_provider.api.credentials import find_credentials
from aicore_provider.api.errors import AICoreError
from aicore_provider.api.quotas import Quota
from aicore_provider.cli.doctor.secrets import judge_secret_quotas, quotas_of_secrets
from aicore_provider.cli.state import State, read_state
from aicore_provider.emulator import Emulator
from aicore_provider.secret_text import SecretText, UnreadText
from aicore_provider.stack.model import StackConfig
from tests.cli.states import entry, exported
from tests.support.client import Api

EMPTY = State(stack="dev")
DATA = {"data": {"key": SecretText("s3cret")}}


def config(**entries: dict[str, Any]) -> StackConfig:
    return StackConfig.parse({"genericSecrets": entries})


def messages(found: StackConfig, emulator: Emulator, state: State = EMPTY) -> list[str]:
    client = AICore(find_credentials(emulator.environment()))
    return [each.message for each in judge_secret_quotas(found, state, quotas_of_secrets(client, found))]


def test_the_quota_against_what_the_stack_is_to_make(emulator: Emulator, api: Api) -> None:
    emulator.faults = [{"secretQuota": 1}]
    shared = DATA | {"scope": "tenant-wide"}
    one, two = config(db=shared), config(db=shared, other=shared, elsewhere=DATA)
    assert messages(one, emulator) == []
    assert messages(two, emulator) == ["the tenant (tenant-wide) has 0 of 1 generic secrets, and the stack adds 2"]
    held = read_state("dev", exported(entry("AIGenericSecret", "db", name="db")))
    assert messages(two, emulator, held) == []
    assert messages(config(db=shared, other={"takeOver": True, "scope": "tenant-wide"}), emulator) == []
    headers = {"AI-Tenant-Scope": "true", "AI-Resource-Group": "*"}
    made = api.call("POST", "/admin/secrets", json={"name": "theirs", "data": {"key": "eA=="}}, headers=headers)
    assert made.ok
    assert messages(one, emulator)[0].startswith("the tenant (tenant-wide) has 1 of 1 generic secrets")


def test_each_place_is_asked_and_what_is_not_told_is_no_finding(emulator: Emulator) -> None:
    found = config(
        shared=DATA | {"scope": "tenant-wide"},
        hidden=DATA | {"resourceGroup": UnreadText()},
        new=DATA | {"resourceGroup": "team-new"},
    )
    quotas = quotas_of_secrets(AICore(find_credentials(emulator.environment())), found)
    assert quotas.keys() == {("tenant-wide", ""), ("resource-group", "team-new")}
    assert isinstance(quotas["resource-group", "team-new"], AICoreError)
    assert list(judge_secret_quotas(found, EMPTY, quotas)) == []
    full = {("tenant-wide", ""): Quota(5, 5)}
    (told,) = judge_secret_quotas(found, EMPTY, full)
    assert told.message == "the tenant (tenant-wide) has 5 of 5 generic secrets, and the stack adds 1"
