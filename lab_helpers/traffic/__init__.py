"""Visitors of the shop: what they do, and how they do it at a steady rate, from a seed."""
