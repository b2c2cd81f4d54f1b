"""Asking Prometheus: questions and refusals, the DataFrames that come of the answers."""
