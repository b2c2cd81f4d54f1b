"""How many series a page of a few lines makes, told before Prometheus is asked."""

from collections.abc import Mapping
from pathlib import Path

from lab_helpers import PrometheusContainer, StaticPageContainer
from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.waiting import wait_until

PAGE = Path(__file__).with_name("readings.txt")
CONFIG = """\
scrape_configs:
  - job_name: scales
    scrape_interval: 1s
    metrics_path: /readings.txt
    static_configs:
      - targets: ["scales-north:8000"]
"""
#: Nothing while the last scrape has failed, as any may on a busy machine.
SERIES = 'count({job="scales"}) and on () (up{job="scales"} == 1)'


def series(bench: Bench) -> float:
    """How many series the Prometheus on the bench has of the scales."""
    answer = wait_until(
        lambda: bench["scraper"].raw("query", query=SERIES)["result"],
        "the scales have been scraped",
    )
    return float(answer[0]["value"][1])


def misreadings(bench: Bench) -> Mapping[float, Misreading]:
    """What comes out if something else is counted."""
    lines = PAGE.read_text().splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    names = {line.partition("{")[0].split()[0] for line in samples}
    own = series(bench) - len(samples)
    forgotten = "Prometheus adds something of its own at each scrape. What, and how much?"
    return {
        len(samples): ("only the page", f"That is what stands on the page. {forgotten}"),
        len(lines): ("comments counted", "A line that begins with # makes no series."),
        len(lines) + own: ("comments counted", "A line that begins with # makes no series."),
        len(names): ("names counted", "Those are the names. Each set of labels is a series."),
        len(names) + own: ("names counted", "Of a name with labels, each set is a series."),
        60 * (len(samples) + own): ("samples counted", "Those are samples, not series."),
        60 * len(samples): ("samples counted", f"Those are samples, not series. {forgotten}"),
        len(samples) + 1: ("up alone added", f"`up` is one of them. {forgotten}"),
    }


EXERCISE = Exercise(
    title="What a scrape brings",
    kind="prediction",
    prompt=f"""\
The shop has put a scale beside each packing bench, and wants to know what a scale costs
Prometheus. Cost is counted in
**time series**. This is the whole page of one scale, `scales-north`:

```text
{PAGE.read_text().strip()}
```

A Prometheus with nothing else to do scrapes it every minute, as the job `scales`. In an hour some
values change; names and labels stay.

**Predict** how many series Prometheus then has with `job="scales"`. One number.""",
    hints=(
        "What makes a series? A name with its labels. The same one scraped again is not another.",
        "Which lines of the page make none at all?",
        "The page is not all: in *What a scrape leaves behind*, chapter 01 counts what a target "
        "has in Prometheus, and names what is not from the page.",
    ),
    start="# your number here",
    solution="11",
    also_right=("11 series", "# six on the page, and Prometheus's own five\n11.0"),
    wrong=(
        Wrong("6", "only the page"),
        Wrong("7", "up alone added"),
        Wrong("8", "names counted"),
        Wrong("16", "comments counted"),
        Wrong("660", "samples counted"),
        Wrong("eleven", "no number"),
    ),
    practice="Memory and disk of a Prometheus grow with its series, so this is the sum to do "
    "before a thousand scales are bought: series on a page, and five, for each target.",
    judge=Number(
        right=series,
        near=misreadings,
        because="Six lines with a value, and five series of Prometheus's own: `up` and four that "
        "begin with `scrape_`.",
        services={
            "scales-north": lambda: StaticPageContainer(PAGE, "/readings.txt", name="scales-north"),
            "scraper": lambda: PrometheusContainer(CONFIG, name="scraper"),
        },
    ),
)
