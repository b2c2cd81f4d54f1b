"""Refusals in the server's words, with a caret where it points; its remarks as warnings.

Shapes and positions are those that Prometheus 2.53.3 and 3.5.3 gave, words shortened where they do
not matter. The form "char N", of releases before 2.16, was not tried on a server.
"""

import socket
import time
import warnings
from collections.abc import Iterator

import pytest

from lab_helpers.errors import PromQLError
from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.client import PromQLClient
from tests.unit.fake_prometheus import FakePrometheus, serving, vector


@pytest.fixture
def fake() -> Iterator[FakePrometheus]:
    with serving() as server:
        yield server


@pytest.fixture
def client(fake: FakePrometheus) -> PromQLClient:
    return PromQLClient(fake.url + "/")


CARETS = [
    ("sum(up", "1:7: parse error: unclosed left parenthesis", ["sum(up", "      ^"]),
    (
        "sum(\n  rate(up[5m])\n) +* 2",
        "3:4: parse error: unexpected <op:*>",
        ["sum(", "  rate(up[5m])", ") +* 2", "   ^"],
    ),
    ("a +\n\t{}\n+ b", "2:2: parse error: no", ["a +", " {}", " ^", "+ b"]),
    ('"Lóngü" + up}', "1:15: parse error: unexpected", ['"Lóngü" + up}', "            ^"]),
    ("sum(up))", "1:9: parse error: unexpected", ["sum(up))", "        ^"]),
    ("up{x=1}", "parse error at char 6: unexpected", ["up{x=1}", "     ^"]),
    ("ü +\nup{x=1}", "parse error at char 11: no", ["ü +", "up{x=1}", "     ^"]),
    ("a * on(b) c", "found duplicate series; many-to-many", ["a * on(b) c"]),
    ("a", "9:1: parse error: beyond the query", ["a"]),
]


@pytest.mark.parametrize(("query", "message", "lines"), CARETS)
def test_a_caret_stands_where_the_server_points(
    fake: FakePrometheus, client: PromQLClient, query: str, message: str, lines: list[str]
) -> None:
    fake.refuses(f'invalid parameter "query": {message}')
    with pytest.raises(PromQLError) as caught:
        client.query(query)
    head, shown = str(caught.value).split("\n\n")
    assert head == f"Prometheus says: {message}"
    assert [line.removeprefix("    ") for line in shown.split("\n")] == lines


def test_an_empty_query_is_refused_without_a_caret(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.refuses('invalid parameter "query": unknown position: parse error: no expression found')
    with pytest.raises(PromQLError, match=r"no expression found$"):
        client.query("")


def test_an_unknown_function_is_met_with_a_likely_one(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.refuses('invalid parameter "query": 1:1: parse error: unknown function with name "rats"')
    with pytest.raises(PromQLError, match=r'name "rats"(.|\n)*Did you mean rate'):
        client.query("rats(up)")


def test_too_many_points_are_met_with_a_step_that_fits(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.refuses(
        "exceeded maximum resolution of 11,000 points per timeseries. "
        "Try decreasing the query resolution (?step=XX)"
    )
    with pytest.raises(PromQLError, match=r"86,401 points a series. A step of 10 s fits: step=10"):
        client.query_range("up", last="1d", step=1)


def test_a_503_is_told_at_once_in_the_servers_words(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.refuses("query timed out in expression evaluation", 503, "timeout")
    begin = time.perf_counter()
    with pytest.raises(PromQLError, match="query timed out in expression evaluation"):
        client.query("up")
    assert time.perf_counter() - begin < 5  # four tries would take six seconds
    assert len(fake.asked) == 1


def test_no_server_no_answer_no_prometheus(fake: FakePrometheus, client: PromQLClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(PromQLError, match=r"cannot be reached at .*refused"):
            PromQLClient(f"http://127.0.0.1:{free.getsockname()[1]}").query("up")
    fake.status, fake.body = 404, b"404 page not found\n"
    with pytest.raises(PromQLError, match=r"HTTP 404: 404 page not found$"):
        client.query("up")
    fake.status, fake.body = 200, b"<html>Grafana</html>"
    with pytest.raises(PromQLError, match="no Prometheus: it answered '<html>"):
        client.query("up")
    fake.wait = 0.5
    with pytest.raises(PromQLError, match=r"did not answer within 0.1 s(.|\n)*sum\(up\)"):
        PromQLClient(fake.url, timeout=0.1).query("sum(up)")


@pytest.mark.parametrize("kind", ["warnings", "infos"])
def test_remarks_become_warnings_at_the_line_that_asked(
    fake: FakePrometheus, client: PromQLClient, kind: str
) -> None:
    remark = 'PromQL info: metric might not be a counter: "up" (1:6)'
    fake.answers(vector({"job": "web"}), **{kind: [remark]})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert len(client.query("rate(up[5m])")) == 1
    assert [(str(w.message), w.category) for w in caught] == [(remark, PromQLWarning)]
    assert caught[0].filename == __file__
