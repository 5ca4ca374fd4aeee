"""Declares what the stack's file lists."""

import pulumi

from aicore_provider import StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("urls", {name: each.deployment_url for name, each in declared.deployments.items()})
