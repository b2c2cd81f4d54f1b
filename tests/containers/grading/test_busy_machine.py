"""What a week of a rule may cost, on a machine that is quick and on one that is busy."""

from collections.abc import Iterator

import pytest

from lab_helpers.grading.bench import WEEK, Bench
from lab_helpers.grading.judges.alert import week
from lab_helpers.grading.judges.rules.rule_file import Rule
from lab_helpers.promql.explain.asking import Refused, prometheus_at

LATENCY = (
    "histogram_quantile(0.95, sum by (le) (rate(shop_http_request_duration_seconds_bucket[5m])))"
)
#: A hundred times as long.
EXPENSIVE = " + ".join([LATENCY] * 100)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench("busy") as bench:
        bench.start(WEEK)
        yield bench


def alert(expr: str) -> Rule:
    return Rule(True, "Slow", expr, hold=0.0, keep=0.0, labels={}, interval=0.0)


def test_where_all_is_slow_a_rule_may_be_slow_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week, "_LONGEST", 0.05)  # no machine is as quick
    with prometheus_at(bench.week.url) as prometheus:
        watched = week.watch(alert(f"{LATENCY} > 0.1"), bench.week.url, prometheus)
    assert watched.alerts()


def test_what_is_slower_than_all_else_is_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week, "_LONGEST", 1.0)
    monkeypatch.setattr(week, "_TIMES", 5)
    with (
        prometheus_at(bench.week.url) as prometheus,
        pytest.raises(Refused, match=r"timed out|more than") as refused,
    ):
        week.watch(alert(f"{EXPENSIVE} > 0.1"), bench.week.url, prometheus)
    assert refused.value.kind == "too expensive"
