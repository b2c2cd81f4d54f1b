"""A whole prometheus.yml for a place at the edge: scrape, name the city, send."""

from pathlib import Path

from lab_helpers import ProgramContainer, VictoriaMetricsContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.series import SameSeries, Series

LAB = Path(__file__).parents[1]
START = """\
global:
  scrape_interval: 1s
# your lines
"""
SOLUTION = """\
global:
  scrape_interval: 1s
  external_labels:
    city: faro
scrape_configs:
  - job_name: tills
    static_configs:
      - targets: [faro-tills:8000]
remote_write:
  - url: http://victoria-metrics:8428/api/v1/write
"""
CITY = "  external_labels:\n    city: faro\n"
ADDRESS = "http://victoria-metrics:8428/api/v1/write"

EXERCISE = Exercise(
    title="From the edge",
    kind="configuration",
    prompt=f"""\
Faro gets a small Prometheus that only collects: it scrapes the tills at `faro-tills:8000` under
the job `tills`, every second, and sends everything to the store, `{ADDRESS}`. In the store each
series of the tills is to have the label **`city`**, with the value `faro`, besides the labels that
a scrape gives it.

**Write the prometheus.yml.** The check starts a Prometheus with it and looks at what arrives in the
store.""",
    hints=(
        "Three parts: what is scraped, where it is sent, and a label that everything gets.",
        "The parts are called `scrape_configs`, `remote_write` and, inside `global`, "
        "`external_labels`.",
        "`remote_write` is a list; each entry has a `url`. External labels are put on when samples "
        "leave the server.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        SOLUTION.replace(CITY, "").replace(
            "[faro-tills:8000]\n", "[faro-tills:8000]\n        labels: {city: faro}\n"
        ),
        SOLUTION.replace(CITY, "")
        + "    write_relabel_configs: [{target_label: city, replacement: faro}]\n",
    ),
    wrong=(
        Wrong(SOLUTION.replace(CITY, ""), "label missing"),
        Wrong(SOLUTION.replace("city: faro", "city: Faro"), "wrong value"),
        Wrong(SOLUTION.replace("job_name: tills", "job_name: faro"), "wrong value"),
        Wrong(SOLUTION.partition("remote_write")[0], "no remote_write"),
        Wrong(SOLUTION.replace("/api/v1/write", "/api/v1/receive"), "the receiver refuses"),
        Wrong(SOLUTION.replace("victoria-metrics:8428", "victoria:8428"), "wrong host"),
        Wrong(SOLUTION.replace("faro-tills:8000", "faro-tills:9100"), "wrong port"),
        Wrong(SOLUTION.replace("  - url:", "  - endpoint:"), "unknown field"),
        Wrong(SOLUTION.replace("remote_write:\n  - ", "remote_write:\n    "), "list expected"),
        Wrong(
            SOLUTION.replace(
                "scrape_configs:\n",
                "scrape_configs:\n  - {job_name: own, static_configs: [{targets: "
                "['localhost:9090']}]}\n",
            ),
            "series too many",
        ),
    ),
    practice="With `--agent` the same file runs without a database. A label of the target, an "
    "external label or a rule at the end: the first is seen at home too, the others only there.",
    judge=SameSeries(
        tuple(
            Series(
                "till_sales_total", branch="0001", till=f"{till:02}", release="1", job="tills",
                instance="faro-tills:8000", city="faro",
            )
            for till in range(1, 21)
        ),
        services={
            "faro-tills": lambda: ProgramContainer(LAB / "tills.py", name="faro-tills"),
            "victoria-metrics": VictoriaMetricsContainer,
        },
        store="victoria-metrics",
    ),
)  # fmt: skip
