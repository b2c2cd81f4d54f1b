"""Which metric of a job costs most: series counted by name."""

from pathlib import Path

from lab_helpers import ProgramContainer, PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import LiveAnswer

LAB = Path(__file__).parents[1]
RIGHT = 'topk(1, count by (__name__) ({job="shop"}))'


def shop() -> ProgramContainer:
    """The chapter's shop. From a shell nobody visits it: there it has a visitor of its own."""
    visited = ProgramContainer(LAB / "visited_shop.py", name="shop", metrics_port=8001)
    return visited.copy_in(LAB / "instrumented_shop.py", "/srv/instrumented_shop.py")


EXERCISE = Exercise(
    title="The dearest metric",
    kind="PromQL",
    prompt="""\
Prometheus needs more and more memory, and you want to know what for. Begin with one job.

**Write PromQL** that answers, for the job `shop`: which metric has the most series now, and how many they are. One series, with the
label `__name__` alone.""",
    hints=(
        'A selector needs no name: `{job="shop"}` finds every series of the job. How many are they?',
        "The name of a metric is a label like any other, `__name__`: you can count by it.",
        "`topk(1, …)` keeps the series with the largest value.",
    ),
    start="# your PromQL here",
    solution=RIGHT,
    also_right=(
        "topk(1, sum by (__name__) (group by (__name__, le, route, method, status, branch, version, where, generation, implementation, "
        'major, minor, patchlevel) ({job="shop"})))',
        'topk(1, count by (__name__) ({__name__=~".+", job="shop"}))',
    ),
    wrong=(
        Wrong('count by (__name__) ({job="shop"})', "series too many"),
        Wrong('count({job="shop"})', "label missing"),
        Wrong('topk(1, count by (__name__) ({__name__=~"shop.*"}))', "filter missing"),
        Wrong('max(count by (__name__) ({job="shop"}))', "label missing"),
        Wrong('topk(1, sum by (__name__) ({job="shop"}))', "wrong value"),
        Wrong('topk(1, count by (job) ({job="shop"}))', "wrong labels"),
        Wrong('topk(1, count by (__name__) {job="shop"})', "syntax error"),
        Wrong('topk(1, count by (__name__) ({job="shops"}))', "empty selector"),
        Wrong('bottomk(1, count by (__name__) ({job="shop"}))', "wrong value"),
    ),
    practice="Ask it without the job, and you have the list to begin with when Prometheus grows. The page "
    "*TSDB status* of Prometheus shows the same.",
    judge=LiveAnswer(
        RIGHT,
        services={
            "prometheus": lambda: PrometheusContainer(LAB / "prometheus.yml"),
            "shop": shop,
        },
        until='count(shop_http_requests_total{job="shop"}) >= 4',
    ),
)
