"""One job that probes each target in its own way."""

from dataclasses import dataclass
from pathlib import Path

from lab_helpers import ApacheContainer, BlackboxExporterContainer, MemcachedContainer
from lab_helpers.grading import Bench, Exercise, Verdict, Wrong, missed
from lab_helpers.grading.judges import yaml_text
from lab_helpers.grading.judges.targets import SameTargets, Target

MODULES = Path(__file__).parents[1] / "blackbox.yml"

TARGETS = """\
scrape_configs:
  - job_name: probes
    metrics_path: /probe
    static_configs:
      - targets: ["http://apache/"]
        labels: {module: page}
      - targets: ["apache:80", "memcached:11211"]
        labels: {module: connect}
    relabel_configs:
"""
MODULE = """\
      - source_labels: [module]
        target_label: __param_module
"""
TARGET = """\
      - source_labels: [__address__]
        target_label: __param_target
"""
INSTANCE = """\
      - source_labels: [__param_target]
        target_label: instance
"""
EXPORTER = """\
      - target_label: __address__
        replacement: blackbox-exporter:9115
"""
SOLUTION = TARGETS + MODULE + TARGET + INSTANCE + EXPORTER


def probe(target: str, module: str) -> Target:
    """What Prometheus must ask for, to have something probed."""
    return Target(
        f"http://blackbox-exporter:9115/probe?module={module}&target={target}",
        {"job": "probes", "instance": target, "module": module},
    )


@dataclass(frozen=True)
class InOneJob(SameTargets):
    """Judges a prometheus.yml by its targets, which must all come from one job."""

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Look at the targets, and then at how many jobs they took."""
        verdict = super().judge(answer, bench)
        if not verdict.solved:
            return verdict
        jobs = len(yaml_text.read(answer)["scrape_configs"])
        if jobs > 1:
            return missed(
                "several jobs",
                f"The targets are right, and it takes {jobs} jobs to find them: the next module "
                "would mean one more. One job is asked for.",
            )
        return verdict


EXERCISE = Exercise(
    title="Knock at every door",
    kind="configuration",
    prompt="""\
The blackbox exporter runs at `blackbox-exporter:9115`. It has two modules: `page` asks for a web
page, `connect` opens a TCP connection. So far the shop has a job for each of them, with the same
rules twice, and each new module means another copy. **Write a `prometheus.yml`** with one job,
in which the module comes with the target. Probe this:

| what | module |
|---|---|
| `http://apache/` | `page` |
| `apache:80` | `connect` |
| `memcached:11211` | `connect` |

All three have the label `job` with the value `probes`. Each says in `instance` what was probed,
as the table has it, and in `module` how. No other labels are added. The exporter's path is
`/probe`; the parameters `target` and `module` tell it what to probe, and how.""",
    hints=(
        "Chapter 03 takes three rules apart: where the target goes, what `instance` is, and where "
        "Prometheus connects. They are needed here, too.",
        "An entry of `static_configs` may have `labels` for its targets. Rules see them like any "
        "other label.",
        "A label `__param_x` becomes the parameter `x` of the address that Prometheus asks. For "
        "`target` you have such a rule already; one more is missing.",
    ),
    start="""\
scrape_configs:
  - job_name: probes
    metrics_path: /probe
    static_configs:
      - targets: ["http://apache/"]   # with the module page
      - targets: ["apache:80", "memcached:11211"]   # with the module connect
""",
    solution=SOLUTION,
    also_right=(
        TARGETS.replace("{module:", "{__param_module:")
        + TARGET
        + INSTANCE
        + EXPORTER
        + MODULE.replace("[module]", "[__param_module]").replace(": __param_module", ": module"),
        """\
scrape_configs:
  - job_name: probes
    metrics_path: /probe
    static_configs: [{targets: ["http://apache/", "apache:80", "memcached:11211"]}]
    relabel_configs:
      - {target_label: module, replacement: connect}
      - {source_labels: [__address__], regex: "http://.*", target_label: module, replacement: page}
"""
        + INSTANCE.replace("__param_target", "__address__")
        + TARGET
        + MODULE
        + EXPORTER,
    ),
    wrong=(
        Wrong(TARGETS + MODULE + TARGET + INSTANCE, "no host and port"),
        Wrong(TARGETS + MODULE + TARGET + EXPORTER, "wrong instance"),
        Wrong(TARGETS + TARGET + INSTANCE + EXPORTER, "wrong parameter"),
        Wrong(TARGETS + MODULE + EXPORTER + TARGET + INSTANCE, "wrong parameter"),
        Wrong(SOLUTION.replace("    metrics_path: /probe\n", ""), "wrong path"),
        Wrong(SOLUTION.replace("9115", "9100"), "wrong port"),
        Wrong(SOLUTION.replace("blackbox-exporter:9115", "localhost:9115"), "localhost"),
        Wrong(
            SOLUTION.replace("{module:", "{__param_module:").replace(MODULE, ""), "label missing"
        ),
        Wrong(
            TARGETS.replace("    static", "    params: {module: [page]}\n    static")
            + TARGET
            + INSTANCE
            + EXPORTER,
            "wrong parameter",
        ),
        Wrong(SOLUTION.replace("target_label", "target"), "unknown field"),
        Wrong(
            """\
scrape_configs:
  - job_name: pages
    metrics_path: /probe
    params: {module: [page], target: ["http://apache/"]}
    static_configs:
      - targets: [blackbox-exporter:9115]
        labels: {job: probes, module: page, instance: "http://apache/"}
  - job_name: stores
    metrics_path: /probe
    params: {module: [connect]}
    static_configs: [{targets: [apache:80, memcached:11211], labels: {module: connect}}]
    relabel_configs:
      - {source_labels: [__address__], target_label: instance}
      - {source_labels: [instance], target_label: __param_target}
      - {target_label: __address__, replacement: blackbox-exporter:9115}
      - {target_label: job, replacement: probes}
""",
            "several jobs",
        ),
    ),
    practice="The same rules serve every exporter that asks others: SNMP for switches, IPMI for "
    "hardware, SQL for databases. What differs between targets belongs to the target.",
    judge=InOneJob(
        (
            probe("http://apache/", "page"),
            probe("apache:80", "connect"),
            probe("memcached:11211", "connect"),
        ),
        services={
            "blackbox-exporter": lambda: BlackboxExporterContainer(MODULES),
            "apache": ApacheContainer,
            "memcached": MemcachedContainer,
        },
    ),
)
