"""A file that is replaced: whole or not at all, and what it was beside its text stays."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aicore_provider.stack.file import StackFileError, replace_file

OLD, NEW = b"\xef\xbb\xbfold\r\n", "\ufeffn\u00e4u\r\n".encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_bytes(OLD)
    return path


def left_beside(file: Path) -> list[Path]:
    return [each for each in file.parent.iterdir() if each != file]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_the_mode_stays(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace_file(file, OLD, NEW)
    assert file.read_bytes() == NEW
    assert file.stat().st_mode & 0o7777 == mode
    assert left_beside(file) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(file: Path) -> None:
    os.chown(file, 12345, 54321)
    replace_file(file, OLD, NEW)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 54321)


def test_a_reader_who_began_before_reads_the_old_to_its_end(file: Path) -> None:
    with file.open("rb") as reader:
        replace_file(file, OLD, NEW)
        assert reader.read() == OLD


def test_links_lead_where_they_led(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stacks"
    folder.mkdir()
    relative, chain = folder / "Pulumi.dev.yaml", folder / "Pulumi.other.yaml"
    relative.symlink_to(Path("..") / file.name)
    chain.symlink_to(relative)
    replace_file(chain, OLD, NEW)
    assert file.read_bytes() == NEW
    assert not file.is_symlink()
    assert (relative.readlink(), chain.readlink()) == (Path("..") / file.name, relative)
    assert sorted(folder.iterdir()) == [relative, chain]


def test_what_somebody_else_has_written_meanwhile_stays(file: Path) -> None:
    file.write_bytes(b"theirs")
    with pytest.raises(StackFileError, match="was changed meanwhile"):
        replace_file(file, OLD, NEW)
    assert file.read_bytes() == b"theirs"
    assert left_beside(file) == []


def test_what_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    with pytest.raises(FileNotFoundError):
        replace_file(file, OLD, NEW)
    assert not file.exists()
    assert left_beside(file) == []


def test_a_file_with_two_names_is_left_alone(file: Path) -> None:
    other = file.parent / "other"
    other.hardlink_to(file)
    with pytest.raises(StackFileError, match="hard links"):
        replace_file(file, OLD, NEW)
    assert (file.read_bytes(), other.read_bytes()) == (OLD, OLD)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_what_is_read_only_is_left_alone(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(PermissionError):
        replace_file(file, OLD, NEW)
    file.chmod(0o644)
    file.parent.chmod(0o555)
    with pytest.raises(PermissionError):
        replace_file(file, OLD, NEW)
    file.parent.chmod(0o755)
    assert file.read_bytes() == OLD


def test_where_nothing_can_be_written_beside_it_the_old_stays(file: Path) -> None:
    with pytest.raises(OSError, match=r"[Nn]ame too long"):
        replace_file(file.rename(file.with_name("x" * 255)), OLD, NEW)
    assert file.with_name("x" * 255).read_bytes() == OLD
