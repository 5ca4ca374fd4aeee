"""Which models this environment offers stands in stacks/Pulumi.<stack>.yaml; this makes them so."""

import pulumi

from aicore_provider import ModelDeployment, StackConfig

config = StackConfig.load()

deployments = {
    name: ModelDeployment(
        name,
        model=wanted.model,
        version=wanted.version,
        executable_id=wanted.executable,
        resource_group=wanted.resource_group or config.resource_group,
        ttl=wanted.ttl,
        take_over=wanted.take_over,
        rollback=wanted.rollback,
        opts=wanted.resource_options(),
    )
    for name, wanted in config.deployments.items()
}

pulumi.export("deployments", {name: deployment.summary for name, deployment in deployments.items()})
