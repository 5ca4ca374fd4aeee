"""The contract itself, SAP's OpenAPI document, where a copy lies beside this repository."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

SPEC = Path(__file__).parents[2].parent / "shared" / "spec" / "AI_CORE_API.yaml"
METHODS = ("get", "post", "put", "patch", "delete")

needs_spec = pytest.mark.skipif(not SPEC.exists(), reason="no copy of the contract AI_CORE_API.yaml at hand")


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The document as it is written."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: dict[str, Any] = yaml.load(SPEC.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return read


def operations() -> Iterator[tuple[str, str]]:
    """Method and path of every operation."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path
