"""The machine loses memory; the node exporter cannot say to whom."""

from collections.abc import Iterable

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words
from lab_helpers.history import END, EVENTS

RESIDENT = "process_resident_memory_bytes"
WHEN = ("release", "outage", "restart")


def eater(bench: Bench) -> Iterable[str]:
    """The process that took most since the beginning of the leak, and what happened then."""
    days = (END - EVENTS["leak_start"]).days
    most = bench.week.query(f"topk(1, {RESIDENT} - {RESIDENT} offset {days}d)", at=END)
    began = {name: EVENTS[name if name in EVENTS else f"{name}_start"] for name in WHEN}
    return [*most.instance, *(name for name in WHEN if began[name] == EVENTS["leak_start"])]


EXERCISE = Exercise(
    title="Who eats the memory?",
    kind="diagnosis",
    prompt="""\
On Sunday, 8 March 2026, at 23:00 the machine has a quarter of a gigabyte less to give away than
it had on Tuesday at that hour: `node_memory_MemAvailable_bytes` says so, and it cannot say to
whom it went. Other exporters and the programs themselves can. Three things happened in between
that might have begun it:

- `release`: on Wednesday 10:00 version 1.9.0 of the web app went into service;
- `outage`: on Thursday 22:10 the database died, and came back after 25 minutes;
- `restart`: on Saturday 14:30 the replica `web-2:8000` crashed and was started again.

Compare what the parts of the shop use at 23:00 of several days. **Name two words**: the
`instance` whose memory grows (such as `mysql-exporter:9104`), and what it began with: `release`,
`outage` or `restart`.""",
    hints=(
        "The cache says what it holds in `memcached_current_bytes`, and the web app's processes in "
        "`process_resident_memory_bytes` what they occupy.",
        "By day the machine is busier than by night. Compare the same hour of different days: "
        "`… - … offset 1d`.",
        "On which evening is the difference to the evening before for the first time one of tens "
        "of megabytes, and for whom?",
    ),
    start="# the instance, and what it began with",
    solution="web-3:8000, release",
    also_right=("release web-3:8000", "# 280 bytes a request\n`web-3:8000`\n`Release`"),
    wrong=(
        Wrong("web-3:8000 outage", "began earlier"),
        Wrong("web-3:8000, restart", "began earlier"),
        Wrong("web-2:8000 release", "wrong process"),
        Wrong("memcached-exporter:9150 release", "not the cache"),
        Wrong("node-exporter:9100, release", "the witness"),
        Wrong("web-3:8000", "not all of it"),
        Wrong("web-3 release", "half a name"),
        Wrong("web-1:8000 release", "wrong process"),
    ),
    practice="The machine's exporter says *that* memory is going, a process's own metrics say "
    "*where*: every program should expose the dozen `process_…` metrics, which client "
    "libraries do by themselves.",
    judge=Words(
        right=eater,
        near={
            "outage": (
                "began earlier",
                "Compare Wednesday 23:00 with Tuesday 23:00: there is a difference before the "
                "database died.",
            ),
            "restart": (
                "began earlier",
                "Compare Thursday 23:00 with Wednesday 23:00: there is a difference long before "
                "Saturday.",
            ),
            "web-1:8000": (
                "wrong process",
                "At 23:00, web-1:8000 occupies on Sunday what it did on Tuesday, to a megabyte or "
                "two. Who does not?",
            ),
            "web-2:8000": (
                "wrong process",
                "At 23:00, web-2:8000 occupies on Sunday what it did on Tuesday, to a megabyte or "
                "two. Who does not?",
            ),
            "memcached-exporter:9150": (
                "not the cache",
                "What memcached holds goes up and down with the visitors, and at 23:00 it is less "
                "than a megabyte. Hundreds are missing.",
            ),
            "node-exporter:9100": (
                "the witness",
                "The node exporter tells that the memory is going. Who has got it?",
            ),
            "web-3": ("half a name", "That is a host. An `instance` has its port with it."),
        },
        because="Since version 1.9.0, web-3 keeps some 280 bytes of every request, and the machine "
        "has just as much less.",
        services=WEEK,
    ),
)
