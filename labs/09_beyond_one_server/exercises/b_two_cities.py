"""A global server that takes one rule from two cities."""

from pathlib import Path

from lab_helpers import ProgramContainer, PrometheusContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.series import SameSeries, Series

LAB = Path(__file__).parents[1]


def tills(city: str) -> ProgramContainer:
    """The tills of a city."""
    return ProgramContainer(LAB / "tills.py", name=f"{city}-tills")


def server(city: str) -> PrometheusContainer:
    """The Prometheus of a city."""
    config = (LAB / "city.yml").read_text().replace("CITY", city)
    return PrometheusContainer(config, [LAB / "rules.yml"], name=city)


START = """\
global:
  scrape_interval: 1s

scrape_configs:
  - job_name: federate
    # your lines
    static_configs:
      - targets: [lisbon:9090, porto:9090]
"""
PAGE = "    metrics_path: /federate\n"
MATCH = """\
    params:
      "match[]": ["job:till_sales:rate10s"]
"""
HONOR = "    honor_labels: true\n"
DROP = """\
    metric_relabel_configs:
      - regex: replica
        action: labeldrop
"""
YOURS = "    # your lines\n"
SOLUTION = START.replace(YOURS, PAGE + MATCH + HONOR + DROP)

EXERCISE = Exercise(
    title="One rule from two cities",
    kind="configuration",
    prompt="""\
The head office has a screen with one number for each city: `job:till_sales:rate10s`. It needs
nothing else, and it does not care which of a pair said so.

**Complete the prometheus.yml** of the head office. It asks `lisbon:9090` and `porto:9090` for this
one rule. In the end it has **two series**, with the labels `city` and `job` just as the cities give
them, and no other label: no `replica`, no `instance`.

The check starts a Prometheus with your file and looks at its series (`up` and `scrape_…`, which
every Prometheus writes by itself, do not count).""",
    hints=(
        "Four things are missing: the page, what to ask for, whose labels win, and a label less.",
        "The page is `/federate`. What to ask for is a parameter called `match[]`, with a list of "
        "selectors; `params:` of a job has parameters.",
        "`honor_labels: true` stands beside `job_name`. A label of samples is taken off by "
        "`metric_relabel_configs`, with the action `labeldrop` and the name in `regex`.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        START.replace(
            YOURS,
            PAGE
            + """\
    honor_labels: true
    params: {"match[]": ['{__name__=~"job:till_sales:.+"}']}
    metric_relabel_configs: [{regex: "repl.*", action: labeldrop}]
""",
        ),
        START.replace(
            YOURS,
            PAGE
            + HONOR
            + """\
    params:
      "match[]": ['{__name__=~"job:.+"}']
    metric_relabel_configs:
      - {source_labels: [__name__], regex: "job:till.*", action: keep}
      - {target_label: replica, replacement: ""}
""",
        ),
    ),
    wrong=(
        Wrong(SOLUTION.replace(HONOR, ""), "labels moved aside"),
        Wrong(SOLUTION.replace(DROP, ""), "label too many"),
        Wrong(SOLUTION.replace('"job:till_sales:rate10s"', "'{__name__=~\"job:.+\"}'"),
              "series too many"),
        Wrong(SOLUTION.replace(MATCH, ""), "nothing kept"),
        Wrong(SOLUTION.replace(PAGE, ""), "the wrong ones"),
        Wrong(SOLUTION.replace("/federate", "/federation"), "wrong path"),
        Wrong(SOLUTION.replace(", porto:9090", ""), "series missing"),
        Wrong(SOLUTION.replace("regex: replica", "regex: replica|city"), "label missing"),
        Wrong(SOLUTION.replace("metric_relabel", "relabel"), "label too many"),
        Wrong(SOLUTION.replace("porto:9090", "porto:9091"), "wrong port"),
        Wrong(SOLUTION.replace("params:", "param:"), "unknown field"),
        Wrong(PAGE.strip() + "\n" + "honor_labels: true\n", "something missing above"),
    ),
    practice="Federate what is small and already added up. A dashboard of the head office that "
    "wants more should ask the city itself, as a second data source.",
    judge=SameSeries(
        tuple(
            Series("job:till_sales:rate10s", city=city, job="tills") for city in ("lisbon", "porto")
        ),
        services={
            "lisbon-tills": lambda: tills("lisbon"),
            "porto-tills": lambda: tills("porto"),
            "lisbon": lambda: server("lisbon"),
            "porto": lambda: server("porto"),
        },
    ),
)  # fmt: skip
