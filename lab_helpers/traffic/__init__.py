"""Visitors of the shop: what they do, and how they do it at a steady rate, from a seed."""

from lab_helpers.traffic.journeys import shares

__all__ = ["shares"]
