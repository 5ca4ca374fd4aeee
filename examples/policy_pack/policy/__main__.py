"""The package's policy pack: `pulumi preview --policy-pack policy`."""

from aicore_provider.policy.pack import policy_pack

policy_pack()
