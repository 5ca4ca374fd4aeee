"""The JSON schema of a stack file, for editors: made from the models that check it.

It refuses what they refuse, with two exceptions. It cannot see that quotes are missing, because an editor reads YAML
1.2, where a bare `2025-08-07` is a text; nor whether a model has versions, so that one must be written.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aicore_provider.stack.model import StackConfig

_PREFIX = "aicore:"


def stack_file_schema() -> dict[str, Any]:
    """The schema of a whole `Pulumi.<stack>.yaml`; keys of Pulumi and of other packages may say anything."""
    config = StackConfig.model_json_schema(schema_generator=_ForEditors)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Pulumi stack file with SAP AI Core deployments",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"{_PREFIX}{key}": value for key, value in config["properties"].items()},
                "required": [f"{_PREFIX}{key}" for key in config["required"]],
                "patternProperties": {f"^(?!{_PREFIX})": True},
                "additionalProperties": False,
            }
        },
        "required": ["config"],
        "$defs": config["$defs"],
    }


class _ForEditors(GenerateJsonSchema):
    """Pydantic's schema without titles of keys, `null` and empty defaults, and with names of maps checked."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No title: a key says enough."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Never null: a key without a value is left out of a stack file."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The default where it is a value that a person could write."""
        if isinstance(default := schema.get("default"), (bool, int, str)) and default != "":
            return super().default_schema(schema)
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A map whose keys must all match the pattern for keys."""
        keys, values = self.generate_inner(schema["keys_schema"]), self.generate_inner(schema["values_schema"])
        return {"type": "object", "propertyNames": keys, "additionalProperties": values}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """The kind of an entry as `stack.model` tells it, so that a complaint is about the kind that is meant."""
        kinds = {tag: self.generate_inner(choice) for tag, choice in schema["choices"].items()}
        return {
            "if": {"anyOf": [{"required": ["model"]}, {"not": {"required": ["scenario"]}}]},
            "then": kinds["[model]"],
            "else": {
                "if": {
                    "properties": {"scenario": {"const": "orchestration"}},
                    "not": {"anyOf": [{"required": ["parameters"]}, {"required": ["artifacts"]}]},
                },
                "then": kinds["[orchestration]"],
                "else": kinds["[executable]"],
            },
        }
