"""Three replicas in Consul, one target in Prometheus: which rule makes one of three?"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from lab_helpers import ConsulContainer, PrometheusContainer
from lab_helpers.discovery import trace
from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Words
from lab_helpers.waiting import wait_until

REGISTRY = Path(__file__).with_name("registry.json")
CONFIG = """\
scrape_configs:
  - job_name: shop
    consul_sd_configs:
      - server: consul:8500
    relabel_configs:
      # 1
      - source_labels: [__meta_consul_tags]
        regex: .*,metrics,.*
        action: keep
      # 2
      - source_labels: [__meta_consul_service]
        target_label: job
      # 3
      - source_labels: [__meta_consul_tags]
        regex: .*,team=([^,]+),.*
        target_label: team
      # 4
      - source_labels: [__meta_consul_address, __meta_consul_service_port]
        separator: ":"
        target_label: __address__
      # 5
      - source_labels: [__meta_consul_health]
        regex: maintenance
        action: drop
"""


def to_blame(bench: Bench) -> Iterable[str]:
    """The rule without which there are the most targets, and what it reads that is the same."""
    consul = bench["consul"]
    wait_until(lambda: "critical" in set(consul.health().status), "Consul knows who is ill")
    instances = consul.discovered()

    def targets_without(number: int) -> int:
        config = yaml.safe_load(CONFIG)
        del config["scrape_configs"][0]["relabel_configs"][number - 1]
        traces = trace(yaml.safe_dump(config), "shop", instances)
        return sum(one.labels.get("job") == "checkout" for one in traces)

    rule = max(range(1, 6), key=targets_without)
    replicas = [one for one in instances if one["__meta_consul_service"] == "checkout"]
    entry = yaml.safe_load(CONFIG)["scrape_configs"][0]["relabel_configs"][rule - 1]
    for label in entry["source_labels"]:  # the ports are the same as well, and may be
        if "address" in label and len({one[label] for one in replicas}) == 1:
            yield f"{rule}={label}"


LABELS = (
    "__meta_consul_tags",
    "__meta_consul_service",
    "__meta_consul_address",
    "__meta_consul_service_port",
    "__meta_consul_health",
)
INNOCENT: Mapping[str, Misreading] = {
    "1": (
        "keep is innocent",
        "All three have the tag metrics. `.*` also matches what stands before and behind it.",
    ),
    "2": (
        "same job",
        "Rule 2 gives all three the same job, as it should: a job may have many instances.",
    ),
    "3": ("same team", "Rule 3 gives them the same team. Targets may well share a label."),
    "5": (
        "health is innocent",
        "Rule 5 drops what is in maintenance. checkout-2 is critical, which is not the same.",
    ),
}


EXERCISE = Exercise(
    title="Three replicas, one target",
    kind="diagnosis",
    prompt=f"""\
Consul knows `checkout-1`, `checkout-2` and `checkout-3`, and a load balancer sends customers to
all of them. In Prometheus `count by (job) (up)` says: `checkout` 1. It says `search` 1 as well,
where there are two. No log has an error in it. This is the configuration:

```yaml
{CONFIG.strip()}
```

That Prometheus runs on the bench, as `lab["suspect"]`: `lab["suspect"].targets()` are its
targets, and `lab["consul"].discovered()` are the labels with which it finds each instance. (No
host answers, so that all targets are down. That is not the fault to be found.)

**Say which rule is to blame, and which label is the reason**: of the labels that the rule reads,
the one whose value is the same for all three and should not be. Write `RULE=LABEL`, such as
`2=__meta_consul_service`.""",
    hints=(
        "Which of the three is the target that is left, and what does Prometheus ask for there? "
        "Who lives at that address?",
        "Two targets with the same URL and the same labels are one target. Which rules write what "
        "the URL is made of?",
        "Compare `__meta_consul_address` with `__meta_consul_service_address`, for two of the "
        "replicas: one is the machine's address, the other the service's.",
    ),
    start="# RULE=LABEL",
    solution="4=__meta_consul_address",
    also_right=(
        "4 = __meta_consul_address",
        "# all three get the address of the machine\n`4=__meta_consul_address`",
    ),
    wrong=(
        Wrong("1=__meta_consul_tags", "keep is innocent"),
        Wrong("2=__meta_consul_service", "same job"),
        Wrong("3=__meta_consul_tags", "same team"),
        Wrong("5=__meta_consul_health", "health is innocent"),
        Wrong("4=__meta_consul_service_port", "same port"),
        Wrong("4=__meta_consul_service_address", "not in the rule"),
        Wrong("4=__address__", "what it writes"),
        Wrong("4", "and the reason"),
        Wrong("the one with the address", "not that"),
    ),
    practice="Targets that become alike are merged without a word. Compare the number of "
    "instances in Consul with `count by (job) (up)` now and then, best in an alert.",
    judge=Words(
        right=to_blame,
        near={
            **{f"{rule}={label}": INNOCENT[rule] for rule in INNOCENT for label in LABELS},
            "4=__meta_consul_service_port": (
                "same port",
                "All three have the port 8000, each at an address of its own. That may be so.",
            ),
            "4=__meta_consul_service_address": (
                "not in the rule",
                "Rule 4 does not read `__meta_consul_service_address`. Which label does it read?",
            ),
            "4=__address__": (
                "what it writes",
                "`__address__` is what rule 4 writes. From which label does the wrong value come?",
            ),
            **{
                str(rule): (
                    "and the reason",
                    "A rule alone may be guessed. Which label does it "
                    "read that is the same for all three?",
                )
                for rule in range(1, 6)
            },
        },
        because="`__meta_consul_address` is the machine, on which all three live. With the same "
        "port they get the same address, and so the same instance: three times the same target.",
        services={
            "consul": lambda: ConsulContainer().copy_in(REGISTRY, "/consul/config/registry.json"),
            "suspect": lambda: PrometheusContainer(CONFIG, name="suspect"),
        },
    ),
)
