"""VictoriaMetrics's cluster, for real: under load, one of its two storages is killed."""

import hashlib
import time
from collections.abc import Callable, Iterator

import pytest

from lab_helpers.progress import Progress
from lab_helpers.promql.client import PromQLClient
from lab_helpers.setup import engine
from lab_helpers.setup.images import OF_THE_CLUSTER, ROOT, image_for, variable
from lab_helpers.stage import compose, demo
from lab_helpers.waiting import wait_until
from tests.own_lab import own_ports

PROJECT = f"workshop-cluster-test-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"
SERIES = 2_000
Kill = Callable[[str], None]


def compose_run(*arguments: str) -> None:
    images = [*OF_THE_CLUSTER, "prometheus", "shop"]
    ports = own_ports()
    given = {variable(name): image_for(name) for name in images} | {
        compose.SIGN: "a test",
        compose.CHECKOUT: "a test",
        "BIND": engine.bind_address(),
        "PROMETHEUS_PORT": ports["PROMETHEUS_PORT"],
        "VMSELECT_PORT": ports["WEB_1_PORT"],
    }
    with Progress() as progress:
        compose.run(list(arguments), PROJECT, given, progress, compose.CLUSTER)


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[PromQLClient, Kill]]:
    """What asks the cluster, which runs under load, and what kills a service of it."""
    for image in OF_THE_CLUSTER:
        if reason := engine.why_unavailable(image):
            pytest.skip(reason)
    stage = demo.Demo(PROJECT)

    def address() -> str:
        ports = stage.containers()["vmselect"]["Ports"]
        return engine.url(next(port["PublicPort"] for port in ports if "PublicPort" in port))

    try:
        compose_run("up", "--detach")
        asked = PromQLClient(f"{address()}/select/0/prometheus")
        yield asked, lambda service: stage.container(service).kill()
    finally:
        compose_run("down", "--timeout", "1", "--volumes")


def test_a_storage_is_killed_and_nothing_is_missing(
    cluster: tuple[PromQLClient, Kill], capsys: pytest.CaptureFixture[str]
) -> None:
    asked, kill = cluster

    def series(at: float | None = None) -> int:
        return int(asked.query("count(till_sales_total) or vector(0)", at=at).value[0])

    def samples(at: float) -> int:
        return int(asked.query("sum(count_over_time(till_sales_total[10s]))", at=at).value[0])

    wait_until(lambda: series() == SERIES, "the first samples have come through")
    began = time.time()
    wait_until(lambda: time.time() - began > 11, "eleven seconds of samples")
    before = time.time() - 2
    stored = samples(before)
    assert stored >= 9 * SERIES

    kill("vmstorage-1")
    killed = time.time()
    wait_until(lambda: time.time() - killed > 11, "eleven seconds with one storage")
    now = time.time() - 2
    assert samples(before) == stored, "what was stored before is still there, and counts once"
    assert samples(now) >= 9 * SERIES, "and what came since"
    seen = asked.query_range("count(till_sales_total)", start=began, end=now, step="1s")
    assert seen.iloc[:, 0].eq(SERIES).all(), f"a gap:\n{seen}"
    assert len(seen) >= 20
    least, most = int(seen.iloc[:, 0].min()), int(seen.iloc[:, 0].max())
    with capsys.disabled():
        print(
            f"\n{stored:,} samples before the kill, {samples(before):,} of them after it; "
            f"{samples(now):,} in 10 s with one storage; "
            f"{len(seen)} answers, {least:,} to {most:,} series each"
        )
