"""A prometheus.yml from nothing: two jobs, a path, a label for each site, two paces."""

from pathlib import Path

from lab_helpers import NodeExporterContainer, StaticPageContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

PAGE = Path(__file__).with_name("readings.txt")
SOLUTION = """\
global:
  scrape_interval: 15s

scrape_configs:
  - job_name: scales
    metrics_path: /readings.txt
    static_configs:
      - targets: ["scales-north:8000"]
        labels: {site: north}
      - targets: ["scales-south:8000"]
        labels: {site: south}

  - job_name: node
    scrape_interval: 1m
    static_configs:
      - targets: ["node-exporter:9100"]
"""
BY_RELABELLING = """\
scrape_configs:
  - job_name: node            # a minute is Prometheus's own pace
    static_configs: [{targets: [node-exporter:9100]}]
  - job_name: scales
    scrape_interval: 15s
    metrics_path: /readings.txt
    static_configs: [{targets: [scales-south:8000, scales-north:8000]}]
    relabel_configs:
      - source_labels: [__address__]
        regex: scales-(.*):8000
        target_label: site
"""
TWO_JOBS = """\
global: {scrape_interval: 15s, scrape_timeout: 5s}
scrape_configs:
- {job_name: node, scrape_interval: 60s, static_configs: [{targets: ['node-exporter:9100']}]}
- job_name: north
  metrics_path: readings.txt
  static_configs: [{targets: ['scales-north:8000'], labels: {job: scales, site: north}}]
- job_name: south
  metrics_path: readings.txt
  static_configs: [{targets: ['scales-south:8000'], labels: {job: scales, site: south}}]
"""
LABELS = """\
      - targets: ["scales-north:8000"]
        labels: {site: north}
      - targets: ["scales-south:8000"]
        labels: {site: south}
"""

EXERCISE = Exercise(
    title="Three targets, two jobs",
    kind="configuration",
    prompt="""\
The two scales and the machine under the shop are to be watched. Prometheus runs in a container
beside them and reaches them by name. **Write its `prometheus.yml`**:

| job | targets | where |
|---|---|---|
| `scales` | `scales-north` and `scales-south`, port 8000 | the page is `/readings.txt` |
| `node` | `node-exporter`, port 9100 | the page is `/metrics` |

The series of the scales say where they are: with the label `site`, which is `north` or `south`.
No target has any further label of yours.
The scales are scraped every 15 seconds, the node exporter every minute.""",
    hints=(
        "Begin with `scrape_configs:`, which is a list of jobs. Chapter 01 prints a file with "
        "three.",
        "A job's `static_configs` is a list, too: each entry has `targets`, and may have `labels` "
        "for them.",
        "`scrape_interval` may stand under `global` and, for one job alone, beside its "
        "`job_name`; so may `metrics_path` beside `job_name`.",
    ),
    start="# your prometheus.yml here",
    solution=SOLUTION,
    also_right=(BY_RELABELLING, TWO_JOBS),
    wrong=(
        Wrong(SOLUTION.replace("    metrics_path: /readings.txt\n", ""), "wrong path"),
        Wrong(SOLUTION.replace("node-exporter:9100", "localhost:9100"), "localhost"),
        Wrong(
            SOLUTION.replace(
                LABELS,
                '      - targets: ["scales-north:8000", "scales-south:8000"]\n'
                "        labels: {site: north}\n",
            ),
            "wrong value",
        ),
        Wrong(SOLUTION.replace("site:", "location:"), "wrong label name"),
        Wrong(SOLUTION.replace("    scrape_interval: 1m\n", ""), "interval too short"),
        Wrong(SOLUTION.replace("metrics_path", "path"), "unknown field"),
        Wrong(
            SOLUTION.replace("    metrics_path: /readings.txt", "  metrics_path: /readings.txt"),
            "not yaml",
        ),
        Wrong(
            SOLUTION.replace("    scrape_interval: 1m\n", "").replace(
                '9100"]\n', '9100"]\n        scrape_interval: 1m\n'
            ),
            "field misplaced",
        ),
    ),
    practice="A label that is given with the target, such as site, environment or team, is on "
    "every series of it: dashboards and alerts group by it, and no exporter has to know it.",
    judge=SameTargets(
        (
            Target(
                "http://scales-north:8000/readings.txt", {"job": "scales", "site": "north"}, "15s"
            ),
            Target(
                "http://scales-south:8000/readings.txt", {"job": "scales", "site": "south"}, "15s"
            ),
            Target("http://node-exporter:9100/metrics", {"job": "node"}, "1m"),
        ),
        services={
            "scales-north": lambda: StaticPageContainer(PAGE, "/readings.txt", name="scales-north"),
            "scales-south": lambda: StaticPageContainer(PAGE, "/readings.txt", name="scales-south"),
            "node-exporter": NodeExporterContainer,
        },
    ),
)
