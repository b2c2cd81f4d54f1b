"""False leads: what happens on many days, hurts nobody, and looks like a cause."""

from lab_helpers.incident.trouble import Trouble

TROUBLES: tuple[Trouble, ...] = ()
