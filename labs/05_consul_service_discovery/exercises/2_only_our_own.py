"""Two tags that must both be there, in whatever order; job and instance from Consul."""

import textwrap
from pathlib import Path

from lab_helpers import ConsulContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

REGISTRY = Path(__file__).with_name("registry.json")
START = """\
scrape_configs:
  - job_name: consul
    consul_sd_configs:
      - server: consul:8500
    relabel_configs: []   # your rules
"""
HEAD = START.replace(" []   # your rules", "")
METRICS = """\
      - source_labels: [__meta_consul_tags]
        regex: .*,metrics,.*
        action: keep
"""
OURS = """\
      - source_labels: [__meta_consul_tags]
        regex: .*,team=shop,.*
        action: keep
"""
NAMES = """\
      - source_labels: [__meta_consul_service]
        target_label: job
      - source_labels: [__meta_consul_service_id]
        target_label: instance
"""
SOLUTION = HEAD + METRICS + OURS + NAMES

EXERCISE = Exercise(
    title="Only our own",
    kind="configuration",
    prompt="""\
Several teams share the Consul of the lab (its table is in 05.1). The shop's own Prometheus is to
scrape what has **both** tags, `metrics` and `team=shop`, in whatever order they were given, and
nothing else. Whether Consul calls an instance critical does not matter: who is ill is to be
watched as well.

**Complete the `prometheus.yml`.** The label `job` is to be the name of the service, `instance`
its id in Consul; there are no further labels. (The hosts do not exist: the check looks at the
targets that Prometheus finds, not at whether they answer.)""",
    hints=(
        "Rules that keep may follow each other: who wants to stay must please all of them.",
        "Can one regex find two tags that stand side by side, with a single comma between them? "
        "And what if they stand the other way round?",
        "`__meta_consul_service` has the name and `__meta_consul_service_id` the id. A rule "
        "without regex and action copies.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD.replace(
            "server: consul:8500\n", "server: consul:8500\n        tags: [metrics, team=shop]\n"
        )
        + NAMES,
        HEAD
        + """\
      - {source_labels: [__meta_consul_service, __meta_consul_service_id], separator: /,
         regex: (.+)/(.+), target_label: job}
      - {source_labels: [__meta_consul_service_id], target_label: instance}
      - source_labels: [__meta_consul_tags]
        regex: .*,(metrics(,.*)?,team=shop|team=shop(,.*)?,metrics),.*
        action: keep
""",
        HEAD
        + NAMES
        + """\
      - source_labels: [__meta_consul_tags]
        regex: (.*,)team=shop(,.*)
        target_label: __tmp_ours
        replacement: $1$2
      - source_labels: [__tmp_ours]
        regex: .*,metrics,.*
        action: keep
""",
    ),
    wrong=(
        Wrong(HEAD + METRICS + NAMES, "regex too wide"),
        Wrong(SOLUTION.replace(".*,metrics,.*", "metrics"), "regex not anchored"),
        Wrong(
            HEAD + METRICS.replace(",metrics,.*", ",metrics,.*,team=shop,.*") + NAMES,
            "target dropped",
        ),
        Wrong(
            HEAD
            + "      - {source_labels: [__meta_consul_service], regex: checkout, action: keep}\n"
            + NAMES,
            "target dropped",
        ),
        Wrong(
            SOLUTION.replace(
                "team=shop,.*\n        action: keep", "team=shop,.*\n        action: drop"
            ),
            "keep and drop swapped",
        ),
        Wrong(HEAD + METRICS + OURS, "wrong instance"),
        Wrong(
            HEAD + METRICS + OURS + NAMES.replace("target_label: job", "target_label: service"),
            "wrong label name",
        ),
        Wrong(
            SOLUTION
            + """\
      - source_labels: [__meta_consul_health]
        regex: passing
        action: keep
""",
            "target dropped",
        ),
        Wrong(SOLUTION.replace("consul:8500", "localhost:8500"), "localhost"),
        Wrong(
            textwrap.dedent("    relabel_configs:\n" + METRICS + OURS + NAMES),
            "something missing above",
        ),
        Wrong(SOLUTION.replace(".*,metrics,.*", "“.*,metrics,.*”"), "not what it looks like"),
    ),
    practice="One Consul for all and a Prometheus for each team is a common arrangement; the tags "
    "say whose a service is, and the rules take only their own.",
    judge=SameTargets(
        (
            Target("http://front-1:8080/metrics", {"job": "front", "instance": "front-1"}),
            *(
                Target(f"http://{name}:8000/metrics", {"job": "checkout", "instance": name})
                for name in ("checkout-1", "checkout-2", "checkout-3")
            ),
        ),
        services={
            "consul": lambda: ConsulContainer().copy_in(REGISTRY, "/consul/config/registry.json")
        },
        up=False,
    ),
)
