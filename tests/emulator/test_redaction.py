"""No credential stays in the journal, whatever it is called, wherever it stands and however it is written."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from aicore_provider.emulator import Emulator, SteppedClock
from aicore_provider.emulator.redaction import redacted_document, redacted_path, redacted_query
from tests.emulator.process import process
from tests.support.client import Api, token

SECRET = "hush-4711"
WORDS = (
    ("client", "secret"),
    ("secret",),
    ("password",),
    ("passwd",),
    ("passphrase",),
    ("pwd",),
    ("token",),
    ("access", "token"),
    ("refresh", "tokens"),
    ("x", "auth", "token"),
    ("authorization",),
    ("proxy", "authorization"),
    ("api", "key"),
    ("private", "key"),
    ("secret", "access", "key"),
    ("credentials",),
    ("client", "assertion"),
    ("set", "cookie"),
    ("bearer",),
    ("jwt",),
)


def _everything_encoded(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _wide(text: str) -> str:
    """Letters as wide as Chinese ones, which mean the same."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


@st.composite
def names(draw: st.DrawFn) -> str:
    """The name of a credential, in some spelling."""
    words = draw(st.sampled_from(WORDS))
    cases = draw(st.sampled_from([str.lower, str.upper, str.title, str.swapcase]))
    joined = draw(st.sampled_from(["", "_", "-", ".", " ", "__"])).join(map(cases, words))
    affixes = draw(st.sampled_from([("", ""), ("my_", ""), ("", "2"), ("", "[]"), ("", "[0]"), ("auth[", "]")]))
    name = joined.join(affixes)
    return _wide(name) if draw(st.booleans()) else name


ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: quote(text, safe=""),
    _everything_encoded,
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(_everything_encoded(text), safe=""),
)


def _basic() -> str:
    return "Basic " + base64.b64encode(f"client:{SECRET}".encode()).decode()


@given(names(), st.sampled_from(ENCODINGS), st.sampled_from(ENCODINGS))
@settings(deadline=None)
def test_in_a_query(name: str, name_encoding: Callable[[str], str], value_encoding: Callable[[str], str]) -> None:
    pair = f"{name_encoding(name)}={value_encoding(SECRET)}"

    shown = redacted_query("/v2/lm/deployments", f"status=RUNNING&{pair}&$top=1")

    assert shown.startswith("status=RUNNING&")
    assert shown.endswith("***&$top=1")
    assert value_encoding(SECRET) not in shown


@given(names(), st.sampled_from(ENCODINGS), st.sampled_from(["/", "=", ";", ":"]))
@settings(deadline=None)
def test_in_a_path(name: str, encoding: Callable[[str], str], between: str) -> None:
    text = {"/": f"{encoding(name)}/{SECRET}", ";": f"x;{encoding('secret')}={SECRET}"}.get(
        between, f"{encoding('client_secret')}{between}{SECRET}"
    )

    shown = redacted_path(f"/v2/lm/{text}/x")

    assert SECRET not in shown
    assert shown.startswith("/v2/lm/")


@given(names(), st.integers(0, 3), st.sampled_from([SECRET, [SECRET], {"x": SECRET}, {"x": [{"y": SECRET}]}]))
@settings(deadline=None)
def test_in_a_document(name: str, depth: int, value: Any) -> None:
    document: Any = {"a": 1, name: value}
    for _ in range(depth):
        document = {"in": [document, {"key": name, "value": SECRET}]}

    shown = redacted_document(document)

    assert SECRET not in json.dumps(shown)
    assert '"a": 1' in json.dumps(shown)


@pytest.mark.parametrize(
    "text",
    [
        f"client_secret={SECRET}",
        f"grant_type=client_credentials&client%5Fsecret={SECRET}",
        json.dumps({"clientSecret": SECRET}),
        json.dumps({"text": json.dumps({"client-secret": SECRET})}),
        f"Authorization: Bearer {SECRET}-0123",
        f"password : {SECRET}",
        _basic(),
        f"curl -H 'authorization: {_basic()}'",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}",
        f"token[0]={SECRET}",
        f"x=%{'25' * 9}{SECRET}",
    ],
)
def test_in_a_text(text: str) -> None:
    shown = json.dumps([redacted_document({"content": text}), redacted_path(f"/v2/{quote(text, safe='')}")])

    assert SECRET not in shown
    assert base64.b64encode(f"client:{SECRET}".encode()).decode() not in shown
    assert redacted_document({"content": text}) == {"content": "***"}


@pytest.mark.parametrize(
    "document",
    [
        {"configurationId": "aa97b177-9383-4934-8543-0f91b7a0283a", "ttl": "24h"},
        {"max_tokens": 300, "usage": {"total_tokens": 2, "token_count": 1}, "tokenizer": "x", "continueToken": "abc"},
        {
            "parameterBindings": [
                {"key": "modelName", "value": "gpt-5-mini"},
                {"key": "modelVersion", "value": "latest"},
            ]
        },
        {"messages": [{"role": "user", "content": "Explain the basic principles of keys, tokens and bearer bonds."}]},
        {"orchestration_config": {"module_configurations": {"llm_module_config": {"model_name": "gpt-5"}}}},
        {"keys": [1, 2.5, None, True, "a/b", "100 %", "%zz"], "author": "x", "name": "x", "value": "y"},
    ],
)
def test_what_is_no_credential_stays(document: Any) -> None:
    assert redacted_document(document) == document


def test_of_a_very_long_text_the_beginning_stays(emulator: Emulator) -> None:
    plain = "words and more " * 1000
    bearer = token(emulator.url)
    assert redacted_document(plain) == f"{plain[:10_000]}... (15000 characters)"
    for before in range(9900, 10_001):
        for credential in (bearer, _basic(), f"client_secret={SECRET}", f"Bearer {SECRET}-0123"):
            shown = redacted_document("x" * (before - 1) + " " + credential + " " + plain)
            assert SECRET[:4] not in shown
            assert credential[7:15] not in shown


def test_ordinary_paths_and_queries_stay() -> None:
    for path in ("/v2/lm/deployments/d1/logs", "/v2/admin/secrets/my-name", "/v2/lm/scenarios/x/models", "/", "*", ""):
        assert redacted_path(path) == path
    for query in ("", "$top=1&$skip=2", "labelSelector=a%3Db", "continueToken=abc", "x", "=", "&&", "start=1%2B2"):
        assert redacted_query("/v2/lm/deployments", query) == query


def test_nothing_of_a_request_stays_in_the_journal_or_what_is_made_of_it(api: Api, emulator: Emulator) -> None:
    bearer = token(emulator.url)
    basic = _basic()
    carried = {"text": f"my token is {bearer}", "clientSecret": SECRET, "note": basic, bearer: 1}
    pairs = [{"key": "apiKey", "value": SECRET}]
    api.call("POST", "/lm/configurations", json={"name": "x", "parameterBindings": pairs, **carried})
    api.call("POST", "/inference/deployments/d1234567/chat/completions", json={"messages": [carried]})
    for path in (
        f"/lm/{bearer}",
        f"/lm/x;client_secret={SECRET}",
        f"/lm/token/{SECRET}",
        f"/lm/{quote(basic, safe='')}",
    ):
        api.call("POST", path, json=carried)
    for path in (
        "/lm/../admin/secrets",
        "/lm//admin/secrets",
        "/lm/./x",
        "/lm/deployments/../x",
        "/lm/%2e%2e/admin/secrets",
    ):
        request = requests.Request("POST", f"{api.url}/v2/x", json={"data": {"x": SECRET}}).prepare()
        request.url = f"{api.url}/v2{path}"
        request.headers.update({key: str(value) for key, value in api.session.headers.items()})
        api.session.send(request, timeout=10)
    api.call("GET", "/lm/meta", params={"access_token": bearer, "Client-Secret": SECRET, "q": bearer})
    api.call("GET", "/lm/meta", headers={"AI-Resource-Group": bearer})
    for path in (
        f"/oauth/token?{SECRET}",
        f"/oauth/token/?{SECRET}",
        f"/%6fauth/token?{SECRET}",
        f"/oauth/token/{SECRET}",
    ):
        requests.get(emulator.url + path, timeout=10)

    kept = [
        json.dumps([entry.as_json() for entry in emulator.journal]),
        *(requests.get(f"{emulator.url}/_emulator/{page}", timeout=10).text for page in ("journal", "overview")),
    ]

    assert len(emulator.journal) > 15
    for text in kept:
        assert SECRET not in text
        assert basic.split()[1] not in text
        for part in bearer.split("."):
            assert part not in text


def test_neither_the_state_file_nor_the_log_holds_one(tmp_path: Any) -> None:
    state = tmp_path / "state.db"
    with process("--verbose", "--state", str(state)) as (running, url):
        api = Api(url)
        bearer = str(api.session.headers["Authorization"]).split()[1]
        api.create(api.configuration())
        requests.get(f"{url}/oauth/token/{SECRET}?client_secret={SECRET}", timeout=10)
        api.call("GET", f"/lm/{bearer}", params={"access_token": bearer, "password": SECRET})
        api.call("GET", "/lm/\x1b[31mred", params={"x": "\x1b]0;title\x07"})
        api.session.close()
        running.terminate()
        assert running.stderr is not None
        log = running.stderr.read().encode()

    for kept in (log, *(file.read_bytes() for file in tmp_path.iterdir())):
        assert SECRET.encode() not in kept
        assert bearer.split(".")[2].encode() not in kept
    assert log.count(b"\n") == 6
    assert b"\x1b" not in log


def test_a_rule_about_a_model_still_sees_what_is_sent() -> None:
    with Emulator.running(clock=SteppedClock(), faults=[{"model": "eyJtb2RlbA.eyJ", "effect": {"status": 503}}]) as own:
        api = Api(own)
        sent = {"parameterBindings": [{"key": "modelName", "value": "eyJtb2RlbA.eyJ"}]}
        assert api.call("POST", "/lm/configurations", json=sent).status_code == 503
        assert "eyJtb2RlbA" not in json.dumps(own.journal[-1].body)
        api.session.close()
