"""Six faults of chapter 06, for real: each is reported, by its own alert, and nothing else is."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest
import requests

from lab_helpers.traffic.load import Traffic
from tests.alert_lab import DISK, FULL, AlertLab

# Visitors a second, where they notice. Few of a database that hangs: their pages wait for it, and
# a thread must be left to answer a scrape with.
RATES = {"latency": 4, "errors": 10, "database-hang": 3}
P95 = "job:shop_http_request_duration_seconds:p95_10s"
#: What a fault brings about besides. It is true, and is told as long as nothing explains it: on a
#: slow machine pages may be slow before the exporter has found out that the database is away.
CONSEQUENCES = {"database-hang": {"LatencyHigh", "ErrorsHigh"}}
SINKS = {"ReplicaDown": 2, "DatabaseDown": 2, "ErrorsHigh": 2}  # receivers; 1 for the others


@pytest.fixture
def lab(alert_lab: AlertLab) -> AlertLab:
    """The lab, with nothing wrong and an empty inbox."""
    alert_lab.calm_down()
    return alert_lab


def flush(lab: AlertLab) -> None:
    lab.memcached.run("bash", "-c", r"printf 'flush_all\r\nquit\r\n' > /dev/tcp/127.0.0.1/11211")


def chaos(lab: AlertLab, **lever: float) -> None:
    requests.post(f"{lab.web_1.url}/chaos", params=lever, timeout=30).raise_for_status()


Do = Callable[[AlertLab], object]
FAULTS: dict[str, tuple[str, Do, Do]] = {
    "replica-crash": (
        "ReplicaDown",
        lambda lab: lab.web_2.get_wrapped_container().kill(),
        lambda lab: lab.web_2.start(),
    ),
    "database-hang": (
        "DatabaseDown",
        lambda lab: lab.mysql.pause(),
        lambda lab: lab.mysql.unpause(),
    ),
    "latency": (
        "LatencyHigh",
        lambda lab: chaos(lab, latency=0.5),
        lambda lab: chaos(lab, latency=0),
    ),
    "errors": ("ErrorsHigh", lambda lab: chaos(lab, errors=0.3), lambda lab: chaos(lab, errors=0)),
    "disk-full": (
        "DiskFull",
        lambda lab: lab.set_disk(FULL),
        lambda lab: lab.set_disk(DISK),
    ),
    "cache-emptied": ("CacheEmptied", flush, lambda lab: None),  # the last: it fires for 20 s
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_reported_within_fifteen_seconds_and_nothing_else_is(
    lab: AlertLab, fault: str
) -> None:
    alertname, make, heal = FAULTS[fault]
    visitors = Traffic(lab.web_1.url, rate=RATES[fault]) if fault in RATES else nullcontext()
    with visitors:
        if fault in RATES:  # a counter that has never been above zero has a rate that is too low
            lab.wait_until(lambda: lab.prometheus.query(P95).value[0] < 0.25, "all is served fast")
        began = time.monotonic()
        make(lab)
        try:
            crashed = {"instance": "web-2:8000"} if alertname == "ReplicaDown" else {}
            line = lab.when_paged(alertname, **crashed)
            took = time.monotonic() - began
        finally:
            heal(lab)
    assert took < 15, line
    news = [message for message in lab.inbox.raw() if message["status"] == "firing"]
    told = [(alert["alertname"], m["arrived"]) for m in news for alert in m["alerts"]]
    known = min(arrived for name, arrived in told if name == alertname)
    early = {(name, at) for name, at in told if at < known and name in CONSEQUENCES.get(fault, ())}
    # On a machine so busy that an exporter misses scrapes, its own alert is no false one.
    missed = lab.prometheus.query('min_over_time(up{job="node"}[1m]) == 0')
    late = set() if missed.empty else {"NodeDown"}
    assert {name for name, _ in {*told} - early} - {"Watchdog"} - late == {alertname}
    (rule,) = lab.prometheus.rules().query(f"name == '{alertname}'").to_dict("records")
    routes = lab.alertmanager.routes(**line.labels)
    assert len(routes) == SINKS.get(alertname, 1)
    assert rule["labels"]["team"] in " ".join(routes)
