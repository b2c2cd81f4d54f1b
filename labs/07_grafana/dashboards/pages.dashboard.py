"""Page by page: a graph that is repeated for each, and a table that compares them."""

from lab_helpers.dashboards import comparison, graph, page, releases, variable

CHOSEN = '{route=~"$route"}'
REQUESTS = f"sum by (route) (rate(shop_http_requests_total{CHOSEN}[$__rate_interval]))"
FAILED = (
    'sum by (route) (rate(shop_http_requests_total{route=~"$route",status=~"5.."}'
    "[$__rate_interval]))"
)
BUCKETS = f"rate(shop_http_request_duration_seconds_bucket{CHOSEN}[$__rate_interval])"
SLOWEST = f"histogram_quantile(0.9, sum by (le, route) ({BUCKETS}))"

dashboard = page(
    "Shop: page by page",
    (
        6,
        [
            comparison(
                "Compared, now (a click opens the page's own dashboard)",
                by="route",
                columns={
                    "requests": (REQUESTS, "reqps"),
                    # A page that never failed has no series with 5..: 0 for each that has requests.
                    "failed": (f"({FAILED} or 0 * {REQUESTS}) / {REQUESTS}", "percentunit"),
                    "9 in 10 within": (f"{SLOWEST} > 0", "s"),
                },
                limits={"failed": (0.01, 0.05), "9 in 10 within": (0.1, 0.25)},
                link="/d/shop?var-route=${__value.text}&${__url_time_range}",
            )
        ],
    ),
    (7, [graph("Requests for $route", (REQUESTS, "requests"), unit="reqps", repeat="route")]),
    uid="pages",
    variables=[variable("route", "shop_http_requests_total", title="page")],
    annotations=[releases()],
)
