"""Which CLI is good enough, where copies are kept, and that a copy is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from semver import Version

from sandbox.pulumi_cli import VERSION, PulumiCli, cache_folder, into_cache, objection, parse_version
from sandbox.pulumi_from_go import COMMANDS, BuildFailed, GoCommand, parse_go_version


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.259.0\n", Version(3, 259)),
        ("3.216.0", Version(3, 216)),
        ("v3.260.0-dev.0", Version(3, 260, 0, "dev.0")),
        ("", None),
        ("pulumi: command not found", None),
    ],
)
def test_reads_what_pulumi_version_prints(text: str, version: Version | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("version", ["3.216.0", "3.259.0", "3.216.0-alpha.1", "3.999.9"])
def test_a_supported_cli_with_its_language_host_is_used(version: str) -> None:
    assert objection(Version.parse(version), missing=[]) is None


@pytest.mark.parametrize(
    ("version", "missing", "why"),
    [
        (None, [], "does not tell its version"),
        (Version(3, 215, 9), [], "3.216 or newer"),
        (Version(2, 25), [], "3.216 or newer"),
        (Version(4), [], "ends before 4"),
        (Version(3, 259), ["pulumi-language-python"], "pulumi-language-python is neither beside it nor on PATH"),
    ],
)
def test_another_cli_is_passed_over_with_a_reason(version: Version | None, missing: list[str], why: str) -> None:
    assert why in (objection(version, missing) or "")


def test_copies_are_kept_where_the_user_wants_caches(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "aicore-provider" / "pulumi"


@pytest.mark.parametrize("environment", [{}, {"XDG_CACHE_HOME": ""}, {"XDG_CACHE_HOME": "relative"}])
def test_copies_are_kept_in_the_usual_place_otherwise(environment: dict[str, str]) -> None:
    assert cache_folder(environment) == Path.home() / ".cache" / "aicore-provider" / "pulumi"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go version go1.25 darwin/arm64", (1, 25, 0)),
        ("go version go1.27rc1 linux/arm64", (1, 27, 0)),
        ("gcc version 12", None),
    ],
)
def test_reads_what_go_version_prints(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_go_version(text) == version


_WRAPPERS = Path(__file__).parents[2] / "sandbox" / "pulumi_build"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_a_wrapper_module(command: GoCommand) -> None:
    assert f"tool {command.package}\n" in (_WRAPPERS / command.wrapper / "go.mod").read_text()
    assert (_WRAPPERS / command.wrapper / "go.sum").exists()


def test_the_engine_is_built_from_the_version_it_is_stamped_with() -> None:
    engine = (_WRAPPERS / "engine" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION} " in engine
    assert f"github.com/pulumi/pulumi/sdk/v3 v{VERSION} " in engine


def _make_cli(root: Path, version: str) -> None:
    (root / "bin").mkdir(parents=True)
    program = root / "bin" / "pulumi"
    program.write_text(f"#!/bin/sh\necho v{version}\n")
    program.chmod(0o755)


def test_a_good_copy_is_moved_to_its_place(tmp_path: Path) -> None:
    cli = into_cache(tmp_path, lambda root: _make_cli(root, str(VERSION)))
    assert cli == PulumiCli(tmp_path / str(VERSION), VERSION)
    assert cli.executable.exists()
    assert [entry.name for entry in tmp_path.iterdir()] == [str(VERSION)]


def test_a_good_copy_replaces_a_broken_one(tmp_path: Path) -> None:
    _make_cli(tmp_path / str(VERSION), "0.0.1")
    assert "259" in into_cache(tmp_path, lambda root: _make_cli(root, str(VERSION))).executable.read_text()


def test_a_copy_that_does_not_work_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="does not answer"):
        into_cache(tmp_path, lambda root: _make_cli(root, "3.1.0"))
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_making_leaves_nothing_and_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "making-before").mkdir()

    def interrupted(root: Path) -> None:
        _make_cli(root, str(VERSION))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        into_cache(tmp_path, interrupted)
    assert list(tmp_path.iterdir()) == []
