"""A fleet split between two servers by a hash of the address."""

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
        services: [web, pay]
    relabel_configs: []   # your rules
"""
HEAD = START.replace(" []   # your rules", "")
HASH = """\
      - source_labels: [__address__]
        modulus: 2
        target_label: __tmp_server
        action: hashmod
"""
MINE = """\
      - source_labels: [__tmp_server]
        regex: "1"
        action: keep
"""
SOLUTION = HEAD + HASH + MINE

EXERCISE = Exercise(
    title="Two servers share the work",
    kind="configuration",
    prompt="""\
A fleet that is too large for one Prometheus is split between several. Each server makes a number
of every target's `__address__` and takes the targets with its own number. Nobody keeps a list, and
a new target always has exactly one server.

There are two servers, 0 and 1. **Complete the `prometheus.yml` of server 1**: of the instances of
the last exercise it takes those whose number is 1. No label is added to their series.""",
    hints=(
        "`action: hashmod` writes a number from 0 to `modulus` - 1 into its `target_label`. A "
        "second rule keeps the right number.",
        "The number is needed on the way only. Which labels are gone in the end?",
        "A label that begins with `__tmp` is left to you: Prometheus and others never use it.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD + HASH + MINE.replace('"1"', '"0"').replace("keep", "drop"),
        HEAD + (HASH + MINE).replace("__tmp_server", "__tmp_hash"),
        HEAD
        + """\
      - {source_labels: [__address__], target_label: __tmp_n, modulus: 2, action: hashmod}
      - {source_labels: [__tmp_n], regex: 1, action: keep}
""",
    ),
    wrong=(
        Wrong(HEAD + HASH, "target too many"),
        Wrong(HEAD + HASH + MINE.replace("keep", "drop"), "keep and drop swapped"),
        Wrong(HEAD + HASH + MINE.replace('"1"', '"0"'), "keep and drop swapped"),
        Wrong(HEAD + HASH.replace("modulus: 2", "modulus: 5") + MINE, "target dropped"),
        Wrong(HEAD + (HASH + MINE).replace("__tmp_server", "server"), "label too many"),
        Wrong(
            HEAD + HASH.replace("__address__", "__meta_consul_service_id") + MINE, "target dropped"
        ),
        Wrong(HEAD + HASH.replace("        modulus: 2\n", "") + MINE, "refused"),
    ),
    practice="So large fleets are split. Questions to all of it need a place where the halves come "
    "together: remote write, federation, or a query layer such as Thanos.",
    judge=SameTargets(
        tuple(
            Target(f"http://{name}:8000/metrics", {"job": "fleet"}) for name in ("web-3", "web-4")
        ),
        services={
            "fleet": lambda: ConsulContainer(name="fleet").copy_in(
                FLEET, "/consul/config/fleet.json"
            )
        },
        up=False,
    ),
)
