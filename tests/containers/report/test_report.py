"""The report from the command line into files and into the inbox; and weeks that are not there."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from lab_helpers import InboxContainer, PrometheusContainer, history
from lab_helpers.cli import main
from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.history import backfill
from lab_helpers.history.targets import week
from lab_helpers.promql.client import PromQLClient
from lab_helpers.report import Report, deliver
from lab_helpers.report import report as program
from lab_helpers.setup.images import image_for


@pytest.fixture(scope="module")
def inbox() -> Iterator[InboxContainer]:
    with InboxContainer() as running:
        yield running


@pytest.fixture(scope="module")
def stranger() -> Iterator[PrometheusContainer]:
    """A Prometheus that watches nothing but itself."""
    with PrometheusContainer() as running:
        yield running


@pytest.fixture(scope="module")
def half() -> Iterator[PrometheusContainer]:
    """A Prometheus that watched the shop from Wednesday 02:00 to Friday 04:00."""
    text = backfill.text(week(1), 3000, 6000)
    with io.BytesIO() as merged:
        with tarfile.open(fileobj=merged, mode="w") as archive:
            backfill._unpack(backfill._block(text, image_for("prometheus")), archive)
        server = PrometheusContainer("global: {}\n", flags=history.FLAGS)
        server.unpack_in(merged.getvalue(), "/prometheus")
    with server:
        yield server


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["workshop", "report", *words])
    return main()


def test_one_command_writes_and_delivers(
    prometheus: PrometheusContainer,
    inbox: InboxContainer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inbox.clear()
    where = ["--folder", str(tmp_path), "--smtp", inbox.smtp, "--to", "ann@shop.example"]
    assert run(monkeypatch, "--url", prometheus.url, "--week", "2026-03-04", *where) == 0
    said = capsys.readouterr().out
    assert "There was 1 incident, 25 min long." in said
    assert f"written: {tmp_path}/shop-2026-W10.html {tmp_path}/shop-2026-W10.pdf" in said
    (message,) = inbox.raw()
    assert (message["to"], message["status"], message["html"]) == ("ann@shop.example", "", True)
    assert message["subject"].startswith("The shop's week, 2 to 8 March 2026")
    page = requests.get(f"{inbox.message_link(message['id'])}/html", timeout=10)
    assert page.text.count('src="data:image/png;base64,') == 4 and "cid:" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("sandbox")
    file = requests.get(f"{inbox.message_link(message['id'])}/files/0", timeout=10)
    assert file.content == (tmp_path / "shop-2026-W10.pdf").read_bytes()
    assert inbox.messages()["alerts"].tolist() == [0]


def test_an_inbox_that_is_out_of_order_is_said(report: Report, inbox: InboxContainer) -> None:
    inbox.out_of_order(60)
    with pytest.raises(WorkshopError, match="did not take the report: 451 the inbox is out of"):
        deliver(report, inbox.smtp)
    assert inbox.in_order() == 1


def refusal(prometheus: PrometheusContainer | PromQLClient, week: str) -> str:
    with pytest.raises(WorkshopError) as problem:
        Report.of(prometheus, week)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_a_week_that_is_not_there(prometheus: PrometheusContainer) -> None:
    assert refusal(prometheus, "2026-W20") == (
        f"The Prometheus at {prometheus.url} has no samples of the shop in week 2026-W20, 11 to "
        "17 May 2026; it has 2026-W09, 2026-W10."
    )


def test_a_week_to_come(prometheus: PrometheusContainer) -> None:
    coming = (datetime.now(UTC) + timedelta(days=8)).date().isoformat()
    assert refusal(prometheus, coming).endswith("has not begun.")


def test_a_prometheus_without_the_shop(stranger: PrometheusContainer) -> None:
    assert refusal(stranger, "") == (
        f"The Prometheus at {stranger.url} does not watch the shop: it has no "
        "shop_http_requests_total."
    )


def test_what_is_no_prometheus(inbox: InboxContainer) -> None:
    said = refusal(PromQLClient(inbox.url), "2026-W10")
    assert said.startswith(f"What answers at {inbox.url} is no Prometheus. ")


def test_a_prometheus_that_is_away() -> None:
    with pytest.raises(PrometheusAway, match=r"127\.0\.0\.1:9"):
        Report.of(PromQLClient("http://127.0.0.1:9"), "2026-W10")


def test_half_of_a_week_is_reported_as_that(half: PrometheusContainer) -> None:
    report = Report.of(half, "2026-W10")
    assert report.now.watched == pytest.approx(3000 / 10_080, abs=1e-3)
    assert "Prometheus has samples of 29.7" in report.document.summary[-1]
    assert report.then is None and len(report.incidents) == 1
    assert report.now.hourly["requests"].notna().sum() == 50


def test_a_week_that_goes_on_is_compared_with_as_much_of_the_one_before(
    prometheus: PrometheusContainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    thursday = history.START + timedelta(days=3, hours=12, seconds=20)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> Any:
            return thursday

    monkeypatch.setattr(program, "datetime", Clock)
    report = Report.of(prometheus, "2026-W10")
    assert report.then is not None
    assert report.then.until == report.now.until - timedelta(days=7)
    assert report.now.until == history.START + timedelta(days=3, hours=12)
    assert "up to Thu 5 March, 12:00." in report.document.summary[-1]
    assert not report.incidents
    assert report.then.requests == pytest.approx(report.now.requests, rel=0.02)
    page = report.html
    assert "The week before is taken up to Thu 26 February, 12:00, too." in page


def test_the_command_says_what_is_wrong_in_one_sentence(
    prometheus: PrometheusContainer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("")
    for words in (
        ["--week", "yesterday"],
        ["--url", "http://127.0.0.1:9", "--week", "2026-W10"],
        ["--url", "no address", "--week", "2026-W10"],
        ["--url", prometheus.url, "--week", "2026-W10", "--folder", str(tmp_path / "file")],
        ["--url", prometheus.url, "--week", "2026-W10", "--folder", str(tmp_path),
         "--smtp", "127.0.0.1:9"],
    ):  # fmt: skip
        assert run(monkeypatch, *words) == 1
        said = capsys.readouterr().err
        assert said.startswith("workshop: ") and said.count("\n") == 1, said
