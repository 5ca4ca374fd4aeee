"""Language hosts and the generator of SDKs: what is built, what is taken, and what is said where neither can be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import pulumi_from_go
from sandbox.console import Problem
from sandbox.languages import GENERATOR, HOSTS, ensure, generate_sdk
from sandbox.pulumi_cli import VERSION, PulumiCli
from sandbox.pulumi_from_go import GoCommand

_WRAPPERS = Path(pulumi_from_go.__file__).parent / "pulumi_build"
_HOST = HOSTS["yaml"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, on a machine without Go."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path / "cache" / "aicore-provider" / "pulumi"


@pytest.fixture
def cli(tmp_path: Path) -> PulumiCli:
    (tmp_path / "cli" / "bin").mkdir(parents=True)
    return PulumiCli(tmp_path / "cli", VERSION)


@pytest.mark.parametrize("command", HOSTS.values(), ids=lambda command: command.name)
def test_every_host_has_a_wrapper_module(command: GoCommand) -> None:
    assert command.package in (_WRAPPERS / command.wrapper / "go.mod").read_text()
    assert (_WRAPPERS / command.wrapper / "go.sum").exists()


def test_the_generator_is_of_the_version_of_the_engine() -> None:
    module = (_WRAPPERS / GENERATOR.wrapper / "go.mod").read_text()
    assert f"module {GENERATOR.package}\n" in module
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION}\n" in module


def test_a_host_beside_the_cli_is_taken(cli: PulumiCli) -> None:
    beside = cli.bin / _HOST.name
    beside.touch()
    assert ensure(_HOST, cli) == beside


def test_a_host_in_the_cache_is_taken_as_long_as_the_same_would_be_built(cli: PulumiCli, cache: Path) -> None:
    kept = cache / "languages" / f"{_HOST.name}-{_HOST.digest}" / _HOST.name
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert ensure(_HOST, cli) == kept
    with pytest.raises(Problem):
        ensure(GoCommand(_HOST.name, _HOST.wrapper, _HOST.package, flags=("-race",)), cli)


def test_without_go_it_says_what_to_install_and_leaves_nothing(cli: PulumiCli, cache: Path) -> None:
    with pytest.raises(Problem, match=r"(?s)No pulumi-language-yaml: there is no Go here .*https://go.dev") as told:
        ensure(_HOST, cli)
    assert len(str(told.value).splitlines()) <= 3
    assert [entry.name for entry in cache.iterdir()] == ["lock"]


def test_a_schema_that_the_generator_refuses_is_told_with_the_reason(cli: PulumiCli, tmp_path: Path) -> None:
    generator = cli.bin / GENERATOR.name
    generator.write_text('#!/bin/sh\necho "$2: unknown type $1" >&2\nexit 1\n')
    generator.chmod(0o755)
    with pytest.raises(Problem, match=r"(?s)No SDK for typescript .*schema\.json: unknown type nodejs"):
        generate_sdk("typescript", tmp_path / "schema.json", tmp_path / "sdk", cli)
