"""Benchmarks of the product, run by `make bench` or `python -m benchmarks [NAME ...]`.

Every module here with a function `measurements() -> Iterator[Measurement]` (`benchmarks.measuring`) is a benchmark. The
first line of its docstring is its title.
"""
