"""Whether this machine is fit for the workshop: a line each, and the command that mends it.

``make doctor`` runs it on the system's own Python: nothing but the standard library is needed, as
it is there for machines on which nothing works. Checks run side by side and are given up after
`LIMIT` seconds, so that one that hangs does not keep the others.
"""

from lab_helpers.setup.doctor.report import LIMIT, brief, main, show

__all__ = ["LIMIT", "brief", "main", "show"]
