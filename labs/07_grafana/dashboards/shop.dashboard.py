"""The shop's four golden signals: traffic, errors, latency, saturation."""

from grafanalib.core import DashboardLink

from lab_helpers.dashboards import (
    alerts,
    graph,
    heatmap,
    page,
    releases,
    stat,
    table,
    text,
    variable,
)

REQUESTS = 'rate(shop_http_requests_total{route=~"$route"}[$__rate_interval])'
FAILED = 'rate(shop_http_requests_total{route=~"$route",status=~"5.."}[$__rate_interval])'
BUCKETS = 'rate(shop_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval])'
ERRORS = f"(sum({FAILED}) or vector(0)) / sum({REQUESTS})"


def quantile(q: float, by: str = "") -> str:
    """PromQL for the seconds within which a share ``q`` of the requests is answered."""
    return f"histogram_quantile({q}, sum by (le{by}) ({BUCKETS}))"


dashboard = page(
    "Shop: the four golden signals",
    (
        4,
        [
            stat("Traffic", f"sum({REQUESTS})", unit="reqps", decimals=1),
            stat("Errors", ERRORS, unit="percentunit", limits=(0.01, 0.05), decimals=1),
            stat("Latency, 9 in 10", quantile(0.9), unit="s", limits=(0.1, 0.25)),
            stat(
                "Saturation",
                "sum(shop_http_requests_in_progress) / (16 * count(up{job='web'} == 1))",
                unit="percentunit",
                limits=(0.5, 0.8),
                decimals=0,
                about="The share of the web app's 16 threads that are at work, for all pages: "
                "the choice of a page does not change it.",
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "Traffic by page",
                (f"sum by (route) ({REQUESTS})", "{{route}}"),
                unit="reqps",
                stacking={"mode": "normal", "group": "A"},
                fillOpacity=30,
            ),
            graph(
                "Errors",
                (ERRORS, "failed"),
                unit="percentunit",
                limits=(0.01, 0.05),
                soft_max=0.1,
            ),
        ],
    ),
    (
        8,
        [
            graph(
                "Latency",
                (quantile(0.5), "half"),
                (quantile(0.9), "9 in 10"),
                (quantile(0.99), "99 in 100"),
                unit="s",
                limits=(0.1, 0.25),
            ),
            heatmap("Latency, every request", f"sum by (le) ({BUCKETS})", unit="s"),
        ],
    ),
    (
        7,
        [
            (
                table(
                    "Slowest pages",
                    f"sort_desc({quantile(0.9, ', route')} > 0)",  # NaN where nobody was
                    unit="s",
                    limits=(0.1, 0.25),
                    value="9 in 10 within",
                ),
                8,
            ),
            (
                graph(
                    "Threads at work",
                    ("sum by (instance) (shop_http_requests_in_progress)", "{{instance}}"),
                    unit="short",
                    limits=(8, 13),
                ),
                10,
            ),
            (
                text(
                    "**Red?** First *Errors*, then *Latency*: both are what visitors feel. "
                    "*Traffic* says whether it is a rush; *Saturation*, how much is left. Then "
                    "follow the links to the part that it is."
                ),
                6,
            ),
        ],
    ),
    uid="shop",
    variables=[variable("route", "shop_http_requests_total", title="page")],
    annotations=[releases(), alerts()],
    links=[
        DashboardLink(title="Database", type="link", uri="/d/mysql", keepTime=True),
        DashboardLink(title="Cache", type="link", uri="/d/memcached", keepTime=True),
    ],
)
