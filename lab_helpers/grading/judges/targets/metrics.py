"""What Prometheus keeps of the pages that it scrapes, compared with what is asked for."""

import re
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

import requests

from lab_helpers.errors import WaitFailed
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.services.base import Service
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.waiting import wait_until

#: What Prometheus itself adds for each target is no metric of the page.
OF_THE_PAGE = '{__name__=~".+",__name__!~"up|scrape_.*"}'
SCRAPED, KEPT = "scrape_samples_scraped", "scrape_samples_post_metric_relabeling"
#: Seconds within which a whole scrape of a target that is up has been stored.
PATIENCE = 10.0
#: The share of a page's samples that a whole scrape has, give or take a few. An exporter that gets
#: too little time, as on a busy machine, leaves out what it cannot collect until then.
WHOLE = 0.9

_NAME = re.compile(r"^([a-zA-Z_:][\w:]*)", re.MULTILINE)


def compare(
    wanted: Collection[str], prometheus: PrometheusContainer, exporter: Service, config: str
) -> Verdict | None:
    """Say what is wrong with the metrics that it keeps; None if they are the ones wanted.

    wanted: names of metrics, all of which are on the page of `exporter`.
    prometheus: scrapes that page, and is up.
    """
    page = Counter(_NAME.findall(requests.get(f"{exporter.url}/metrics", timeout=10).text))
    enough = WHOLE * page.total()
    moment = None  # now: what is missing then is said below
    with suppress(WaitFailed):
        moment = wait_until(
            lambda: _moment_of(enough, prometheus), "a whole scrape has been stored", PATIENCE
        )
    scraped, kept = (_number(name, prometheus, moment) for name in (SCRAPED, KEPT))
    counted = prometheus.query(f"count by (__name__) ({OF_THE_PAGE})", at=moment)
    stored = dict(zip(counted.get("__name__", []), counted.value, strict=True))
    here = [name for name in wanted if name in stored]
    missing = sorted(set(wanted) - set(stored))
    extra = sorted(set(stored) - set(wanted))
    if scraped == kept and extra and not missing:
        return _nothing_dropped(kept, config)
    seen = f"Of {scraped:.0f} samples on the page, {kept:.0f} are kept"
    if not stored:
        return missed(
            "everything dropped",
            f"{seen}. A rule with `keep` drops what its regex does not match. In which label is "
            "the name of a metric, and does the regex match all of the name?",
        )
    if not here and extra:
        return missed(
            "the wrong way round",
            f"{seen}, and they are just the others: none of those that the team looks at. Which "
            "action lets a match pass?",
        )
    if missing:
        return missed("metric missing", f"{seen}. {missing[0]} is not among them.")
    if extra:
        return missed(
            "metric too many",
            f"{seen}. Nobody asked for {extra[0]}, for one; there are {len(extra)} such names. A "
            "regex must match the whole name: what do its wildcards let in?",
        )
    for name in here:
        if stored[name] != page[name]:
            return missed(
                "series missing",
                f"{seen}. The names are right, but {name} has {page[name]} series on the page, and "
                f"{stored[name]:.0f} are kept. Which rule looks at other labels?",
            )
    return None


def _nothing_dropped(kept: float, config: str) -> Verdict:
    where = (
        "There is no `metric_relabel_configs` in the job."
        if "metric_relabel_configs" not in config
        else "Which samples does a rule with `drop` drop, and which does `keep`?"
    )
    return missed("nothing dropped", f"All {kept:.0f} samples of the page are kept. {where}")


def summary(prometheus: PrometheusContainer) -> str:
    """How many samples of a scrape are kept, in a sentence."""
    scraped, kept = (_number(f"max_over_time({name}[10s])", prometheus) for name in (SCRAPED, KEPT))
    return f"Of {scraped:.0f} samples in a scrape, {kept:.0f} are kept."


def _moment_of(enough: float, prometheus: PrometheusContainer) -> datetime | None:
    """The moment, if more samples than that have just been scraped; the next scrape may fail."""
    now = prometheus.query(f"sum({SCRAPED}) > {enough}").timestamp
    return None if now.empty else now.iloc[0]


def _number(expr: str, prometheus: PrometheusContainer, at: datetime | None = None) -> float:
    """The sum over the targets; 0 as long as none has been scraped."""
    return float(prometheus.query(expr, at=at).value.sum())
