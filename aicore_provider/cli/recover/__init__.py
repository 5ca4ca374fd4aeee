"""`aicore-provider recover`: puts right what a killed run has left behind.

`lock.py` reads the lock of a stack from what Pulumi says; `command.py` is the command. What was left at the service is
found and removed by `cli/orphans`.
"""
