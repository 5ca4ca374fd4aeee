"""Models, versions and retirement as a user thinks of them. Knows nothing of Pulumi.

What decides is pure: the catalogue is a value, and today's date is passed in. `source` alone asks the service.
"""
