"""Faults inside the shop's database."""

from lab_helpers.incident.trouble import Trouble

TROUBLES: tuple[Trouble, ...] = ()
