"""Benchmarks of the product, run by `make bench` or `python -m benchmarks [NAME ...]`.

Every module here with a function `measurements(Selection)` is a benchmark, and the first line of its docstring is its
title. It yields `Measurement` (`benchmarks.measuring`), or figures of its own that have `as_json()` and `keeps_limit`,
with a function `table` that prints them.
"""
