"""Most of what an exporter has is dropped before it is stored."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target
from lab_helpers.grading.shop import DATABASE

STATUS = "mysql_global_status"
NAMES = (
    "mysql_up",
    f"{STATUS}_commands_total",
    f"{STATUS}_threads_connected",
    f"{STATUS}_threads_running",
    f"{STATUS}_slow_queries",
    "mysql_global_variables_max_connections",
)
JOB = """\
scrape_configs:
  - job_name: mysql
    static_configs:
      - targets: ["mysql-exporter:9104"]
"""
KEEP = f"""\
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: {"|".join(NAMES)}
        action: keep
"""

EXERCISE = Exercise(
    title="A thousand series, six names",
    kind="configuration",
    prompt=f"""\
The shop plans a database for each of its 50 customers, and each exporter would bring more than a
thousand series. The team looks at six metrics:

```
{chr(10).join(NAMES)}
```

**Write the job** `mysql`, complete with `scrape_configs:`, so that Prometheus keeps these six
metrics with all their series, and no other metric of MySQL's exporter (`mysql-exporter:9104`). The
exporter itself stays as it is.

The check starts a Prometheus with your file and counts the samples of a scrape before and after
your rules: `scrape_samples_scraped` and `scrape_samples_post_metric_relabeling`.""",
    hints=(
        "Two lists of rules look alike: `relabel_configs` works on targets, before the scrape. "
        "`metric_relabel_configs` works on every sample that the scrape brought.",
        "The name of a metric is a label as well: `__name__`.",
        "A rule with `action: keep` drops each sample whose source label does not match. The regex "
        "must match the whole name; `|` separates alternatives.",
    ),
    start=JOB,
    solution=JOB + KEEP,
    also_right=(
        JOB
        + f"""\
    metric_relabel_configs:
      - {{source_labels: [__name__], action: keep,
         regex: "mysql_up|{STATUS}_(commands_total|threads_(connected|running)|slow_queries)|\\
           mysql_global_variables_max_connections"}}
""",
        JOB
        + f"""\
    metric_relabel_configs:
      - source_labels: [__name__]
        regex: ({"|".join(NAMES)})
        target_label: __tmp_wanted
        replacement: "yes"
      - source_labels: [__tmp_wanted]
        regex: "yes"
        action: keep
      - regex: __tmp_wanted
        action: labeldrop
""",
    ),
    wrong=(
        Wrong(JOB + "    sample_limit: 2000\n", "nothing dropped"),
        Wrong(JOB + KEEP.replace("metric_", ""), "rule of samples"),
        Wrong(JOB + KEEP.replace("keep", "drop"), "the wrong way round"),
        Wrong(JOB + KEEP.replace("__name__", "name"), "everything dropped"),
        Wrong(JOB + KEEP.replace("mysql_up|", ""), "metric missing"),
        Wrong(JOB + KEEP.replace("mysql_up|", "mysql_.*|"), "metric too many"),
        Wrong(JOB + KEEP.replace(f"|{STATUS}_threads_connected", ""), "metric missing"),
        Wrong(
            JOB + KEEP + "      - {source_labels: [command], regex: 'alter_.*', action: drop}\n",
            "series missing",
        ),
        Wrong(JOB + KEEP.replace("metric_relabel", "metrics_relabel"), "unknown field"),
        Wrong(JOB + "    sample_limit: 100\n" + KEEP, "target down"),
        Wrong(JOB.replace("9104", "9100") + KEEP, "wrong port"),
    ),
    practice="Rules like this save storage and memory in Prometheus, not work in the exporter: it "
    "still collects everything. Where it has flags for that, use them first.",
    judge=SameTargets(
        (Target("http://mysql-exporter:9104/metrics", {"job": "mysql"}),),
        services=DATABASE,
        keeps=frozenset(NAMES),
        page_of="mysql-exporter",
    ),
)
