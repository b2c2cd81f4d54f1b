"""The tracer's answers, held against Prometheus's own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from consul import Check

from lab_helpers.discovery import Traces, discovered_by, trace
from lab_helpers.lab import Lab
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import StaticPageContainer
from tests.containers.discovery.prometheus_says import synced, version

TAGS, NAME = "__meta_shop_tags", "__meta_shop_name"
TARGETS = [
    ("a:1", {NAME: "Web", TAGS: ",metrics,version=1.9.0,", "shelf": "top", "copy": "Web"}),
    ("b", {NAME: "Über db", TAGS: ",,", "__scheme__": "https"}),
    ("c:3", {NAME: "cache.eu", TAGS: ",metrics,path=/stats,", "instance": "own", "copy": "x"}),
]


def to(label: str, source: str | list[str], **more: Any) -> dict[str, Any]:
    """A rule that writes a label."""
    sources = [source] if isinstance(source, str) else source
    return {"source_labels": sources, "target_label": label, **more}


def keep(source: str, regex: str, action: str = "keep") -> dict[str, Any]:
    return {"source_labels": [source], "regex": regex, "action": action}


CASES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "defaults": [to("name", NAME)],
    "constant": [{"target_label": "team", "replacement": "shop"}],
    "removal": [{"target_label": "shelf", "replacement": ""}],
    "a-default-removes": [to("shelf", "nowhere")],
    "no-match-changes-nothing": [to("shelf", NAME, regex="nobody")],
    "anchored": [to("hit", NAME, regex="We", replacement="yes")],
    "joined": [to("both", [NAME, "shelf", "nowhere"])],
    "separator": [to("both", [NAME, "shelf"], separator="/")],
    "no-separator": [to("both", [NAME, "shelf"], separator="")],
    "groups": [to("pair", TAGS, regex=",(.*?)(,.*)?", replacement="${1}|$2|$3|$$|$1x|${1}x|$")],
    "named": [to("v", TAGS, regex=".*version=(?P<version>[^,]+).*", replacement="v$version")],
    "target-of-a-group": [to("tag_$1", TAGS, regex=".*,(version)=([^,]+),.*", replacement="$2")],
    "address": [to("__address__", "__address__", regex="([^:]+)(:.*)?", replacement="$1:9")],
    "no-address": [{"target_label": "__address__", "replacement": ""}],
    "a-url": [{"target_label": "__address__", "replacement": "a/b"}],
    "path": [to("__metrics_path__", TAGS, regex=".*,path=([^,]+),.*")],
    "path-without-slash": [{"target_label": "__metrics_path__", "replacement": "stats"}],
    "scheme": [{"target_label": "__scheme__", "replacement": "https"}],
    "parameter": [to("__param_target", "__address__")],
    "instance": [to("instance", NAME)],
    "job": [to("job", NAME)],
    "no-job": [{"target_label": "job", "replacement": ""}],
    "interval": [{"target_label": "__scrape_interval__", "replacement": "2h"}],
    "no-interval": [{"target_label": "__scrape_interval__", "replacement": "soon"}],
    "long-timeout": [{"target_label": "__scrape_timeout__", "replacement": "3h"}],
    "keep": [keep(TAGS, ".*,metrics,.*")],
    "keep-is-anchored": [keep(TAGS, "metrics")],
    "keep-the-missing": [keep("shelf", "")],
    "drop": [keep(TAGS, ".*,metrics,.*", "drop")],
    "order": [to("name", NAME), to(NAME, "shelf"), to("late", NAME), keep("late", "top")],
    "keepequal": [to("copy", NAME, action="keepequal")],
    "dropequal": [to("copy", NAME, action="dropequal")],
    "lowercase": [to("name", NAME, action="lowercase")],
    "uppercase": [to("name", [NAME, "shelf"], action="UpperCase")],
    "hashmod": [to("slice", "__address__", action="hashmod", modulus=7)],
    "hashmod-of-two": [to("slice", [NAME, "shelf"], action="hashmod", modulus=4294967291)],
    "labelmap": [{"action": "labelmap", "regex": "__meta_shop_(.+)"}],
    "labelmap-renamed": [{"action": "labelmap", "regex": "__meta_(shop)_(n.*)",
                          "replacement": "${2}_of_$1"}],
    "labeldrop": [{"action": "labeldrop", "regex": "sh.*|copy"}],
    "labelkeep": [{"action": "labelkeep", "regex": "__.*|job|shelf"}],
    "labelkeep-too-few": [{"action": "labelkeep", "regex": "shelf"}],
    "yaml-words": [{"target_label": "no", "replacement": "1.10"}, to("copy", "no")],
    "temporary": [to("__tmp_x", NAME), to("kept", "__tmp_x")],
    "twins": [{"target_label": "__address__", "replacement": "one:1"},
              {"target_label": "instance", "replacement": "one"},
              {"action": "labeldrop", "regex": "shelf|copy|__scheme__|__meta.*"}],
}  # fmt: skip
REGEXES = [
    "(?i)WEB", "(?i:w)eb", "We(?i)B|x", r"\w+", r"\w+ \w+", r"[\w.]+", r"[[:upper:]]\w*",
    r"[[:alpha:].]+", r"\p{Lu}.*", r"W[^\d]b", r".{3}", r".{3,}?", "(?:We|ca).*", r"\QWeb\E",
    r"cache\.eu", "cache.eu$", "^Web$", r"\AWeb\z", r"\x57eb", r"\x{57}eb", "(W)(e)?(z)?b",
    "[]W]eb", "[^]x]eb", "[W-]eb", r"\bWeb\b", "Web|", "", "W.*?", r".*\s.*", r"Ü\bber.*",
    "Über.*", "a{,2}",
]  # fmt: skip


def configuration(cases: dict[str, list[dict[str, Any]]]) -> str:
    statics = [{"targets": [address], "labels": labels} for address, labels in TARGETS]
    jobs = [
        {"job_name": name, "params": {"module": ["m", "n"]}, "static_configs": statics,
         "relabel_configs": rules}
        for name, rules in cases.items()
    ]  # fmt: skip
    return yaml.safe_dump({"global": {"scrape_interval": "1h"}, "scrape_configs": jobs})


def found() -> list[dict[str, str]]:
    return [{"__address__": address, **labels} for address, labels in TARGETS]


def theirs(prometheus: PrometheusContainer, job: str) -> list[tuple[str, str]]:
    """Each target that Prometheus has for a job: its labels, and what it will ask for."""
    active = prometheus.raw("targets")["activeTargets"]
    return sorted(
        (json.dumps(one["labels"], sort_keys=True), one["scrapeUrl"])
        for one in active
        if one["scrapePool"] == job
    )


def ours(traces: Traces) -> list[tuple[str, str]]:
    return sorted(
        (json.dumps(one.labels, sort_keys=True), one.scrape_url) for one in traces if not one.reason
    )


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    """A server with a job for each case, which has found the targets of all."""
    cases = CASES | {f"regex-{n}": [keep(NAME, regex)] for n, regex in enumerate(REGEXES)}
    lab = Lab(PrometheusContainer(configuration(cases)), name="test_tracer").start()
    (server,) = lab.services
    assert isinstance(server, PrometheusContainer)
    # Refused targets are neither active nor dropped: the server itself says when it is through.
    lab.wait_until(lambda: synced(server) == len(cases), "the targets of all jobs are found")
    yield server
    lab.stop()


@pytest.mark.parametrize("job", CASES)
def test_each_rule_does_what_prometheus_does(prometheus: PrometheusContainer, job: str) -> None:
    traces = trace(configuration(CASES), job, found(), version(prometheus))
    assert ours(traces) == theirs(prometheus, job)


@pytest.mark.parametrize("number", range(len(REGEXES)))
def test_each_regular_expression_matches_the_same(
    prometheus: PrometheusContainer, number: int
) -> None:
    job = f"regex-{number}"
    text = configuration({job: [keep(NAME, REGEXES[number])]})
    assert ours(trace(text, job, found(), version(prometheus))) == theirs(prometheus, job)


def test_what_prometheus_found_can_be_followed_too(prometheus: PrometheusContainer) -> None:
    discovered = discovered_by(prometheus, "keep")
    assert {labels["__address__"] for labels in discovered} == {"a:1", "b", "c:3"}
    traces = trace(configuration(CASES), "keep", discovered, version(prometheus))
    assert ours(traces) == theirs(prometheus, "keep")
    assert [bool(one.reason) for one in traces] == [one["__address__"] == "b" for one in discovered]


SHOP = """\
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: consul
    consul_sd_configs: [{server: "consul:8500", refresh_interval: 1s}]
    relabel_configs:
      - {source_labels: [__meta_consul_tags], regex: ".*,metrics,.*", action: keep}
      - {source_labels: [__meta_consul_service], target_label: job}
      - {source_labels: [__meta_consul_service_id], target_label: instance}
      - {source_labels: [__meta_consul_node], target_label: node}
      - {source_labels: [__meta_consul_tags], regex: ".*,path=([^,]+),.*",
         target_label: __metrics_path__}
      - {target_label: shelf, replacement: 010}
      - {target_label: open, replacement: no}
      - {target_label: price, replacement: 1.10}
"""


def test_what_consul_says_is_what_prometheus_discovers() -> None:
    consul, prometheus = ConsulContainer(), PrometheusContainer(SHOP)
    page = StaticPageContainer("a 1\n", "/stats.txt", name="page-1")
    well = Check.tcp("page-1", 8000, "1s")
    with Lab(consul, prometheus, page, name="test_consul_sd") as lab:
        lab.start(ConsulContainer(name="depot", join="consul"))
        register = consul.client.agent.service.register
        register("page", service_id="page-1", address="page-1", port=8000,
                 tags=["metrics", "path=/stats.txt"], check=well)  # fmt: skip
        register("page", service_id="gone", address="gone", port=1, tags=["metrics"])
        register("no-address", port=8500)
        depot = next(one for one in lab.services if one.name == "depot")
        assert isinstance(depot, ConsulContainer)
        depot.client.agent.service.register("agent", port=8500, tags=["path=/v1/agent/metrics"])
        lab.wait_until(lambda: len(discovered_by(prometheus, "consul")) == 5, "all are found")

        def plain(found: list[dict[str, str]]) -> list[dict[str, str]]:
            """Without what Prometheus adds of its own, in a fixed order."""
            own = ("__address__", "__meta")
            return sorted(({k: v for k, v in one.items() if k.startswith(own)} for one in found),
                          key=str)  # fmt: skip

        def agree() -> bool:
            theirs = plain(discovered_by(prometheus, "consul"))
            return plain(consul.discovered()) == theirs and "critical" not in str(theirs)

        lab.wait_until(agree, "Prometheus has discovered what Consul says, health included")
        traces = trace(SHOP, "consul", consul.discovered(), version(prometheus))
        assert ours(traces) == theirs(prometheus, "consul")
        assert {one.name for one in traces if not one.reason} == {"page-1", "gone"}
        lab.wait_until(lambda: set(prometheus.query("up").value) == {0.0, 1.0}, "both are scraped")
        up = prometheus.query("up").set_index("instance")
        assert (up.job["page-1"], up.node["page-1"], up.value["page-1"]) == ("page", "consul", 1)
