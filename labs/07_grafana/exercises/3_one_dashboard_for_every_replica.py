"""A variable that every query listens to."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import Choice, SameDashboard, Wanted

CHOSEN, FITS = '{instance=~"$instance"}', "[$__rate_interval]"
REQUESTS = f"sum by (instance) (rate(shop_http_requests_total{CHOSEN}{FITS}))"
BUSY = f"shop_http_requests_in_progress{CHOSEN}"
MEMORY = f"process_resident_memory_bytes{CHOSEN}"


def short(
    requests: str = REQUESTS,
    busy: str = BUSY,
    memory: str = MEMORY,
    variable: str = 'variable("instance", "shop_http_requests_total", title="replica")',
) -> str:
    """An answer in the workshop's short words."""
    return f"""\
from lab_helpers.dashboards import graph, page, variable

NAME = "{{{{instance}}}}"
dashboard = page(
    "Replicas",
    (8, [graph("Requests", ({requests!r}, NAME), unit="reqps")]),
    (
        8,
        [
            graph("In progress", ({busy!r}, NAME), unit="short"),
            graph("Memory", ({memory!r}, NAME), unit="bytes"),
        ],
    ),
    uid="replicas",
    variables=[{variable}],
)"""


def plain(**options: str) -> str:
    """An answer in grafanalib's own words."""
    chosen = {
        "query": "'label_values(process_resident_memory_bytes, instance)'",
        "includeAll": "True",
        "multi": "True",
        "default": "'All'",
        **options,
    }
    words = ", ".join(f"{name}={value}" for name, value in chosen.items())
    return f"""\
from grafanalib.core import Dashboard, GridPos, Target, Template, Templating, TimeSeries

rate = "rate(shop_http_requests_total{{instance=~'[[instance]]'}}[$__rate_interval])"
memory = "process_resident_memory_bytes{{instance=~'${{instance}}'}}"
queries = {{
    "Memory": (f"sum by (instance) ({{memory}})", "bytes"),
    "Requests": (f"sum({{rate}}) by (instance)", "reqps"),
    "In progress": ("shop_http_requests_in_progress{{job='shop', instance=~'$instance'}}", "none"),
}}
panels = [
    TimeSeries(
        title=title,
        targets=[Target(expr=expr, legendFormat="{{{{ instance }}}}", refId="A")],
        unit=unit,
        gridPos=GridPos(h=8, w=8, x=8 * number, y=0),
    )
    for number, (title, (expr, unit)) in enumerate(queries.items())
]
dashboard = Dashboard(
    title="Replicas",
    panels=panels,
    templating=Templating(list=[Template(name="instance", {words})]),
)"""


EXERCISE = Exercise(
    title="One dashboard for every replica",
    kind="dashboard",
    prompt="""\
There are three dashboards, *web-1*, *web-2* and *web-3*, made by copying. Today a fourth replica
is planned, and last week somebody mended a panel on two of the three.

**Write Python** that makes one `dashboard` for all replicas. At its top stands a variable called
`instance`, which offers those that `shop_http_requests_total` knows: one, several, or *All*. It
has three graphs, each with one line for each chosen replica, named by its instance:

- **Requests**: requests per second (over Grafana's window, `$__rate_interval`);
- **In progress**: `shop_http_requests_in_progress`, a plain number;
- **Memory**: `process_resident_memory_bytes`, in bytes.

All three follow the choice.""",
    hints=(
        "`variable(name, metric)` makes a variable of a label's values, and `page(…, "
        "variables=[…])` takes a list of them.",
        "In a query, `$instance` stands for what was chosen. Several values arrive as a pattern, "
        "such as `(a|b)`: which of PromQL's four matchers reads patterns?",
        "The selector is the same in all three queries. Only *Requests* counts, and so needs "
        "`rate`, and a sum that keeps one label.",
    ),
    start="""\
from lab_helpers.dashboards import graph, page, variable

NAME = "{{instance}}"  # the legend
# your dashboard here, such as
# dashboard = page("Replicas", (8, [graph("Requests", (…, NAME), unit=…), …]), uid="replicas")""",
    solution=short(),
    also_right=(
        plain(),
        plain(query="'label_values(up{job=\"shop\"}, instance)'", allValue="'web-.*'"),
        short(variable='variable("instance", "shop_http_requests_in_progress")'),
    ),
    wrong=(
        Wrong(short(memory="process_resident_memory_bytes"), "variable not used"),
        Wrong(short(busy=BUSY.replace("=~", "=")), "one value only"),
        Wrong(plain(includeAll="False", default="None"), "without all"),
        Wrong(plain(multi="False"), "one at a time"),
        Wrong(short(variable='variable("instance", "up")'), "wrong values"),
        Wrong(plain(type="'custom'", query="'web-1:8000,web-2:8000'"), "values by hand"),
        Wrong(short(variable='variable("replica", "up", "instance")'), "variable missing"),
        Wrong(plain(allValue="'.'"), "not with all"),
        Wrong(short(requests=f"rate(shop_http_requests_total{CHOSEN}{FITS})"), "label too many"),
        Wrong(short(requests=REQUESTS.replace(FITS, "[$__interval]")), "window too short"),
    ),
    practice="A variable that is asked for, not written down, makes the dashboard of the fourth "
    "replica on the day on which it is scraped.",
    judge=SameDashboard(
        panels=(
            Wanted(
                title="Requests", lines=(REQUESTS,), quantity="per second", legend=("instance",)
            ),
            Wanted(
                title="In progress",
                lines=(f"sum by (instance) ({BUSY})",),
                quantity="number",
                legend=("instance",),
            ),
            Wanted(
                title="Memory",
                lines=(f"sum by (instance) ({MEMORY})",),
                quantity="bytes",
                legend=("instance",),
            ),
        ),
        at=("2026-03-04T12:00Z",),
        choices=(Choice("instance", "shop_http_requests_total"),),
    ),
)
