"""Declares what the stack's file lists."""

import pulumi

from aicore_provider import StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("call", declared.deployments["router"].call)
