"""`aicore-provider doctor`: checks everything that `pulumi up` needs.

`checks.py` lists the checks: the facts that each needs, and a function that judges them. `situation.py` gathers the
facts.
"""
