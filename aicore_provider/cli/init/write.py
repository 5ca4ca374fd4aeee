"""Writes a new repository into a folder, without touching a file that is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from aicore_provider.cli.init.package import Package
from aicore_provider.stack.project import is_file


def write(folder: Path, texts: Mapping[str, str], package: Package) -> list[str]:
    """Write all files, none of which may exist, and return their paths in the folder.

    Raises:
        click.ClickException: there are such files, or one cannot be written; then none of them is there.
    """
    wheels = [package.copy] if package.wheel and package.wheel.resolve() != (folder / package.copy).resolve() else []
    paths = [*texts, *wheels]
    require_new(folder, paths)

    def contents(path: str) -> bytes:
        return package.wheel.read_bytes() if package.wheel and path == package.copy else texts[path].encode()

    made: list[Path] = []
    for path in paths:
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                made.append(target)
                file.write(contents(path))
        except BaseException as error:
            # They would be in the way of the next try.
            for each in made:
                each.unlink(missing_ok=True)
            if not isinstance(error, OSError):
                raise
            raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
    return sorted(paths)


def require_new(folder: Path, paths: Iterable[str]) -> None:
    """Raise a `click.ClickException` that names what of these paths exists."""
    existing = [each for each in paths if os.path.lexists(folder / each)]
    files = {each.as_posix() for path in paths for each in Path(path).parents if is_file(folder / each)}
    if found := [*existing, *sorted(files)]:
        raise click.ClickException(
            f"Nothing was written, since this folder has already: {', '.join(found)}.\n"
            "Use an empty folder, or move them away."
        )
