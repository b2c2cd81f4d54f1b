"""What is sent to the long store: rules, without the label of the pair."""

from pathlib import Path

from lab_helpers import ProgramContainer, VictoriaMetricsContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.series import SameSeries, Series

LAB = Path(__file__).parents[1]
START = """\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels:
    city: porto
    replica: a

rule_files:
  - rules.yml

scrape_configs:
  - job_name: tills
    static_configs:
      - targets: [porto-tills:8000]

remote_write:
  - url: http://victoria-metrics:8428/api/v1/write
    queue_config:
      batch_send_deadline: 1s
"""
KEEP = """\
      - source_labels: [__name__]
        regex: job:.+
        action: keep
"""
DROP = """\
      - regex: replica
        action: labeldrop
"""
RULES = "    write_relabel_configs:\n"
SOLUTION = START + RULES + KEEP + DROP

EXERCISE = Exercise(
    title="Only the rules",
    kind="configuration",
    prompt="""\
The long store keeps samples for two years and is paid by the series. The tills of Porto alone have
twenty series now, and will have thousands. Nobody will ask for a single till after two years. So
only what the **recording rules** made is to go there: the names that begin with `job:`. And as both
servers of the pair write the same, they go there **without the label `replica`**.

**Complete the prometheus.yml**: add what is missing to its `remote_write`. All else stays as it is:
Prometheus itself keeps its twenty series of tills. (The label `city` is to arrive.)

The check starts a Prometheus with your file and looks at what arrives in the store.""",
    hints=(
        "There are rules for targets, for samples that are scraped, and for samples that are sent. "
        "The last are a list in the `remote_write` itself.",
        "It is called `write_relabel_configs`, and takes the same rules as the others: `keep`, and "
        "`labeldrop`.",
        "The name of a metric is the label `__name__`. A regex must match all of it: what comes "
        "after `job:`?",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        START + RULES + DROP + KEEP.replace("job:.+", '"job:.*"'),
        START
        + RULES
        + """\
      - {source_labels: [__name__], regex: "till_sales_total|up|scrape_.*", action: drop}
      - {target_label: replica, replacement: ""}
""",
    ),
    wrong=(
        Wrong(START + RULES + KEEP, "label too many"),
        Wrong(START + RULES + DROP, "series too many"),
        Wrong(START + RULES + KEEP.replace("job:.+", '"job:"') + DROP, "nothing sent"),
        Wrong(START + RULES + KEEP.replace("keep", "drop") + DROP, "the wrong ones"),
        Wrong(START + RULES + KEEP + DROP.replace("replica", "replica|city"), "label missing"),
        Wrong(START + RULES + KEEP + DROP.replace("replica", ".*a.*"), "name lost"),
        Wrong(
            SOLUTION.replace("targets: [porto-tills:8000]\n",
                             "targets: [porto-tills:8000]\n    metric_relabel_configs:\n" + KEEP)
            .replace(RULES + KEEP, RULES),
            "series missing",
        ),
        Wrong(START + RULES.replace("write_", "metric_") + KEEP + DROP, "field misplaced"),
        Wrong(SOLUTION.replace("/api/v1/write", "/write/api"), "the receiver refuses"),
        Wrong(SOLUTION.replace("victoria-metrics:8428", "victoria-metrics:9090"), "wrong port"),
        Wrong(SOLUTION.replace("victoria-metrics:8428", "localhost:8428"), "localhost"),
        Wrong(SOLUTION.partition("remote_write")[0], "no remote_write"),
    ),
    practice="Rules first, then the long store: what was added up well answers nearly all "
    "questions about last year, at a hundredth of the price.",
    judge=SameSeries(
        (
            Series("job:till_sales:rate10s", city="porto", job="tills"),
            Series("job:up:sum", city="porto", job="tills"),
        ),
        services={
            "porto-tills": lambda: ProgramContainer(LAB / "tills.py", name="porto-tills"),
            "victoria-metrics": VictoriaMetricsContainer,
        },
        store="victoria-metrics",
        files=(LAB / "rules.yml",),
        at_home={"till_sales_total": 20},
    ),
)  # fmt: skip
