"""Alerts of Grafana's own, from files: what the judge says, and what Grafana does with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.errors import ServiceFailed
from lab_helpers.grading import catalogue
from lab_helpers.grading.judges.grafana.file import AlertFile, Refused
from lab_helpers.lab import Lab
from lab_helpers.services.grafana import GrafanaContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT

EXERCISE = catalogue.exercise("07.e")
QUERY = """sum(rate(shop_http_requests_total{status=~"5.."}[5s]))
                  / sum(rate(shop_http_requests_total[5s]))"""
#: Mistakes with which Grafana does not start; the others it reports later, or sends astray.
REFUSED = {"interval refused", "no such receiver", "not yaml"}
FILES = [
    *((answer, True) for answer in (EXERCISE.solution, *EXERCISE.also_right[1:3])),
    *((wrong.answer, False) for wrong in EXERCISE.wrong if wrong.diagnosis in REFUSED),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    if reason := engine.why_unavailable("grafana"):
        pytest.skip(reason)
    with Lab(PrometheusContainer(), InboxContainer(), name="alerting") as lab:
        yield lab


@pytest.mark.parametrize(("answer", "good"), FILES)
def test_grafana_starts_with_what_the_judge_reads(
    answer: str, good: bool, lab: Lab, tmp_path: Path
) -> None:
    file = tmp_path / "alerting.yml"
    file.write_text(answer)
    grafana = GrafanaContainer(dashboards=[], alerting=[file], name="trial")
    try:
        with lab.guest(grafana):
            (group,) = grafana.api("GET", "prometheus/grafana/api/v1/rules")["data"]["groups"]
            starts = group["rules"][0]["name"] == "CheckoutFails"
    except ServiceFailed:
        starts = False
    try:
        AlertFile.of(answer)
        read = True
    except Refused:
        read = False
    assert (starts, read) == (good, good)


def test_the_chapters_alert_arrives_in_the_inbox(lab: Lab, tmp_path: Path) -> None:
    text = (ROOT / "labs" / "07_grafana" / "alerting.yml").read_text()
    assert QUERY in text
    file = tmp_path / "alerting.yml"
    file.write_text(text.replace(QUERY, "vector(0.16)"))
    grafana = GrafanaContainer(alerting=[file])
    inbox = next(service for service in lab.services if isinstance(service, InboxContainer))
    with lab.guest(grafana):
        lab.wait_until(lambda: len(inbox.messages()) > 0, "the alert is in the inbox")
    (message, *_) = inbox.raw()
    assert (message["to"], message["status"]) == ("grafana", "firing")
    assert message["text"] == "FIRING: 16% of the requests fail"
