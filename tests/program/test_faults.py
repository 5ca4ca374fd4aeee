"""A program that meets odd configuration, or an error that nobody foresaw, ends with a text."""

from __future__ import annotations

import contextvars
import json
from pathlib import Path

import pulumi
import pytest

from aicore_provider import StackConfig
from aicore_provider.dynamic.program import ends_in_words

DEEP = "[" * 5000 + "]" * 5000
HUGE = "9" * 5000


def complaint(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a program says that loads this configuration."""
    named = {f"aicore:{key}": text for key, text in texts.items()}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(named))

    def program() -> None:
        pulumi.runtime.set_all_config(named, [])
        with pytest.raises(pulumi.RunError) as caught:
            StackConfig.load()
        texts["said"] = str(caught.value)

    contextvars.copy_context().run(program)
    assert "has a fault" not in texts["said"]
    return texts["said"]


@pytest.mark.parametrize(
    "texts",
    [
        {"deployments": DEEP},
        {"deployments": HUGE},
        {"deployments": f'{{"chat": {{"model": {DEEP}}}}}'},
        {"deployments": f'{{"chat": {{"model": {HUGE}}}}}'},
        {"deployments": '{"chat": {"parameters": ' + '{"a":' * 80 + "1" + "}" * 80 + "}}"},
        {"deployments": "{}", "retirement": DEEP},
        {"deployments": "{}", "versions": HUGE},
        {"deployments": "{}", "retirement": f'{{"warnDays": {"9" * 400}, "failDays": -1}}'},
        {"deployments": "{}", "baseUrl": "https://a..b"},
        {"deployments": "{}", "checks": HUGE},
    ],
    ids=lambda texts: ascii(texts)[:50],
)
def test_odd_configuration(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(texts, monkeypatch).startswith("The stack's configuration is not valid:")


def test_no_entry_steers_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint({"deployments": '{"chat\\u001b]0;owned\\u0007": {"\\u009b31mmodel": 1}}'}, monkeypatch)
    assert "aicore:deployments.chat" in said
    assert not set(said) & set("\x1b\x07\x9b")


def test_a_folder_that_was_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert "aicore:deployments" in complaint({}, monkeypatch)
    monkeypatch.chdir(tmp_path)


def test_an_error_that_nobody_foresaw() -> None:
    @ends_in_words
    def broken() -> None:
        raise KeyError("a value that may be secret")

    with pytest.raises(pulumi.RunError) as caught:
        broken()
    first, second = str(caught.value).splitlines()
    assert first.startswith("aicore-provider has a fault: KeyError in aicore_provider/dynamic/program.py, line ")
    assert "--debug" in second
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_an_error_that_is_expected_stays_as_it_is() -> None:
    @ends_in_words
    def refused() -> None:
        raise pulumi.RunError("Refused.")

    with pytest.raises(pulumi.RunError, match=r"^Refused\.$"):
        refused()
