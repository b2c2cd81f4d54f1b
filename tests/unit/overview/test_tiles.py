"""The state of a service, in a word: what the engine and Prometheus say, put together."""

from typing import Any

import pytest

from lab_helpers.overview.tiles import EXPORTERS, numbers, tiles
from lab_helpers.stage import compose

SERVICES = [name for name in compose.model()["services"] if name != "grafana"]
RUNNING: dict[str, Any] = {name: {"State": "running"} for name in SERVICES}


def target(host: str, health: str = "up", instance: str = "") -> dict[str, Any]:
    labels = {"instance": instance or host}
    return {"scrapeUrl": f"http://{host}:1/metrics", "health": health, "labels": labels,
            "lastError": "refused" if health == "down" else ""}  # fmt: skip


def shown(
    service: str,
    container: dict[str, Any] | None,
    targets: list[dict[str, Any]] | None,
    known: dict[str, float] | None = None,
) -> tuple[str, str]:
    containers = {**RUNNING, service: container} if container else {}
    found = {one["name"]: one for one in tiles(containers, targets, known or {})}
    return found[service]["state"], found[service]["says"]


@pytest.mark.parametrize(
    ("service", "container", "targets", "known", "wanted"),
    [
        ("web-2", None, [], {}, ("bad", "missing")),
        ("web-2", {"State": "exited"}, [target("web-2")], {}, ("bad", "exited")),
        ("mysql", {"State": "paused"}, [], {"mysql_up": 1}, ("warn", "paused")),
        ("web-2", {"State": "created"}, [], {}, ("info", "starting")),
        ("web-2", {"State": "running"}, None, {}, ("idle", "runs")),
        ("web-2", {"State": "running"}, [target("web-2", "down")], {}, ("bad", "down")),
        ("web-2", {"State": "running"}, [target("web-2", "unknown")], {}, ("info", "starting")),
        ("web-2", {"State": "running"}, [target("web-2")], {}, ("good", "up")),
        ("mysql", {"State": "running"}, [], {"mysql_up": 0}, ("bad", "down")),
        ("mysql", {"State": "running"}, [], {"mysql_up": 1}, ("good", "up")),
        ("inbox", {"State": "running"}, [], {}, ("idle", "runs")),
        ("prometheus", {"State": "running"}, [target("localhost")], {}, ("good", "up")),
    ],
)
def test_a_service(
    service: str,
    container: dict[str, Any] | None,
    targets: list[dict[str, Any]] | None,
    known: dict[str, float],
    wanted: tuple[str, str],
) -> None:
    assert shown(service, container, targets, known) == wanted


def test_a_device_behind_an_exporter_is_down_as_its_target_is() -> None:
    behind = [target("snmp-exporter", "down", instance="switch")]
    assert shown("switch", {"State": "running"}, behind) == ("bad", "down")


def test_every_service_of_the_stack_has_a_tile_and_grafana_where_it_is() -> None:
    found = tiles(RUNNING, [], {})
    assert {one["name"] for one in found} == set(SERVICES)
    assert {one["name"] for one in found if one["group"] == EXPORTERS} == {
        name for name in SERVICES if name.endswith("-exporter")
    }
    with_grafana = tiles({**RUNNING, "grafana": {"State": "running"}}, [], {})
    assert len(with_grafana) == len(found) + 1


def test_of_several_numbers_the_worst_counts() -> None:
    def one(value: str) -> dict[str, Any]:
        return {"metric": {"__name__": "mysql_up"}, "value": [0, value]}

    assert numbers({"result": [one("1"), one("0"), one("1")]}) == {"mysql_up": 0.0}
