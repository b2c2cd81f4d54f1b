"""Faults inside the shop's program."""

from lab_helpers.incident.trouble import Trouble

TROUBLES: tuple[Trouble, ...] = ()
