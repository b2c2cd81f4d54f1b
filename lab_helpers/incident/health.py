"""Whether a shop on stage or field is well, asked of its Prometheus alone."""

import warnings
from typing import TYPE_CHECKING

from lab_helpers.promql.answers import PromQLWarning
from lab_helpers.promql.client import PromQLClient
from lab_helpers.stage.faults import Stage

if TYPE_CHECKING:
    from pandas import DataFrame

#: Each answers something as long as something is wrong: the sentence about it, and the PromQL.
WRONG = {
    "{alertname} fires": 'ALERTS{alertstate="firing",alertname!="Watchdog"}',
    "{instance} (job {job}) does not answer": "up == 0",
}
#: What must be there, so that silence is no sign of health.
RIGHT = {
    "two replicas of the shop are scraped": 'count(up{job="web"}) == 2',
    "visitors are answered": 'sum(rate(shop_http_requests_total{status="200"}[10s])) > 1',
    # As the rules see it, but without them: they may be mute.
    "nearly all pages succeed": (
        '((sum(rate(shop_http_requests_total{status=~"5.."}[10s])) or vector(0)) '
        "/ sum(rate(shop_http_requests_total[10s]))) < 0.05"
    ),
    "pages are quick": (
        "histogram_quantile(0.95, "
        "sum by (le) (rate(shop_http_request_duration_seconds_bucket[10s]))) < 0.25"
    ),
    "probes from outside succeed": "min(probe_success) == 1",
    "the rules are evaluated": "job:shop_http_requests:rate10s",
}


def why_not_well(stage: Stage) -> list[str]:
    """What is wrong with the shop now, a line each; empty where it is well.

    Raises:
        ServiceFailed, PromQLError: there is no Prometheus to be asked.
    """
    prometheus = prometheus_of(stage)
    lines = [
        sentence.format_map(row)
        for sentence, expr in WRONG.items()
        for row in _ask(prometheus, expr).to_dict("records")
    ]
    lines += [
        f"it is not so that {what}" for what, expr in RIGHT.items() if not holds(prometheus, expr)
    ]
    return list(dict.fromkeys(lines))


def prometheus_of(stage: Stage) -> PromQLClient:
    """The Prometheus that watches a shop. Raises ServiceFailed: there is none."""
    return PromQLClient(stage.url("prometheus"), timeout=5)


def holds(prometheus: PromQLClient, expr: str) -> bool:
    """Whether PromQL answers something now. Raises PromQLError: nobody answers."""
    return not _ask(prometheus, expr).empty


def _ask(prometheus: PromQLClient, expr: str) -> "DataFrame":
    with warnings.catch_warnings():
        # What Prometheus remarks on an expression of ours would tell where to look.
        warnings.simplefilter("ignore", PromQLWarning)
        return prometheus.query(expr)
