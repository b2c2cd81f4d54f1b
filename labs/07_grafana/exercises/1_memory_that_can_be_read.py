"""A graph with names and a unit."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import SameDashboard, Wanted

SHORT = """\
from lab_helpers.dashboards import graph, page

memory = graph("Memory", {target}, unit="{unit}")
dashboard = page("Replicas", (8, [memory]), uid="replicas")"""

PLAIN = """\
from grafanalib.core import Dashboard, GridPos, {kind}, Target

dashboard = Dashboard(
    title="Replicas",
    panels=[
        {kind}(
            title="Memory of the replicas",
            targets=[Target(expr={expr!r}, legendFormat={legend!r}, refId="A")],
            {unit},
            gridPos=GridPos(h=8, w=24, x=0, y=0),
        )
    ],
)"""

MEMORY = "process_resident_memory_bytes"


def short(expr: str = MEMORY, legend: str = "{{instance}}", unit: str = "bytes") -> str:
    """An answer in the workshop's short words."""
    return SHORT.format(target=(expr, legend), unit=unit)


def plain(
    expr: str = MEMORY,
    legend: str = "{{instance}}",
    kind: str = "TimeSeries",
    unit: str = 'unit="bytes"',
) -> str:
    """An answer in grafanalib's own words."""
    return PLAIN.format(expr=expr, legend=legend, kind=kind, unit=unit)


EXERCISE = Exercise(
    title="Memory that can be read",
    kind="dashboard",
    prompt="""\
Since the release one replica of the web app keeps a little memory with every request. The night
shift has a graph of it, in which 180 MiB read *188743680* and whose lines are called
`{instance="web-1:8000", job="shop"}`. Nobody reads it.

**Write Python** that makes a `dashboard` with one graph: how `process_resident_memory_bytes`
went, one line a replica. The axis must be in a unit of bytes that counts in 1024s, so that
188743680 bytes read *180 MiB* and not *189 MB*, and each line must be named by the value of its
`instance`, such as *web-1:8000*. Use grafanalib, or the short words of
`lab_helpers.dashboards`.""",
    hints=(
        "`graph(title, target, unit=…)` makes a graph. A target is PromQL, or a pair of PromQL and "
        "legend.",
        "Grafana has a word for each unit. Of bytes that are counted in 1000s it begins with "
        "`dec`; of those that are counted in 1024s it is the word without.",
        "In a legend, a label's name between two braces on each side becomes the label's value. "
        "`page(title, (height, [panel]), uid=…)` makes a dashboard of panels.",
    ),
    start="""\
from lab_helpers.dashboards import graph, page

# your panel here, and then: dashboard = page("Replicas", (8, [panel]), uid="replicas")""",
    solution=short(),
    also_right=(
        plain(),
        plain(f"{MEMORY} / 1024 ^ 2", unit='unit="mbytes"'),
        short('sum by (instance) (process_resident_memory_bytes{job="shop"})', "__auto"),
        short(legend="replica {{instance}}", unit="bytes"),
    ),
    wrong=(
        Wrong(plain(unit="lineWidth=2"), "unit missing"),
        Wrong(short(unit="short"), "wrong unit"),
        Wrong(short(unit="decbytes"), "wrong unit"),
        Wrong(short(legend=""), "raw legend"),
        Wrong(short(legend="memory"), "wrong legend"),
        Wrong(plain(kind="Stat", unit='format="bytes"'), "wrong panel type"),
        Wrong(short(f"sum({MEMORY})"), "label lost"),
        Wrong(short(f"rate({MEMORY}[$__rate_interval])"), "counter's function on a gauge"),
        Wrong(short().replace("graph(", "graf("), "raises"),
        Wrong(short()[:-1], "syntax error"),
        Wrong(short().replace("dashboard =", "board ="), "no dashboard"),
    ),
    practice="A unit and a name for each line cost ten seconds, once; without them every reader "
    "pays, at the worst hour of the night.",
    judge=SameDashboard(
        panels=(
            Wanted(
                title="Memory",
                lines=(f"sum by (instance) ({MEMORY})",),
                quantity="bytes in 1024s",
                legend=("instance",),
            ),
        ),
        at=("2026-03-04T12:00Z", "2026-03-07T20:00Z"),
    ),
)
