"""Three faults in one file: anchoring, order, and a group that does not exist."""

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
    relabel_configs:
      - source_labels: [__meta_consul_tags]
        regex: metrics
        action: keep
      - regex: __meta_consul_service.*
        action: labeldrop
      - source_labels: [__meta_consul_service]
        target_label: job
      - source_labels: [__meta_consul_tags]
        regex: .*,version=([^,]+),.*
        target_label: version
        replacement: v$2
"""
ANCHORED = START.replace("regex: metrics", "regex: .*,metrics,.*")
DROP = "      - regex: __meta_consul_service.*\n        action: labeldrop\n"
NO_DROP = ANCHORED.replace(DROP, "")
SOLUTION = NO_DROP.replace("v$2", "v$1")
VERSIONS = {
    "web-1": "v1.9.0",
    "web-2": "v1.9.0",
    "web-3": "v2.0.0",
    "pay-1": "",
    "pay-2": "v2.0.0",
}

EXERCISE = Exercise(
    title="Three faults in one file",
    kind="configuration",
    prompt="""\
A colleague wrote these rules for the same fleet and says: *Prometheus takes the file, and finds
nothing.* What has the tag `metrics` should be a target. Its job should be the name of its service,
`web` or `pay`. It should have the label `version`, made of the tag, with a `v` before it: `v1.9.0`.
There are three faults.

**Mend the file.** Mend one fault at a time, and run the check again: it says what it sees now.""",
    hints=(
        "The first fault drops everything. What must a regex match?",
        "Rules go from the first to the last. What is left of `__meta_consul_service` when the "
        "job is to be made of it?",
        "How many groups, pairs of parentheses, has the last regex?",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        ANCHORED.replace(DROP, "").replace("v$2", "v$1") + DROP,
        NO_DROP.replace("v$2", "v${1}"),
        NO_DROP.replace(".*,version=([^,]+),.*", "(.*,)version=([^,]+),.*"),
    ),
    wrong=(
        Wrong(START.replace("v$2", "v$1"), "regex not anchored"),
        Wrong(ANCHORED, "wrong group"),
        Wrong(NO_DROP, "wrong group"),
        Wrong(ANCHORED.replace("v$2", "v$1"), "rules out of order"),
        Wrong(SOLUTION.replace(".*,metrics,.*", ".*metrics.*"), "regex too wide"),
        Wrong(SOLUTION.replace("v$1", "$1"), "wrong part"),
        Wrong(SOLUTION.replace("action: keep", "action: drop"), "keep and drop swapped"),
    ),
    practice="Read rules as Prometheus does, from the top, with one instance in hand. That is what "
    "*show relabeling* on its page does for you.",
    judge=SameTargets(
        tuple(
            Target(
                f"http://{name}:8000/metrics",
                {"job": name.partition("-")[0]} | ({"version": version} if version else {}),
            )
            for name, version in VERSIONS.items()
        ),
        services={
            "fleet": lambda: ConsulContainer(name="fleet").copy_in(
                FLEET, "/consul/config/fleet.json"
            )
        },
        up=False,
    ),
)
