"""An annotation that marks the time for which a target did not answer."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import Marks, SameDashboard, Wanted
from lab_helpers.history import EVENTS

TRAFFIC = "sum(rate(shop_http_requests_total[$__rate_interval]))"


def page(expr: str, title: str = "{{job}}", **other: object) -> str:
    """The dashboard with an annotation of this PromQL."""
    annotation = {"expr": expr, "titleFormat": title, **other}
    lines = "\n".join(f"    {name!r}: {value!r}," for name, value in annotation.items())
    return TEMPLATE.replace("    # your PromQL, and the text", lines)


TEMPLATE = f"""\
from lab_helpers.dashboards import PROMETHEUS, graph, page

annotation = {{
    "name": "away",
    "datasource": PROMETHEUS,
    "enable": True,
    "iconColor": "red",
    # your PromQL, and the text
}}
traffic = graph("Traffic", ("{TRAFFIC}", "requests"), unit="reqps")
dashboard = page("Traffic", (8, [traffic]), uid="traffic", annotations=[annotation])"""

EXERCISE = Exercise(
    title="Who did not answer",
    kind="dashboard",
    prompt="""\
On Thursday night the panels about the database were empty, and nobody saw at once why: its
exporter did not answer Prometheus.

**Give the annotation a query** (`expr`) and a text (`titleFormat`). It marks, on every graph, the
time for which a target did not answer, with the target's job in the text. That holds for each
target of Prometheus, also for those of next year. While all targets answer, nothing is marked.

The check looks at the week of history. On Thursday, 5 March, the target of the job `mysql` did not
answer from 22:13 to 22:32.""",
    hints=(
        "Prometheus writes a series of its own for each target at each scrape.",
        "An annotation marks the times at which there *is* a sample, whatever its value. A "
        "comparison leaves out the samples for which it does not hold.",
        "In the text, a label's name between two braces on each side becomes its value, as in a "
        "legend.",
    ),
    start=TEMPLATE,
    solution=page("up == 0"),
    also_right=(
        page("up < 1", "{{ job }} at {{instance}}"),
        page("max by (job) (1 - up) > 0", "no answer: {{job}}"),
        page('up{job!=""} != 1'),
    ),
    wrong=(
        Wrong(page("up"), "marks everything"),
        Wrong(page("up == bool 0"), "marks everything"),
        Wrong(page("mysql_up == 0"), "marked elsewhere"),
        Wrong(page('up{job="mysql"} == 0'), "only this one"),
        Wrong(page("up == 0", "mysql"), "only this one"),
        Wrong(page("up == 0", "somebody"), "mark without words"),
        Wrong(page("count(up == 0)"), "mark without words"),
        Wrong(page("absent(up)"), "nothing marked"),
        Wrong(page('up{job!="shop"} == 0'), "only this one"),
        Wrong(page("up == 0 and mysql_up == 0"), "mark too short"),
        Wrong(page("up = 0"), "annotation refused"),
        Wrong(page("up == 0", enable=False), "no annotation"),
    ),
    practice="When a panel is empty, the first question is who was asked: with this mark on every "
    "graph, the answer is beside the question.",
    judge=SameDashboard(
        panels=(Wanted(title="Traffic", lines=(TRAFFIC,), quantity="per second"),),
        at=("2026-03-04T12:00Z",),
        marks=Marks(
            moments={f"{EVENTS['machine_lost']:%Y-%m-%dT%H:%MZ}": "mysql"},
            coming={
                "job": ("shop", "node", "memcached", "nginx", "apache", "payments"),
                "instance": ("web-2:8000", "payments:9000"),
            },
            until={f"{EVENTS['machine_lost']:%Y-%m-%dT%H:%MZ}": "2026-03-05T22:30Z"},
            quiet={
                f"{EVENTS['release']:%Y-%m-%dT%H:%MZ}": (
                    "release marked",
                    "A mark stands at the release of Wednesday 10:00. All targets answered then.",
                ),
            },
        ),
    ),
)
