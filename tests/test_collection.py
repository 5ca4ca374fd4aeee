"""Importing the tests is paid by every worker process, whatever is selected."""

from __future__ import annotations

import sys

MANY = 10_000


def test_no_module_builds_its_data_when_it_is_imported() -> None:
    large = [
        f"{module}: {name} has {len(value)} items"
        for module, imported in list(sys.modules.items())
        if module.startswith("tests.")
        for name, value in vars(imported).items()
        if isinstance(value, (list, tuple, dict, set, frozenset)) and len(value) > MANY
    ]
    assert large == []
