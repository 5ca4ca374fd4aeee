"""A project that does not look at the service before it decides is told so, once for each program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aicore_provider.resources.refresh_hint import hint_at_refresh


@pytest.fixture(autouse=True)
def a_program_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    hint_at_refresh.cache_clear()
    yield
    hint_at_refresh.cache_clear()


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.yml"])
@pytest.mark.parametrize("options", ["", "options: {}\n", "options: {refresh: never}\n", "options: always\n"])
def test_a_project_without_refresh_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, options: str
) -> None:
    (tmp_path / name).write_text(f"name: aicore\nruntime: python\n{options}")
    (tmp_path / "program").mkdir()
    monkeypatch.chdir(tmp_path / "program")
    hint_at_refresh()
    hint_at_refresh()
    assert capsys.readouterr().err.count("what somebody changed by hand is not seen") == 1


@pytest.mark.parametrize("project", ["name: aicore\noptions: {refresh: always}\n", "no mapping", "[", None])
def test_others_are_told_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], project: str | None) -> None:
    if project is not None:
        (tmp_path / "Pulumi.yaml").write_text(project)
    hint_at_refresh()
    assert capsys.readouterr().err == ""
