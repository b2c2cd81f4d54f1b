"""The target tracer's tables and errors; what it computes is held in tests/containers."""

import time
from pathlib import Path

import pytest

from lab_helpers.discovery import trace
from lab_helpers.errors import WorkshopError

CONFIG = """\
scrape_configs:
  - job_name: shop
    relabel_configs:
      - {source_labels: [tags], regex: ".*,metrics,.*", action: keep}
      - {source_labels: [service], target_label: job}
      - {regex: gone, action: labeldrop}
"""
WEB = {"__address__": "web:1", "tags": ",metrics,", "service": "web", "gone": "<soon>"}
DB = {"__address__": "db:2", "tags": ",,", "__meta_consul_service_id": "db-1"}


def test_each_step_of_each_instance() -> None:
    steps = trace(CONFIG, "shop", [WEB, DB]).steps()
    assert list(steps.columns) == ["found", "step", "rule", "effect"]
    assert list(steps.found) == ["web:1", "web:1", "web:1", "db-1"]
    assert list(steps.effect) == [
        "kept",
        "job = 'web' (was 'shop')",
        "gone removed (was '<soon>')",
        "DROPPED: tags = ',,' does not match .*,metrics,.*",
    ]


def test_what_becomes_of_each() -> None:
    targets = trace(CONFIG, "shop", [WEB, DB]).targets()
    assert list(targets.columns[:4]) == ["found", "scrape_url", "job", "instance"]
    assert list(targets.scrape_url) == ["http://web:1/metrics", ""]
    assert targets.dropped[0] == ""
    assert targets.dropped[1].startswith("rule 1 (keep): tags = ',,' does not match")


def test_a_notebook_shows_a_table() -> None:
    traces = trace(CONFIG, "shop", [WEB, DB])
    shown = traces._repr_html_()
    assert "gone removed (was &#x27;&lt;soon&gt;&#x27;)" in shown
    assert "<b>DROPPED" in shown
    assert 'http://web:1/metrics {instance="web:1", job="web"' in repr(traces)
    assert "no target: rule 1 (keep)" in repr(traces)


def test_nothing_discovered() -> None:
    traces = trace(CONFIG, "shop", [])
    assert repr(traces) == "(nothing was discovered)"
    assert traces.steps().empty and traces.targets().empty


def test_one_instance_alone() -> None:
    traces = trace(CONFIG, "shop", [WEB, DB])
    assert [one.name for one in traces.of("db-1")] == ["db-1"]
    with pytest.raises(WorkshopError, match=r"db-2 was not discovered\. Discovered: web:1, db-1"):
        traces.of("db-2")


def test_the_same_target_twice_is_one() -> None:
    traces = trace(CONFIG, "shop", [WEB, {**WEB, "gone": "never"}])
    assert [one.reason for one in traces] == ["", "it is the same target as web:1"]


def test_the_version_decides_on_ports() -> None:
    found = [{**WEB, "__address__": "web", "__scheme__": "https"}]
    assert trace(CONFIG, "shop", found, "2.53.3").targets().instance[0] == "web:443"
    assert trace(CONFIG, "shop", found, "3.5.0").targets().instance[0] == "web"


@pytest.mark.parametrize(
    "config, words",
    [
        (CONFIG, "has no job 'web'; it has shop"),
        (
            "scrape_configs: [",
            "refuses this configuration: yaml: line 1: did not find expected node content",
        ),
        (
            "scrape_configs: [{name: web}]",
            "line 1: field name not found in type config.ScrapeConfig",
        ),
        ("", "has no job 'web'"),
    ],
)
def test_a_configuration_that_cannot_be_traced(config: str, words: str) -> None:
    with pytest.raises(WorkshopError, match=words):
        trace(config, "web", [WEB])


def test_words_of_yaml_are_taken_as_text() -> None:
    rule = "{target_label: version, replacement: 1.10}, {target_label: on, replacement: no}"
    config = f"scrape_configs: [{{job_name: shop, relabel_configs: [{rule}]}}]"
    (one,) = trace(config, "shop", [WEB])
    assert (one.labels["version"], one.labels["on"]) == ("1.10", "no")


def test_a_thousand_targets_through_twenty_rules_in_a_moment() -> None:
    rule = "- {{source_labels: [a, b], regex: '(.*);(.*){0}?', target_label: t{0}}}"
    rules = "\n".join("    " + rule.format(number) for number in range(20))
    config = f"scrape_configs:\n  - job_name: a\n    relabel_configs:\n{rules}\n"
    found = [{"__address__": f"h{n}:80", "a": f"x{n}", "b": "y"} for n in range(1_000)]
    start = time.process_time()
    traces = trace(config, "a", found)
    assert sum(len(one.steps) for one in traces) == 20_000
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    "settings, job, interval, timeout",
    [
        ("", "", "1m", "10s"),
        ("scrape_interval: 60s", "", "1m", "10s"),
        ("scrape_interval: 5s", "", "5s", "5s"),
        ("scrape_timeout: 30s", "scrape_interval: 15s", "15s", "15s"),
        ("scrape_interval: 90s", "scrape_timeout: 60s", "1m30s", "1m"),
        ("scrape_interval: 90m", "", "1h30m", "10s"),
        ("scrape_interval: 168h", "", "1w", "10s"),
        ("", "scrape_interval: 0s", "1m", "10s"),
    ],
)
def test_durations_as_prometheus_fills_them_in(
    settings: str, job: str, interval: str, timeout: str
) -> None:
    config = f"global: {{{settings}}}\nscrape_configs:\n- {{job_name: shop, {job}}}\n"
    (one,) = trace(config, "shop", [WEB])
    assert one.discovered["__scrape_interval__"] == interval
    assert one.discovered["__scrape_timeout__"] == timeout
    assert not one.reason


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    config = tmp_path / "prometheus.yml"
    config.write_bytes(b"\xef\xbb\xbf" + CONFIG.encode())
    assert len(trace(config, "shop", [WEB])) == 1
    config.write_bytes("scrape_configs: [] # ä".encode("latin-1"))
    with pytest.raises(WorkshopError, match=r"save prometheus\.yml as UTF-8"):
        trace(config, "shop", [WEB])
