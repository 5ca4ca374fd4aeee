"""What is in the archives, that it is the same each time, and what their metadata say."""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from aicore_provider.own_version import own_version
from release.archives import Archives, build
from tests.packaging.environments import EXTRAS, ROOT, VERSIONS

PACKAGE = ROOT / "aicore_provider"
BESIDES = {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml", ".gitignore"}
"""What the source archive holds besides the package; hatchling adds the last."""
NEEDED = ("py.typed", *(f"emulator/{each}" for each in ("catalog.json", "page/index.html", "page/page.js")))
COMMANDS = {
    "aicore-provider": "aicore_provider.cli:main",
    "pulumi-resource-aicore": "aicore_provider.plugin.server:main",
}
"""The commands of the package; other people's scripts and Pulumi itself call them."""


def sources() -> set[str]:
    """The files of the package in the checkout."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def members(sdist: Path) -> set[str]:
    """The files of a source archive, without its folder."""
    with tarfile.open(sdist) as archive:
        return {each.name.partition("/")[2] for each in archive.getmembers() if each.isfile()}


@pytest.fixture(scope="session")
def metadata(archives: Archives) -> Message:
    with zipfile.ZipFile(archives.wheel) as wheel:
        (name,) = (each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        return email.message_from_string(wheel.read(name).decode())


def test_the_wheel_holds_the_package_and_nothing_else(archives: Archives) -> None:
    with zipfile.ZipFile(archives.wheel) as wheel:
        names = {each for each in wheel.namelist() if ".dist-info/" not in each}
    assert names == sources()
    assert {f"aicore_provider/{each}" for each in NEEDED} <= names


def test_the_source_archive_holds_what_the_wheel_is_built_from(archives: Archives) -> None:
    assert members(archives.sdist) == sources() | BESIDES


def test_both_are_the_same_bytes_wherever_and_whenever_they_are_built(
    archives: Archives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "elsewhere"
    shutil.copytree(PACKAGE, source / PACKAGE.name, copy_function=shutil.copy, ignore=shutil.ignore_patterns("*.pyc"))
    for name in BESIDES - {"PKG-INFO"}:
        shutil.copy(ROOT / name, source / name)
    (source / PACKAGE.name / "py.typed").chmod(0o600)
    again = build(tmp_path / "again", source)
    assert (again.sdist.read_bytes(), again.wheel.read_bytes()) == (
        archives.sdist.read_bytes(),
        archives.wheel.read_bytes(),
    )

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    dated = [build(tmp_path / folder, source).wheel for folder in ("first", "second")]
    assert dated[0].read_bytes() == dated[1].read_bytes() != archives.wheel.read_bytes()
    with zipfile.ZipFile(dated[0]) as wheel:
        assert {each.date_time[:3] for each in wheel.infolist()} == {(2023, 11, 14)}


def test_the_wheel_of_the_source_archive_is_that_of_the_checkout(archives: Archives, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ)
    (wheel,) = tmp_path.iterdir()
    assert wheel.read_bytes() == archives.wheel.read_bytes()


def test_the_metadata_say_what_it_is(metadata: Message) -> None:
    said = {name: metadata[name] for name in ("Name", "Version", "License-Expression", "License-File")}
    assert said == {
        "Name": "aicore-provider",
        "Version": own_version(),
        "License-Expression": "Apache-2.0",
        "License-File": "LICENSE",
    }
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert metadata.get_payload() == (ROOT / "README.md").read_text(encoding="utf-8")
    # No address of the project exists yet; none is made up.
    assert metadata.get_all("Project-URL", []) == []


def test_the_metadata_name_each_supported_python(metadata: Message) -> None:
    prefix = "Programming Language :: Python :: "
    named = [each.removeprefix(prefix) for each in metadata.get_all("Classifier", []) if each.startswith(prefix)]
    assert [each for each in named if "." in each] == list(VERSIONS)
    assert metadata["Requires-Python"] == f">={VERSIONS[0]}"


def test_extras_and_entry_points_keep_their_names(archives: Archives, metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", [])) == set(EXTRAS) - {"none"}
    with zipfile.ZipFile(archives.wheel) as wheel:
        (name,) = (each for each in wheel.namelist() if each.endswith(".dist-info/entry_points.txt"))
        lines = wheel.read(name).decode().splitlines()
    scripts = [f"{command} = {module}" for command, module in COMMANDS.items()]
    assert [each for each in lines if each] == [
        "[console_scripts]",
        *scripts,
        "[pytest11]",
        "aicore_provider = aicore_provider.pytest_plugin",
    ]
