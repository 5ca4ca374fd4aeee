"""The product on the real Pulumi engine: each test runs the Pulumi CLI on a stack of its own, against an emulator."""
