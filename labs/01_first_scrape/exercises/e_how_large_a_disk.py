"""How large a disk a Prometheus needs, from its targets, its pace and its retention."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number

MACHINES, SAMPLES, PAUSE, DAYS, BYTES = 40, 1_500, 15, 30, 2
DAY = 86_400  # seconds
GB = 1e9


def right(_: Bench) -> float:
    """Seconds that samples are kept, times samples a second, times bytes a sample."""
    return DAYS * DAY * (MACHINES * SAMPLES / PAUSE) * BYTES / GB


def misreadings(bench: Bench) -> Mapping[float, Misreading]:
    """What comes out if a part is forgotten."""
    full = right(bench)
    return {
        full / BYTES: ("bytes forgotten", "Those are the samples. How many bytes has each?"),
        full * PAUSE: ("pause forgotten", "That would be a scrape every second."),
        full / MACHINES: ("one machine", "That is the disk for one machine."),
        full / DAYS: ("one day", "That is the disk for one day."),
        full * GB / 2**30: ("GiB, not GB", "That is right in GiB, of 2³⁰ bytes. Asked for is GB."),
        MACHINES * SAMPLES / PAUSE: (
            "samples a second",
            "So many samples come each second, and that is a good start. How many come in all the "
            "time that they are kept?",
        ),
    }


EXERCISE = Exercise(
    title="How large a disk?",
    kind="prediction",
    prompt=f"""\
The shop buys a server for Prometheus. It will scrape **{MACHINES} machines every {PAUSE}
seconds**. The page of each has **{SAMPLES:,} samples**. Samples are kept for **{DAYS} days**, and
each takes **{BYTES} bytes** on the disk.

**How many GB** (10⁹ bytes) do the samples take in the end? One number, rounded as you like.""",
    hints=(
        "How many samples come in one second, from all machines together?",
        f"A day has {DAY:,} seconds. How many samples come in {DAYS} days?",
        "Three factors: seconds that samples are kept × samples a second × bytes a sample.",
    ),
    start="# your number here",
    solution="20.7",
    also_right=("20.736 GB", "# 4000 a second, for 2,592,000 seconds, of 2 bytes\n21"),
    wrong=(
        Wrong("10.4", "bytes forgotten"),
        Wrong("311", "pause forgotten"),
        Wrong("0.52", "one machine"),
        Wrong("0.69", "one day"),
        Wrong("4000", "samples a second"),
        Wrong("19.3", "GiB, not GB"),
        Wrong("20736", "off by a unit"),
        Wrong("40 * 1500 * 2", "no number"),
    ),
    practice="Do this sum before you buy the disk, and again when somebody asks for a year instead "
    "of a month. Leave a fifth of the disk free: Prometheus needs room to merge its blocks.",
    judge=Number(
        right=right,
        near=misreadings,
        because="4,000 samples a second, for 2,592,000 seconds, of 2 bytes.",
        tolerance=0.04,
    ),
)
