"""When a series begins, and how many a histogram has."""

from collections.abc import Mapping

import requests

from lab_helpers import ProgramContainer
from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.program import Page, read_page
from lab_helpers.grading.judges.words import Misreading, Number

PROGRAM = """\
from threading import Event

from prometheus_client import Counter, Gauge, Histogram, start_http_server
from prometheus_client import disable_created_metrics as without_created

without_created()  # no series that tell when each of the others began
PARCELS = Counter("packing_parcels_total", "Parcels packed.", ["bench", "size"])
DAMAGED = Counter("packing_damaged_total", "Parcels that broke.", ["bench"])
SECONDS = Histogram("packing_seconds", "Time.", ["bench"], buckets=(30, 60, 120, 300))
WAITING = Gauge("packing_waiting", "Parcels that wait.")

for bench in ("north", "south", "east"):
    for size in ("small", "large"):
        PARCELS.labels(bench, size)


def pack(bench, size, seconds):
    PARCELS.labels(bench, size).inc()
    SECONDS.labels(bench).observe(seconds)


pack("north", "small", 41)
pack("south", "large", 170)
pack("north", "huge", 400)
pack("west", "small", 35)
start_http_server(8000)
Event().wait()
"""


def page(bench: Bench) -> Page:
    """What the program's page says."""
    reply = requests.get(bench["packing"].metrics_url, timeout=10)
    found = read_page(reply.headers["Content-Type"], reply.text)
    mine = {name: series for name, series in found.samples.items() if name.startswith("packing_")}
    return Page(found.types, found.helps, mine)


def series(bench: Bench) -> int:
    """How many series the page has."""
    return sum(len(each) for each in page(bench).samples.values())


def misread(bench: Bench) -> Mapping[float, Misreading]:
    """What comes out if one thing is overlooked."""
    here, right = page(bench).samples, series(bench)
    histograms = len(here["packing_seconds_count"])
    zeros = sum(value == 0 for value in here["packing_parcels_total"].values())
    late = len(here["packing_parcels_total"]) - 6  # a series for each of 3 benches and 2 sizes
    return {
        right - histograms: (
            "a bucket left out",
            "One more bucket belongs to each histogram, besides those with the four bounds.",
        ),
        right - 2 * histograms: (
            "sum and count left out",
            "The buckets are right. What else does a histogram have?",
        ),
        right - 3 * histograms: (
            "bounds alone",
            "A histogram has more series than it has bounds: three more.",
        ),
        right + 7: (
            "series before their time",
            "Has the bench called east a histogram already? Look for the line that would make it.",
        ),
        right - zeros: (
            "zeros left out",
            "A series that stands at 0 is a series. Which line makes them?",
        ),
        right - 1: (
            "gauge forgotten",
            "Four metrics are made at the top. Has each of them its series on your list?",
        ),
        right - late: (
            "late series left out",
            "The loops name three benches and two sizes. Does everything that is packed keep to "
            "them?",
        ),
        40 * right: (
            "forty tables",
            "That is what forty tables cost together. The page of one program is asked for.",
        ),
        right + 1: (
            "labels without values",
            "A metric that has labels has no series as long as no label has a value.",
        ),
        right + histograms: (
            "labels without values",
            "How many parcels broke, and at which bench? Nothing has called that counter yet.",
        ),
    }


EXERCISE = Exercise(
    title="How many series?",
    kind="prediction",
    prompt=f"""\
Somebody wants to put this program on each of forty packing tables. What will that cost Prometheus?
Read it, and commit to a number before you look:

```python
{PROGRAM}```

**Predict** how many series whose names begin with `packing_` its page shows when it has run to its
last line. One number.""",
    hints=(
        "Go through the four metrics one by one. For each: which combinations of label values has "
        "the program called `labels` with, by then?",
        "A metric without labels has its series from the beginning. One with labels has none until "
        "`labels(…)` is called, and that is enough: it need not be counted up.",
        "A histogram of four bounds is, for one bench, four buckets and `+Inf`, then `_sum` and "
        "`_count`. The benches that have packed something are three.",
    ),
    start="# your number",
    solution="30",
    also_right=("30 series", "30  # 8 + 21 + 1", "# 8 + 0 + 3 * 7 + 1\n30.0"),
    wrong=(
        Wrong("27", "a bucket left out"),
        Wrong("24", "sum and count left out"),
        Wrong("21", "bounds alone"),
        Wrong("37", "series before their time"),
        Wrong("26", "zeros left out"),
        Wrong("33", "labels without values"),
        Wrong("29", "gauge forgotten"),
        Wrong("28", "late series left out"),
        Wrong("1200", "forty tables"),
        Wrong("four metrics", "no number"),
    ),
    practice="Multiply before you add a label: 30 series on forty tables are 1,200 already.",
    judge=Number(
        right=series,
        near=misread,
        because="Parcels 8, the histogram 3 × 7, waiting 1; damaged has none until one breaks.",
        services={"packing": lambda: ProgramContainer(PROGRAM, name="packing")},
    ),
)
