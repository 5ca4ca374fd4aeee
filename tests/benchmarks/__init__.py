"""The frame of the benchmarks: figures, tables and result files. The benchmarks themselves run in `make bench`."""
