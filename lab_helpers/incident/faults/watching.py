"""Faults of what watches: nobody is hurt, and nobody would be told."""

from lab_helpers.incident.trouble import Trouble

TROUBLES: tuple[Trouble, ...] = ()
