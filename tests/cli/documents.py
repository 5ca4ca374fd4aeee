"""Checks documents of `--json` against their schemas, with no key beside those that the schemas name."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from aicore_provider.cli.json_schema import DOCUMENTS, document_schema


def closed(schema: Any) -> Any:
    """The same schema, which allows no other keys."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    return found | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else found


@cache
def _validator(command: str) -> Draft202012Validator:
    schema = closed(document_schema(command))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def document(command: str, text: str) -> dict[str, Any]:
    """What a command has printed with `--json`: one object, which is as its schema says, keys in their order."""
    told: dict[str, Any] = json.loads(text)
    assert [error.message for error in _validator(command).iter_errors(told)] == []
    assert list(told) == list(DOCUMENTS[command])
    return told
