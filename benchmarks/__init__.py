"""Benchmarks: ratios against a hand-written function and two peers, measured in the same run."""
