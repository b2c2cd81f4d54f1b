"""The part of a piece that a request asks for (RFC 9110, 14.2)."""

import re

_ONE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_DIGITS = 18  # what has more of them is beyond the end of every piece


class BeyondTheEnd(Exception):
    """No byte of the range is there."""


def asked_for(header: str | None, size: int) -> range | None:
    """The bytes that a `Range` names; None for all of them.

    As the standard allows, all of them is also the answer to what cannot be understood, and to
    several ranges at once.

    Args:
        size: of the piece.

    Raises:
        BeyondTheEnd: to be answered with 416.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or found[1] == found[2] == "":
        return None
    first, last = (_number(text) for text in found.groups())
    if first is None:
        asked = range(max(0, size - (last or 0)), size)
    elif last is None:
        asked = range(first, size)
    elif last < first:
        return None
    else:
        asked = range(first, min(last + 1, size))
    if not asked:
        raise BeyondTheEnd
    return asked


def _number(text: str) -> int | None:
    """The number that digits write."""
    if not text:
        return None
    digits = text.lstrip("0") or "0"
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS
