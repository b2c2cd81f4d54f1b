"""The four golden signals of one page, in one row."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import NUMBER, SameDashboard, Wanted

CHECKOUT = 'shop_http_requests_total{route="/checkout"}'
FAILED = 'shop_http_requests_total{route="/checkout",status=~"5.."}'
BUCKETS = 'shop_http_request_duration_seconds_bucket{route="/checkout"}'
FITS = "[$__rate_interval]"

TRAFFIC = f"sum(rate({CHECKOUT}{FITS}))"
ERRORS = f"(sum(rate({FAILED}{FITS})) or vector(0)) / {TRAFFIC}"
LATENCY = f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS}{FITS})))"
SATURATION = "sum(shop_http_requests_in_progress) / (16 * count(shop_http_requests_in_progress))"


def short(**other: tuple[str, str]) -> str:
    """An answer in the workshop's short words: PromQL and unit of each panel."""
    panels = {
        "Traffic": (TRAFFIC, "reqps"),
        "Errors": (ERRORS, "percentunit"),
        "Latency": (LATENCY, "s"),
        "Saturation": (SATURATION, "percentunit"),
        **other,
    }
    made = [
        f"        stat({title!r}, {expr!r}, unit={unit!r}),"
        for title, (expr, unit) in panels.items()
        if expr
    ]
    return "\n".join(
        [
            "from lab_helpers.dashboards import page, stat",
            "",
            "dashboard = page(",
            '    "Checkout",',
            "    (4, [",
            *made,
            "    ]),",
            '    uid="checkout",',
            ")",
        ]
    )


def plain(calc: str = "lastNotNull", apart: int = 6) -> str:
    """An answer in grafanalib's own words, with errors in percent and latency in ms."""
    return f"""\
from grafanalib.core import Dashboard, GridPos, Stat, Target

source = {{"type": "prometheus", "uid": "prometheus"}}
checkout = 'rate(shop_http_requests_total{{route="/checkout"}}[$__rate_interval])'
failed = 'rate(shop_http_requests_total{{route="/checkout",status=~"500|503"}}[$__rate_interval])'
buckets = 'rate(shop_http_request_duration_seconds_bucket{{route="/checkout"}}[$__rate_interval])'
signals = [
    ("Traffic", f"60 * sum({{checkout}})", "reqpm"),
    ("Errors", f"(sum({{failed}}) or vector(0)) * 100 / sum({{checkout}})", "percent"),
    ("Latency", f"1000 * histogram_quantile(0.95, sum by (le) ({{buckets}}))", "ms"),
    ("Saturation", "avg(shop_http_requests_in_progress) / 16", "percentunit"),
]
dashboard = Dashboard(
    title="Checkout",
    panels=[
        Stat(
            title=title,
            dataSource=source,
            targets=[Target(expr=expr, refId="A", datasource=source)],
            format=unit,
            reduceCalc="{calc}",
            gridPos=GridPos(h=4, w=6, x={apart} * number, y=0),
        )
        for number, (title, expr, unit) in enumerate(signals)
    ],
).auto_panel_ids()"""


EXERCISE = Exercise(
    title="The four signals of checkout",
    kind="dashboard",
    prompt="""\
The shop's dashboard speaks of all pages. Three requests in a hundred are checkouts, and these are
the ones that earn money: when they fail, the shop's averages hardly move.

**Write Python** that makes a `dashboard` with four numbers about the page `/checkout`, side by
side. They are called

- **Traffic**: checkouts per second, in all replicas together;
- **Errors**: the share of them that ended in a status of 500 or more. As long as none has failed
  there is no series with such a status, and the panel says 0 %, not *No data*;
- **Latency**: within how many seconds 95 in 100 of them were answered, as
  `shop_http_request_duration_seconds` tells;
- **Saturation**: requests in progress (`shop_http_requests_in_progress`, of whichever page) as a
  share of all threads of the replicas; each has 16.

Each is a stat or gauge panel with the latest value and a unit that fits. Rates are over Grafana's
window, `$__rate_interval`.""",
    hints=(
        "`stat(title, promql, unit=…)` makes a number. A row of a `page` is a pair: its height and "
        "a list of panels, which share the width.",
        "Errors are one rate divided by another, and both sides have to lose their labels first; "
        "`or` puts something in the place of nothing. "
        "A quantile needs the buckets of all replicas added up, by the one label that tells "
        "buckets apart.",
        "Shares from 0 to 1 have the unit `percentunit`, requests per second `reqps`, seconds `s`. "
        "The threads of all replicas are 16 times how many series the gauge has.",
    ),
    start="""\
from lab_helpers.dashboards import page, stat

FITS = "[$__rate_interval]"
# your panels here, and then: dashboard = page("Checkout", (4, [ … ]), uid="checkout")""",
    solution="""\
from lab_helpers.dashboards import page, stat

FITS = "[$__rate_interval]"
CHECKOUTS = 'sum(rate(shop_http_requests_total{route="/checkout"}' + FITS + "))"
FAILED = 'sum(rate(shop_http_requests_total{route="/checkout",status=~"5.."}' + FITS + "))"
BUCKETS = 'rate(shop_http_request_duration_seconds_bucket{route="/checkout"}' + FITS + ")"
BUSY, REPLICAS = "sum(shop_http_requests_in_progress)", "count(shop_http_requests_in_progress)"

dashboard = page(
    "Checkout",
    (
        4,
        [
            stat("Traffic", CHECKOUTS, unit="reqps"),
            stat("Errors", f"({FAILED} or vector(0)) / {CHECKOUTS}", unit="percentunit"),
            stat("Latency", f"histogram_quantile(0.95, sum by (le) ({BUCKETS}))", unit="s"),
            stat("Saturation", f"{BUSY} / (16 * {REPLICAS})", unit="percentunit"),
        ],
    ),
    uid="checkout",
)""",
    also_right=(short(), plain()),
    wrong=(
        Wrong(short(Saturation=("", "")), "panel missing"),
        Wrong(short(Errors=(ERRORS, "percent")), "wrong unit"),
        Wrong(short(Errors=(ERRORS.replace('=~"5.."', '="500"'), "percentunit")), "wrong matcher"),
        Wrong(
            short(Errors=(ERRORS.replace(" or vector(0)", ""), "percentunit")),
            "no data before the first",
        ),
        Wrong(
            short(Errors=(f"sum(rate({FAILED}{FITS})) / {TRAFFIC} or vector(1)", "percentunit")),
            "no data before the first",
        ),
        Wrong(short(Latency=(LATENCY, "none")), "unit missing"),
        Wrong(short(Latency=(LATENCY.replace("sum by (le) ", "sum"), "s")), "quantile without le"),
        Wrong(short(Traffic=(TRAFFIC.replace(FITS, "[5m]"), "reqps")), "hard-coded window"),
        Wrong(short(Errors=(f"sum(rate({FAILED}{FITS}))", "percentunit")), "not finished"),
        Wrong(
            short(Saturation=("sum(shop_http_requests_in_progress) / 48", "percentunit")),
            "hard-coded count",
        ),
        Wrong(
            short(Saturation=("sum(shop_http_requests_in_progress) / 16", "percentunit")),
            "threads of one",
        ),
        Wrong(plain(calc="mean"), "not the latest"),
        Wrong(plain(apart=4), "panels overlap"),
    ),
    practice="One row of four numbers for each thing that earns money is the dashboard that gets "
    "looked at; everything else hangs below it.",
    judge=SameDashboard(
        panels=(
            Wanted(title="Traffic", lines=(TRAFFIC,), quantity="per second", kinds=NUMBER),
            Wanted(title="Errors", lines=(ERRORS,), quantity="share", kinds=NUMBER, late=FAILED),
            Wanted(title="Latency", lines=(LATENCY,), quantity="seconds", kinds=NUMBER),
            Wanted(
                title="Saturation",
                lines=(SATURATION,),
                quantity="share",
                kinds=NUMBER,
                misreadings={
                    "sum(shop_http_requests_in_progress) / 48": (
                        "hard-coded count",
                        "48 threads are right as long as there are three replicas. On Tuesday at "
                        "13:28 Prometheus sees two: count them in the query.",
                    ),
                    "sum(shop_http_requests_in_progress) / 16": (
                        "threads of one",
                        "The requests of all replicas are divided by the threads of one. How many "
                        "replicas are there?",
                    ),
                },
            ),
        ),
        at=("2026-03-03T13:28Z", "2026-03-04T12:00Z", "2026-03-05T22:25Z"),
    ),
)
