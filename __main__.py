"""The Pulumi program of this project: declares the deployments that `stacks/Pulumi.<stack>.yaml` lists."""

import pulumi

from aicore_provider import ModelDeployment, StackConfig, deploy

config = StackConfig.load()

deployments = {name: deploy(name, wanted, config.resource_group) for name, wanted in config.deployments.items()}

pulumi.export("deployments", {name: deployment.summary for name, deployment in deployments.items()})
pulumi.export(
    "versions",
    {
        name: {"requested": deployment.version, "served": deployment.served_version}
        for name, deployment in deployments.items()
        if isinstance(deployment, ModelDeployment)
    },
)
