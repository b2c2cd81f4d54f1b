"""Which ends of remote write have lost samples, read from five counters."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.words import Words

#: Of each end: pending, retried, failed, seconds behind, hours that this has lasted.
ENDS = {
    "amber": (2_000, 0, 0, 3, 0),
    "beryl": (410_000, 96_000, 0, 5_400, 1.5),
    "coral": (1_800, 0, 220_000, 2, 6),
    "denim": (500_000, 1_900_000, 0, 32_400, 9),
    "ebony": (0, 40_000, 0, 2, 0),
}
KEPT_HOURS = 2
ROWS = "\n".join(
    f"| `{name}` | {pending:,} | {retried:,} | {failed:,} | {behind:,} | {hours or '—'} |"
    for name, (pending, retried, failed, behind, hours) in ENDS.items()
)


def lost(_: object) -> list[str]:
    """The ends that gave samples up, or are further behind than the write-ahead log goes back."""
    return [
        name for name, (_p, _r, failed, behind, _h) in ENDS.items()
        if failed or behind > 3_600 * KEPT_HOURS
    ]  # fmt: skip


EXERCISE = Exercise(
    title="Where samples were lost",
    kind="diagnosis",
    prompt=f"""\
A Prometheus writes to five stores, at full pace. It has run for weeks without a restart. On Monday
you find these numbers (`prometheus_remote_storage_samples_…`; *behind* is `time()` minus the newest
sample that was sent):

| end | pending | retried | failed | behind, s | for hours |
|---|---|---|---|---|---|
{ROWS}

**Which ends have lost samples for ever?** Answer with their names.""",
    hints=(
        "Three columns say that something is slow or was slow. One says that something was given "
        "up. And one more loss is in no counter.",
        "From where does remote write read what it has not sent yet? How far back does that go?",
        "The write-ahead log goes back about two hours. Who is further behind than that?",
    ),
    start="# the names here",
    solution="coral denim",
    also_right=("denim, coral", "# gave up, and too far behind\n`coral` and `denim`"),
    wrong=(
        Wrong("coral", "not all of it"),
        Wrong("coral denim beryl", "late, not lost"),
        Wrong("coral denim ebony", "retried is not lost"),
        Wrong("beryl denim", "late, not lost"),
        Wrong("amber", "a queue is normal"),
        Wrong("ruby", "not that"),
    ),
    practice="Two alerts see both losses: the rate of `…samples_failed_total` above 0, and more "
    "than half an hour behind. The second leaves you time.",
    judge=Words(
        right=lost,
        near={
            "beryl": (
                "late, not lost",
                "beryl is 90 minutes behind. Are those samples still somewhere?",
            ),
            "ebony": (
                "retried is not lost",
                "ebony has tried again, and nothing waits any more. What became of these samples?",
            ),
            "amber": (
                "a queue is normal",
                "amber has what came in the last seconds in its queue. That is how it works.",
            ),
        },
        because="coral refuses, so 220,000 samples were thrown away. denim is nine hours behind, "
        "and the write-ahead log goes back two: the oldest seven hours are gone.",
    ),
)
