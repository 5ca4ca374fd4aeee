"""Declares what the stack's file lists, and tells applications how to ask it."""

import pulumi

from aicore_provider import StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("deployments", {name: each.summary for name, each in declared.deployments.items()})
