"""The client asks what was meant, and frames what comes back.

Targets and rules have the shape that Prometheus 2.53.3 and 3.5.3 gave.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.client import PromQLClient
from lab_helpers.promql.durations import default_step, seconds, seconds_since_1970
from tests.unit.fake_prometheus import FakePrometheus, serving, vector

TARGET = {
    "discoveredLabels": {"__address__": "web:8000", "job": "web"},
    "labels": {"instance": "web:8000", "job": "web", "health": "clash"},
    "scrapePool": "web",
    "scrapeUrl": "http://web:8000/metrics",
    "globalUrl": "http://web:8000/metrics",
    "lastError": "",
    "lastScrape": "2026-11-22T08:41:29.024625558Z",
    "lastScrapeDuration": 0.003888687,
    "health": "up",
    "scrapeInterval": "1m30s",
    "scrapeTimeout": "1s",
}
REFUSED = 'Get "http://apache:80/": dial tcp: connection refused'
NOT_YET = {
    **TARGET,
    "labels": {"instance": "apache:80", "job": "apache"},
    "lastError": REFUSED,
    "lastScrape": "0001-01-01T00:00:00Z",
    "health": "unknown",
}
RULES = [
    {
        "name": "job:up:sum",
        "query": "sum by (job) (up)",
        "health": "ok",
        "evaluationTime": 0.0003,
        "lastEvaluation": "2026-11-22T08:40:48.581983921Z",
        "type": "recording",
    },
    {
        "state": "firing",
        "name": "Down",
        "query": "up == 0",
        "duration": 60,
        "keepFiringFor": 0,
        "labels": {"severity": "page"},
        "annotations": {"summary": "x"},
        "alerts": [{"state": "firing", "value": "0e+00"}],
        "health": "err",
        "lastError": "vector cannot contain metrics with the same labelset",
        "evaluationTime": 0.0002,
        "lastEvaluation": "0001-01-01T00:00:00Z",
        "type": "alerting",
    },
]


@pytest.fixture
def fake() -> Iterator[FakePrometheus]:
    with serving() as server:
        yield server


@pytest.fixture
def client(fake: FakePrometheus) -> PromQLClient:
    return PromQLClient(fake.url + "/")


def test_query_sends_expression_and_moment(fake: FakePrometheus, client: PromQLClient) -> None:
    client.query('up{job="Zürich ☕"}')
    client.query("up", at="2026-03-02 14:00")
    client.query("up", at=pd.Timestamp("2026-03-02 15:00", tz="Europe/Berlin"))
    paths, params = zip(*fake.asked, strict=True)
    assert set(paths) == {"/api/v1/query"}
    assert params[0] == {"query": 'up{job="Zürich ☕"}'}
    assert params[1] == params[2] == {"query": "up", "time": "1772460000.000"}


def test_rows_are_sorted_by_label_unless_the_order_was_asked_for(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.answers(vector({"le": "+Inf"}, {"le": "10"}, {"le": "2.5"}))
    assert client.query("x_bucket")["le"].tolist() == ["2.5", "10", "+Inf"]
    assert client.query("sort_desc(x)")["le"].tolist() == ["+Inf", "10", "2.5"]
    assert client.query("topk(3, x)")["le"].tolist() == ["+Inf", "10", "2.5"]


def test_query_range_sends_the_span(fake: FakePrometheus, client: PromQLClient) -> None:
    series = [{"metric": {"job": "a"}, "values": [[1, "1"], [2, "+Inf"]]}]
    fake.answers({"resultType": "matrix", "result": series})
    frame = client.query_range("up", end="2026-03-02T14:00:00.25", last="1h30m", step="90s")
    assert frame["a"].tolist() == [1, float("inf")]
    client.query_range("up", start=datetime(2026, 3, 2, tzinfo=UTC), end=1772460000)
    before = time.time()
    client.query_range("up", last=timedelta(minutes=5), step=pd.Timedelta("2s"))
    paths, params = zip(*fake.asked, strict=True)
    assert set(paths) == {"/api/v1/query_range"}
    assert params[0] == {
        "query": "up", "start": "1772454600.250", "end": "1772460000.250", "step": "90"
    }  # fmt: skip
    assert (params[1]["start"], params[1]["end"]) == ("1772409600.000", "1772460000.000")
    assert params[1]["step"] == "180"
    assert float(params[2]["end"]) - float(params[2]["start"]) == 300
    assert before - 2 <= float(params[2]["end"]) <= time.time()  # at a whole step
    assert params[2]["step"] == "2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", 90), ("1h30m", 5400), ("500ms", 0.5), ("1w2d", 777600), (15, 15), ("0s", 0)],
)
def test_durations(text: str | float, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5x", "m5", "1m1h", "1.5h", "-5m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(WorkshopError, match=r"no duration.*1h30m"):
        seconds(text)


def test_moments_without_a_zone_are_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    same = (
        "2026-03-02T14:00", "2026-03-02 15:00+01:00", datetime(2026, 3, 2, 14), 1772460000,
        datetime(2026, 3, 2, 15, tzinfo=berlin), pd.Timestamp("2026-03-02 14:00"),
    )  # fmt: skip
    assert {seconds_since_1970(moment) for moment in same} == {1772460000}
    with pytest.raises(WorkshopError, match="'yesterday-ish' is no moment"):
        seconds_since_1970("yesterday-ish")


@pytest.mark.parametrize("span", [900, 1800, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400])
def test_default_step_gives_about_250_to_300_points(span: int) -> None:
    step = default_step(span)
    assert step == int(step)
    assert 250 <= span / step <= 300


@pytest.mark.parametrize("span", [0, 1, 60, 299, 301])
def test_default_step_is_at_least_a_second(span: int) -> None:
    assert default_step(span) >= 1


def test_targets(fake: FakePrometheus, client: PromQLClient) -> None:
    fake.answers({"activeTargets": [TARGET, NOT_YET], "droppedTargets": []})
    frame = client.targets()
    assert fake.asked[-1] == ("/api/v1/targets", {"state": "active"})
    assert frame["job"].tolist() == ["apache", "web"]
    assert frame["health"].tolist() == ["unknown", "up"]
    assert frame["label_health"].tolist() == ["", "clash"]
    assert frame["last_error"].tolist() == [REFUSED, ""]
    assert frame["last_scrape"].dtype == "datetime64[us, UTC]"
    assert frame["last_scrape"].isna().tolist() == [True, False]
    assert frame["scrape_interval"].tolist() == [90, 90]
    assert frame["scrape_duration"].dtype == "float64"


def test_dropped_targets_are_listed_apart(fake: FakePrometheus, client: PromQLClient) -> None:
    fake.answers({"activeTargets": [], "droppedTargets": [{"discoveredLabels": {"job": "x"}}]})
    frame = client.targets("dropped")
    assert fake.asked[-1][1] == {"state": "dropped"}
    assert frame.to_dict("records") == [{"job": "x", "__address__": ""}]


def test_rules(fake: FakePrometheus, client: PromQLClient) -> None:
    fake.answers({"groups": [{"name": "g", "file": "r.yml", "rules": RULES}]})
    frame = client.rules().set_index("name")
    assert frame["type"].tolist() == ["recording", "alerting"]
    assert frame.loc["Down", ["state", "alerts", "duration"]].tolist() == ["firing", 1, 60]
    assert frame.loc["Down", "labels"] == {"severity": "page"}
    assert frame["last_evaluation"].isna().tolist() == [False, True]


def test_no_targets_and_no_rules_are_empty_frames(
    fake: FakePrometheus, client: PromQLClient
) -> None:
    fake.answers({"activeTargets": [], "droppedTargets": [], "groups": []})
    for frame in (client.targets(), client.targets("dropped"), client.rules()):
        assert len(frame) == 0
        assert "job" in frame or "group" in frame
    assert (client.targets()["health"] == "up").sum() == 0


def test_raw_gives_plain_objects(fake: FakePrometheus, client: PromQLClient) -> None:
    fake.answers(["__name__", "job"])
    assert client.raw("/api/v1/labels", limit=2) == ["__name__", "job"]
    assert fake.asked[-1] == ("/api/v1/labels", {"limit": "2"})


def test_nothing_heavy_loads_before_the_first_question() -> None:
    code = (
        "import sys; from lab_helpers.promql.client import PromQLClient; PromQLClient('http://x');"
        "print([m for m in ('pandas', 'numpy', 'matplotlib', 'prometheus_api_client', 'requests')"
        " if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
