"""The resources of the provider plugin for a program of a test, which finds this file in its folder as `native.py`.

As the generated SDK of a language does, it takes its properties from the package schema.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
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


class _Named:
    """Arguments and outputs have names in snake_case."""

    _camel: Mapping[str, str]

    def translate_output_property(self, prop: str) -> str:
        return self._camel.get(prop, prop)

    def translate_input_property(self, prop: str) -> str:
        return next((camel for camel, snake in self._camel.items() if snake == prop), prop)


class Native(_Named, pulumi.CustomResource):
    """A resource of the plugin."""

    def __init__(self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        token = f"aicore:index:{type(self).__name__}"
        schema = _RESOURCES[token]
        self._camel = _snake(schema)
        aliases = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=each["type"]) for each in schema["aliases"]])
        properties: dict[str, Any] = {**dict.fromkeys(self._camel.values()), **inputs}
        super().__init__(token, resource_name, properties, pulumi.ResourceOptions.merge(opts, aliases))


class NativeComponent(_Named, pulumi.ComponentResource):
    """A component of the plugin."""

    def __init__(self, resource_name: str, *, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        token = f"aicore:index:{type(self).__name__}"
        self._camel = _snake(_RESOURCES[token])
        outputs = dict.fromkeys(self._camel[each] for each in _RESOURCES[token]["properties"])
        super().__init__(token, resource_name, {**outputs, **inputs}, opts, remote=True)


def _snake(schema: Mapping[str, Any]) -> dict[str, str]:
    names = InSnakeCase({**schema["properties"], **schema["inputProperties"]})._names
    return {camel: snake for snake, camel in names.items()}


for _token, _schema in _RESOURCES.items():
    _name = _token.rpartition(":")[2]
    globals()[_name] = type(_name, (NativeComponent if _schema.get("isComponent") else Native,), {})
