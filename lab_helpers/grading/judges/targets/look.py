"""What a Prometheus that has just been started makes of its configuration: its targets."""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from lab_helpers.errors import WaitFailed
from lab_helpers.grading.judges.targets.refusals import too_late
from lab_helpers.services.prometheus import CONFIG, PrometheusContainer
from lab_helpers.waiting import wait_until

#: Seconds after which every source has brought its targets: new ones bring theirs one by one, each
#: when it has them; before Prometheus 3.12 all are handed on together, after five.
ALL_IN = 5.0
#: Seconds after which Prometheus has tried in vain.
FIRST_TICK = 6.5
#: Seconds after which what is not there will not come.
PATIENCE = 15.0
#: Seconds from one look to the next.
INTERVAL = 0.4

_SYNCED = re.compile(r"^prometheus_target_scrape_pool_sync_total\{.*\} [1-9]", re.MULTILINE)
_COMPLAINT = re.compile(r'level=error\b.*?msg="([^"]*)".*?err="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """An instance that Prometheus discovered.

    job: the job_name under which it was. url: what Prometheus asks for; "" if the rules dropped it.
    labels: those of its series. health: up, down, or unknown before the first scrape.
    """

    job: str
    discovered: Mapping[str, str]
    url: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    health: str = ""
    error: str = ""


@dataclass(frozen=True)
class Look:
    """All that was seen of it.

    complaints: the errors in its log, each with what it was about.
    intervals: how often each job is scraped, as the configuration says.
    unverified: the jobs that take any certificate over HTTPS.
    """

    version: str
    intervals: Mapping[str, str]
    targets: tuple[Found, ...] = ()
    dropped: tuple[Found, ...] = ()
    complaints: tuple[tuple[str, str], ...] = ()
    unverified: frozenset[str] = frozenset()


def watch(prometheus: PrometheusContainer, config: str, scrapes: bool) -> Look:
    """Wait until Prometheus has found its targets, then say what it saw.

    prometheus: has just been started, with the configuration `config`.
    scrapes: wait until each target has been scraped too, and have that done every second.
    """
    began = time.monotonic()
    in_force = prometheus.raw("status/config")["yaml"]
    version = prometheus.raw("status/buildinfo")["version"]
    if scrapes:
        prometheus.copy_into_container(hurried(config, in_force).encode(), CONFIG)
        requests.post(f"{prometheus.url}/-/reload", timeout=10)
    seen = Look(version, _intervals(in_force), unverified=_unverified(in_force))

    def is_complete() -> bool:
        nonlocal seen
        if time.monotonic() - began < ALL_IN - 3 * INTERVAL:
            return False  # what is seen by then decides nothing
        nothing_comes = _has_synced(prometheus, len(seen.intervals))  # to be asked first
        before, seen = seen, _look(prometheus, seen)
        elapsed = time.monotonic() - began
        if elapsed < ALL_IN:
            return False
        if seen.targets or seen.dropped:
            tried = all(_is_tried(one, elapsed) for one in seen.targets) or not scrapes
            return tried and seen == before
        in_vain = elapsed > FIRST_TICK and bool(_complaints(prometheus))
        return nothing_comes or in_vain or elapsed > PATIENCE

    with suppress(WaitFailed):  # what was seen by then is judged
        wait_until(is_complete, "Prometheus has found its targets", 2 * PATIENCE, INTERVAL)
    return replace(seen, complaints=_complaints(prometheus))


def _look(prometheus: PrometheusContainer, before: Look) -> Look:
    answer = prometheus.raw("targets")
    targets = sorted(map(_target, answer["activeTargets"]), key=lambda one: one.url)
    dropped = (Found(_job(one), one["discoveredLabels"]) for one in answer["droppedTargets"])
    return replace(before, targets=tuple(targets), dropped=tuple(dropped))


def _complaints(prometheus: PrometheusContainer) -> tuple[tuple[str, str], ...]:
    found = _COMPLAINT.findall(prometheus.logs())
    return tuple((about, error.replace('\\"', '"')) for about, error in found)


def _target(one: dict[str, Any]) -> Found:
    return Found(
        _job(one), one["discoveredLabels"], one["scrapeUrl"], one["labels"], one["health"],
        one["lastError"],
    )  # fmt: skip


def _job(one: dict[str, Any]) -> str:
    # Older versions do not say under which job a target was dropped.
    return str(one.get("scrapePool") or one["discoveredLabels"].get("job", ""))


def _is_tried(target: Found, elapsed: float) -> bool:
    """Whether a target has been scraped; on a busy machine the first answer may be late."""
    return target.health != "unknown" and not (too_late(target.error) and elapsed < PATIENCE)


def _has_synced(prometheus: PrometheusContainer, jobs: int) -> bool:
    """Whether every job has been given its targets, be they none."""
    page = requests.get(f"{prometheus.url}/metrics", timeout=10).text
    return len(_SYNCED.findall(page)) >= jobs


def _intervals(in_force: str) -> dict[str, str]:
    return {job["job_name"]: job["scrape_interval"] for job in _jobs(in_force)}


def _unverified(in_force: str) -> frozenset[str]:
    return frozenset(
        job["job_name"]
        for job in _jobs(in_force)
        if job["scheme"] == "https" and job.get("tls_config", {}).get("insecure_skip_verify")
    )


def _jobs(in_force: str) -> list[dict[str, Any]]:
    import yaml

    return yaml.safe_load(in_force).get("scrape_configs") or []


def hurried(config: str, in_force: str) -> str:
    """The configuration with every job scraped once a second, all else as it stands.

    in_force: the same as Prometheus writes it, for files that PyYAML does not read.
    """
    import yaml

    pace: Any = yaml.compose("{scrape_interval: 1s, scrape_timeout: 1s}")
    root: Any
    try:
        root = yaml.compose(config)
    except yaml.YAMLError:
        root = yaml.compose(in_force)
    if not isinstance(root, yaml.MappingNode):
        return config  # `null` is a configuration, too
    own = [key.value for key, _ in pace.value]
    jobs = next((value for key, value in root.value if key.value == "scrape_configs"), None)
    for job in jobs.value if jobs else ():
        job.value = [(key, value) for key, value in job.value if key.value not in own]
        job.value += pace.value
    return yaml.serialize(root)
