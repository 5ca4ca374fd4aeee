"""The one place that touches Pulumi's private parts.

Python's dynamic runtime has four threads, tracebacks for errors, no partial state, no time-outs, no progress and no
cancel. Each module here overcomes one of these, guarded, with a plain fallback for the day when Pulumi's insides have
changed. Nothing here knows AI Core.
"""
