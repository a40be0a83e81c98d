"""Measurements, as ratios: `make bench`, or `python -m tests.bench NAME…` for some of them."""
