"""Declares what the stack's file lists."""

import pulumi

from aicore_provider import ModelDeployment, StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("urls", {name: each.deployment_url for name, each in declared.deployments.items()})
pulumi.export(
    "versions",
    {name: each.served_version for name, each in declared.deployments.items() if isinstance(each, ModelDeployment)},
)
