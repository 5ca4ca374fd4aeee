"""Brings the tables and plots of `docs/performance.md` up to `benchmarks/results/`: `make performance-page`."""
