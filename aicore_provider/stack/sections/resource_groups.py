"""`aicore:resourceGroups`: the resource groups that a stack makes, or takes over."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator
from pydantic.config import JsonDict

from aicore_provider.api.naming import GROUNDING_LABEL
from aicore_provider.stack.fields import Flag, LabelKey, LabelValue
from aicore_provider.stack.sections import Keys


def _in_an_editor(schema: JsonDict) -> None:
    """Let it be empty, and refuse what contradicts `grounding: true`."""
    key, value = GROUNDING_LABEL
    schema["type"] = ["object", "null"]
    schema["if"] = {"properties": {"grounding": {"const": True}}, "required": ["grounding"]}
    schema["then"] = {"properties": {"labels": {"properties": {key: {"const": value}}}}}


class ResourceGroupConfig(Keys, title="resource group", json_schema_extra=_in_an_editor):
    """A resource group of the tenant. Nothing need be said about it."""

    labels: dict[LabelKey, LabelValue] | None = Field(
        None,
        description="All its labels; their keys begin with ext.ai.sap.com/. If left out, they stay. In place.",
    )
    grounding: Flag = Field(False, description="true: it gets the label that document grounding needs. In place.")
    protect: Flag = Field(False, description="Refuse to delete it.")
    take_over: Flag = Field(
        False, description="Manages a group of this id that exists already. Remove it after the first time."
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing(cls, value: Any) -> Any:
        return {} if value is None else value

    @model_validator(mode="after")
    def _one_word_about_grounding(self) -> ResourceGroupConfig:
        key, wanted = GROUNDING_LABEL
        if self.grounding and (self.labels or {}).get(key, wanted) != wanted:
            raise ValueError(f"grounding: true and another {key} in labels exclude each other")
        return self

    @property
    def all_labels(self) -> dict[str, str] | None:
        """All labels that the group is to have; None where they are left alone."""
        if not self.grounding:
            return self.labels
        return {**(self.labels or {}), **dict([GROUNDING_LABEL])}
