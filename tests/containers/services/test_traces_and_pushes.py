"""The shop with exemplars, and the one with OpenTelemetry: what Prometheus has of each request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lab_helpers.lab import Lab
from lab_helpers.services.programs import ProgramContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.setup.needs import why_unmet
from tests.own_lab import own_lab

FILES = Path(__file__).parents[3] / "labs" / "04_custom_exporters"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}
WHO = "service.name=shop,service.namespace=sales,service.instance.id=one,service.version=2.0.0"


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    with own_lab(request.node.name) as lab:
        yield lab


def test_a_trace_id_becomes_an_exemplar_that_can_be_asked_for(lab: Lab) -> None:
    traced = ProgramContainer(FILES / "traced_shop.py", name="traced", metrics_port=8001)
    flags = ["--enable-feature=exemplar-storage"]
    prometheus = PrometheusContainer(FILES / "prometheus.yml", flags=flags)
    lab.start(prometheus, traced)
    for header in (f"00-{TRACE}-00f067aa0ba902b7-01", "", "00-" + "x" * 200 + "-1-01"):
        answer = requests.get(traced.url, headers={"traceparent": header}, timeout=30)
        assert answer.ok, "a header that is no trace does no harm"
    page = requests.get(traced.metrics_url, headers=OPENMETRICS, timeout=30).text
    assert page.count("trace_id") == page.count(TRACE) == 1

    def stored() -> list[dict[str, str]]:
        found = prometheus.raw(
            "query_exemplars", query="shop_http_request_duration_seconds_bucket",
            start=0, end=prometheus.query("time()").value[0],
        )  # fmt: skip
        return [each["labels"] for one in found for each in one["exemplars"]]

    lab.wait_until(stored, "Prometheus has an exemplar")
    assert stored() == [{"trace_id": TRACE}]


@pytest.mark.skipif(
    why_unmet("prometheus>=3.8") is not None, reason="this Prometheus does not take pushes"
)
def test_opentelemetry_pushes_the_same_seconds_that_are_scraped(lab: Lab) -> None:
    receiver = PrometheusContainer(
        FILES / "otlp.yml", flags=["--web.enable-otlp-receiver"], name="receiver"
    )
    otel = ProgramContainer(
        FILES / "otel_shop.py",
        name="otel",
        metrics_port=8001,
        packages=["opentelemetry-exporter-otlp-proto-http"],
        environment={
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://receiver:9090/api/v1/otlp",
            "OTEL_RESOURCE_ATTRIBUTES": WHO,
        },
    )
    lab.start(receiver, otel)
    for _ in range(3):
        requests.get(f"{otel.url}/products/teapot", timeout=30)
    pushed = 'http_server_request_duration_seconds{http_route="/products/<name>"}'
    scraped = 'shop_http_request_duration_seconds_%s{route="/products/<name>"}'
    counts = f"histogram_count({pushed})", scraped % "count"
    lab.wait_until(
        lambda: [receiver.query(count).value.sum() for count in counts] == [3, 3],
        "three requests were pushed, and scraped",
    )
    (one,) = receiver.query(f"histogram_sum({pushed})").itertuples()
    assert one.value == pytest.approx(receiver.query(scraped % "sum").value[0], rel=1e-9)
    assert (one.job, one.instance) == ("sales/shop", "one")
    (about,) = receiver.query("target_info").itertuples()
    assert (about.job, about.instance, about.service_version) == ("sales/shop", "one", "2.0.0")
    assert receiver.query("up").job.tolist() == ["shop"], "nobody says whether it is up"
