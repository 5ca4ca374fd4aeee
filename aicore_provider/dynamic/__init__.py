"""The bridge between Pulumi's dynamic resources and `aicore_provider.kinds`.

Pulumi's runtime for dynamic providers in Python runs four calls at a time, shows tracebacks for errors, and has no way
to store the id of an object whose create failed, to read time-outs, to show progress or to notice Ctrl-C. The modules
here add these, and only they use private parts of Pulumi's SDK. Each such use is guarded: when Pulumi has changed, the
fallback that the module names takes its place. `provider` translates the calls, in the same way for every kind. Nothing
here decides anything about AI Core.
"""
