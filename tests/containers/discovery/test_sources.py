"""What a job's own discovery finds is what Prometheus finds: static, file, http and consul."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab_helpers.discovery import discovered_by, trace
from lab_helpers.lab import Lab
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.prometheus import PrometheusContainer
from tests.containers.discovery.prometheus_says import synced, version

#: what jobs ask Consul for
SETTINGS: dict[str, list[dict[str, Any]]] = {
    "everything": [{}],
    "one-service": [{"services": ["web"]}],
    "two-services": [{"services": ["web", "db", "nobody"]}],
    "a-tag": [{"tags": ["metrics"]}],
    "two-tags": [{"tags": ["metrics", "eu"]}],
    "service-and-tag": [{"services": ["web"], "tags": ["eu"]}],
    "separator": [{"services": ["web"], "tag_separator": "|"}],
    "no-separator": [{"services": ["web"], "tag_separator": None}],
    "node": [{"node_meta": {"rack": "a 1"}}],
    "another-node": [{"node_meta": {"rack": "b"}, "services": ["web"]}],
    "two-of-them": [{"services": ["db"]}, {"services": ["web"], "tags": ["metrics"]}],
    "the-same-twice": [{"services": ["db"]}, {"services": ["db"]}],
}
FILTERS: dict[str, list[dict[str, Any]]] = {
    "filter": [{"filter": 'ServiceName == "web"'}],
    "health-filter": [{"services": ["web"], "health_filter": '"eu" in Service.Tags'}],
}


def configuration(settings: dict[str, list[dict[str, Any]]]) -> str:
    jobs = [
        {
            "job_name": name,
            "consul_sd_configs": [{"server": "consul:8500", **one} for one in entries],
            "relabel_configs": [
                {"source_labels": ["__meta_consul_tags"], "target_label": "tags"},
                {"source_labels": ["__meta_consul_health"], "target_label": "health"},
                {"action": "labelmap", "regex": "__meta_consul_metadata_(.+)"},
            ],
        }
        for name, entries in settings.items()
    ]
    return yaml.safe_dump({"global": {"scrape_interval": "1h"}, "scrape_configs": jobs})


@pytest.fixture(scope="module")
def consul() -> Iterator[tuple[ConsulContainer, PrometheusContainer, str]]:
    consul = ConsulContainer()
    consul.copy_in('node_meta { rack = "a 1", "the-floor" = "2" }', "/consul/config/node.hcl")
    with Lab(consul, name="test_sources") as lab:
        for id_, service, address, tags in (
            ("web-1", "web", "10.0.0.1", ["metrics", "eu"]),
            ("web-2", "web", "10.0.0.2", ["us", "metrics"]),
            ("web-3", "web", "10.0.0.3", ["eu"]),
            ("web-4", "web", "2001:db8::4", []),
            ("db-1", "db", "", ["metrics"]),
            ("other", "other", "10.0.0.6", ["eu"]),
        ):
            register = consul.client.agent.service.register
            register(service, service_id=id_, address=address, port=80, tags=tags)
        consul.client.agent.service.maintenance("web-3", "true", "moved")
        known = 7  # with Consul itself
        lab.wait_until(lambda: len(consul.discovered()) == known, "all are in the catalog")
        prometheus = PrometheusContainer(configuration(SETTINGS))
        lab.start(prometheus)
        number = version(prometheus).split(".")
        settings = SETTINGS | (FILTERS if (int(number[0]), int(number[1])) >= (3, 12) else {})
        prometheus.reload(configuration(settings))
        lab.wait_until(lambda: synced(prometheus) >= len(settings), "all jobs are looked at")
        lab.wait_until(
            lambda: len(discovered_by(prometheus, "everything")) == known, "all are found"
        )
        yield consul, prometheus, configuration(settings)


@pytest.mark.parametrize("job", [*SETTINGS, *FILTERS])
def test_consul_is_asked_as_the_job_asks(
    consul: tuple[ConsulContainer, PrometheusContainer, str], job: str
) -> None:
    server, prometheus, config = consul
    if f"job_name: {job}\n" not in config:
        pytest.skip("Prometheus has filters from 3.0 and 3.12 on")
    Lab(prometheus).wait_until(
        lambda: _theirs(prometheus, job) == _ours(server, prometheus, config, job),
        "the tracer and Prometheus agree",
        15,
    )
    if job not in FILTERS:  # a list of all has the others, each with the reason
        every = trace(config, job, server.discovered(), version(prometheus))
        assert _targets(every) == _theirs(prometheus, job)
        left_out = [one.reason for one in every if one.name == "other"]
        assert all("does not ask for it" in one for one in left_out if one)


def _theirs(prometheus: PrometheusContainer, job: str) -> list[str]:
    active = prometheus.raw("targets")["activeTargets"]
    return sorted(
        json.dumps([one["labels"], one["scrapeUrl"]], sort_keys=True)
        for one in active
        if one.get("scrapePool", one["labels"]["job"]) == job
    )


def _ours(
    consul: ConsulContainer, prometheus: PrometheusContainer, config: str, job: str
) -> list[str]:
    return _targets(trace(config, job, consul, version(prometheus)))


def _targets(traces: Any) -> list[str]:
    return sorted(
        json.dumps([one.labels, one.scrape_url], sort_keys=True) for one in traces if not one.reason
    )


STATIC = """\
global: {scrape_interval: 1h}
scrape_configs:
- job_name: file
  file_sd_configs: [{files: [targets.json, "*.yaml", gone.yml]}]
- job_name: static
  params: {module: [a b, c], empty: []}
  static_configs:
  - {targets: [a:1, b:2, a:1], labels: {team: shop, __param_module: own, __scheme__: ""}}
  - {targets: ["[::1]:9"], labels: {instance: ipv6, job: other, __metrics_path__: "/x?y#z é"}}
- job_name: broken
  file_sd_configs: [{files: [broken.json]}]
"""


def test_files_and_lists_are_read_as_prometheus_reads_them(tmp_path: Path) -> None:
    files = {
        "targets.json": '[{"targets": ["j:1"], "labels": {"a": "b"}}, {"targets": []}]',
        "more.yaml": "- targets: [y:1, z:2]\n  labels: {n: 1.10, b: no}\n",
        "broken.json": '[{"targets": ["j:1"], "labels": {"a": 1}}]',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    config = tmp_path / "prometheus.yml"
    config.write_text(STATIC)
    prometheus = PrometheusContainer(config, [tmp_path / name for name in files])
    with Lab(prometheus, name="test_files") as lab:
        lab.wait_until(lambda: len(_theirs(prometheus, "file")) == 3, "the files are read")
        for job in ("file", "static", "broken"):
            traces = trace(config, job, version=version(prometheus))
            assert _targets(traces) == _theirs(prometheus, job)
        assert "1 is no text" in traces.notes[0]
        asked = trace(config, "file", prometheus)
        assert _targets(asked) == _theirs(prometheus, "file")
