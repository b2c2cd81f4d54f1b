"""Grafana's units, by the quantity that they show."""

from typing import Literal

Quantity = Literal[
    "seconds", "share", "bytes", "bytes in 1024s", "bytes per second", "per second", "number"
]

#: How much of the base unit a value of one is, by Grafana's name for the unit.
UNITS: dict[Quantity, dict[str, float]] = {
    "seconds": {
        "s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "m": 60, "h": 3600, "d": 86_400,
        "dtdurations": 1, "dtdurationms": 1e-3, "clocks": 1, "clockms": 1e-3,
    },
    "share": {"percentunit": 1, "percent": 0.01},
    "bytes": {
        "bytes": 1, "kbytes": 2**10, "mbytes": 2**20, "gbytes": 2**30, "bits": 1 / 8,
        "decbytes": 1, "deckbytes": 1e3, "decmbytes": 1e6, "decgbytes": 1e9, "decbits": 1 / 8,
    },
    "bytes in 1024s": {"bytes": 1, "kbytes": 2**10, "mbytes": 2**20, "gbytes": 2**30},
    "bytes per second": {
        "Bps": 1, "KBs": 1e3, "MBs": 1e6, "GBs": 1e9, "bps": 1 / 8,
        "binBps": 1, "KiBs": 2**10, "MiBs": 2**20, "GiBs": 2**30, "binbps": 1 / 8,
    },
    "per second": {
        "reqps": 1, "ops": 1, "rps": 1, "wps": 1, "cps": 1, "iops": 1, "hertz": 1,
        "reqpm": 1 / 60, "opm": 1 / 60, "rpm": 1 / 60, "wpm": 1 / 60, "cpm": 1 / 60,
    },
    "number": {"short": 1, "none": 1, "": 1, "sishort": 1, "locale": 1},
}  # fmt: skip

#: What a quantity is called when its unit is missing or wrong.
WORDS: dict[Quantity, str] = {
    "seconds": "seconds",
    "share": "a share, from 0 to 1",
    "bytes": "bytes",
    "bytes in 1024s": "bytes, to be counted in 1024s",
    "bytes per second": "bytes per second",
    "per second": "so many per second",
    "number": "a plain number",
}


def factor(unit: str, quantity: Quantity) -> float | None:
    """How much of the quantity a value of one is in a unit; None if the unit does not show it."""
    return UNITS[quantity].get(unit)
