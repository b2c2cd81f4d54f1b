"""The calendar of the shop's week: when it begins and ends, and what happens in it.

Everything here is a plain constant, so that a notebook can name an instant without loading NumPy.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

START = datetime(2026, 3, 2, tzinfo=UTC)
"""Monday 00:00 UTC. The first samples of the week are a few seconds younger."""

END = START + timedelta(days=7)
"""Monday 00:00 UTC, a week later. The last samples are less than a minute older."""

STEP = 60
"""Seconds between two samples of a series."""

SAMPLES = (END - START) // timedelta(seconds=STEP)
"""Samples in a series that misses none: 10,080."""

SERIES = 300
"""Series that are live at any instant at which no scrape fails."""

MEMORY_LIMIT = 512 * 2**20
"""Bytes of memory that a replica of the web app may use before the machine kills it."""


def _at(day: int, hour: int, minute: int) -> datetime:
    """The instant on `day` (1 is Monday) of the week, in UTC."""
    return START + timedelta(days=day - 1, hours=hour, minutes=minute)


EVENTS: Mapping[str, datetime] = MappingProxyType(
    {
        # web-1 is missing from Prometheus's configuration: no samples at all, not even of `up`.
        "gap_start": _at(2, 13, 20),
        "gap_end": _at(2, 13, 32),
        # All three replicas restart as version 1.9.0: slower, and with more errors at /checkout.
        "release": _at(3, 10, 0),
        # From the release on, web-3 keeps a little memory with every request.
        "leak_start": _at(3, 10, 0),
        # The database dies. Three minutes later its machine is gone too, exporter included; it is
        # back three minutes before the database is.
        "outage_start": _at(4, 22, 10),
        "machine_lost": _at(4, 22, 13),
        "machine_back": _at(4, 22, 32),
        "outage_end": _at(4, 22, 35),
        # web-2 crashes and is restarted: every counter of its process begins again at zero.
        "restart": _at(6, 14, 30),
    }
)
"""What happens in the week, in order: name to instant (UTC, always on a full minute)."""


def minute(instant: datetime) -> int:
    """The index of the first sample that is younger than `instant` (UTC, on a full minute)."""
    return (instant - START) // timedelta(seconds=STEP)
