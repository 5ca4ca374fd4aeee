"""Texts that are secret are taken out of every line, and nothing else is."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest

from aicore_provider.secret_text import SecretText, UnreadText

PROGRAM = """
import json, sys
from aicore_provider.engine.concealed import ConcealedTexts
secrets, text = json.load(sys.stdin)
concealed = ConcealedTexts()
concealed.add(secrets)
print(json.dumps(concealed.hide(text)))
"""


def shown(secrets: list[str], text: str) -> str:
    """What a process that was handed these secrets makes of a line: it never forgets one, so each has its own."""
    given = json.dumps([secrets, text])
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=given, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout))


FILTER = '[{"modelName": "gpt-5", "modelVersions": ["1", "le\\"d"]}]'


@pytest.mark.parametrize(
    ("secrets", "text", "left"),
    [
        (["s3cret"], "model s3cret, and 'xs3crety'", "model [secret], and 'x[secret]y'"),
        (["1"], "version 1 of gpt-4.1 in 10 days, v1, 1.", "version [secret] of gpt-4.1 in 10 days, v1, [secret]."),
        (["gpt", "gpt-5"], "gpt-5 and gpt", "[secret] and [secret]"),
        ([FILTER], f"sent {FILTER}", "sent [secret]"),
        ([FILTER], f"sent {json.dumps({'value': FILTER})}", 'sent {"value": "[secret]"}'),
        ([FILTER], 'model gpt-5, version 1 and le"d', "model [secret], version [secret] and [secret]"),
        (["it's"], f"{'it' + chr(39) + 's'!r} and it's", '"[secret]" and [secret]'),
        (["", " "], "nothing at all", "nothing at all"),
        (["a\nb"], "a\nb, 'a\\nb'", "[secret], '[secret]'"),
    ],
)
def test_a_line_without_its_secrets(secrets: list[str], text: str, left: str) -> None:
    assert shown(secrets, text) == left


def test_a_secret_text_is_what_it_holds_and_shows_nothing() -> None:
    secret = SecretText("s3cret")
    assert secret == "s3cret"
    assert type(secret.reveal()) is str
    assert [str(secret), repr(secret), f"{secret}", f"{secret:>20}", "%s" % secret, f"{[secret]}"] == [  # noqa: UP031
        *(["[secret]"] * 5),
        "[[secret]]",
    ]
    again = pickle.loads(pickle.dumps(secret))  # noqa: S301
    assert (type(again), again.reveal()) == (SecretText, "s3cret")
    assert isinstance(pickle.loads(pickle.dumps(UnreadText())), UnreadText)  # noqa: S301
