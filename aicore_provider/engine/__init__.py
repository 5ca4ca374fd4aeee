"""What both front ends of `aicore_provider.kinds` share towards Pulumi's engine: `dynamic` and `plugin`.

Nothing here uses private parts of Pulumi, and nothing decides anything about AI Core.
"""
