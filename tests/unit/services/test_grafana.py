"""Grafana's API as `services.grafana` speaks it, against a server that answers like it."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.services import grafana
from lab_helpers.services.grafana import GrafanaContainer
from lab_helpers.setup import engine

SOURCE = {
    "id": 3,
    "uid": "prometheus",
    "name": "Prometheus",
    "type": "prometheus",
    "url": "http://p",
}
FRAMES = {  # Grafana 8 and later
    "frames": [
        {
            "schema": {
                "fields": [
                    {"name": "Time", "type": "time"},
                    {"name": "Value", "type": "number", "labels": {"job": "web"}},
                ]
            },
            "data": {"values": [[1000, 2000], [1, 0]]},
        }
    ]
}
SERIES = {"series": [{"name": "up", "tags": {"job": "web"}, "points": [[1, 1000], [0, 2000]]}]}
TABLES = {"tables": [{"columns": [{"text": "name"}, {"text": "n"}], "rows": [["teapot", 2]]}]}


class Fake(BaseHTTPRequestHandler):
    """Answers what the test put into `answers`, and remembers what it was asked."""

    answers: dict[str, tuple[int, Any]]
    asked: list[tuple[str, str, Any]]

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        path = self.path.partition("?")[0]
        self.asked.append((f"{self.command} {path}", self.headers["Authorization"], body))
        status, answer = self.answers.get(f"{self.command} {path}", (404, {"message": "Not found"}))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A GrafanaContainer whose container is a fake server; needs neither engine nor image."""
    Fake.answers, Fake.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(engine, "client", lambda: None)
    made = GrafanaContainer.__new__(GrafanaContainer)
    made.name, made.password = "grafana", "secret"
    made._host_port = server.server_address[1]
    made._container = None
    yield made
    server.shutdown()
    server.server_close()


def test_a_push_goes_over_what_is_there_and_says_where_it_is(service: Any) -> None:
    Fake.answers["POST /api/dashboards/db"] = 200, {"url": "/d/mine/mine", "version": 2}
    assert (
        service.push({"uid": "mine", "title": "Mine", "id": 7}, "why")
        == f"{service.url}/d/mine/mine"
    )
    call, authorization, body = Fake.asked[-1]
    assert call == "POST /api/dashboards/db"
    assert base64.b64decode(authorization.split()[1]) == b"admin:secret"
    assert body["overwrite"] is True
    assert body["message"] == "why"
    assert body["dashboard"] == {"uid": "mine", "title": "Mine", "id": None}


def test_a_dashboard_that_came_from_a_file_is_not_saved_over(service: Any) -> None:
    meta = {"provisioned": True, "provisionedExternalId": "mine.json"}
    Fake.answers["GET /api/dashboards/uid/mine"] = 200, {"meta": meta, "dashboard": {}}
    Fake.answers["POST /api/dashboards/db"] = 200, {"url": "/d/mine/mine"}
    with pytest.raises(ConfigurationRefused, match=r"'Mine': grafana has it from mine\.json"):
        service.push({"uid": "mine", "title": "Mine"})
    assert [call for call, _, _ in Fake.asked] == ["GET /api/dashboards/uid/mine"]


def test_a_refused_dashboard_is_told_in_grafanas_words(service: Any) -> None:
    Fake.answers["POST /api/dashboards/db"] = 400, {"message": "Dashboard title cannot be empty"}
    with pytest.raises(ConfigurationRefused) as problem:
        service.push({"uid": "mine"})
    assert str(problem.value) == (
        "The dashboard 'without a title': grafana refuses POST /api/dashboards/db (HTTP 400): "
        "Dashboard title cannot be empty"
    )


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, {"message": "invalid username or password"}, "invalid username or password"),
        (412, {"message": "changed", "status": "version-mismatch"}, "changed"),
        (422, [{"fieldNames": ["Dashboard"], "message": "Required"}], "Required"),
        (502, b"<html>Bad gateway", "<html>Bad gateway"),
        (500, {"odd": 1}, '{"odd": 1}'),
    ],
)
def test_every_refusal_keeps_its_message(service: Any, status: int, answer: Any, told: str) -> None:
    Fake.answers["GET /api/search"] = status, answer
    with pytest.raises(ConfigurationRefused, match=rf"\(HTTP {status}\): ") as problem:
        service.api("GET", "search")
    assert str(problem.value).endswith(told)


def test_a_grafana_that_is_away_is_named(service: Any) -> None:
    service._host_port = 1
    with pytest.raises(ServiceFailed, match=r"grafana does not answer at http://.*:1/api/health"):
        _ = service.version


@pytest.mark.parametrize("result", [FRAMES, SERIES], ids=["since 8", "before 8"])
def test_promql_through_grafana(service: Any, result: Any) -> None:
    Fake.answers["GET /api/datasources/uid/prometheus"] = 200, SOURCE
    Fake.answers["POST /api/ds/query"] = 200, {"results": {"A": result}}
    frame = service.ask("prometheus", "up", last=10)
    assert frame.Value.tolist() == [1, 0]
    assert frame.job.tolist() == ["web", "web"]
    body = Fake.asked[-1][2]
    (query,) = body["queries"]
    assert (query["expr"], query["datasource"]["uid"], query["datasourceId"]) == (
        "up",
        "prometheus",
        3,
    )
    assert int(body["to"]) - int(body["from"]) == 10_000


def test_sql_through_grafana(service: Any) -> None:
    Fake.answers["GET /api/datasources/uid/mysql"] = 200, SOURCE | {"uid": "mysql", "type": "mysql"}
    Fake.answers["POST /api/ds/query"] = 200, {"results": {"A": TABLES}}
    assert service.ask("mysql", "SELECT 1").to_dict("records") == [{"name": "teapot", "n": 2}]
    (query,) = Fake.asked[-1][2]["queries"]
    assert (query["rawSql"], query["format"]) == ("SELECT 1", "table")


@pytest.mark.parametrize(
    "answer",
    [
        (400, {"results": {"A": {"error": "connection refused", "status": 400}}}),
        (200, {"results": {"A": {"error": "connection refused"}}}),
        (500, {"message": "connection refused"}),
    ],
)
def test_a_data_source_that_does_not_answer(service: Any, answer: Any) -> None:
    Fake.answers["GET /api/datasources/uid/prometheus"] = 200, SOURCE
    Fake.answers["POST /api/ds/query"] = answer
    with pytest.raises(ServiceFailed) as problem:
        service.ask("prometheus", "up")
    text = str(problem.value)
    assert text.startswith(
        "The data source Prometheus at http://p does not answer through grafana: "
    )
    assert "connection refused" in text
    assert "not 127.0.0.1" in text


def test_a_data_source_that_is_not_there(service: Any) -> None:
    with pytest.raises(ConfigurationRefused, match=r"datasources/uid/nobody .*Not found"):
        service.ask("nobody", "up")


def test_lists_are_frames_even_when_empty(service: Any) -> None:
    Fake.answers["GET /api/search"] = 200, []
    Fake.answers["GET /api/datasources"] = 200, [SOURCE | {"isDefault": True}]
    assert list(service.dashboards().columns) == ["uid", "title", "tags", "url"]
    assert service.datasources().uid.tolist() == ["prometheus"]


def test_what_is_provisioned_names_the_data_sources_that_dashboards_ask() -> None:
    import yaml

    from lab_helpers import dashboards

    files = (grafana.PROVISIONING / "datasources").glob("*.yml")
    sources = [one for file in files for one in yaml.safe_load(file.read_text())["datasources"]]
    found = {(one["type"], one["uid"]) for one in sources}
    assert found == {tuple(d.values()) for d in (dashboards.PROMETHEUS, dashboards.MYSQL)}
    for one in sources:
        assert not one.get("secureJsonData") or all(
            value.startswith("$") for value in one["secureJsonData"].values()
        ), "a secret stands in a file"


def test_a_snapshots_address_is_the_one_that_this_machine_reaches(service: Any) -> None:
    answer = {"key": "k", "url": "http://localhost:3000/dashboard/snapshot/k", "deleteUrl": "d"}
    Fake.answers["POST /api/snapshots"] = 200, answer
    made = service.snapshot({"title": "Mine", "panels": []}, expires=60)
    assert made == answer | {"url": f"{service.url}/dashboard/snapshot/k"}
    assert Fake.asked[-1][2]["expires"] == 60


def test_another_user_may_call(service: Any) -> None:
    Fake.answers["GET /api/user/orgs"] = 200, [{"role": "Viewer"}]
    service.api("GET", "user/orgs", auth=("vera", "hers"))
    _, authorization, _ = Fake.asked[-1]
    assert base64.b64decode(authorization.split()[1]) == b"vera:hers"


@pytest.mark.parametrize(("version", "name"), [("9.3.2", "left"), ("13.2.3", "panes")])
def test_explore_opens_at_a_query(service: Any, version: str, name: str) -> None:
    Fake.answers["GET /api/health"] = 200, {"version": version}
    expr = 'sum(rate(m{a="b"}[5m])) + 1 & 2'
    address = urlsplit(service.explore(expr, last="6h"))
    assert address.path == "/explore"
    found = json.loads(parse_qs(address.query)[name][0])
    (pane,) = [found] if name == "left" else found.values()
    assert pane["datasource"] == "prometheus"
    assert pane["queries"][0]["expr"] == expr
    assert pane["range"] == {"from": "now-6h", "to": "now"}
