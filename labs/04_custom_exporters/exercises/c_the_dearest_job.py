"""Which job costs most: series counted by job."""

from pathlib import Path

from lab_helpers import ProgramContainer, PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import LiveAnswer

LAB = Path(__file__).parents[1]
RIGHT = 'topk(1, count by (job) ({__name__=~".+"}))'


def shop() -> ProgramContainer:
    """The chapter's shop. From a shell nobody visits it: there it has a visitor of its own."""
    visited = ProgramContainer(LAB / "visited_shop.py", name="shop", metrics_port=8001)
    return visited.copy_in(LAB / "instrumented_shop.py", "/srv/instrumented_shop.py")


EXERCISE = Exercise(
    title="The dearest job",
    kind="PromQL",
    prompt="""\
Prometheus needs more and more memory, and you want to know what for. Each series costs about the
same, so count them.

**Write PromQL** that answers: which job has the most series now, and how many they are. One
series, with the label `job` alone.""",
    hints=(
        "A selector needs no name. But it must have one matcher at least that is not content with "
        "nothing: what holds for the name of every series?",
        'The name of a metric is a label like any other: `{__name__=~".+"}` finds all series. How '
        "many are there of each job?",
        "`topk(1, …)` keeps the series with the largest value.",
    ),
    start="# your PromQL here",
    solution=RIGHT,
    also_right=(
        'topk(1, count by (job) ({job=~".+"}))',
        'topk(1, sum by (job) (count by (job, __name__) ({__name__!=""})))',
        'sort_desc(count by (job) ({job!=""})) == scalar(max(count by (job) ({job!=""})))',
    ),
    wrong=(
        Wrong('count by (job) ({__name__=~".+"})', "not limited"),
        Wrong('count({__name__=~".+"})', "label lost"),
        Wrong('max(count by (job) ({__name__=~".+"}))', "label lost"),
        Wrong('topk(1, count by (__name__) ({__name__=~".+"}))', "label lost"),
        Wrong('topk(1, sum by (job) ({__name__=~".+"}))', "wrong aggregation"),
        Wrong('topk(1, count by (job) ({__name__=~"up"}))', "wrong matcher"),
        Wrong('topk(1, count by (instance) ({__name__=~".+"}))', "wrong label"),
        Wrong("topk(1, count by (job) ({}))", "syntax error"),
        Wrong('topk(1, count by (job) {__name__=~".+"})', "syntax error"),
        Wrong('bottomk(1, count by (job) ({__name__=~".+"}))', "wrong aggregation"),
    ),
    practice="Next you ask the same of that job, by `__name__`. Prometheus's page *TSDB status* "
    "has such "
    "lists too, but not by job.",
    judge=LiveAnswer(
        RIGHT,
        services={
            "prometheus": lambda: PrometheusContainer(LAB / "prometheus.yml"),
            "shop": shop,
        },
        until='count(shop_http_requests_total{job="shop"}) >= 4',
    ),
)
