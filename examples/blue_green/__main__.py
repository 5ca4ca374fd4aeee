"""Declares what the stack's file lists."""

import pulumi

from aicore_provider import StackConfig, declare

declared = declare(StackConfig.load())

live = pulumi.Config().require("live")
pulumi.export("live", declared.deployments[live].deployment_url)
