"""The JSON schema of a stack file, for editors: made from the models that check it.

It refuses what they refuse, with three exceptions. It cannot tell that quotes are missing, because an editor reads YAML
1.2, where a bare `2025-08-07` is a text. It cannot tell whether a model has versions, so that a missing `version` is
not marked. And it does not compare entries with each other, with the resource groups that are declared, or with the
names that the service allows.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aicore_provider.stack.model import SECTIONS, StackConfig

_PREFIX = "aicore:"


def stack_file_schema() -> dict[str, Any]:
    """Return the schema of a whole `Pulumi.<stack>.yaml`. Keys of Pulumi and of other packages may have any value."""
    config = StackConfig.model_json_schema(schema_generator=_ForEditors)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "Pulumi stack file with SAP AI Core deployments",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"{_PREFIX}{key}": value for key, value in config["properties"].items()},
                "anyOf": [{"required": [f"{_PREFIX}{key}"]} for key in SECTIONS],
                "patternProperties": {f"^(?!{_PREFIX})": True},
                "additionalProperties": False,
            }
        },
        "required": ["config"],
        "$defs": config["$defs"],
    }


class _ForEditors(GenerateJsonSchema):
    """Pydantic's schema, but without titles of keys, `null` and empty defaults, and with patterns for names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: keys need no title."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema without `null`: a key without a value is left out of a stack file."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema with its default, unless that is None or empty."""
        if isinstance(default := schema.get("default"), (bool, int, str)) and default != "":
            return super().default_schema(schema)
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of a map whose keys must match the pattern for names."""
        keys, values = self.generate_inner(schema["keys_schema"]), self.generate_inner(schema["values_schema"])
        return {"type": "object", "propertyNames": keys, "additionalProperties": values}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Return a schema that tells the kind of an entry as its model does, for complaints about that kind."""
        kinds = {str(tag): self.generate_inner(choice) for tag, choice in schema["choices"].items()}
        if "[model]" not in kinds:
            return {"anyOf": list(kinds.values())}
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
