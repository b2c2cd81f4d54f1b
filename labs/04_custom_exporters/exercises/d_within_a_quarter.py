"""An objective that is a bound: the share is counted, and not estimated."""

from pathlib import Path

from lab_helpers import ProgramContainer, PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import LiveAnswer

LAB = Path(__file__).parents[1]
BUCKET = 'shop_http_request_duration_seconds_bucket{job="shop", route="/checkout", le="0.25"}'
COUNT = 'shop_http_request_duration_seconds_count{job="shop", route="/checkout"}'
RIGHT = f"sum(rate({BUCKET}[10s])) / sum(rate({COUNT}[10s]))"


def shop() -> ProgramContainer:
    """The chapter's shop. From a shell nobody visits it: there it has a visitor of its own."""
    visited = ProgramContainer(LAB / "visited_shop.py", name="shop", metrics_port=8001)
    return visited.copy_in(LAB / "instrumented_shop.py", "/srv/instrumented_shop.py")


EXERCISE = Exercise(
    title="Within a quarter of a second",
    kind="PromQL",
    prompt="""\
The shop has promised: 95 % of all checkouts are answered **within 250 ms**. Does it keep its
promise? One of the histogram's bounds is 0.25, so that this can be counted, without
`histogram_quantile`.

**Write PromQL** that answers with the share of all requests to `/checkout` of the job `shop` that
were answered within 250 ms, over the last 10 seconds: one series without labels, from 0 to 1.""",
    hints=(
        "Two rates, and a division. Which series of the histogram counts what took 250 ms or less? "
        "Which one counts all?",
        'Both are of `shop_http_request_duration_seconds`: `_bucket` with `le="0.25"`, and '
        "`_count`.",
        "The two sides of `/` must have the same labels, and the one on the left has `le` besides. "
        "What does `sum` do to labels?",
    ),
    start="# your PromQL here",
    solution=RIGHT,
    also_right=(
        f"sum(increase({BUCKET}[10s])) / sum(increase({COUNT}[10s]))",
        RIGHT.replace(COUNT, BUCKET.replace("0.25", "+Inf")),
    ),
    wrong=(
        Wrong(f"rate({BUCKET}[10s]) / rate({COUNT}[10s])", "no partners"),
        Wrong(f"rate({BUCKET}[10s]) / ignoring(le) rate({COUNT}[10s])", "label too many"),
        Wrong(f"sum({BUCKET}) / sum({COUNT})", "raw counter"),
        Wrong(RIGHT.replace('"0.25"', '"0.5"'), "wrong matcher"),
        Wrong(RIGHT.replace(', route="/checkout"', ""), "matcher missing"),
        Wrong(f"1 - {RIGHT}", "the other share"),
        Wrong(f"sum(rate({BUCKET}[10s]))", "not finished"),
        Wrong(f"100 * {RIGHT}", "off by a unit"),
        Wrong(f"histogram_quantile(0.95, {RIGHT})", "quantile without le"),
        Wrong(RIGHT.replace("[10s]", "[1s]"), "window too short"),
    ),
    practice="This is a service level indicator, as chapter 08 has them. A quantile of the "
    "quantiles of "
    "three servers means nothing; the shares of three servers can be added up by their counts.",
    judge=LiveAnswer(
        RIGHT,
        services={
            "prometheus": lambda: PrometheusContainer(LAB / "prometheus.yml"),
            "shop": shop,
        },
        until=f"count_over_time({COUNT}[10s]) >= 9 and {COUNT} > 20",
    ),
)
