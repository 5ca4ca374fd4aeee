"""What a run tries by chance is another for each commit, told, and can be tried again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.seed import any_seed, sample, seed_of_commit

ROOT = Path(__file__).parents[1]
INNER = """
from pathlib import Path
import pytest
from hypothesis import Phase, given, settings, strategies as st

@pytest.mark.parametrize("which", ["red", "blue", "green", "grey", "pink"])
def test_chance(which, request):
    made_up = []
    @settings(max_examples=5, phases=[Phase.generate])
    @given(st.integers())
    def draw(number):
        made_up.append(number)
    draw()
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    told = f"{request.config.option.seed} {made_up}"
    (Path(__file__).parent / f"{worker}-{which}.txt").write_text(told)
"""


def run(folder: Path, *options: str, **variables: str) -> tuple[str, Mapping[str, str]]:
    """The seed that a run told, and what each of its tests met by chance."""
    folder.mkdir()
    (folder / "test_inner.py").write_text(INNER)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", "-ptests.conftest", *options, folder],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.search(r"^Seed: (\d+) ", done.stdout, re.MULTILINE)
    assert told
    return told[1], {each.stem: each.read_text() for each in folder.glob("*.txt")}


def test_all_workers_have_the_same_seed_and_a_later_run_can_have_it_again(tmp_path: Path) -> None:
    some = ("--sample", "3", "-k", "not red")
    told, met = run(tmp_path / "first", "-n2", *some, CI="true")
    assert {each.partition("-")[0] for each in met} == {"gw0", "gw1"}
    (everywhere,) = set(met.values())
    assert everywhere.partition(" ")[0] == told
    _, again = run(tmp_path / "again", *some, "--seed", told)
    assert set(again.values()) == {everywhere}
    colours, same = ({each.partition("-")[2] for each in found} for found in (met, again))
    assert colours == same
    assert len(colours) == 3
    assert "red" not in colours
    _, other = run(tmp_path / "other", "--seed", str(int(told) + 1), CI="true")
    assert everywhere not in other.values()


def test_each_commit_has_a_seed_of_its_own(tmp_path: Path) -> None:
    def commit(what: str) -> int | None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        subprocess.run(["git", *who, "commit", "--allow-empty", "-qm", what], cwd=tmp_path, check=True)  # noqa: S607
        return seed_of_commit(tmp_path)

    subprocess.run(["git", "init", "-q", tmp_path], check=True)  # noqa: S607
    first, second = commit("one"), commit("two")
    assert None not in (first, second)
    assert first != second == seed_of_commit(tmp_path)


def test_outside_a_checkout_chance_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert seed_of_commit(tmp_path) is None
    monkeypatch.setenv("PATH", "")
    assert seed_of_commit(ROOT) is None
    assert len({any_seed() for _ in range(8)}) > 1


def test_a_sample_follows_from_its_seed() -> None:
    assert sample(range(500), 5, 1) == sample(range(500), 5, 1) != sample(range(500), 5, 2)
    assert sorted(sample(range(3), 5, 1)) == [0, 1, 2]
