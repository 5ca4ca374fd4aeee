"""The two front ends of the kinds: the dynamic provider of Python, and the provider plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Declared = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Inputs by kind and name, in the order in which they are declared; `$name` stands for the id of what is declared
before. A deployment is an entry of a stack file."""
DEPLOYMENT = "AIDeployment"
_OBJECTS = """

made = {}


def resolved(value):
    if isinstance(value, dict):
        return {key: resolved(each) for key, each in value.items()}
    return made[value[1:]].id if isinstance(value, str) and value.startswith("$") else value


for kind, objects in json.loads(Path("objects.json").read_text()).items():
    for name, inputs in objects.items():
        made[name] = getattr(kinds, kind)(name, **resolved(inputs))
"""
_DYNAMIC_PROGRAM = '''"""Declares the deployments of the stack file, and the objects of `objects.json`."""

import json
from pathlib import Path

import aicore_provider as kinds
from aicore_provider import StackConfig, declare

declare(StackConfig.load())
'''
_PLUGIN_PROGRAM = '''"""Declares the objects of two files; a deployment as a stack file does."""

import json
from pathlib import Path

import native as kinds

for name, entry in json.loads(Path("deployments.json").read_text()).items():
    configuration = kinds.AIConfiguration(
        name,
        scenario_id="foundation-models",
        executable_id=entry["executable"],
        parameter_bindings={"modelName": entry["model"], "modelVersion": entry["version"]},
    )
    kinds.AIDeployment(
        name,
        configuration_id=configuration.id,
        executable_id=configuration.executable_id,
        scenario_id=configuration.scenario_id,
        resource_group=configuration.resource_group,
        ttl=entry.get("ttl"),
    )
'''


@dataclass(frozen=True)
class FrontEnd:
    """One front end, and a program that uses it.

    Attributes:
        name: for people.
        process: what the command line of the provider's process contains.
        program: declares what the files beside it list.
    """

    name: str
    process: str
    program: str

    def __str__(self) -> str:
        return self.name


DYNAMIC = FrontEnd("dynamic", "pulumi.dynamic", _DYNAMIC_PROGRAM + _OBJECTS)
PLUGIN = FrontEnd("plugin", "pulumi-resource-aicore", _PLUGIN_PROGRAM + _OBJECTS)
FRONT_ENDS = (DYNAMIC, PLUGIN)
