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
from aicore_provider.emulator.redaction import redacted_document, redacted_path, redacted_query, redacted_url
from tests.emulator.process import process
from tests.support.client import TRANSITION_S, Api, token

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
        f"https://user:{SECRET}@git.example.com/models.git",
        f"git clone https://{SECRET}@git.example.com/models.git",
        f"https://user:a%20{SECRET}@git.example.com",
        json.dumps({"text": json.dumps({"url": f"https://user:{SECRET}@x"}).replace("/", "\\/")}),
        f"https://store.example.com/a?sv=2024&sig={SECRET}",
        f"https://store.example.com/a?sp=r&amp;sig={SECRET}",
        f"https://store.example.com/a?X-Amz-Date=1&X-Amz-Signature={SECRET}",
        json.dumps({"url": "https://store.example.com/a?Expires=1\\u0026Signature=" + SECRET}),
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
        {"url": "ai://default/texts", "about": ["https://npm.example.com/@sap/x", "https://x/y@1?design=a", "a@b.com"]},
        {"messages": ["Signature: ____", "See https://example.com or write to us@example.com."]},
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
    for query in (
        "designature",
        "design=1",
        "$search=a@b",
        "",
        "$top=1&$skip=2",
        "labelSelector=a%3Db",
        "continueToken=abc",
        "x",
        "=",
        "&&",
        "start=1%2B2",
    ):
        assert redacted_query("/v2/lm/deployments", query) == query


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://user:{SECRET}@git.example.com:8443/x", "https://***@git.example.com:8443/x"),
        (f"https://{SECRET}@git.example.com", "https://***@git.example.com"),
        (f"https://a@{SECRET}@git.example.com", "https://***@git.example.com"),
        (f"https://user:?{SECRET}@git.example.com/x", "https://***@git.example.com/x"),
        (f"https://x/a?sv=1&sig={SECRET}&se=2", "https://x/a?sv=1&sig=***&se=2"),
        (f"https://x/a?X-Goog-Signature={SECRET}#top", "https://x/a?X-Goog-Signature=***"),
        (f"https://x/a?s%69g={SECRET}", "https://x/a?s%69g=***"),
        (f"https://x/a?to=https%3A%2F%2Fuser%3A{SECRET}%40y", "https://x/a?to=***"),
        (f"https://x/#access_token={SECRET}", "***"),
        (f"https%3A%2F%2Fuser%3A{SECRET}%40x", "***"),
        ("s3.eu-central-1.amazonaws.com", "s3.eu-central-1.amazonaws.com"),
        ("https://x/a@1?b=c@d", "https://x/a@1?b=c@d"),
        ("", ""),
    ],
)
def test_in_a_url(url: str, shown: str) -> None:
    assert redacted_url(url) == shown
    assert redacted_url(shown) == shown
    kept = (
        redacted_query("/v2/lm/meta", f"url={url}&x=1"),
        redacted_path(f"/v2/{url}"),
        json.dumps(redacted_document({"url": url})),
    )
    assert SECRET not in "".join(kept)


def test_in_an_address_without_a_scheme() -> None:
    assert redacted_url(f"user:{SECRET}@s3.example.com/x") == "***@s3.example.com/x"


def test_in_the_urls_of_objects(api: Api, emulator: Emulator) -> None:
    """The API answers the URLs of artifacts and repositories as they were sent."""
    signed, with_user = f"https://store.example.com/a?sv=1&sig={SECRET}", f"https://user:{SECRET}@git.example.com/x"
    login = {"username": "u", "password": SECRET}
    artifact = api.artifact(url=signed)
    api.call("POST", "/admin/repositories", json={"name": "models", "url": with_user, **login})
    for name, url in (("known", with_user), ("unknown", f"{with_user}y")):
        source = {"repositoryUrl": url, "revision": "HEAD", "path": "x", "applicationName": name}
        api.call("POST", "/admin/applications", json=source)
    api.call("GET", f"/lm/{with_user}", params={"url": with_user})
    api.call("GET", f"/lm/{quote(signed, safe='')}", params={"url": signed})
    emulator.advance(TRANSITION_S)
    assert api.get(f"/lm/artifacts/{artifact}")["url"] == signed
    assert api.get("/admin/repositories/models")["url"] == with_user

    shown = [requests.get(f"{emulator.url}/_emulator/{page}", timeout=10).text for page in ("journal", "overview")]

    assert SECRET not in "".join(shown)
    assert "https://store.example.com/a?sv=1&sig=***" in shown[1]
    assert "https://***@git.example.com/x" in shown[1]
    # Nor does a search tell it, letter by letter.
    found = requests.get(f"{emulator.url}/_emulator/overview", params={"search": SECRET}, timeout=10).json()
    assert found["objects"] == []


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
