"""How high a peak is depends on how far away one stands."""

from collections.abc import Mapping
from datetime import timedelta

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.history import EVENTS

#: What `$__rate_interval` is over a week: a point every 30 minutes, and a scrape.
WINDOW = 30 * 60 + 60
#: What it would be if Grafana did not round the distance between two points.
NOT_ROUND = 7 * 86_400 // 300 + 60
FAILED, ALL = 'shop_http_requests_total{status=~"5.."}', "shop_http_requests_total"


def highest(bench: Bench, window: int) -> float:
    """The largest share of failures, in percent, that a window of so many seconds saw."""
    share = f"sum(rate({FAILED}[{window}s])) / sum(rate({ALL}[{window}s]))"
    after = EVENTS["outage_end"] + timedelta(hours=1)
    found = bench.week.query(f"max_over_time(({share})[3h:1m])", at=after)
    return float(100 * found.value[0])


def far(bench: Bench) -> float:
    """The peak as it is seen over a week."""
    return highest(bench, WINDOW)


def near(bench: Bench) -> Mapping[float, Misreading]:
    """What one gets who overlooks one thing or the other."""
    close = highest(bench, 240)
    return {
        close: (
            "window overlooked",
            "So high it is when one looks at the hour. Over a week, what does each point average?",
        ),
        close * 1500 / WINDOW: (
            "time for requests",
            "You weigh minutes. The share is one of requests: in the outage fewer came in a minute "
            "than afterwards.",
        ),
        close * 1500 / (7 * 86_400): (
            "range for window",
            "That is the share of the whole week. A point averages its window, not the range.",
        ),
        close * 240 / 1500: (
            "wrong window",
            "The window is longer than the outage, not shorter: four scrapes is the least that it "
            "may be. What else must it be at least?",
        ),
        highest(bench, NOT_ROUND): (
            "wrong window",
            "So it would be with a point every 2,016 s. Grafana rounds the distance between two "
            "points: how long is it here?",
        ),
        100 * 1500 / WINDOW: (
            "time for requests",
            "So much of the window is outage. How many of its requests fail?",
        ),
    }


EXERCISE = Exercise(
    title="An outage seen from afar",
    kind="prediction",
    prompt="""\
On Thursday evening the database was away for 25 minutes. The panel *Errors* shows the share of
failed requests,

```promql
sum(rate(shop_http_requests_total{status=~"5.."}[$__rate_interval]))
  / sum(rate(shop_http_requests_total[$__rate_interval]))
```

and reaches nearly 90 % when one looks at that hour. On Monday the head of the shop opens it with
the time range *Last 7 days*, and says that it cannot have been that bad.

**Predict, before you ask**: how high is the peak at most that a graph over 7 days can show, in
percent? What you need:

- The panel has room for 300 points. Seven days have a point every 2,016 s then, and Grafana rounds
  that to 30 minutes. It knows that the shop is scraped once a minute. `$__rate_interval` is the
  larger of two: four scrapes; or the distance between two points plus one scrape.
- In the outage 3 requests a second came, of which 90 % failed. After it there were 4 a second,
  and hardly any failed.""",
    hints=(
        "First the window: the distance between two points, and a scrape. Which is longer, the "
        "window or the outage?",
        "The peak is where the window holds all of the outage. The rest of it is good minutes.",
        "Count requests, not minutes: those of 1,500 s at 3 a second, and those of the rest of the "
        "window at 4 a second. Which share of them all failed?",
    ),
    start="# the peak, in percent",
    solution="68",
    also_right=("68.2", "68 %", "# 4050 of 5940 requests\n68.18", "about 67 percent"),
    wrong=(
        Wrong("90 %", "window overlooked"),
        Wrong("72.6", "time for requests"),
        Wrong("59.5", "wrong window"),
        Wrong("0.68", "off by a unit"),
        Wrong("0.22 %", "range for window"),
        Wrong("14.4", "wrong window"),
        Wrong("81", "time for requests"),
        Wrong("nearly all", "no number"),
    ),
    practice="The further away one stands, the lower the peaks: judge an incident at its own time "
    "range, and let alerts, whose window never changes, decide how bad it was.",
    judge=Number(
        right=far,
        near=near,
        because="One point of a week's graph averages more than half an hour, so an outage of 25 "
        "minutes is diluted with what came after it. Nothing is wrong with the data.",
        tolerance=0.04,
        services=WEEK,
    ),
)
