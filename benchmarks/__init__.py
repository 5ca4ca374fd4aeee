"""Measurements of the product: one module for each benchmark, run by `make bench` or `python -m benchmarks [NAME ...]`.

A benchmark is a module here with a docstring, whose first line is its title, and a function
`measurements() -> Iterator[Measurement]` (`benchmarks.measuring`). Nothing else has to be registered.
"""
