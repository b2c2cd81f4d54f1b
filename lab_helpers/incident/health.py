"""Whether a shop on stage or field is well, asked of its Prometheus alone."""

from lab_helpers.promql.client import PromQLClient
from lab_helpers.stage.faults import Stage

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
    prometheus = PromQLClient(stage.url("prometheus"), timeout=5)
    lines = []
    for sentence, expr in WRONG.items():
        found = prometheus.query(expr)
        for row in found.to_dict("records"):
            lines.append(sentence.format_map(row))
    lines += [f"it is not so that {what}" for what, expr in RIGHT.items()
              if prometheus.query(expr).empty]  # fmt: skip
    return list(dict.fromkeys(lines))
