"""What a job's own discovery finds, and what is said where it finds nothing."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from lab_helpers.discovery import trace
from lab_helpers.errors import WorkshopError

JOB = "scrape_configs:\n- job_name: a\n"
CONSUL = JOB + "  consul_sd_configs:\n  - {services: [web], tags: [metrics], tag_separator: '|'}\n"


def consul(service: str, tags: str) -> dict[str, str]:
    return {"__address__": f"{service}:1", "__meta_consul_service": service,
            "__meta_consul_service_id": service, "__meta_consul_tags": tags}  # fmt: skip


def test_static_targets_in_their_order() -> None:
    config = JOB + "  static_configs:\n  - {targets: [b:1, a:1], labels: {x: y}}\n"
    traces = trace(config, "a")
    assert [one.name for one in traces] == ["b:1", "a:1"]
    assert [one.labels["x"] for one in traces] == ["y", "y"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("- targets: [b:1]\n  target: 1\n", "field target not found"),
        ("targets: [b:1]\n", "cannot unmarshal !!map into []*targetgroup.Group"),
        ("-\n", "nil target group item found"),
        ("- targets: [\n", "did not find expected node content"),
    ],
)
def test_a_file_that_prometheus_cannot_read(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "targets.yml").write_text(text)
    config = tmp_path / "prometheus.yml"
    config.write_text(JOB + "  file_sd_configs: [{files: [targets.yml]}]\n")
    traces = trace(config, "a")
    assert (
        not traces
        and words in repr(traces)
        and words in traces._repr_html_().replace("&#x27;", "'")
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ('[{"targets": ["b:1"], "extra": 1}]', 'unknown field "extra"'),
        ('[{"targets": "b:1"}]', "targets are a list"),
        ('[{"targets": [1]}]', "1 is no text"),
        ('{"targets": []}', "no list of target groups"),
        ("[null]", "nil target group"),
        ("[", "that is no JSON"),
    ],
)
def test_json_that_prometheus_cannot_read(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "targets.json").write_text(text)
    config = tmp_path / "prometheus.yml"
    config.write_text(JOB + "  file_sd_configs: [{files: [targets.json]}]\n")
    assert words in repr(trace(config, "a"))


@pytest.mark.parametrize(
    "job, words",
    [
        ("", "names no targets and no discovery"),
        ("  static_configs: []\n", "nothing was discovered for the job 'a' (static_configs)"),
        ("  file_sd_configs: [{files: [/gone/*.yml]}]\n", "no file is called /gone/*.yml"),
        ("  file_sd_configs: [{files: [x.yml]}]\n", "give the configuration as a Path"),
        ("  kubernetes_sd_configs: [{role: pod}]\n", "kubernetes_sd_configs cannot be asked"),
        ("  http_sd_configs: [{url: 'http://127.0.0.1:1/'}]\n", "nobody answers at http://127"),
        ("  consul_sd_configs: [{server: '127.0.0.1:1'}]\n", "No Consul answers at http://127"),
    ],
)
def test_nothing_found_is_never_without_a_word(job: str, words: str) -> None:
    traces = trace(JOB + job, "a")
    assert not traces and words in repr(traces)


PAGES = {
    "/good": (200, "application/json; charset=utf-8", [{"targets": ["c:1"]}]),
    "/html": (200, "text/html", []),
    "/gone": (404, "application/json", []),
}


class _Targets(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, kind, groups = PAGES[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(json.dumps(groups).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Targets)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_page_of_targets(url: str) -> None:
    def at(path: str) -> str:
        return JOB + f"  http_sd_configs: [{{url: '{url}{path}'}}]\n"

    (one,) = trace(at("/good"), "a")
    assert one.discovered["__meta_url"] == f"{url}/good" and one.labels["instance"] == "c:1"
    assert 'unsupported content type "text/html"' in repr(trace(at("/html"), "a"))
    assert "answers 404" in repr(trace(at("/gone"), "a"))


def test_instances_that_the_job_does_not_ask_consul_for() -> None:
    given = [consul("web", ",eu,metrics,"), consul("db", ",metrics,"), consul("web", ",eu,")]
    web, db, other = trace(CONSUL, "a", given)
    assert web.discovered["__meta_consul_tags"] == "|eu|metrics|"
    assert db.reason == "consul_sd_configs does not ask for it: its service is none of web"
    assert other.reason == "consul_sd_configs does not ask for it: it has no tag metrics"


def test_a_filter_is_left_to_consul() -> None:
    config = CONSUL.replace("services: [web]", "filter: 'ServiceName == web'")
    with pytest.raises(WorkshopError, match=r"filter, which only Consul can apply.*trace\(config"):
        trace(config, "a", [consul("web", ",,")])
    found_by_prometheus = consul("web", "|a|") | {"__metrics_path__": "/metrics"}
    assert trace(config, "a", [found_by_prometheus])[0].reason == ""
