"""The rate of a counter on the lab's own Prometheus, while it is being asked."""

from pathlib import Path

from lab_helpers import PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import LiveAnswer

CONFIG = Path(__file__).parents[1] / "prometheus.yml"
COUNTER = 'prometheus_http_requests_total{handler="/api/v1/query", code="200"}'

EXERCISE = Exercise(
    title="Questions a second",
    kind="PromQL",
    prompt="""\
How many questions does this Prometheus get? Its counter `prometheus_http_requests_total` has a
series for each page (`handler`) and each HTTP status (`code`).

**Write PromQL** that answers with the successful questions a second, over the last 15 seconds:
handler `/api/v1/query`, code `200`. One series, with the labels that the counter has.""",
    hints=(
        "The counter grows with each question. Which function makes a speed of it?",
        'In braces you choose by labels: `name{label="value", other="value"}`.',
        "The window stands in brackets behind the braces: `rate(name{…}[1m])` looks back over one "
        "minute.",
    ),
    start="# your PromQL here",
    solution=f"rate({COUNTER}[15s])",
    also_right=(
        f"increase({COUNTER}[15s]) / 15",
        'rate(prometheus_http_requests_total{handler=~"/api/.*/query", code=~"2.."}[15s])',
    ),
    wrong=(
        Wrong(COUNTER, "raw counter"),
        Wrong(f"{COUNTER}[15s]", "range without function"),
        Wrong(f"rate({COUNTER})", "range missing"),
        Wrong(f"increase({COUNTER}[15s])", "off by a unit"),
        Wrong("rate(prometheus_http_requests_total[15s])", "matcher missing"),
        Wrong(f"rate({COUNTER}[1s])", "window too short"),
        Wrong(f"sum(rate({COUNTER}[15s]))", "label lost"),
        Wrong(f"rate({COUNTER.replace('200', '500')}[15s])", "empty selector"),
        Wrong(f"rate({COUNTER.replace('http_requests', 'http_request')}[15s])", "no such metric"),
    ),
    practice="Requests a second is the first thing that a dashboard of any service shows. For your "
    "own services it is the same query with another name.",
    judge=LiveAnswer(
        f"rate({COUNTER}[15s])",
        services={"prometheus": lambda: PrometheusContainer(config=CONFIG)},
    ),
)
