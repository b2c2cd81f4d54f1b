"""How many messages come of seven alerts?"""

from collections.abc import Mapping
from functools import cache

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.routing import STAGE, on_stage, read
from lab_helpers.grading.judges.words import Misreading, Number

CONFIG = """\
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 10s
  routes:
  - matchers: [severity = critical]
    receiver: pager
    group_by: [alertname, node]
    continue: true
  - matchers: [team = shop]
    receiver: shop
  - matchers: [team = database]
    receiver: database
inhibit_rules:
- source_matchers: [alertname = NodeDown]
  target_matchers: [alertname != NodeDown]
  equal: [node]
"""
RECEIVERS = "receivers:\n" + "".join(
    f"- {{name: {name}, webhook_configs: [{{url: 'http://inbox:8025/hook/{name}'}}]}}\n"
    for name in ("everyone", "pager", "shop", "database")
)
REPLICA = {"alertname": "ReplicaDown", "severity": "critical", "team": "shop"}
DISK = {"alertname": "DiskFull", "severity": "warning", "team": "database", "node": "shop-1"}
ALERTS = {
    "web-1": {**REPLICA, "instance": "web-1:8000", "node": "shop-1"},
    "web-2": {**REPLICA, "instance": "web-2:8000", "node": "shop-1"},
    "web-3": {**REPLICA, "instance": "web-3:8000", "node": "shop-2"},
    "node": {"alertname": "NodeDown", "severity": "critical", "team": "ops", "node": "shop-2"},
    "latency": {"alertname": "LatencyHigh", "severity": "warning", "team": "shop"},
    "data": {**DISK, "mountpoint": "/var/lib/mysql"},
    "backup": {**DISK, "mountpoint": "/backup"},
}
TABLE = "\n".join(
    "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
    for labels in ALERTS.values()
)


@cache  # it is the same for every answer
def messages(bench: Bench) -> float:
    """The messages that arrive."""
    with on_stage(bench, ALERTS) as stage:
        groups = stage.groups(read(CONFIG + RECEIVERS))
        return sum(bool(group.told) for group in groups) - len(stage.missing(groups))


@cache
def near(bench: Bench) -> Mapping[float, Misreading]:
    """The messages that would be sent if a part of the configuration said something else."""
    everywhere = CONFIG.replace("[alertname, node]", "['...']").replace("[alertname]", "['...']")
    nowhere = CONFIG.replace("[alertname, node]", "[]").replace("[alertname]", "[]")
    others: dict[str, Misreading] = {
        CONFIG.replace("continue: true", "continue: false"): (
            "continue overlooked",
            "That many would come if an alert stopped at the first branch that takes it.",
        ),
        CONFIG.partition("inhibit_rules")[0]: (
            "inhibition overlooked",
            "That many would come without the inhibition rule. Which alert does it hold back?",
        ),
        everywhere: (
            "grouping overlooked",
            "That many would come if every alert were a message of its own to each receiver. What "
            "does `group_by` put together?",
        ),
        nowhere: (
            "one for each receiver",
            "Each receiver gets a message for each *group*, and the alerts differ in what "
            "`group_by` names.",
        ),
    }
    with on_stage(bench, ALERTS) as stage:
        found: dict[float, Misreading] = {
            float(len(ALERTS)): (
                "alerts, not messages",
                "That is the number of alerts. A message tells of a group of them, and an alert "
                "may be told to several receivers.",
            )
        }
        for config, misreading in others.items():
            groups = stage.groups(read(config + RECEIVERS))
            found[sum(bool(group.told) for group in groups)] = misreading
    return found


EXERCISE = Exercise(
    title="How many messages?",
    kind="prediction",
    prompt=f"""\
A bad night: within a second, seven alerts begin to fire.

```text
{TABLE}
```

Alertmanager has this configuration, and all four receivers work.

```yaml
{CONFIG}```

**How many messages are sent in the first minute**, to all receivers together? Write the number
before you try anything.
""",
    hints=(
        "Go alert by alert: is it held back? If not, which branches take it?",
        "The first branch says `continue`: what it takes is offered to the branches below as well. "
        "The receiver at the top is only for what no branch has taken.",
        "For each receiver, put those of its alerts together that have the same values of the "
        "labels in `group_by`. Each heap is one message.",
    ),
    start="# your number here\n",
    solution="5",
    also_right=("5 messages", "# pager 2, shop 2, database 1\n5.0"),
    wrong=(
        Wrong("7", "alerts, not messages"),
        Wrong("8", "grouping overlooked"),
        Wrong("6", "inhibition overlooked"),
        Wrong("4", "continue overlooked"),
        Wrong("3", "one for each receiver"),
        Wrong("pager 2, shop 2, database 1", "no number"),
    ),
    practice="Before a routing tree goes live, count the messages of your last bad night: people "
    "stop reading long before they complain.",
    judge=Number(
        messages,
        near,
        "Two to the pager (the replicas of shop-1, and the machine shop-2), two to the shop, one "
        "to the database.",
        services=STAGE,
    ),
)
