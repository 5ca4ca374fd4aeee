"""The package schema: whole, readable, and no promise of it is broken."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aicore_provider import kinds
from aicore_provider.own_version import semantic
from aicore_provider.plugin.schema import package_schema
from tests.plugin.released_schema import released
from tests.plugin.schema_changes import breaking

DEPLOYMENT = "aicore:index:AIDeployment"
SECRET = "aicore:index:AIGenericSecret"


def test_nothing_that_was_released_breaks() -> None:
    assert breaking(released(), package_schema()) == []


def changed(schema: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    other = copy.deepcopy(schema)
    change(other)
    return other


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["resources"].pop(DEPLOYMENT), f"resource {DEPLOYMENT} is gone"),
        (
            lambda s: s["resources"][DEPLOYMENT]["inputProperties"].pop("ttl"),
            f"resource {DEPLOYMENT}: input ttl is gone",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["properties"].pop("status"),
            f"resource {DEPLOYMENT}: output status is gone",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["requiredInputs"].append("ttl"),
            f"resource {DEPLOYMENT}: input ttl is required now",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["required"].remove("status"),
            f"resource {DEPLOYMENT}: output status may be missing now",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["aliases"].clear(),
            f"resource {DEPLOYMENT}: alias pulumi-python:dynamic/aicore:AIDeployment is gone, so what has that type in "
            "a state would be made anew",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["inputProperties"]["rollback"].update(default=False),
            f"resource {DEPLOYMENT}: input rollback: has another default: True became False",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["inputProperties"]["rollback"].update(type="string"),
            f"resource {DEPLOYMENT}: input rollback: has another type",
        ),
        (
            lambda s: s["resources"][DEPLOYMENT]["inputProperties"]["rollback"].update(willReplaceOnChanges=True),
            f"resource {DEPLOYMENT}: input rollback: another value replaces the object now",
        ),
        (
            lambda s: s["resources"][SECRET]["inputProperties"]["data"].pop("secret"),
            f"resource {SECRET}: input data: is no secret any more",
        ),
        (lambda s: s["functions"].pop("aicore:index:getModel"), "function aicore:index:getModel is gone"),
        (
            lambda s: s["functions"]["aicore:index:getModel"]["inputs"]["required"].append("version"),
            "function aicore:index:getModel: argument version is required now",
        ),
        (
            lambda s: s["types"]["aicore:index:ArtifactKind"]["enum"].pop(0),
            "type aicore:index:ArtifactKind: value model is gone",
        ),
        (lambda s: s["config"]["variables"].pop("baseUrl"), "configuration baseUrl is gone"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_would_break_a_user_is_named(change: Callable[[dict[str, Any]], object], told: str) -> None:
    schema = package_schema()
    assert breaking(schema, changed(schema, change)) == [told]
    assert breaking(schema, schema) == []


def test_what_is_new_breaks_nobody() -> None:
    old = package_schema()
    new = copy.deepcopy(old)
    new["resources"]["aicore:index:New"] = new["resources"][DEPLOYMENT]
    new["resources"][DEPLOYMENT]["inputProperties"]["more"] = {"type": "string"}
    new["resources"][DEPLOYMENT]["requiredInputs"].clear()
    assert breaking(old, new) == []


def described(schema: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and description of each property."""
    if isinstance(schema, dict):
        for key, each in schema.items():
            if key in ("properties", "inputProperties", "variables"):
                yield from ((f"{path}/{name}", of.get("description", "")) for name, of in each.items())
            yield from described(each, f"{path}/{key}")


def test_every_property_is_described() -> None:
    found = dict(described(package_schema()))
    assert len(found) > 150
    assert [path for path, doc in found.items() if not doc.endswith(".")] == []


def test_every_kind_is_a_resource() -> None:
    schema = package_schema()
    assert {f"aicore:index:{kind}" for kind in kinds.KINDS} <= {*schema["resources"]}
    for name, resource in schema["resources"].items():
        assert {*resource["requiredInputs"]} <= {*resource["inputProperties"]}, name
        assert {*resource["required"]} <= {*resource["properties"]}, name


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("0.2.0", "0.2.0"),
        ("1.2", "1.2.0"),
        ("0.2.0.dev0", "0.2.0-dev.0"),
        ("1.0.0rc2", "1.0.0-rc.2"),
        ("1.0a1", "1.0.0-alpha.1"),
        ("0.2.0.dev3+local", "0.2.0-dev.3"),
    ],
)
def test_the_version_is_one_of_semver(version: str, told: str) -> None:
    assert semantic(version) == told
