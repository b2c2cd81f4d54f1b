"""A configuration that Prometheus takes, and in which no target is up."""

from pathlib import Path

from lab_helpers import NodeExporterContainer, StaticPageContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

FILES = Path(__file__).parents[1]
BROKEN = (FILES / "puzzle.yml").read_text()
WAREHOUSE = "  - job_name: warehouse\n"
SOLUTION = (
    BROKEN.replace("localhost:9091", "localhost:9090")
    .replace("localhost:9100", "node-exporter:9100")
    .replace(WAREHOUSE, f"{WAREHOUSE}    metrics_path: /metrics.txt\n")
)

EXERCISE = Exercise(
    title="Three faults in one file",
    kind="configuration",
    prompt="""\
A colleague wrote this configuration for the lab. Prometheus takes it without a word, and no target
is up.

**Mend the file**, so that all three targets are up: Prometheus itself, the node exporter, and the
warehouse, each in the job that the file has for it. There is one fault in each job. The check
starts a Prometheus with your file, waits for its scrapes, and tells you one fault at a time. It
wants the addresses that this chapter uses.""",
    hints=(
        "Compare each address with those in `with_warehouse`, which works.",
        "On which port does Prometheus listen? And whose `localhost` is it that the job `node` "
        "calls?",
        "The warehouse answers *404*: somebody is there who does not know the path `/metrics`. "
        "Which field of a job says where the page is?",
    ),
    start=BROKEN,
    solution=SOLUTION,
    also_right=(
        SOLUTION.replace("metrics_path: /metrics.txt", 'metrics_path: "metrics.txt"'),
        """\
global: {scrape_interval: 1s}
scrape_configs:
- {job_name: warehouse, metrics_path: /metrics.txt, static_configs: [{targets: ["warehouse:8000"]}]}
- {job_name: node, static_configs: [{targets: ["node-exporter:9100"]}]}
- {job_name: prometheus, static_configs: [{targets: ["localhost:9090"]}]}
""",
    ),
    wrong=(
        Wrong(SOLUTION.replace("localhost:9090", "localhost:9091"), "wrong port"),
        Wrong(SOLUTION.replace("node-exporter:9100", "localhost:9100"), "localhost"),
        Wrong(SOLUTION.replace("    metrics_path: /metrics.txt\n", ""), "wrong path"),
        Wrong(SOLUTION.replace("node-exporter:9100", "node:9100"), "wrong host"),
        Wrong(SOLUTION.replace("metrics_path", "metric_path"), "unknown field"),
        Wrong(SOLUTION.replace("warehouse:8000", "warehouse:8000/metrics.txt"), "no host and port"),
    ),
    practice="These three are most of what goes wrong in real files: a port from memory, a "
    "`localhost` that was right on somebody's laptop, and a page that is not at `/metrics`.",
    judge=SameTargets(
        (
            Target("http://localhost:9090/metrics", {"job": "prometheus"}),
            Target("http://node-exporter:9100/metrics", {"job": "node"}),
            Target("http://warehouse:8000/metrics.txt", {"job": "warehouse"}),
        ),
        services={
            "node-exporter": NodeExporterContainer,
            "warehouse": lambda: StaticPageContainer(FILES / "warehouse.txt", name="warehouse"),
        },
    ),
)
