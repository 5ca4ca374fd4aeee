"""Finds secrets in a text, in whatever spelling, and replaces them with a mark.

A text may hold a secret as it is, URL-encoded, as in JSON or HTML, in several of these encodings one within another,
broken into lines or by escape sequences, cut off, or in base64 together with other data. So the text is decoded several
times. Each decoding notes where every character came from, and the place of a secret is replaced in the original text.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aicore_provider.terminal import unwanted

_LONGEST = 16 * 2**10
"""Characters of a text; the rest is cut off, since searching it takes too much memory."""
_SHORTEST = 4
"""Characters. Shorter secrets are not looked for: their letters stand in every message."""
_SURE = 16
"""So many first characters of a secret are taken for the secret, since the text may have been cut off."""
_LAYERS = 4
"""Encodings one within another that are looked through."""
_ESCAPES = re.compile(
    r"(?P<percent>%[0-7][0-9A-Fa-f]|(?:%[89A-Fa-f][0-9A-Fa-f])+)"
    r"|(?P<units>\\u[dD][89ABab][0-9A-Fa-f]{2}\\u[dD][C-Fc-f][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})"
    r"|\\x(?P<byte>[0-9A-Fa-f]{2})"
    r'|\\(?P<escaped>[\\/"\'bfnrt])'
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});)"
)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def hide(text: str, wanted: Iterable[str], mark: str) -> str:
    """Return the text with a mark in place of each secret, in whatever encoding and wherever it is broken.

    What is `wanted` are the `spellings` of each secret. Of a long text only the first 16,384 characters are returned.
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    sought = [each for each in wanted if _SHORTEST <= len(each[:_SURE]) <= len(text)]
    if not sought:
        return text
    found = sorted({span for layer in _layers(text) for each in sought for span in layer.find(each)})
    shown, end = [], 0
    for start, stop in found:
        if start >= end:
            shown += [text[end:start], mark]
        end = max(end, stop)
    return "".join([*shown, text[end:]])


@dataclass(frozen=True)
class _Layer:
    """A decoded text. `origins` are begin and end of each of its characters in the original text."""

    text: str
    origins: tuple[tuple[int, int], ...]

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Return where in the original text a secret stands, or a beginning of it that is long enough."""
        head, at = wanted[:_SURE], self.text.find(wanted[:_SURE])
        while at >= 0:
            end = at + len(head)
            while end - at < len(wanted) and end < len(self.text) and self.text[end] == wanted[end - at]:
                end += 1
            yield self.origins[at][0], self.origins[end - 1][1]
            at = self.text.find(head, end)

    def decoded(self) -> _Layer:
        """Return the text with one encoding less."""
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
        """Return the text without white space and controls, which a line break may have put into it."""
        return self._kept(_shown(self.text))

    def printed(self) -> _Layer:
        """Return the same also without what `printable` takes out."""
        gone = {i for begin, end in unwanted(self.text) for i in range(begin, end)}
        return self._kept([i for i in _shown(self.text) if i not in gone])

    def _kept(self, kept: list[int]) -> _Layer:
        return _Layer("".join(self.text[i] for i in kept), tuple(self.origins[i] for i in kept))


def _layers(text: str) -> Iterator[_Layer]:
    layer = _Layer(text, tuple((i, i + 1) for i in range(len(text))))
    for _ in range(_LAYERS):
        yield layer.squeezed()
        yield layer.printed()
        further = layer.decoded()
        if further.text == layer.text:
            return
        layer = further


def _shown(text: str) -> list[int]:
    """Return the positions of the characters that are neither white space nor controls."""
    return [i for i, each in enumerate(text) if each.isprintable() and not each.isspace()]


def _unescaped(escape: re.Match[str]) -> str:
    if percent := escape["percent"]:
        return bytes.fromhex(percent.replace("%", "")).decode(errors="replace")
    if units := escape["units"]:
        return bytes.fromhex(units.replace("\\u", "")).decode("utf-16-be", errors="replace")
    if byte := escape["byte"]:
        return chr(int(byte, 16))
    if escaped := escape["escaped"]:
        return _CONTROLS.get(escaped, escaped)
    return html.unescape(escape["entity"])


def spellings(secret: str) -> Iterator[str]:
    """Return a secret without its white space, the same as in a form, and its base64 at each of the three offsets."""
    yield "".join(secret[i] for i in _shown(secret))
    form = secret.replace(" ", "+")
    yield "".join(form[i] for i in _shown(form))
    raw = secret.encode(errors="replace")
    for before in range(3):
        # Three bytes make four characters. Those that depend on the bytes before and after are left out.
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        inner = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(inner) >= _SURE // 2:
            yield inner
            yield inner.translate(str.maketrans("+/", "-_"))
