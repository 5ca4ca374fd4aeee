"""The sandbox: `pulumi up` against an emulated AI Core on this machine, brought up and taken down by one command each.

`make up`, `make down` and their relatives call this package. It knows how to come by a Pulumi CLI, how to run the
emulator in the background, and how to drive stack `sandbox` so that neither a person's own Pulumi login nor a real
tenant can be touched; `EngineStack` is a stack of its own for a test or a benchmark. Of AI Core's API it knows nothing.
"""
