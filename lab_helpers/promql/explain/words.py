"""Names, labels, values and times as sentences have them."""

import difflib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from lab_helpers.promql.explain.asking import Labels
from lab_helpers.promql.explain.tree import label as named_label


class Reason(NamedTuple):
    """Why there is nothing: a name in two or three words, the same everywhere, and a message."""

    name: str
    message: str


def shown(labels: Labels) -> str:
    """Labels as PromQL writes them."""
    return "{" + ", ".join(f'{named_label(name)}="{v}"' for name, v in sorted(labels)) + "}"


def listed(names: Sequence[str] | set[str], most: int = 6) -> str:
    """Names for a sentence: `a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in (sorted(names) if isinstance(names, set) else names)]
    if len(quoted) > most:
        quoted = [*quoted[:most], f"{len(quoted) - most} more"]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """A question that names what is spelled almost like this; empty if nothing is."""
    close = [f"`{each}`" for each in difflib.get_close_matches(name, known, n=3)]
    return f" Did you mean {' or '.join(close)}?" if close else ""


def counted(number: int, what: str, several: str = "") -> str:
    """A number of things: 1 sample, 1,204 samples; `series` is its own plural."""
    return f"{number:,} {what if number == 1 else several or what + 's'}"


def moment(at: float) -> str:
    """An instant in UTC, such as 12:00 on Tuesday 03 March; with seconds where it has some."""
    when = datetime.fromtimestamp(at, UTC)
    return f"{when:%H:%M:%S}".removesuffix(":00") + f" on {when:%A %d %B}"
