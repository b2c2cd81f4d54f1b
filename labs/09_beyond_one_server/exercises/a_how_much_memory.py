"""How much memory the head of a Prometheus needs, churn and all."""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number

SERVICES, REPLICAS, SERIES = 40, 5, 500
RELEASES_AN_HOUR, HOURS, KB = 2, 3, 4
GB_IN_KB = 1e6


def right(_: Bench) -> float:
    """The series that are scraped, and those of the releases of three hours, in GB."""
    scraped = SERVICES * REPLICAS * SERIES
    return scraped * (1 + RELEASES_AN_HOUR * HOURS) * KB / GB_IN_KB


def misreadings(bench: Bench) -> Mapping[float, Misreading]:
    """What comes out if a part is forgotten."""
    full, releases = right(bench), RELEASES_AN_HOUR * HOURS
    return {
        full / (1 + releases): (
            "churn forgotten",
            "That is the memory of the series that are on the pages. What became of the series of "
            "the last releases?",
        ),
        full * releases / (1 + releases): (
            "the present forgotten",
            "Those are the series that each release brought. Which are there without any release?",
        ),
        full * (1 + RELEASES_AN_HOUR) / (1 + releases): (
            "one hour",
            "So much one hour makes. How long does a series stay in the head?",
        ),
        full / REPLICAS: ("one replica", "That is right if each service ran once."),
        full / KB: ("bytes forgotten", "Those are millions of series. How large is each?"),
        full * GB_IN_KB / KB: ("series", "Those are the series. How much memory do they need?"),
    }


EXERCISE = Exercise(
    title="How much memory?",
    kind="prediction",
    prompt=f"""\
A team has **{SERVICES} services**. Each runs in **{REPLICAS} replicas**, and each replica has a
page of **{SERIES} series**. The version is one of the labels. Every half hour all of them get a
**new release**: {RELEASES_AN_HOUR} times an hour, day and night.

A series stays in the head for **{HOURS} hours** after its last sample, and takes **{KB} kB** of
memory.

**How many GB** (10⁹ bytes) of memory does the head need after a day of this? One number, rounded
as you like.""",
    hints=(
        "How many series are on all pages together, at one moment?",
        "What does one release do to all of these series? And where are the old ones then?",
        f"In {HOURS} hours there are {RELEASES_AN_HOUR * HOURS} releases. Each leaves one set of "
        "old series behind, beside the set of now.",
    ),
    start="# your number here",
    solution="2.8",
    also_right=("2.8 GB", "# 100,000 series, 7 sets of them, 4 kB each\n2.80"),
    wrong=(
        Wrong("0.4", "churn forgotten"),
        Wrong("2.4", "the present forgotten"),
        Wrong("1.2", "one hour"),
        Wrong("0.56", "one replica"),
        Wrong("0.7", "bytes forgotten"),
        Wrong("700000", "series"),
        Wrong("2800", "off by a unit"),
        Wrong("100000 * 7 * 4", "no number"),
    ),
    practice="The version in a label of every series multiplies the head by the number of "
    "releases. Put it into one series of its own, such as `build_info`, and join where you need it "
    "(chapter 02 shows how).",
    judge=Number(
        right=right,
        near=misreadings,
        because="100,000 series on the pages, and six sets of old ones: 700,000 of 4 kB each.",
        tolerance=0.04,
    ),
)
