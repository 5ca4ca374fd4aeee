"""The provider plugin `pulumi-resource-aicore`: the kinds for programs in every language of Pulumi, and for imports.

It speaks the public protocol `pulumirpc.ResourceProvider`, and uses no private part of Pulumi's SDK. Nothing here
decides anything about AI Core: as `aicore_provider.dynamic`, it translates calls of the engine to those of
`aicore_provider.kinds`.
"""
