"""The sandbox: stack `sandbox` on an emulated AI Core on this machine.

The Makefile calls this package for `make up`, `make down`, `make sandbox-env` and `make pulumi-path`. It finds or
installs a Pulumi CLI, runs the emulator in the background, and runs Pulumi on the stack with an environment in which
neither a person's own Pulumi login nor a real tenant is used. `EngineStack` is a temporary stack for a test or a
benchmark. Nothing here calls AI Core's API.
"""
