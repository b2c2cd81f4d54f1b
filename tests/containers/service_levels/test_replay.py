"""Rules over the week: held against the same conditions asked otherwise, and what is refused."""

from datetime import datetime

import pytest
import yaml

from lab_helpers.errors import ConfigurationRefused, WorkshopError
from lab_helpers.grading.judges.alert.week import watch
from lab_helpers.grading.judges.rules.rule_file import Rule
from lab_helpers.history.week import EVENTS
from lab_helpers.promql.durations import seconds
from lab_helpers.promql.explain.asking import prometheus_at
from lab_helpers.service_levels import Replay
from lab_helpers.services import promtool

SHARE = (
    'sum by (job) (rate(shop_http_requests_total{status=~"5.."}[10m]))'
    " / sum by (job) (rate(shop_http_requests_total[10m]))"
)
RECORDED = f"  - record: job:failed:ratio_rate10m\n    expr: {SHARE}\n"


def rules(expr: str, more: str = "", recorded: str = RECORDED) -> str:
    alert = f"  - alert: Failing\n    expr: {expr}\n    labels: {{severity: page}}\n{more}"
    return f"groups:\n- name: shop\n  rules:\n{recorded}{alert}"


def spells(replay: Replay, text: str) -> list[tuple[datetime, datetime]]:
    return [(alert.begin, alert.end) for alert in replay(text)]


def test_for_and_keep_are_applied_as_the_judges_of_chapter_06_do(replay: Replay) -> None:
    held = {"A": ("0s", "0s"), "B": ("3m", "0s"), "C": ("150s", "0s"), "D": ("2m", "20m")}
    alerts = "".join(
        f"  - alert: {name}\n    expr: job:failed:ratio_rate10m > 0.005\n"
        f"    for: {hold}\n    keep_firing_for: {keep}\n"
        for name, (hold, keep) in held.items()
    )
    found = replay(f"groups:\n- name: shop\n  rules:\n{RECORDED}{alerts}")
    with prometheus_at(replay.prometheus.url) as prometheus:
        for name, (hold, keep) in held.items():
            rule = Rule(True, name, f"{SHARE} > 0.005", seconds(hold), seconds(keep), {}, 0)
            other = watch(rule, replay.prometheus.url, prometheus).alerts()
            known = sorted((each.spell.begin, each.spell.end) for each in other)
            ours = [(a.begin.timestamp(), a.end.timestamp()) for a in found if a.name == name]
            assert len(ours) > 5
            # The first five minutes of the week are not asked by the others.
            assert [one for one in ours if one[0] > known[0][0]] == known[1:]


def test_an_alert_on_scraped_series_is_that_on_recorded_ones_within_a_minute(
    replay: Replay,
) -> None:
    ((begin, end),) = spells(replay, rules(f"{SHARE} > 0.5", recorded=""))
    ((recorded, over),) = spells(replay, rules("job:failed:ratio_rate10m > 0.5"))
    assert EVENTS["outage_start"] < begin < EVENTS["outage_end"]
    assert abs((begin - recorded).total_seconds()) <= 60
    assert abs((end - over).total_seconds()) <= 60


def test_a_rule_may_read_what_another_one_records(replay: Replay) -> None:
    mean = "  - record: job:failed:mean1h\n    expr: avg_over_time(job:failed:ratio_rate10m[1h])\n"
    ((begin, end),) = spells(replay, rules("job:failed:mean1h > 0.1", recorded=RECORDED + mean))
    assert EVENTS["outage_start"] < begin < EVENTS["outage_end"] < end


def test_one_that_never_fires_and_one_that_always_does(replay: Replay) -> None:
    assert spells(replay, rules("job:failed:ratio_rate10m > 1")) == []
    ((begin, end),) = spells(replay, rules("vector(1)", recorded=""))
    assert (begin - replay.start).total_seconds() == 60
    assert end == replay.end


def test_alerts_of_one_name_are_told_apart_by_severity(replay: Replay) -> None:
    text = rules("job:failed:ratio_rate10m > 0.5")
    ticket = "  - {alert: Failing, expr: 'vector(1)', labels: {severity: ticket}}\n"
    assert [alert.severity for alert in replay(text + ticket)] == ["ticket", "page"]


def test_an_alert_s_words_are_those_of_the_file_whatever_is_in_them(replay: Replay) -> None:
    name, severity = "“Two” of 3", 'say "é"\\,\n\a{\u2028}'
    alert = {"alert": name, "expr": "vector(1)", "labels": {"severity": severity}}
    text = yaml.safe_dump({"groups": [{"name": "odd", "rules": [alert]}]})
    assert [(one.name, one.severity) for one in replay(text)] == [(name, severity)]


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        (rules("job:failed:ratio_rate10m >"), ConfigurationRefused, "parse error"),
        ("groups: []", WorkshopError, "no alert in these rules"),
        (RECORDED.replace("  - ", "groups: [", 1), ConfigurationRefused, "promtool refuses"),
        (
            rules("job:failed:ratio_rate10m > 0", recorded=RECORDED.replace("10m]", "30d]")),
            WorkshopError,
            "looks back 30 days, but there are only 7 days of history",
        ),
        (
            rules(f"{SHARE} > 0", recorded="").replace("rules:", "interval: 5m\n  rules:"),
            WorkshopError,
            "evaluated every minute",
        ),
        (
            rules('count({job="shop"}) > 0', recorded=""),
            WorkshopError,
            "selects series without naming a metric",
        ),
        (
            rules("count(shop_http_request_duration_seconds_bucket) > 0", recorded=""),
            WorkshopError,
            "120 series, too many",
        ),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_a_sentence(
    replay: Replay, text: str, problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        replay(text)


def test_what_takes_too_long_is_ended(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promtool, "EFFORT", 1)
    with pytest.raises(WorkshopError, match="promtool takes too long"):
        replay(rules("sum(rate(shop_http_requests_total[5d])) > 0", recorded=""))
    left = replay.prometheus.run("ls", "/tmp").split()
    assert [name for name in left if name.startswith("said.")] == []
