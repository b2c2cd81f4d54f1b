"""A dashboard with five faults."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import GRAPH, NUMBER, SameDashboard, Wanted

FITS = "[$__rate_interval]"
REQUESTS = f"sum(rate(nginx_http_requests_total{FITS}))"
OPEN = "sum(nginx_connections_active)"
HITS = (
    f'sum(rate(memcached_commands_total{{command="get",status="hit"}}{FITS}))'
    f' / sum(rate(memcached_commands_total{{command="get"}}{FITS}))'
)
STATEMENTS = f"sum by (command) (rate(mysql_global_status_commands_total{FITS}))"


MENDED = """\
from grafanalib.core import Dashboard, GridPos, Stat, Target, TimeSeries


def ask(expr, uid="prometheus", legend=""):
    source = {"type": "prometheus", "uid": uid}
    return [Target(expr=expr, legendFormat=legend, refId="A", datasource=source)]


hits = 'sum(rate(memcached_commands_total{command="get",status="hit"}[$__rate_interval]))'
gets = 'sum(rate(memcached_commands_total{command="get"}[$__rate_interval]))'
statements = "sum by (command) (rate(mysql_global_status_commands_total[$__rate_interval]))"
dashboard = Dashboard(
    title="From the door to the stores",
    uid="door",
    panels=[
        Stat(
            title="Requests",
            targets=ask("sum(rate(nginx_http_requests_total[$__rate_interval]))"),
            format="reqps",
            reduceCalc="lastNotNull",
            gridPos=GridPos(h=4, w=12, x=0, y=0),
        ),
        Stat(
            title="Open connections",
            targets=ask("nginx_connections_active"),
            format="short",
            reduceCalc="lastNotNull",
            gridPos=GridPos(h=4, w=12, x=12, y=0),
        ),
        TimeSeries(
            title="Cache hits",
            targets=ask(f"{hits} / {gets}", legend="hits"),
            unit="percentunit",
            gridPos=GridPos(h=6, w=12, x=0, y=4),
        ),
        TimeSeries(
            title="Statements",
            targets=ask(statements, uid="prometheus", legend="{{command}}"),
            unit="ops",
            gridPos=GridPos(h=6, w=12, x=12, y=4),
        ),
    ],
).auto_panel_ids()"""

#: What is there by what should be, and what the check calls it.
FAULTS = {
    "requests_total[$__rate_interval]": ("requests_total[30s]", "hard-coded window"),
    '"nginx_connections_active"': (
        '"rate(nginx_connections_active[$__rate_interval])"',
        "counter's function on a gauge",
    ),
    'unit="percentunit"': ('unit="percent"', "wrong unit"),
    'statements, uid="prometheus"': ('statements, uid="mysql"', "wrong data source"),
    "w=12, x=12, y=4": ("w=12, x=6, y=4", "panels overlap"),
}
BROKEN = MENDED
for right, (wrong, _) in FAULTS.items():
    BROKEN = BROKEN.replace(right, wrong)

SHORT = f"""\
from lab_helpers.dashboards import gauge, graph, page, stat

dashboard = page(
    "Front door",
    (4, [
        stat("Requests", "{REQUESTS}", unit="ops"),
        stat("Open connections", "{OPEN}", unit="none"),
    ]),
    (4, [graph("Statements", ("{STATEMENTS}", "{{{{command}}}}"), unit="reqps")]),
    (4, [graph("Cache hits", '''{HITS}''', unit="percentunit")]),
    uid="door",
)"""

EXERCISE = Exercise(
    title="The front door, mended",
    kind="dashboard",
    prompt="""\
Somebody left this dashboard behind. Grafana takes it without a word of complaint, and still the
shift leader says that "half of it is empty, and the other half is nonsense". It has **five
faults**.

**Mend it**, so that it has these four panels, and each tells the truth of a shop that is scraped
every minute:

- **Requests**: requests per second at Nginx, a number, over Grafana's own window
  `$__rate_interval`;
- **Open connections**: how many connections Nginx has open now (`nginx_connections_active`), a
  plain number;
- **Cache hits**: the share of memcached's `get`s that are hits, a graph;
- **Statements**: what the database executes per second by `command`, a graph from Prometheus,
  with the command as the legend.

No two panels lie on each other. Titles, kinds and queries that are right may stay as they are.""",
    hints=(
        "Take one panel after the other: does its window hold several scrapes? Is its function "
        "meant for this kind of metric? Does its unit fit its values?",
        "A rate needs at least two samples in its window, and samples come once a minute. A gauge "
        "needs no rate. A share from 0 to 1 that is shown as percent has another unit than one "
        "from 0 to 100.",
        "Each query says whom it asks: a MySQL does not read PromQL. And two panels in one row "
        "share 24 columns: `x` plus `w` of the left one is at most the `x` of the right one.",
    ),
    start=BROKEN,
    solution=MENDED,
    also_right=(
        SHORT,
        MENDED.replace("w=12, x=12, y=4", "w=24, x=0, y=10").replace(
            '"nginx_connections_active"', '"max(nginx_connections_active)"'
        ),
    ),
    wrong=(
        *(Wrong(MENDED.replace(right, wrong), name) for right, (wrong, name) in FAULTS.items()),
        Wrong(MENDED.replace("x=12, y=4", "x=18, y=4"), "outside the grid"),
        Wrong(MENDED.replace('"Statements"', '"Queries"'), "panel missing"),
        Wrong(MENDED.replace("{{command}}", " "), "wrong legend"),
        Wrong(MENDED.replace("nginx_http_requests", "nginx_requests"), "no such metric"),
        Wrong(MENDED.replace("requests_total[", "requests_total"), "syntax error"),
    ),
    practice="Grafana accepts whatever is well formed: a dashboard is right when somebody has "
    "read every number on it once and compared it with what it should be.",
    judge=SameDashboard(
        panels=(
            Wanted(title="Requests", lines=(REQUESTS,), quantity="per second", kinds=NUMBER),
            Wanted(title="Open connections", lines=(OPEN,), quantity="number", kinds=NUMBER),
            Wanted(title="Cache hits", lines=(HITS,), quantity="share", kinds=GRAPH),
            Wanted(
                title="Statements",
                lines=(STATEMENTS,),
                quantity="per second",
                kinds=GRAPH,
                legend=("command",),
            ),
        ),
        at=("2026-03-04T12:00Z",),
    ),
)
