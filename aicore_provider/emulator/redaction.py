"""Removes credentials from what the journal keeps, and what `--verbose`, the page and addresses of object stores show.

A credential is recognised by its name, in a query, a path, a document or a text, or by its form: a token, the value of
a header `Authorization`, a private key, user and signature in a URL. Names are compared in Unicode's compatible form,
without case and punctuation, and after percent-decoding. In doubt, a text is removed.
"""

from __future__ import annotations

import base64
import re
import string
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, unquote_plus

TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
HIDDEN = "***"

_STEMS = (
    r"secret|passw|passphrase|pwd|credential|authori[sz]ation|assertion|cookie|bearer|jwt"
    r"|(?:api|private|access|account|shared)[\W_]?key"
    r"|(?:access|refresh|id|auth|session)[\W_]?tokens|(?<!continue)(?<!continue_)token(?!s|i[sz]|[\W_]?(?:count|type|limit))"
)
_NAME = re.compile(rf"{_STEMS}|signature\d*$|^(?:pass|auth|sig)\d*$")
_NAMED = re.compile(rf"(?:{_STEMS})[\w.-]{{0,40}}(?:\[\w{{0,20}}\])?[\"')\]\\\s]{{0,9}}[:=]")
_SIGNED = re.compile(r"(?:[?&;]|\\u0026)(?:[\w.-]{0,40}[_.-])?sig(?:nature)?\d*=")
# A password may have spaces here: texts are decoded before.
_USER_IN_TEXT = re.compile(r"(:\\{0,9}/\\{0,9}/)(?:[^\s/\"<>:]*:[^/\"<>\r\n]+|[^\s/\"<>]+)@")
_USER_IN_URL = re.compile(r"(?:^|(?<=//))[^/]*@")
_BEARER = re.compile(r"\bbearer\s+(?=\S*[\d.])\S{8,}")
_BASIC = re.compile(r"\bbasic\s+([a-z0-9+/_-]{4,}={0,2})", re.IGNORECASE)
_OF_A_TOKEN = f"{string.ascii_letters}{string.digits}-_"
_COLLECTION = re.compile(r"secrets$", re.IGNORECASE)
_MOST_LAYERS = 5
_LONGEST = 10_000
"""The characters of a text that are kept. The contract allows 5,000; images in prompts have more."""
_MARGIN = 200
"""The characters after these that are searched too, since a credential may begin before the cut and end after it."""


def redacted_query(path: str, query: str) -> str:
    """A query without credentials. That of the token endpoint holds only credentials, and is removed."""
    return "" if unquote(path).startswith(TOKEN_PATH) else "&".join(map(_redacted_pair, query.split("&")))


def redacted_path(path: str) -> str:
    """A path without credentials. The segment after the name of a credential counts as its value."""
    segments = _without_user(path).split("/")
    following = [HIDDEN if _names_next(before) else segment for before, segment in pairwise(segments)]
    return "/".join(HIDDEN if _is_credential(segment) else segment for segment in (segments[0], *following))


# With a search, the page looks at all URLs again at each refresh.
@lru_cache(maxsize=10_000)
def redacted_url(url: str) -> str:
    """A URL without its user and password, and without those values in its query that are credentials.

    The scheme may be missing. In doubt, what stands before the query is `***`.
    """
    address, mark, query = _USER_IN_URL.sub(f"{HIDDEN}@", url).partition("?")
    return redacted_text(address) + mark + redacted_query("", query)


def redacted_text(text: str) -> str:
    """The text, or `***` when it holds a credential; only the beginning of a very long one."""
    if _is_credential(text[: _LONGEST + _MARGIN]):
        return HIDDEN
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def redacted_document(document: Any) -> Any:
    """A JSON document without credentials.

    A credential is recognised by its key, by the name in a pair such as `{"key": "password", "value": ...}`, or by its
    form.
    """
    if isinstance(document, str):
        return redacted_text(document)
    if isinstance(document, list):
        return [redacted_document(each) for each in document]
    if not isinstance(document, dict):
        return document
    names_one = any(isinstance(name := document.get(key), str) and is_secret_name(name) for key in ("key", "name"))
    return {
        redacted_text(key): HIDDEN
        if is_secret_name(key) or (names_one and key == "value")
        else redacted_document(value)
        for key, value in document.items()
    }


@lru_cache(maxsize=1000)
def is_secret_name(name: str) -> bool:
    """Whether a name is one of a credential."""
    plain = _decoded(name)
    if plain is None:
        return True
    return _NAME.search(re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", plain).casefold())) is not None


def _redacted_pair(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    if _is_credential(name):
        return HIDDEN
    return f"{name}={HIDDEN}" if equals and (is_secret_name(name) or _is_credential(pair)) else pair


def _names_next(segment: str) -> bool:
    return is_secret_name(segment) and not _COLLECTION.search(segment)


def _is_credential(text: str) -> bool:
    plain = _decoded(text)
    if plain is None:
        return True
    plain = unicodedata.normalize("NFKC", plain)
    lower = plain.lower()
    # The patterns are slow, and most texts hold none of these characters.
    if (":" in lower or "=" in lower) and _NAMED.search(lower):
        return True
    if "sig" in lower and _SIGNED.search(lower):
        return True
    if "@" in plain and _without_user(plain) != plain:
        return True
    if "bearer" in lower and _BEARER.search(lower):
        return True
    if "basic" in lower and any(map(_is_basic, _BASIC.findall(plain))):
        return True
    if _holds_jwt(plain) or "private key-----" in lower:
        return True
    return "/" in plain and "/" not in text and redacted_path(plain) != plain


def _without_user(text: str) -> str:
    """A text with `***` for the users and passwords in its URLs."""
    return _USER_IN_TEXT.sub(rf"\1{HIDDEN}@", text)


def _holds_jwt(text: str) -> bool:
    """Whether a text holds a JWT or its beginning. It searches for the dots, since a pattern would try every letter."""
    for before, after in pairwise(text.split(".")):
        head = before[len(before.rstrip(_OF_A_TOKEN)) :]
        if "eyJ" in head and after[:1] in _OF_A_TOKEN and after:
            return True
    return False


def _is_basic(encoded: str) -> bool:
    """Whether a text is `client:secret` in base64."""
    try:
        return b":" in base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_" if "-" in encoded else None)
    except ValueError:
        return False


def _decoded(text: str) -> str | None:
    """A text after percent-decoding; None when it is encoded more than five times."""
    for _ in range(_MOST_LAYERS):
        plain = unquote_plus(text) if "%" in text else text
        if plain == text:
            return plain
        text = plain
    return None
