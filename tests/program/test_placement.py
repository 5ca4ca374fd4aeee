"""Where entries put their deployments, under which names, and as which of those that were there before."""

from __future__ import annotations

from typing import Any

import pytest

from aicore_provider.kinds.several_groups import base_name, wrong_heir
from aicore_provider.secret_text import SecretText
from aicore_provider.stack.complaints import ConfigError
from aicore_provider.stack.model import StackConfig
from tests.support.models import CHAT

AB = CHAT | {"resourceGroups": ["team-a", "team-b"]}
DECLARED: dict[str, Any] = {"team-a": {}, "team-b": None}


def config(entries: dict[str, dict[str, Any]], **others: Any) -> StackConfig:
    return StackConfig.parse({"deployments": entries, **others})


def formerly(entries: dict[str, dict[str, Any]], **others: Any) -> dict[str, tuple[str, ...]]:
    return {each.name: each.formerly for each in config(entries, **others).placements()}


def test_names_groups_and_what_they_want() -> None:
    found = config(
        {"chat": AB, "talk": CHAT, "router": {"scenario": "orchestration", "resourceGroups": "all"}},
        resourceGroups={"team-c": {}},
    )
    assert [(each.name, each.entry, each.resource_group) for each in found.placements()] == [
        ("chat/team-a", "chat", "team-a"),
        ("chat/team-b", "chat", "team-b"),
        ("talk", "talk", "default"),
        ("router/team-c", "router", "team-c"),
    ]
    assert [(each.name, each.resource_group, each.model) for each in found.wanted()] == [
        ("chat/team-a", "team-a", "gpt-5-mini"),
        ("chat/team-b", "team-b", "gpt-5-mini"),
        ("talk", "default", "gpt-5-mini"),
        ("router/team-c", "team-c", None),
    ]


@pytest.mark.parametrize(
    ("entries", "others", "expected"),
    [
        ({"chat": AB}, {}, {"chat/team-a": ("chat",), "chat/team-b": ()}),
        ({"chat": AB}, {"resourceGroup": "team-b"}, {"chat/team-a": (), "chat/team-b": ("chat",)}),
        (
            {"chat": AB | {"formerly": {"team-b": "chat"}}},
            {},
            {"chat/team-a": (), "chat/team-b": ("chat",)},
        ),
        (
            {"chat": AB | {"formerly": {"team-a": "old"}}},
            {},
            {"chat/team-a": ("old",), "chat/team-b": ("chat",)},
        ),
        (
            {"chat": AB | {"formerly": "talk"}},
            {},
            {"chat/team-a": ("talk/team-a", "chat", "talk"), "chat/team-b": ("talk/team-b",)},
        ),
        ({"chat": CHAT}, {}, {"chat": ("chat/default",)}),
        ({"chat": CHAT | {"resourceGroup": "team-b"}}, {}, {"chat": ("chat/team-b",)}),
        ({"chat": CHAT | {"formerly": "talk"}}, {}, {"chat": ("talk", "chat/default", "talk/default")}),
        # What another resource is called, or says that it was called, is its own.
        (
            {"chat": AB, "solo": CHAT | {"formerly": "chat"}},
            {},
            {"chat/team-a": (), "chat/team-b": (), "solo": ("chat", "solo/default", "chat/default")},
        ),
        (
            {"chat": CHAT | {"resourceGroup": "team-a"}, "chat/team-a": CHAT},
            {},
            {"chat": (), "chat/team-a": ("chat/team-a/default",)},
        ),
    ],
    ids=str,
)
def test_what_each_may_have_been_called_before(
    entries: dict[str, Any], others: dict[str, Any], expected: dict[str, tuple[str, ...]]
) -> None:
    assert formerly(entries, **others) == expected
    claimed = [name for names in expected.values() for name in names]
    assert len(claimed) == len(set(claimed))


def test_an_encrypted_group_is_in_no_name() -> None:
    assert formerly({"chat": CHAT | {"resourceGroup": SecretText("team-s")}}) == {"chat": ()}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (
            {"deployments": {"chat": CHAT | {"resourceGroups": "all"}}},
            "aicore:deployments.chat.resourceGroups: means those of aicore:resourceGroups, which declares none",
        ),
        (
            {"deployments": {"chat": AB | {"takeOver": {"team-c": "d-1234"}}}},
            "aicore:deployments.chat.takeOver.team-c: is none of its resourceGroups",
        ),
        (
            {
                "deployments": {"chat": CHAT | {"resourceGroups": "all", "formerly": {"team-c": "x"}}},
                "resourceGroups": DECLARED,
            },
            "aicore:deployments.chat.formerly.team-c: is none of its resourceGroups",
        ),
        (
            {"deployments": {"chat/team-b": CHAT, "chat": AB}},
            "aicore:deployments.chat/team-b: is the name of what chat has in resource group team-b; rename it,",
        ),
        (
            {"deployments": {"one": CHAT | {"formerly": "talk"}, "two": AB | {"formerly": {"team-b": "talk"}}}},
            "aicore:deployments.two.formerly: names what one names as well",
        ),
        (
            {"deployments": {"chat": AB | {"resourceGroups": [SecretText("team-s")]}}},
            "aicore:deployments.chat.resourceGroups.0: cannot be encrypted",
        ),
        (
            {"deployments": {"chat": AB | {"resourceGroups": SecretText("all")}}},
            "aicore:deployments.chat.resourceGroups: cannot be encrypted",
        ),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_told_by_its_place(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        StackConfig.parse(values)
    assert f"\n  {complaint}" in str(caught.value)
    assert "team-s" not in str(caught.value)


def test_a_wrong_heir_is_seen_and_a_right_one_is_not() -> None:
    plan = config({"chat": AB}).wanted()
    assert wrong_heir("chat/team-a", "team-a", plan) is None
    assert wrong_heir("chat/team-a", "", plan) is None
    assert wrong_heir("chat/team-a", "team-c", plan) is None, "it has left that group, as with resourceGroup"
    assert wrong_heir("chat", "team-b", plan) is None
    assert "write `formerly: {team-b: chat}` at chat" in str(wrong_heir("chat/team-a", "team-b", plan))


def test_the_name_of_a_configuration_is_the_same_in_each_group() -> None:
    assert [base_name("chat/team-a", group) for group in ("team-a", "team-b")] == ["chat", "chat/team-a"]
    assert base_name("/team-a", "team-a") == "/team-a"
