"""Since when: the first sample that differs, of a recorded incident."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql.same_answer import Misreading
from lab_helpers.incident.judges import Began
from lab_helpers.incident.recording import EXAMPLE, Recording, truth_of

(FAULT,) = truth_of(*EXAMPLE).faults


def at(seconds: float, form: str = "%H:%M:%S") -> str:
    """The time of day so many seconds after the fault began."""
    return f"{(FAULT.began + timedelta(seconds=seconds)).astimezone(UTC):{form}}"


def others(recording: Recording) -> Iterator[tuple[float, Misreading]]:
    """What else there is to be seen."""
    yield recording.head.end, ("the end", "That is where the recording ends: now.")


EXERCISE = Exercise(
    title="Since when?",
    kind="diagnosis",
    prompt="""\
**When did requests stop reaching the shop?** Answer with a time of day in UTC, such as
`10:02:15`, to within 6 seconds.

A `rate` over 5 s mixes five seconds: it begins to fall with the first second without requests,
and reaches zero when all five are empty. So look at the rows themselves, around the edge
(`graph.loc["…":"…"]`), or at the counter without `rate`: from which second on does it stand
still?""",
    hints=(
        "In the picture, read the time at which the line begins to fall, not where it arrives.",
        "`case.query_range('sum(shop_http_requests_total)', start=…, end=…, step=1)` around that "
        "time gives the counter second by second.",
        "The last row in which the counter is larger than in the row before is within a second or "
        "two of the beginning.",
    ),
    start="# a time of day: HH:MM:SS",
    solution=at(1),
    also_right=(f"# UTC\n{at(-3)}", f"since {at(4, '%Y-%m-%d %H:%M:%S')}"),
    wrong=(
        Wrong(at(20), "too late"),
        Wrong(at(-20), "too early"),
        Wrong("03:14:15", "not in it"),
        Wrong("a minute ago or so", "no time"),
        Wrong(f"{at(0)} or {at(30)}", "no time"),
    ),
    practice="Write the time down as soon as you have it: everybody who joins will ask for it.",
    judge=Began(
        *EXAMPLE,
        near=6.0,
        others=others,
        because="Now look for what else changed at that moment.",
    ),
)
