"""Finds a text in another, however that spells it, and puts a mark in its place. Pure.

A text may show a secret in many spellings: as it is, as a form or a URL has it, as JSON or HTML has it, one of these
within another, broken into lines or by what steers a terminal, cut off, or in base64 with something before and after
it. So the text is decoded again and again, each time with a note of where every character came from, and the place
where a secret turns up is replaced in the text as it was sent.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aicore_provider.terminal import unwanted

_LONGEST = 16 * 2**10
"""Characters of a text; what follows is left out, since nobody reads it and looking through it takes memory."""
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


def hide(text: str, wanted: Iterable[str], mark: str) -> str:
    """The text with a mark in place of each of these, however it is encoded and wherever it is broken.

    Args:
        text: of others.
        wanted: `spellings` of what must not show.
        mark: such as `***`.
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
        """Without what a line break may have put between its characters."""
        return self._kept(_shown(self.text))

    def printed(self) -> _Layer:
        """The same, without what `printable` takes out."""
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


def spellings(secret: str) -> Iterator[str]:
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
