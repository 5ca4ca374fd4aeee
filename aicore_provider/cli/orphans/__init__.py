"""`aicore-provider orphans`: what interrupted runs have left over.

`survey.py` gathers states and deployments, `removal.py` removes, `wording.py` says it, `command.py` is what a person
calls. Which deployment is what stands in `lifecycle/strays.py`, on what a state says in `cli/state.py`; both are pure.
"""
