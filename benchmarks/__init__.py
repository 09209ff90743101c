"""Benchmarks: ratios against a hand-written function, two rule engines and a constraint solver,
measured in the same run."""
