"""The alert judge's `for` and `keep_firing_for` against those of Prometheus itself."""

from collections.abc import Iterator
from random import Random

import pytest

from lab_helpers import Lab, PrometheusContainer
from lab_helpers.grading.judges.alert.firing import firing, held

PATTERNS = 40
LENGTH = 30  # minutes


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    service = PrometheusContainer()
    with Lab(service, name="firing"):
        yield service


def rules_and_test(patterns: list[tuple[str, int, int]]) -> tuple[str, str]:
    """A rule for each pattern, and promtool's test that they fire when `firing` says so."""
    times = [minute * 60.0 for minute in range(LENGTH)]
    rules = ["groups: [{name: all, rules: ["]
    series, expected = ["  input_series:"], ["  promql_expr_test:"]
    for number, (pattern, hold, keep) in enumerate(patterns):
        rules.append(
            f"{{alert: A{number}, expr: 'm{{n=\"{number}\"}} == 1', "
            f"for: {hold}s, keep_firing_for: {keep}s}},"
        )
        values = " ".join("1" if sign == "x" else "0" for sign in pattern)
        series += [f'  - series: m{{n="{number}"}}', f"    values: {values}"]
        spells = firing(held([sign == "x" for sign in pattern], times), hold, keep)
        for minute, time in enumerate(times):
            fires = any(spell.begin <= time < spell.end for spell in spells)
            expected += [
                f'  - expr: count(ALERTS{{alertname="A{number}", alertstate="firing"}})',
                f"    eval_time: {minute}m",
                f"    exp_samples: [{'{value: 1}' if fires else ''}]",
            ]
    head = ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:", "- interval: 1m"]
    return "\n".join([*rules, "]}]"]), "\n".join([*head, *series, *expected])


def test_an_alert_fires_when_prometheus_says_so(prometheus: PrometheusContainer) -> None:
    random = Random(6)
    patterns = [
        (
            "".join(random.choice("xxxx.") for _ in range(LENGTH)),
            random.choice([0, 30, 60, 90, 180, 300]),
            random.choice([0, 0, 30, 60, 90, 150, 240]),
        )
        for _ in range(PATTERNS)
    ]
    rules, test = rules_and_test(patterns)
    assert "{value: 1}" in test
    prometheus.copy_into_container(rules.encode(), "/tmp/rules.yml")
    prometheus.copy_into_container(test.encode(), "/tmp/test.yml")
    assert "SUCCESS" in prometheus.run("promtool", "test", "rules", "/tmp/test.yml")
