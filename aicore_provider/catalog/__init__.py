"""The model catalogue, and what follows from it: findings, upgrades, changes. Knows nothing of Pulumi.

The catalogue is a value, today's date is passed in, and only `source` sends requests.
"""
