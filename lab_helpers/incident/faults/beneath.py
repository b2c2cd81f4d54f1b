"""Faults beneath the shop: what its services share with others and with each other."""

from lab_helpers.incident.trouble import Trouble

TROUBLES: tuple[Trouble, ...] = ()
