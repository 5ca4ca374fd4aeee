"""The deployments of a stack file as resources of the provider plugin, as a program with a generated SDK has them."""

from __future__ import annotations

from typing import Any

import pulumi

from benchmarks.estate import EXECUTABLES

PROGRAM = "from benchmarks.programs.plugin import declare\n\ndeclare()\n"
_OUTPUTS = ("deploymentUrl", "status")


def _native(kind: str, name: str, inputs: dict[str, Any], outputs: tuple[str, ...] = ()) -> Any:
    return pulumi.CustomResource(f"aicore:index:{kind}", name, {**dict.fromkeys(outputs), **inputs})


def declare() -> None:
    """Declare a configuration and a deployment for each entry of `aicore:deployments`."""
    urls = {}
    for name, entry in pulumi.Config("aicore").require_object("deployments").items():
        where = {"resourceGroup": entry["resourceGroup"]}
        executable = {"scenarioId": "foundation-models", "executableId": EXECUTABLES[entry["model"]]}
        bindings = {"modelName": entry["model"], "modelVersion": entry["version"]}
        configuration = _native("AIConfiguration", name, {**where, **executable, "parameterBindings": bindings})
        deployment = _native(
            "AIDeployment", name, {**where, **executable, "configurationId": configuration.id}, _OUTPUTS
        )
        urls[name] = deployment.deploymentUrl
    pulumi.export("deployments", urls)
