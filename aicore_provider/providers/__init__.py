"""The provider class of each kind.

States hold a reference to it, so that names of modules and classes must not change.
"""
