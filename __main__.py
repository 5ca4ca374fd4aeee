"""The Pulumi program of this project: declares what `stacks/Pulumi.<stack>.yaml` lists."""

import pulumi

from aicore_provider import ModelDeployment, StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("deployments", {name: deployment.summary for name, deployment in declared.deployments.items()})
pulumi.export(
    "versions",
    {
        name: {"requested": deployment.version, "served": deployment.served_version}
        for name, deployment in declared.deployments.items()
        if isinstance(deployment, ModelDeployment)
    },
)
for kind, found in (("artifacts", declared.artifacts), ("schedules", declared.schedules)):
    if found:
        pulumi.export(kind, {name: each.id for name, each in found.items()})
