"""A file that Prometheus refuses, for one reason after another, and that finds nobody then."""

from pathlib import Path

from lab_helpers import NodeExporterContainer, StaticPageContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

PAGE = Path(__file__).with_name("readings.txt")
BROKEN = """\
global:
  scrape_interval: 10s
  scrape_timeout: 30s

scrape_configs:
  - job_name: scales
    metric_path: /readings.txt
    static_configs:
      - targets: ["http://scales-north:8000"]

  - job_name: scales
    metrics_path: /readings
    static_configs:
      - targets: ["scales-south:8000"]

  - job_name: node
    scheme: https
    static_configs:
      - target: ["node-exporter:9100"]
"""
SOLUTION = """\
global:
  scrape_interval: 10s
  scrape_timeout: 5s

scrape_configs:
  - job_name: scales
    metrics_path: /readings.txt
    static_configs:
      - targets: ["scales-north:8000", "scales-south:8000"]

  - job_name: node
    static_configs:
      - targets: ["node-exporter:9100"]
"""
#: What reads as Prometheus would have it, with three faults left that no check of the file finds.
ACCEPTED = (
    BROKEN.replace("timeout: 30s", "timeout: 5s")
    .replace("metric_path", "metrics_path")
    .replace("http://", "")
    .replace("target:", "targets:")
    .replace("job_name: scales", "job_name: south")
    .replace("job_name: south", "job_name: scales", 1)
)

EXERCISE = Exercise(
    title="Refused",
    kind="configuration",
    prompt="""\
It is your first day on call, and Prometheus does not come back after a restart: it refuses its
file. It has to scrape these again, every 10 seconds:

- as the job `scales`: `scales-north:8000` and `scales-south:8000`, page `/readings.txt`,
- as the job `node`: `node-exporter:9100`, page `/metrics`,

over plain HTTP, and with no further labels. **Mend the file.** It has seven faults. Prometheus
names some of them, one after the other. The others show only when it scrapes. So check often, and
read what the check says.""",
    hints=(
        "Mend what the check tells you, and check again: it passes on Prometheus's own words, "
        "with the line where there is one.",
        "An address is a host and a port, nothing before and nothing behind. A job's name may be "
        "used once; both scales can be targets of one job.",
        "Once the file is taken, three questions are left for each target: http or https? which "
        "path? and does the job have the right name?",
    ),
    start=BROKEN,
    solution=SOLUTION,
    also_right=(
        """\
scrape_configs:
- {job_name: node, scrape_interval: 10s, static_configs: [{targets: ["node-exporter:9100"]}]}
- job_name: scales
  scrape_interval: 10s
  scheme: http
  metrics_path: /readings.txt
  static_configs:
  - targets:
    - scales-south:8000
  - targets:
    - scales-north:8000
""",
        ACCEPTED.replace("readings\n", "readings.txt\n")
        .replace("    scheme: https\n", "")
        .replace('"scales-south:8000"]', '"scales-south:8000"]\n        labels: {job: scales}'),
    ),
    wrong=(
        Wrong(SOLUTION.replace("5s", "30s"), "timeout too long"),
        Wrong(BROKEN.replace("30s", "5s"), "unknown field"),
        Wrong(SOLUTION.replace('"scales-north', '"http://scales-north'), "no host and port"),
        Wrong(ACCEPTED.replace("south\n", "scales\n"), "job twice"),
        Wrong(ACCEPTED, "wrong path"),
        Wrong(ACCEPTED.replace("/readings\n", "/readings.txt\n"), "wrong scheme"),
        Wrong(
            ACCEPTED.replace("/readings\n", "/readings.txt\n").replace("    scheme: https\n", ""),
            "wrong job",
        ),
        Wrong(
            SOLUTION.replace(
                "  scrape_interval: 10s\n  scrape_timeout: 5s", "  scrape_timeout: 5s"
            ),
            "interval too long",
        ),
        Wrong(SOLUTION.replace('["node-exporter:9100"]', "node-exporter:9100"), "list expected"),
    ),
    practice="`promtool check config` finds the first kind of fault before anybody restarts "
    "anything; the second kind is found by looking at the targets afterwards. Do both, always.",
    judge=SameTargets(
        (
            Target("http://scales-north:8000/readings.txt", {"job": "scales"}, "10s"),
            Target("http://scales-south:8000/readings.txt", {"job": "scales"}, "10s"),
            Target("http://node-exporter:9100/metrics", {"job": "node"}, "10s"),
        ),
        services={
            "scales-north": lambda: StaticPageContainer(PAGE, "/readings.txt", name="scales-north"),
            "scales-south": lambda: StaticPageContainer(PAGE, "/readings.txt", name="scales-south"),
            "node-exporter": NodeExporterContainer,
        },
    ),
)
