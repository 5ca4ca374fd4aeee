"""The Pulumi program of this project: declares what `stacks/Pulumi.<stack>.yaml` lists."""

import pulumi

from aicore_provider import ModelDeployment, StackConfig, declare

deployments = declare(StackConfig.load())

pulumi.export("deployments", {name: deployment.summary for name, deployment in deployments.items()})
pulumi.export(
    "versions",
    {
        name: {"requested": deployment.version, "served": deployment.served_version}
        for name, deployment in deployments.items()
        if isinstance(deployment, ModelDeployment)
    },
)
