"""TCP connections, probed through the blackbox exporter."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target
from lab_helpers.grading.shop import SHOP, STORES

HEAD = """\
scrape_configs:
  - job_name: stores
"""
PATH = """\
    metrics_path: /probe
"""
PARAMS = """\
    params:
      module: [connect]
"""
TARGETS = """\
    static_configs:
      - targets: [mysql:3306, memcached:11211]
"""
RULES = """\
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: blackbox-exporter:9115
"""
SOLUTION = HEAD + PATH + PARAMS + TARGETS + RULES


def probe(store: str) -> Target:
    """What Prometheus must ask the exporter for."""
    return Target(
        f"http://blackbox-exporter:9115/probe?module=connect&target={store}",
        {"job": "stores", "instance": store},
    )


EXERCISE = Exercise(
    title="Probe the stores",
    kind="configuration",
    prompt="""\
Not only web pages can be probed. A firewall was changed last night, and the web app could not reach
its stores for an hour. `mysql_up` was 1 all the time: MySQL's exporter stands behind the firewall.

**Write a job** `stores`, complete with `scrape_configs:`, that opens a TCP connection to
`mysql:3306` and one to `memcached:11211` through the blackbox exporter at
`blackbox-exporter:9115`, with the module `connect`. `instance` must say which store it was. Add no
other labels.""",
    hints=(
        "Start from the job `blackbox`, printed above. Name, module and targets differ.",
        "A TCP target is host and port, without `http://`.",
        "Which of the three rules says where Prometheus connects, which one tells the exporter "
        "what to probe, and which one keeps the name? All three are needed.",
    ),
    start=HEAD + TARGETS,
    solution=SOLUTION,
    also_right=(
        HEAD
        + PATH
        + TARGETS
        + RULES.replace("[__param_target]", "[__address__]")
        + "      - {target_label: __param_module, replacement: connect}\n",
        """\
scrape_configs:
  - job_name: stores
    metrics_path: /probe
    params: {module: [connect]}
    static_configs:
      - {targets: [mysql:3306]}
      - {targets: [memcached:11211]}
    relabel_configs:
      - {source_labels: [__address__], target_label: instance}
      - {source_labels: [__address__], target_label: __param_target}
      - {target_label: __address__, replacement: "blackbox-exporter:9115"}
""",
    ),
    wrong=(
        Wrong(HEAD + PATH + PARAMS + TARGETS, "wrong host"),
        Wrong(HEAD + PARAMS + TARGETS + RULES, "wrong path"),
        Wrong(HEAD + PATH + TARGETS + RULES, "wrong parameter"),
        Wrong(SOLUTION.replace("[connect]", "[page]"), "wrong parameter"),
        Wrong(
            SOLUTION.replace(
                "      - source_labels: [__param_target]\n        target_label: instance\n", ""
            ),
            "wrong instance",
        ),
        Wrong(SOLUTION.replace("mysql:3306", "http://mysql:3306"), "wrong parameter"),
        Wrong(SOLUTION.replace(":3306", ""), "wrong parameter"),
        Wrong(SOLUTION.replace("job_name: stores", "job_name: blackbox"), "wrong job"),
        Wrong(SOLUTION.replace("relabel_configs", "metric_relabel_configs"), "wrong host"),
    ),
    practice="A probe tests the way, not only the service: firewalls, name servers and load "
    "balancers are in between, and no exporter beside the service sees them.",
    judge=SameTargets(
        (probe("mysql:3306"), probe("memcached:11211")),
        services={**STORES, "blackbox-exporter": SHOP["blackbox-exporter"]},
    ),
)
