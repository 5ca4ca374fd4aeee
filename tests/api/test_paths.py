"""Ids and resource groups that would lead a request elsewhere, and lists that do not end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aicore_provider.api import collection
from aicore_provider.api.configurations import Configurations
from aicore_provider.api.deployments import Deployments
from aicore_provider.api.errors import AICoreError, NotFound, UnexpectedAnswer
from aicore_provider.api.http import Http, path_to
from aicore_provider.api.resource_groups import ResourceGroups
from aicore_provider.emulator import Emulator
from tests.api.requests_seen import calls

ELSEWHERE = [
    "",
    ".",
    "..",
    "/",
    "../../admin/resourceGroups/default",
    "..%2f..%2fadmin",
    "%2e%2e",
    "..\\..\\admin",
    "d1/logs",
    "d1?force=true",
    "d1#",
    "d1 d2",
    "d1\n",
    "d1\r\nX-Header: injected",
    "d1\x00",
    "d1\x1b[31m",
    "d1\u2028",
    "d1\ud800",
    "d" * 257,
]


@pytest.mark.parametrize("id_", ELSEWHERE, ids=ascii)
def test_an_id_never_leads_to_another_path(http: Http, emulator: Emulator, id_: str) -> None:
    some = Deployments(http, "default")
    asked: list[Callable[[], object]] = [
        lambda: some.get(id_),
        lambda: some.switch(id_, "c-0001"),
        lambda: some.stop(id_),
        lambda: some.delete(id_),
        lambda: some.logs(id_, 5),
        lambda: Configurations(http, "default").get(id_),
        lambda: Configurations(http, "default").find(id_),
        lambda: ResourceGroups(http).get(id_),
        lambda: ResourceGroups(http).find(id_),
        lambda: ResourceGroups(http).update_labels(id_, {}),
        lambda: ResourceGroups(http).delete(id_),
    ]
    for ask in asked:
        with pytest.raises(AICoreError, match="nothing was sent") as caught:
            ask()
        assert not isinstance(caught.value, NotFound), "which would mean that it is gone"
        assert caught.value.maybe_committed is False
        assert all(line.isprintable() for line in str(caught.value).split("\n"))
    assert emulator.journal == []


@pytest.mark.parametrize(
    ("id_", "segment"),
    [
        ("d1a2b3c4d5e6f708", "d1a2b3c4d5e6f708"),
        ("a.b_c-d", "a.b_c-d"),
        ("....", "...."),
        ("d;x=1", "d%3Bx%3D1"),
        ("d\u00fcnn", "d%C3%BCnn"),
        ("a:b@c", "a%3Ab%40c"),
    ],
)
def test_any_other_id_is_one_segment(id_: str, segment: str) -> None:
    assert path_to("/lm/deployments", id_) == f"/lm/deployments/{segment}"


@pytest.mark.parametrize("group", [*ELSEWHERE[1:], "gr\u00fcppe", "\u7d44", "a\tb"], ids=ascii)
def test_a_resource_group_is_never_a_header_of_its_own(http: Http, emulator: Emulator, group: str) -> None:
    with pytest.raises(AICoreError, match=r"can be no resource group; nothing was sent\.\nCorrect the name") as caught:
        Deployments(http, group).create("c-0001")
    assert caught.value.maybe_committed is False
    assert len(str(caught.value).splitlines()) == 2
    assert emulator.journal == []


@pytest.mark.parametrize("told", ["../admin", "", " ", "a b", "a\nb", None, [], ["x"], {"id": "x"}, 1.5])
def test_an_id_that_is_none_is_not_taken_from_an_answer(http: Http, emulator: Emulator, told: object) -> None:
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 202, "body": {"id": told}}}]
    with pytest.raises(UnexpectedAnswer, match="no id that can be used") as caught:
        Deployments(http, "default").create("c-0001")
    assert caught.value.maybe_committed is True


@pytest.mark.parametrize("told", ["d-0002", "D-0001", 1])
@pytest.mark.parametrize("kind", [Deployments, Configurations])
def test_an_answer_about_another_object_is_refused(
    http: Http, emulator: Emulator, kind: type[Deployments | Configurations], told: object
) -> None:
    body = {"id": told, "configurationId": "c", "status": "DEAD", "scenarioId": "s", "executableId": "e"}
    emulator.faults = [{"path": "/v2/*", "effect": {"status": 200, "body": body}}]
    with pytest.raises(UnexpectedAnswer, match=f"/d-0001 answered about another .*, {told}") as caught:
        kind(http, "default").get("d-0001")
    assert not caught.value.maybe_committed


# --- pages -----------------------------------------------------------------------------------------------------------

PAGE = 5


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_PAGE", PAGE)


def answer(first: int, number: int, count: object) -> dict[str, Any]:
    """A page of deployments with these numbers."""
    each = {"configurationId": "c-0001", "status": "RUNNING", "targetStatus": "RUNNING"}
    listed = [each | {"id": f"d-{n:04}"} for n in range(first, first + number)]
    return {"count": count, "resources": listed}


def pages(emulator: Emulator, *bodies: dict[str, Any], then: dict[str, Any] | None = None) -> None:
    """Answer with these one after another, and with the last for good."""
    rules = [{"path": "/v2/lm/deployments", "times": 1, "effect": {"status": 200, "body": body}} for body in bodies]
    last = {"path": "/v2/lm/deployments", "effect": {"status": 200, "body": then or bodies[-1]}}
    emulator.faults = [*rules, last]


@pytest.mark.parametrize("count", [PAGE, 0, 10**9, None, "many"])
def test_a_service_that_sends_the_same_page_again_and_again(http: Http, emulator: Emulator, count: object) -> None:
    pages(emulator, answer(0, PAGE, count))
    with pytest.raises(UnexpectedAnswer, match=r"repeats its pages or does not end: .*\nRun the command again"):
        Deployments(http, "default").list()
    assert len(calls(emulator)) == 2


def test_a_service_whose_pages_take_turns(http: Http, emulator: Emulator) -> None:
    pages(emulator, answer(0, PAGE, 0), answer(PAGE, PAGE, 0), then=answer(0, PAGE, 0))
    with pytest.raises(UnexpectedAnswer, match="after 3 of them 10 are known"):
        Deployments(http, "default").list()


def test_a_list_without_end(http: Http, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_MOST_PAGES", 4)
    pages(emulator, *(answer(n * PAGE, PAGE, 0) for n in range(10)))
    with pytest.raises(UnexpectedAnswer, match="after 4 of them 20 are known"):
        Deployments(http, "default").list()


@pytest.mark.parametrize("count", [0, 1, PAGE, 10**9])
def test_the_count_is_not_relied_on(http: Http, emulator: Emulator, count: int) -> None:
    pages(emulator, answer(0, PAGE, count), answer(PAGE, PAGE, count), answer(2 * PAGE, 2, count))
    assert len(Deployments(http, "default").list()) == 2 * PAGE + 2


@pytest.mark.parametrize("last", [0, 2])
def test_pages_that_overlap_are_put_together(http: Http, emulator: Emulator, last: int) -> None:
    pages(emulator, answer(0, PAGE, 0), answer(PAGE - 2, PAGE, 0), answer(PAGE, last, 0))
    assert len(Deployments(http, "default").list()) == 2 * PAGE - 2


def test_a_service_without_pages_sends_all_at_once(http: Http, emulator: Emulator) -> None:
    pages(emulator, answer(0, 3 * PAGE, 0))
    assert len(Deployments(http, "default").list()) == 3 * PAGE
    assert len(calls(emulator)) == 1
