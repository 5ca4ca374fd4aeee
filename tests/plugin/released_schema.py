"""`python -m tests.plugin.released_schema`: write the schema that later ones are compared with. A part of a release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aicore_provider.plugin.schema import package_schema

FILE = Path(__file__).parent / "released_schema.json"


def released() -> dict[str, Any]:
    """The schema of the last release."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


if __name__ == "__main__":
    FILE.write_text(f"{json.dumps(package_schema(), indent=1)}\n")
