"""Keeps the secrets in use out of what others say: a gateway may send back the form or the header that it refuses.

A text may show a secret in many spellings: as it is, as a form or a URL has it, as JSON or HTML has it, one of these
within another, broken into lines, cut off, or in base64 with something before and after it. So the text is decoded
again and again, each time with a note of where every character came from, and the place where a secret turns up is
replaced in the text as it was sent. Ids, URLs and parameters that the program compares are never passed through here.
"""

from __future__ import annotations

import base64
import html
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from aicore_provider.api.credentials import Credentials

HIDDEN = "***"

_SHORTEST = 4
"""Characters. A shorter one is nobody's secret, and without its letters no message could be read."""
_SURE = 16
"""So many first characters of a secret are taken for it, in a text that somebody has cut off."""
_LAYERS = 4
"""Such as HTML of JSON of a form, and one more."""
_ESCAPES = re.compile(
    r"(?P<percent>%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+)"
    r"|(?P<units>\\u[dD][89ABab][0-9A-Fa-f]{2}\\u[dD][C-Fc-f][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})"
    r"|\\x(?P<byte>[0-9A-Fa-f]{2})"
    r'|\\(?P<escaped>[\\/"\'bfnrt])'
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)"
)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Redaction:
    """The secrets that one client uses. Safe for many threads.

    Access tokens join as they are handed out and stay: an old one may be valid still.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._lock = threading.Lock()
        self._spellings: tuple[str, ...] = ()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide these from now on, too."""
        with self._lock:
            self._spellings = tuple(dict.fromkeys((*self._spellings, *(s for each in secrets for s in _spelt(each)))))

    def __call__(self, text: str) -> str:
        """The text with `***` in place of each secret."""
        return hide(text, self._spellings)


def secrets_of(credentials: Credentials, environment: Mapping[str, str]) -> Iterator[str]:
    """What must not show of a client: secret or key, what a header would carry, and the passwords of its proxies.

    Args:
        credentials: of the client.
        environment: variables, as `os.environ`; `HTTPS_PROXY` and the like may hold passwords.
    """
    if credentials.client_secret:
        yield from _with_header(credentials.client_id, credentials.client_secret)
    if credentials.certificate:
        yield from _lines_of_key(credentials.certificate.key)
    for name, value in environment.items():
        proxy = value.rpartition("@")[0] if name.lower().endswith("_proxy") else ""
        user, _, password = (proxy.partition("://")[2] or proxy).partition(":")
        if password:
            yield password
            yield from _with_header(unquote(user), unquote(password))


def _with_header(user: str, password: str) -> tuple[str, str]:
    """A password, and what the header `Authorization: Basic` carries for it."""
    return password, base64.b64encode(f"{user}:{password}".encode(errors="replace")).decode()


def _lines_of_key(pem: str) -> list[str]:
    """The base64 of a PEM, whole and line by line; its first and last line are the same in every key."""
    lines = [line.strip() for line in pem.splitlines()]
    body = [line for line in lines if line and not line.startswith("-----")]
    return ["".join(body), *(line for line in body if len(line) >= _SURE)]


def hide(text: str, spellings: Iterable[str]) -> str:
    """The text with `***` in place of each of these, however it is encoded and wherever it is broken."""
    wanted = [each for each in spellings if _SHORTEST <= len(each[:_SURE]) <= len(text)]
    if not wanted:
        return text
    found = sorted({span for layer in _layers(text) for each in wanted for span in layer.find(each)})
    shown, end = [], 0
    for start, stop in found:
        if start >= end:
            shown += [text[end:start], HIDDEN]
        end = max(end, stop)
    return "".join([*shown, text[end:]])


@dataclass(frozen=True)
class _Layer:
    """A text after some decoding; `origins` are begin and end of each of its characters in the text as it was sent."""

    text: str
    origins: tuple[tuple[int, int], ...]

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where something stands, or the beginning of it that is long enough, in the text as it was sent."""
        head, at = wanted[:_SURE], self.text.find(wanted[:_SURE])
        while at >= 0:
            end = at + len(head)
            while end - at < len(wanted) and end < len(self.text) and self.text[end] == wanted[end - at]:
                end += 1
            yield self.origins[at][0], self.origins[end - 1][1]
            at = self.text.find(head, end)

    def decoded(self) -> _Layer:
        """One encoding less, wherever there is one."""
        characters: list[str] = []
        origins: list[tuple[int, int]] = []
        end = 0
        for escape in _ESCAPES.finditer(self.text):
            characters += self.text[end : escape.start()]
            origins += self.origins[end : escape.start()]
            plain = _unescaped(escape)
            end = escape.end()
            characters += plain
            origins += [(self.origins[escape.start()][0], self.origins[end - 1][1])] * len(plain)
        return _Layer("".join((*characters, self.text[end:])), (*origins, *self.origins[end:]))

    def squeezed(self) -> _Layer:
        """Without what a line break or a terminal may have put between its characters."""
        kept = _shown(self.text)
        return _Layer("".join(self.text[i] for i in kept), tuple(self.origins[i] for i in kept))


def _layers(text: str) -> Iterator[_Layer]:
    layer = _Layer(text, tuple((i, i + 1) for i in range(len(text))))
    for _ in range(_LAYERS):
        yield layer.squeezed()
        further = layer.decoded()
        if further.text == layer.text:
            return
        layer = further


def _shown(text: str) -> list[int]:
    """Where a text has something else than white space and controls."""
    return [i for i, each in enumerate(text) if each.isprintable() and not each.isspace()]


def _unescaped(escape: re.Match[str]) -> str:
    """What an escape stands for."""
    if percent := escape["percent"]:
        return bytes.fromhex(percent.replace("%", "")).decode(errors="replace")
    if units := escape["units"]:
        return bytes.fromhex(units.replace("\\u", "")).decode("utf-16-be", errors="replace")
    if byte := escape["byte"]:
        return chr(int(byte, 16))
    if escaped := escape["escaped"]:
        return _CONTROLS.get(escaped, escaped)
    return html.unescape(escape["entity"])


def _spelt(secret: str) -> Iterator[str]:
    """The secret without its white space, also as a form writes it, and in base64 wherever it begins there."""
    yield "".join(secret[i] for i in _shown(secret))
    form = secret.replace(" ", "+")
    yield "".join(form[i] for i in _shown(form))
    raw = secret.encode(errors="replace")
    for before in range(3):
        # Three bytes make four characters; those that depend on what stands before and after are left out.
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        inner = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(inner) >= _SURE // 2:
            yield inner
            yield inner.translate(str.maketrans("+/", "-_"))
