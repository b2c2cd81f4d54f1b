"""A graph that is repeated for each value of a variable."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import Choice, SameDashboard, Wanted

FITS = "[$__rate_interval]"
BUCKETS = 'shop_http_request_duration_seconds_bucket{route=~"$route"}'
SLOWEST = f"histogram_quantile(0.9, sum by (le) (rate({BUCKETS}{FITS})))"


def short(
    expr: str = SLOWEST,
    title: str = "$route",
    unit: str = "s",
    repeat: str = ', repeat="route"',
    variable: str = 'variable("route", "shop_http_requests_total")',
) -> str:
    """An answer in the workshop's short words."""
    return f"""\
from lab_helpers.dashboards import graph, page, variable

slowest = graph({title!r}, ({expr!r}, "9 in 10"), unit={unit!r}{repeat})
dashboard = page("Pages", (7, [slowest]), uid="pages", variables=[{variable}])"""


EXERCISE = Exercise(
    title="One graph for each page",
    kind="dashboard",
    prompt="""\
Four pages in one graph are four lines on one scale, and the slowest page makes the others flat.

**Write Python** that makes a `dashboard` with a variable `route`, which offers the pages that
`shop_http_requests_total` knows: one, several, or *All*. It has one graph, which Grafana repeats
for each page that is chosen. Each graph has the page in its title, and one line: within how many
seconds 9 in 10 requests to this page were answered
(`shop_http_request_duration_seconds`, over Grafana's window, all replicas together).

The check asks the week of history: three replicas, scraped once a minute.""",
    hints=(
        "`graph(…, repeat=…)` wants the name of a variable. `variable(name, metric)` makes one.",
        "A title may have the variable in it, with a dollar sign: Grafana fills in the page.",
        "The quantile needs the buckets of all replicas added up, by the one label that tells "
        "buckets apart. The page is chosen in the braces: `{route=~…}`.",
    ),
    start="""\
from lab_helpers.dashboards import graph, page, variable

# slowest = graph(…), and then: dashboard = page("Pages", (7, [slowest]), uid=…, variables=[…])""",
    solution="""\
from lab_helpers.dashboards import graph, page, variable

BUCKETS = 'rate(shop_http_request_duration_seconds_bucket{route=~"$route"}[$__rate_interval])'
NINE_IN_TEN = f"histogram_quantile(0.9, sum by (le) ({BUCKETS}))"
slowest = graph("Slowest of $route", (NINE_IN_TEN, "9 in 10"), unit="s", repeat="route")
dashboard = page(
    "Pages",
    (7, [slowest]),
    uid="pages",
    variables=[variable("route", "shop_http_requests_total")],
)""",
    also_right=(
        short(SLOWEST.replace('=~"$route"', '="$route"')),
        short(SLOWEST.replace("by (le)", "by (le, route)"), "9 in 10 at ${route}"),
        short(f"1000 * {SLOWEST}", unit="ms"),
        short(variable='variable("route", "shop_http_request_duration_seconds_count")'),
    ),
    wrong=(
        Wrong(short(repeat=""), "not repeated"),
        Wrong(short(repeat=', repeat="page"'), "not repeated"),
        Wrong(short(title="Slowest"), "one title for all"),
        Wrong(short(SLOWEST.replace('{route=~"$route"}', "")), "variable not used"),
        Wrong(short(SLOWEST.replace("sum by (le) ", "sum ")), "quantile without le"),
        Wrong(short(SLOWEST.replace(FITS, "[5m]")), "hard-coded window"),
        Wrong(short(SLOWEST.replace(FITS, "[4m]")), "wrong window"),
        Wrong(short(SLOWEST.replace("0.9", "0.99")), "wrong quantile"),
        Wrong(short(unit="ms"), "wrong unit"),
        Wrong(short(variable=""), "variable missing"),
        Wrong(
            short(variable='variable("route", "shop_http_requests_total", multi=False)'),
            "without all",
        ),
        Wrong(short(variable='variable("route", "shop_orders_total")'), "wrong values"),
    ),
    practice="Small graphs side by side, each with its own scale, show shapes; one graph with all "
    "lines shows sizes. Say which of the two the reader needs.",
    judge=SameDashboard(
        panels=(Wanted(title="Slowest", lines=(SLOWEST,), quantity="seconds", repeat="route"),),
        choices=(Choice("route", of="shop_http_requests_total"),),
        at=("2026-03-04T12:00Z", "2026-03-07T20:00Z"),
    ),
)
