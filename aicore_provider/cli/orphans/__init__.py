"""`aicore-provider orphans`: finds and removes deployments that interrupted runs have left behind.

`survey.py` gathers states and deployments. `claims.py` reads from the states what the stacks have made, and decides
which deployments are orphans; it sends no requests. `removal.py` removes them, `wording.py` makes the texts,
`command.py` is the command.
"""
