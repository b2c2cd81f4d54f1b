"""How large the disks of a store with replicas become, from metrics."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number

SHOPS, SAMPLES, DAYS, BYTES, COPIES, SPARE, DISK_TB = 500, 8_000, 400, 1.0, 2, 0.2, 16
DAY, TB = 86_400, 1e12


def needed(copies: int = COPIES, spare: float = SPARE) -> float:
    """The disk space, in TB."""
    return SHOPS * SAMPLES * DAYS * DAY * BYTES * copies / (1 - spare) / TB


def right(_: Bench) -> float:
    """The number of disks: what is begun is bought."""
    return -(-needed() // DISK_TB)


def misreadings(_: Bench) -> Mapping[float, Misreading]:
    """What comes out if a part is forgotten."""
    return {
        -(-needed(1) // DISK_TB): ("one copy", "That is enough for one copy of each sample."),
        -(-needed(spare=0) // DISK_TB): ("no spare", "Then the disks are full to the last byte."),
        -(-needed(1, 0) // DISK_TB): (
            "one copy", "That is one copy of each sample, and the disks are full to the last byte."
        ),
        -(-needed() * (1 - SPARE) * (1 + SPARE) // DISK_TB): (
            "a fifth of what",
            "A fifth of the *disk* stays free. So the samples take four fifths of it: divide.",
        ),
        -(-SHOPS * SAMPLES * DAYS * BYTES * COPIES / (1 - SPARE) / TB // DISK_TB): (
            "seconds forgotten", "A rate is for each second. How many seconds has a day?"
        ),
        -(-needed() / SHOPS // DISK_TB): ("one shop", "That is what one shop needs."),
    }  # fmt: skip


EXERCISE = Exercise(
    title="How many disks?",
    kind="prediction",
    prompt=f"""\
All {SHOPS} shops send to one store, a VictoriaMetrics cluster. Each shop's Prometheus says

```promql
sum(rate(prometheus_tsdb_head_samples_appended_total[1h]))  →  {SAMPLES:,}
```

The store keeps samples for **{DAYS} days**, each of them **{COPIES} times**
(`-replicationFactor={COPIES}`). A sample takes **{BYTES:g} byte** on its disks. A **fifth** of each
disk must stay free. A disk has **{DISK_TB} TB** (10¹² bytes each).

**How many disks** do you buy? One whole number.""",
    hints=(
        "How many samples does the store get in a second, from all shops? And in a day?",
        f"Samples a second × {DAY:,} seconds × days × bytes × copies: that is what the disks must "
        "hold.",
        "They may be full to four fifths, so divide by 0.8. Then by the size of a disk, and round "
        "up.",
    ),
    start="# your number here",
    solution="22",
    also_right=("22 disks", "# 4 million/s, 138 TB, twice, four fifths: 346 TB\n22.0"),
    wrong=(
        Wrong("11", "one copy"),
        Wrong("18", "no spare"),
        Wrong("9", "one copy"),
        Wrong("21", "a fifth of what"),
        Wrong("1", "one shop"),
        Wrong("345.6", "too large"),
        Wrong("4000000 * 86400", "no number"),
    ),
    practice="Measure the bytes a sample in a store of your own, after some days: the size of its "
    "folder over the samples in it. What a page on the internet says is another fleet's number.",
    judge=Number(
        right=right,
        near=misreadings,
        because="4 million samples a second are 138 TB in 400 days; twice, and with a fifth free, "
        "346 TB: 21.6 disks.",
        tolerance=0.005,
    ),
)
