"""What another package schema would break for people who use the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]


def breaking(old: Schema, new: Schema) -> list[str]:
    """Return a line for each change that breaks a program, or a state, made with the old schema."""
    return [
        *_of_members("resource", old["resources"], new["resources"], _of_resource),
        *_of_members("function", old["functions"], new["functions"], _of_function),
        *_of_members("type", old["types"], new["types"], _of_type),
        *_of_members("configuration", old["config"]["variables"], new["config"]["variables"], _of_property),
    ]


def _of_members(what: str, old: Schema, new: Schema, compare: Any) -> Iterator[str]:
    for name, member in old.items():
        if name not in new:
            yield f"{what} {name} is gone"
        else:
            yield from (f"{what} {name}: {line}" for line in compare(member, new[name]))


def _of_resource(old: Schema, new: Schema) -> Iterator[str]:
    yield from _of_members("input", old["inputProperties"], new["inputProperties"], _of_property)
    yield from _of_members("output", old["properties"], new["properties"], _of_property)
    for name in sorted({*new["requiredInputs"]} - {*old["requiredInputs"]}):
        yield f"input {name} is required now"
    for name in sorted({*old["required"]} - {*new["required"]}):
        yield f"output {name} may be missing now"
    for alias in old.get("aliases", ()):
        if alias not in new.get("aliases", ()):
            yield f"alias {alias['type']} is gone, so what has that type in a state would be made anew"


def _of_function(old: Schema, new: Schema) -> Iterator[str]:
    yield from _of_members("argument", old["inputs"]["properties"], new["inputs"]["properties"], _of_property)
    for name in sorted({*new["inputs"]["required"]} - {*old["inputs"]["required"]}):
        yield f"argument {name} is required now"
    yield from _of_type(old["outputs"], new["outputs"])


def _of_type(old: Schema, new: Schema) -> Iterator[str]:
    yield from _of_members("property", old.get("properties", {}), new.get("properties", {}), _of_property)
    for name in sorted({*old.get("required", ())} - {*new.get("required", ())}):
        yield f"property {name} may be missing now"
    left = [each["value"] for each in new.get("enum", ())]
    yield from (f"value {each['value']} is gone" for each in old.get("enum", ()) if each["value"] not in left)


_SHAPE = ("type", "$ref", "items", "additionalProperties", "oneOf")


def _of_property(old: Schema, new: Schema) -> Iterator[str]:
    if any(old.get(key) != new.get(key) for key in _SHAPE):
        yield "has another type"
    if old.get("default") != new.get("default"):
        yield f"has another default: {old.get('default')} became {new.get('default')}"
    if old.get("secret") and not new.get("secret"):
        yield "is no secret any more"
    if new.get("willReplaceOnChanges") and not old.get("willReplaceOnChanges"):
        yield "another value replaces the object now"
