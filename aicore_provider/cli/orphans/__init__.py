"""`aicore-provider orphans`: deployments that interrupted runs have left behind.

`claims.py` tells what the states say, `verdict.py` which deployment is an orphan; both are pure. `survey.py` gathers
states and deployments, `removal.py` removes, `wording.py` words the output, `command.py` is the command.
"""
