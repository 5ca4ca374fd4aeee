"""The resources of the provider plugin for a program of a test, which finds this file in its folder as `native.py`.

As the generated SDK of a language does, it takes its properties from the package schema.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from aicore_provider.plugin.schema import package_schema
from aicore_provider.resource_types import InSnakeCase

if TYPE_CHECKING:
    from sandbox.engine_stack import EngineStack

PLUGINS = {"providers": [{"name": "aicore", "path": str(Path(sys.executable).parent)}]}
"""For `plugins` in Pulumi.yaml: where the plugin is that is installed beside this Python."""
_RESOURCES = package_schema()["resources"]


def use_plugin(stack: EngineStack) -> None:
    """Let the stack's project find the plugin and this file."""
    shutil.copy(__file__, stack.folder / "native.py")
    stack.project(plugins=PLUGINS)


def of_plugin(stack: EngineStack, program: str) -> str:
    """Return a program of dynamic resources as one of the plugin, which the stack's project finds from now on."""
    use_plugin(stack)
    return program.replace(
        "from aicore_provider import (", "from aicore_provider import grounding\nfrom native import ("
    ).replace("    grounding,\n", "")


class Native(pulumi.CustomResource):
    """A resource of the plugin, with arguments and outputs in snake_case."""

    def __init__(self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        token = f"aicore:index:{type(self).__name__}"
        schema = _RESOURCES[token]
        self._camel = {each: key for key, each in InSnakeCase(schema["properties"])._names.items()}
        aliases = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=each["type"]) for each in schema["aliases"]])
        properties: dict[str, Any] = {**dict.fromkeys(self._camel.values()), **inputs}
        super().__init__(token, resource_name, properties, pulumi.ResourceOptions.merge(opts, aliases))

    def translate_output_property(self, prop: str) -> str:
        return self._camel.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        return next((camel for camel, snake in self._camel.items() if snake == prop), prop)


for _token in _RESOURCES:
    _name = _token.rpartition(":")[2]
    globals()[_name] = type(_name, (Native,), {})
