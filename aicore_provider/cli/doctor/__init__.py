"""`aicore-provider doctor`: what stands between a person and a `pulumi up` that works.

Each module gathers facts in functions that act, and judges them in pure ones, `facts -> Finding`. Which check rests on
which stands in `examination.py` alone.
"""
