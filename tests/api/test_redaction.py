"""A secret does not show in what others say, however they spell it; everything else stays as it is."""

from __future__ import annotations

import base64
import html
import json
import textwrap
import threading
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from aicore_provider.api.credentials import Certificate, Credentials
from aicore_provider.api.redaction import HIDDEN, Redaction, secrets_of
from aicore_provider.terminal import printable

SECRET = "5f$aQ/&+=='\"<x>% \\u0041é|!b7c-9d_e~"

Encoding = Callable[[str], str]


def lower_percent(text: str) -> str:
    return "".join(c if c.isalnum() else "".join(f"%{b:02x}" for b in c.encode()) for c in text)


def all_percent(text: str) -> str:
    return "".join(f"%{b:02X}" for b in text.encode())


def numeric_entities(text: str) -> str:
    return "".join(c if c.isalnum() else f"&#{ord(c)};" for c in text)


def hexadecimal_entities(text: str) -> str:
    return "".join(f"&#x{ord(c):X};" for c in text)


ENCODINGS: dict[str, Encoding] = {
    "as it is": str,
    "percent": lambda text: urllib.parse.quote(text, safe=""),
    "percent, slashes kept": urllib.parse.quote,
    "percent, lower case": lower_percent,
    "percent, all of it": all_percent,
    "form": urllib.parse.quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, slashes escaped": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON, all escaped": lambda text: "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in text),
    "Python": lambda text: repr(text)[1:-1],
    "HTML": html.escape,
    "HTML, numbers": numeric_entities,
    "HTML, hexadecimal": hexadecimal_entities,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of more": lambda text: base64.b64encode(f"client_secret={text}&grant_type=c".encode()).decode(),
    "base64 of more, shifted": lambda text: base64.b64encode(f"xclient_secret={text}&y".encode()).decode(),
    "base64 of more, shifted twice": lambda text: base64.b64encode(f"xyclient_secret={text}".encode()).decode(),
    "folded": lambda text: "\r\n ".join(textwrap.wrap(text, 5, drop_whitespace=False)),
    "controls between": "\x1b".join,
}
TWICE = [
    ("form", "JSON"),
    ("JSON", "JSON"),
    ("form", "form"),
    ("JSON", "HTML"),
    ("form", "HTML"),
    ("HTML", "JSON"),
    ("folded", "JSON"),
    ("JSON", "folded"),
    ("base64", "form"),
    ("base64 of more", "folded"),
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", [SECRET, "emulator", "a1b2c3d4-e5f6$Xy+z/w=="])
def test_a_secret_is_hidden_however_it_is_spelt(encoding: str, secret: str) -> None:
    shown = ENCODINGS[encoding](secret)
    assert HIDDEN in Redaction([secret])(f"refused: {shown} is wrong")
    assert shown not in Redaction([secret])(f"refused: {shown} is wrong")


@pytest.mark.parametrize(("inner", "outer"), TWICE)
def test_one_spelling_within_another_is_hidden(inner: str, outer: str) -> None:
    shown = ENCODINGS[outer](ENCODINGS[inner](SECRET))
    redacted = Redaction([SECRET])(f"refused: {shown} is wrong")
    assert HIDDEN in redacted
    assert len(redacted) < len("refused:  is wrong") + len(shown) * 0.7


SECRETS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" %&+\\/"), min_size=8, max_size=60)
AROUND = st.text("abc ,:{}\n\"'", max_size=7)


@given(SECRETS, AROUND, AROUND, st.sampled_from([name for name in ENCODINGS if not name.startswith("base64")]))
def test_what_stands_around_it_stays(secret: str, before: str, after: str, encoding: str) -> None:
    secret = secret.strip()
    assume(len("".join(secret.split())) >= 8)
    shown = ENCODINGS[encoding](secret)
    assert Redaction([secret])(f"{before}|{shown}|{after}") == f"{before}|{HIDDEN}|{after}"


@given(st.text(max_size=200))
def test_a_text_without_it_stays_as_it_is(text: str) -> None:
    assert Redaction(["\u2603-never-made-up-\u2603"])(text) == text


@given(st.integers(min_value=16, max_value=900))
def test_a_secret_that_was_cut_off_is_hidden(length: int) -> None:
    token = "eyJhbGciOiJSUzI1NiJ9." + base64.urlsafe_b64encode(bytes(range(256)) * 3).decode()
    # Not cut off with dots: where the token goes on with a dot, one of these would be a part of it.
    assert Redaction([token])(f"Bearer {token[:length]}…") == f"Bearer {HIDDEN}…"


def test_several_are_hidden_each() -> None:
    redact = Redaction(["first-secret", "second-secret"])
    redact.add("third-secret")
    assert redact("third-secret first-secret, second-secretfirst-secret") == "*** ***, ******"


def test_a_client_hides_its_secret_and_what_a_header_carries_for_it() -> None:
    redact = Redaction(secrets_of(client(client_secret=SECRET), {}))
    basic = base64.b64encode(f"client-id:{SECRET}".encode()).decode()
    assert redact(f"Authorization: Basic {basic}; {SECRET}.") == "Authorization: Basic ***; ***."
    assert redact("client-id") == "client-id"


def test_a_key_is_hidden_whole_and_by_its_lines() -> None:
    lines = [base64.b64encode(bytes([n]) * 48).decode() for n in range(20)]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""])
    redact = Redaction(secrets_of(client(certificate=Certificate("chain", pem)), {}))
    assert redact(pem) == "-----BEGIN PRIVATE KEY-----\n***\n-----END PRIVATE KEY-----\n"
    assert redact(f"line {lines[7]} is odd") == "line *** is odd"
    assert redact(json.dumps({"key": pem})).count("AAAA") == 0
    assert redact("-----BEGIN PRIVATE KEY----- is missing") == "-----BEGIN PRIVATE KEY----- is missing"


@pytest.mark.parametrize(
    ("name", "proxy"),
    [
        ("HTTPS_PROXY", "http://user:pass%2Fw%40rd@proxy:3128"),
        ("https_proxy", "http://user:pass/w@rd@proxy:3128"),
        ("ALL_PROXY", "user:pass/w@rd@proxy"),
    ],
)
def test_a_client_hides_the_passwords_of_its_proxies(name: str, proxy: str) -> None:
    redact = Redaction(secrets_of(client(), {name: proxy, "NO_PROXY": "localhost"}))
    basic = base64.b64encode(b"user:pass/w@rd").decode()
    assert redact(f"407: {basic}, pass/w@rd, pass%2Fw%40rd") == "407: ***, ***, ***"
    assert redact("user at proxy:3128 on localhost") == "user at proxy:3128 on localhost"


def client(client_secret: str = "", certificate: Certificate | None = None) -> Credentials:
    return Credentials("https://api", "https://auth", "client-id", client_secret, certificate, "a test")


@pytest.mark.parametrize("secret", ["", " ", "a", "abc", "\n"])
def test_what_is_too_short_to_be_a_secret_hides_nothing(secret: str) -> None:
    assert Redaction([secret])("abc is as easy as a b c") == "abc is as easy as a b c"


def test_tokens_may_join_while_others_read() -> None:
    redact = Redaction(["the-secret"])
    threads = [threading.Thread(target=redact.add, args=(f"token-number-{n}",)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {redact(f"token-number-{n}") for n in range(20)} == {HIDDEN}


ESCAPES = ("\x1b[0m", "\x1b[m", "\x1b]0;title\x07", "\x9b1m", "\x1b(B", "\u200b", "\u202e")


@pytest.mark.parametrize("escape", ESCAPES, ids=repr)
@pytest.mark.parametrize("places", ["one", "all"])
def test_what_steers_a_terminal_does_not_keep_a_secret_apart(escape: str, places: str) -> None:
    secret = "S3cr+t/Va$ue=with%odd&chars0123456789"
    apart = escape.join(secret) if places == "all" else secret[:5] + escape + secret[5:]
    for sent in (apart, json.dumps(apart), json.dumps({"error": apart})):
        shown = printable(Redaction([secret])(f"bad secret {sent}."))
        assert secret not in shown
        assert HIDDEN in shown


def test_the_parts_of_a_form_in_a_header_are_hidden() -> None:
    # RFC 6749, 2.3.1: id and secret are encoded as in a form before they are put together.
    credentials = Credentials("https://api", "https://auth", "sb-1!b2|x", "a+b/c=d%e&f0123456789", None, "a test")
    header = base64.b64encode(b"sb-1%21b2%7Cx:a%2Bb%2Fc%3Dd%25e%26f0123456789").decode()
    assert Redaction(secrets_of(credentials, {}))(f"Basic {header}") == f"Basic {HIDDEN}"


def test_a_very_long_text_is_cut_before_it_is_looked_through() -> None:
    told = Redaction(["a-secret-of-somebody"])("x" * 10**7)
    assert len(told) < 10**5
    assert told.endswith("…")
