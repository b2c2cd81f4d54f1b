"""What a Prometheus says of its targets."""

import json
import re
from typing import Any

import requests

from lab_helpers.services.prometheus import PrometheusContainer


def version(prometheus: PrometheusContainer) -> str:
    return str(prometheus.raw("status/buildinfo")["version"])


def synced(prometheus: PrometheusContainer) -> int:
    """How many jobs have their targets."""
    page = requests.get(f"{prometheus.url}/metrics", timeout=30).text
    syncs = re.findall(r"^prometheus_target_scrape_pool_sync_total{.*} (\S+)", page, re.MULTILINE)
    return sum(float(count) > 0 for count in syncs)


def shown(target: dict[str, Any]) -> tuple[str, str, str]:
    """What is compared of a target: as discovered, its labels, its URL; "" if it is dropped."""
    return (
        json.dumps(discovered_labels(target["discoveredLabels"]), sort_keys=True),
        json.dumps(target.get("labels") or {}, sort_keys=True),
        target.get("scrapeUrl", ""),
    )


def discovered_labels(labels: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if value}
