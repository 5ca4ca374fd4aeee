"""Pulumi's create, diff, update, read, delete and check for AI Core's objects.

The classes are stored in stacks by reference: module and class names are a contract for ever.
"""
