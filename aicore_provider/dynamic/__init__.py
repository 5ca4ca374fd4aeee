"""Pulumi's dynamic resources: its calls translated for the kinds, and the one place that touches its private parts.

Python's dynamic runtime has four threads, tracebacks for errors, no partial state, no time-outs, no progress and no
cancel. Each module here overcomes one of these, guarded, with a plain fallback for the day when Pulumi's insides have
changed. `provider.py` translates, the same for every kind; nothing here decides anything about AI Core.
"""
