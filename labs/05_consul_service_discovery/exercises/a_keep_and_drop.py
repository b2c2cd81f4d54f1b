"""Two rules: keep by a tag, drop by another."""

from pathlib import Path

from lab_helpers import ConsulContainer
from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.targets import SameTargets, Target

FLEET = Path(__file__).with_name("fleet.json")
START = """\
scrape_configs:
  - job_name: fleet
    consul_sd_configs:
      - server: fleet:8500
    relabel_configs: []   # your rules
"""
HEAD = START.replace(" []   # your rules", "")
METRICS = """\
      - source_labels: [__meta_consul_tags]
        regex: .*,metrics,.*
        action: keep
"""
NOT_2 = r"""
      - source_labels: [__meta_consul_tags]
        regex: .*,version=2\.0\.0,.*
        action: drop
"""
SOLUTION = HEAD + METRICS + NOT_2.lstrip("\n")

EXERCISE = Exercise(
    title="Keep and drop",
    kind="configuration",
    prompt="""\
Version 2.0.0 of the shop is a trial, and another Prometheus watches it. For these exercises a
second Consul, `fleet:8500`, has these instances:

| id | tags |
|---|---|
| `web-1`, `web-2` | `metrics`, `version=1.9.0`, `team=shop` |
| `web-3` | `metrics`, `version=2.0.0`, `team=shop` |
| `web-4` | `version=1.9.0`, `metrics-soon` |
| `pay-1` | `metrics`, `steam=on`, `team=payments` |
| `pay-2` | `metrics`, `version=2.0.0`, `team=payments`, `steam=on` |

**Complete the `prometheus.yml`**: keep what has the tag `metrics`, but nothing of version 2.0.0.
Change no label. (No host answers: the check looks at the targets that Prometheus finds.)""",
    hints=(
        "Two rules: one with `action: keep`, one with `action: drop`. Both look at "
        "`__meta_consul_tags`.",
        "web-4 has the tag `metrics-soon`. The comma behind the tag tells them apart: rule 1 of "
        "the chapter's `prometheus.yml` shows how.",
        r"In a regular expression a dot stands for any character. `2\.0\.0` is exact.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD + NOT_2.lstrip("\n") + METRICS,
        HEAD.replace("server: fleet:8500\n", "server: fleet:8500\n        tags: [metrics]\n")
        + NOT_2.lstrip("\n"),
        HEAD + METRICS + NOT_2.lstrip("\n").replace(r"2\.0\.0", "2[.].*"),
    ),
    wrong=(
        Wrong(HEAD + METRICS, "regex too wide"),
        Wrong(SOLUTION.replace(".*,metrics,.*", "metrics"), "regex not anchored"),
        Wrong(SOLUTION.replace(",metrics,.*", ",metrics.*"), "target too many"),
        Wrong(SOLUTION.replace("drop", "keep"), "keep and drop swapped"),
        Wrong(HEAD + NOT_2.lstrip("\n"), "target too many"),
        Wrong(SOLUTION.replace("action: drop", "action: remove"), "unknown action"),
        Wrong(SOLUTION.replace("fleet:8500", "localhost:8500"), "localhost"),
    ),
    practice="Who may be scraped is one tag, who may not another: the rules stay the same when "
    "services come and go.",
    judge=SameTargets(
        tuple(
            Target(f"http://{name}:8000/metrics", {"job": "fleet"})
            for name in ("web-1", "web-2", "pay-1")
        ),
        services={
            "fleet": lambda: ConsulContainer(name="fleet").copy_in(
                FLEET, "/consul/config/fleet.json"
            )
        },
        up=False,
    ),
)
