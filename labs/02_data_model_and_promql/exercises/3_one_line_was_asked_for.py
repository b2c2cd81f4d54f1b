"""What topk does when it is asked again and again."""

from collections.abc import Mapping

from lab_helpers import history
from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number

BUSIEST = "topk(1, sum by (instance) (rate(shop_http_requests_total[1h])))"
STEP = 3600


def lines(bench: Bench) -> tuple[int, int]:
    """How many series the graph has, and how many points all together."""
    first, last = history.START.timestamp() + STEP, history.END.timestamp()
    graph = bench.week.query_range(BUSIEST, start=first, end=last, step=STEP)
    return graph.shape[1], int(graph.notna().sum().sum())


def drawn(bench: Bench) -> float:
    return lines(bench)[0]


def misread(bench: Bench) -> Mapping[float, Misreading]:
    series, points = lines(bench)
    return {
        1: (
            "chosen once",
            "At each *single* moment there is one, that is so. But a graph asks the same question "
            "anew for every hour. Does the same replica win every time?",
        ),
        points: (
            "points, not lines",
            "That many points are drawn, one for each hour. A line is a series: how many of the "
            f"replicas have at least one of these {points} points?",
        ),
        series * points: (
            "every replica, every hour",
            "In each hour only one of the replicas has a point. And the lines are asked for, not "
            "the points.",
        ),
        2: (
            "one left out",
            "Two would be possible. But nginx treats all replicas alike: why should one of them "
            "never be first, in 168 hours?",
        ),
        0: ("nothing drawn", "There is a busiest replica at any hour: something is always drawn."),
    }


EXERCISE = Exercise(
    title="One line was asked for",
    kind="prediction",
    prompt=f"""\
The shop has three replicas of its web app, and nginx in front of them deals the requests out to
them evenly. A colleague wants to see *the busiest one*, and only that, on a graph of the whole
week:

```promql
{BUSIEST}
```

The graph asks this for every full hour of the week, 168 times.

**Predict**, before you try it: how many lines will the graph have? Write a number. (A line is a
series that has at least one point.)""",
    hints=(
        "What does a range query do, from its start to its end, step by step?",
        "How far apart are the rates of three replicas that get the requests in turn? Who is "
        "first, and for how long?",
        "Each replica that is the busiest in at least one of the 168 hours gets a line.",
    ),
    start="# a number",
    solution="3",
    also_right=("# each of them is the busiest in some hours\n3", "3 lines", "**3.0**"),
    wrong=(
        Wrong("1", "chosen once"),
        Wrong("168", "points, not lines"),
        Wrong("504", "every replica, every hour"),
        Wrong("2", "one left out"),
        Wrong("0", "nothing drawn"),
        Wrong("one", "no number"),
    ),
    practice="On a dashboard, `topk` belongs in a table, which asks once. In a graph it gives "
    "broken lines and a legend that is longer than k.",
    judge=Number(
        right=drawn,
        near=misread,
        because="`topk` is asked anew at every point. The three take turns at the top, so each has "
        "a line with holes in it.",
        tolerance=0.001,
        services=WEEK,
    ),
)
