"""Which names a room takes: what can be read on a screen, and is no trick."""

import unicodedata

from lab_helpers.errors import WorkshopError

LONGEST = 24
_JOINER = "\u200d"  # makes one emoji of two
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters that nobody sees
_MOST_MARKS = 3


def checked(name: str) -> str:
    """A name as the room shows it: without blanks around it, its accents composed.

    Raises:
        WorkshopError: the room does not take it.
    """
    if len(name) > 10 * LONGEST:  # nobody composes the accents of a megabyte
        raise WorkshopError(_too_long(len(name)))
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise WorkshopError("The name is empty: give one after --name, a first name for instance.")
    if len(name) > LONGEST:
        raise WorkshopError(_too_long(len(name)))
    if odd := next((sign for at, sign in enumerate(name) if not _shows(name, at)), None):
        raise WorkshopError(
            f"The name has a sign that cannot be seen, U+{ord(odd):04X}: type it anew, without."
        )
    marks = 0
    for sign in name:
        marks = marks + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            raise WorkshopError("The name has too many accents on one letter: leave some out.")
    return name


def folded(name: str) -> str:
    """What names that look alike have in common: ANNA, anna and Ａｎｎａ are one name."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _too_long(length: int) -> str:
    return f"The name has {length:,} characters; {LONGEST} is the most: take a shorter one."


def _shows(name: str, at: int) -> bool:
    """Whether a character of a name prints; the joiner does between two emoji."""
    if name[at] != _JOINER:
        return name[at].isprintable() and name[at] not in _BLANK
    around = (name[at - 1 : at], name[at + 1 : at + 2])
    return all(unicodedata.category(one or "a") in ("So", "Sk", "Mn") for one in around)
