"""Links to Prometheus's pages; tests/browser opens them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd
import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.services.links import Link, prometheus_page
from tests.unit.fake_prometheus import FakePrometheus, serving


@pytest.fixture(scope="module")
def server() -> Iterator[FakePrometheus]:
    with serving() as fake:
        yield fake


def test_a_query_arrives_as_it_was_typed(server: FakePrometheus) -> None:
    expr = 'sum by (job) (rate(x{path=~"/a+b&c=#.*", name="é%20"}[5m])) > 0'
    link = prometheus_page(server.url, "query", expr)
    assert urlsplit(link).path == "/query"
    assert dict(parse_qsl(urlsplit(link).query)) == {"g0.expr": expr, "g0.tab": "table"}


def test_a_moment_may_be_given_as_everywhere_and_is_said_in_utc(server: FakePrometheus) -> None:
    for at in ("2026-03-02 14:00", 1772460000, pd.Timestamp("2026-03-02 15:00", tz="Europe/Paris")):
        link = prometheus_page(server.url, "query", "up", tab="graph", at=at, range="6h")
        assert dict(parse_qsl(urlsplit(link).query)) == {
            "g0.expr": "up",
            "g0.tab": "graph",
            "g0.end_input": "2026-03-02 14:00:00",
            "g0.moment_input": "2026-03-02 14:00:00",
            "g0.range_input": "6h",
        }
        assert link.words.endswith("· up · graph · at 2026-03-02 14:00:00 · range 6h")


@pytest.mark.parametrize("shown", [{"tab": "explain"}, {"tree": True}])
def test_what_asks_about_now_gets_the_moment_into_its_query(
    server: FakePrometheus, shown: dict[str, Any]
) -> None:
    link = prometheus_page(server.url, "query", "up > 0", at="2026-03-02 14:00", **shown)
    assert dict(parse_qsl(urlsplit(link).query))["g0.expr"] == "up @ 1772460000.000 > 0"
    assert "· up > 0 ·" in link.words


def test_several_words_of_a_filter_are_several_parameters(server: FakePrometheus) -> None:
    link = prometheus_page(server.url, "targets", job="web", health=["down", "unknown"])
    assert link == f"{server.url}/targets?pool=web&health=down&health=unknown"
    assert link.words == "Prometheus: targets · job web · health down or unknown"


def test_a_server_without_the_new_pages_has_the_old_ones(server: FakePrometheus) -> None:
    server.status = 404
    try:
        assert prometheus_page(server.url, "query", "up").startswith(f"{server.url}/classic/graph?")
        assert prometheus_page(server.url, "targets") == f"{server.url}/classic/targets"
    finally:
        server.status = 200


def test_a_link_is_an_address_and_in_a_notebook_to_be_clicked() -> None:
    link = Link('http://here/?a=1&b="2"', "<up>")
    assert str(link) == repr(link) == 'http://here/?a=1&b="2"'
    assert link._repr_html_() == (
        '<a href="http://here/?a=1&amp;b=&quot;2&quot;" target="_blank">&lt;up&gt;</a>'
    )


@pytest.mark.parametrize(
    ("name", "filters", "why"),
    [
        ("target", {}, "no page 'target'. It has query, targets"),
        ("targets", {"state": "down"}, "no filter 'state': it has only job, health, search"),
        ("config", {"search": "up"}, "no filter 'search': it has none"),
        ("targets", {"expr": "up"}, "no filter 'expr'"),
        ("query", {"tab": "console"}, "tab='console' means nothing"),
        ("alerts", {"state": ["firing", "red"]}, "state='red' means nothing"),
        ("query", {"at": "yesterday"}, "'yesterday' is no moment"),
    ],
)
def test_what_prometheus_would_not_understand_is_refused(
    server: FakePrometheus, name: str, filters: dict[str, Any], why: str
) -> None:
    with pytest.raises(WorkshopError, match=why.replace("(", r"\(")):
        prometheus_page(server.url, name, **filters)
