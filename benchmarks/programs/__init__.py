"""What the benchmarks compare the product with: Pulumi programs with their providers, and a script."""
