"""What texts of others may do to a terminal: nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicore_provider.terminal import printable

_STEERING = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069"
_PIECES = st.lists(
    st.sampled_from(
        ["\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;https://a\x1b\\", "\x9b2J", "\x1bP", "\x1b", "\x9d", "ok"]
    )
    | st.text(st.characters(), max_size=3)
    | st.text(_STEERING, max_size=3)
).map("".join)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no capacity", "no capacity"),
        ("one\ntwo", "one\ntwo"),
        ("one\r\ntwo", "one\ntwo"),
        ("a\tb", "a b"),
        ("99%\rgone", "99% gone"),
        ("\x1b[31mERROR\x1b[0m: quota", "ERROR: quota"),
        ("\x1b[2K\x1b[1A\x1b[?25l", ""),
        ("\x1b]0;owned\x07quota", "quota"),
        ("\x1b]8;;https://example.com\x1b\\here\x1b]8;;\x1b\\", "here"),
        ("\x1b]52;c;cm0gLXJm\x1b\\quota", "quota"),
        ("\x1bPq#0;2\x1b\\quota", "quota"),
        ("\x1b_payload\x1b\\\x1b^payload\x1b\\\x1bXpayload\x1b\\quota", "quota"),
        ("\x9b31mred\x9d0;title\x9cquota", "redquota"),
        ("\x1b(0\x1b7\x1bcquota", "quota"),
        ("bell\x07 back\x08 null\x00 delete\x7f", "bell back null delete"),
        ("\x85next\u2028line", " next line"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("gpt\u200b-5\ufeff", "gpt-5"),
        ("half \ud83d", "half \ufffd"),
        ("Größe 日本語 👩\u200d💻", "Größe 日本語 👩\u200d💻"),
    ],
)
def test_what_is_shown(said: str, shown: str) -> None:
    assert printable(said) == shown


def test_a_sequence_without_end_hides_nothing() -> None:
    assert printable("\x1b]0;the reason\nand what to do") == "0;the reason\nand what to do"
    assert printable("\x1b[quota") == "uota"


@given(_PIECES)
def test_nothing_that_steers_is_left(said: str) -> None:
    shown = printable(said)
    assert not set(shown) & (set(_STEERING) - {"\n"})
    assert not any(unicodedata.category(character) == "Cs" for character in shown)
    assert printable(shown) == shown
    shown.encode()


@given(st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" \n"), max_size=40))
def test_other_texts_stay_as_they_are(said: str) -> None:
    assert printable(said) == said
