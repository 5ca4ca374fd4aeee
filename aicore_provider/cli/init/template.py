"""Fills the templates of a new repository.

In a template `@NAME@` stands for a value. A line with nothing else stands for all lines of the value, and vanishes
where that is empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = "@([A-Z]+(?:_[A-Z]+)*)@"
_ANYWHERE = re.compile(_NAME)
_ALONE = re.compile(rf"( *){_NAME}")


def template(name: str) -> str:
    """Return the text of a template, by its path with `/`."""
    return files("aicore_provider.cli.init").joinpath("templates", *name.split("/")).read_text(encoding="utf-8")


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return the text of a template with its values."""
    lines: list[str] = []
    for line in template(name).splitlines():
        if alone := _ALONE.fullmatch(line):
            lines += [f"{alone[1]}{each}".rstrip() for each in values[alone[2]].splitlines()]
        else:
            lines.append(_ANYWHERE.sub(lambda found: values[found[1]], line).rstrip())
    return "\n".join(lines) + "\n"
