"""Declares what the stack's file lists."""

import pulumi

from aicore_provider import StackConfig, declare

declared = declare(StackConfig.load())

pulumi.export("artifacts", {name: each.id for name, each in declared.artifacts.items()})
pulumi.export("schedules", {name: each.id for name, each in declared.schedules.items()})
