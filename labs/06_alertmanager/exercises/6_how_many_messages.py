"""Which messages come of seven alerts?"""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.routing import PredictsMessages

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
    f"- {{name: {name}, webhook_configs: [{{url: 'http://stage-inbox:8025/hook/{name}'}}]}}\n"
    for name in ("everyone", "pager", "shop", "database")
)
REPLICA = {"alertname": "ReplicaDown", "severity": "critical", "team": "shop"}
DISK = {"alertname": "DiskFull", "severity": "warning", "team": "database", "node": "shop-1"}
ALERTS = {
    "A": {**REPLICA, "instance": "web-1:8000", "node": "shop-1"},
    "B": {**REPLICA, "instance": "web-2:8000", "node": "shop-1"},
    "C": {**REPLICA, "instance": "web-3:8000", "node": "shop-2"},
    "D": {"alertname": "NodeDown", "severity": "critical", "team": "ops", "node": "shop-2"},
    "E": {"alertname": "LatencyHigh", "severity": "warning", "team": "shop"},
    "F": {**DISK, "mountpoint": "/var/lib/mysql"},
    "G": {**DISK, "mountpoint": "/backup"},
}
TABLE = "\n".join(
    f"{letter}  {{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
    for letter, labels in ALERTS.items()
)
EVERYWHERE = CONFIG.replace("[alertname, node]", "['...']").replace("[alertname]", "['...']")
NEAR = {
    CONFIG.replace("continue: true", "continue: false"): (
        "continue overlooked",
        "These would come if an alert stopped at the first branch that takes it.",
    ),
    CONFIG.partition("inhibit_rules")[0]: (
        "inhibition overlooked",
        "These would come without the inhibition rule. Which alert does it hold back?",
    ),
    EVERYWHERE: (
        "grouping overlooked",
        "These would come if every alert were a message of its own to each receiver. What does "
        "`group_by` put together?",
    ),
    CONFIG.replace("[alertname, node]", "[]").replace("[alertname]", "[]"): (
        "one for each receiver",
        "Each receiver gets a message for each *group*, and the alerts differ in what `group_by` "
        "names.",
    ),
    CONFIG.replace("[alertname, node]", "[alertname]"): (
        "grouping inherited",
        "These would come if the branch to the pager had no `group_by` of its own.",
    ),
}

EXERCISE = Exercise(
    title="Which messages?",
    kind="prediction",
    prompt=f"""\
A bad night: within a second, seven alerts begin to fire.

```text
{TABLE}
```

Alertmanager has this configuration, and all four receivers work.

```yaml
{CONFIG}```

**Which messages are sent in the first minute?** Write one in each line: the receiver, a colon, and
the letters of the alerts that it tells of, such as `everyone: A G`. Write them before you try
anything.
""",
    hints=(
        "Go alert by alert: is it held back? If not, which branches take it?",
        "The first branch says `continue`: what it takes is offered to the branches below as well. "
        "The receiver at the top is only for what no branch has taken.",
        "For each receiver, put those of its alerts together that have the same values of the "
        "labels in `group_by`. Each heap is one message.",
    ),
    start="# your messages here, one in each line\n",
    solution="pager: A B\npager: D\nshop: A B\nshop: E\ndatabase: F G\n",
    also_right=(
        "- shop: a, b\n- shop: e\n- pager: b, a\n- pager: d\n- database: f, g",
        "# D inhibits C\npager: D\npager: A B  # by node\ndatabase: G F\nshop: E\nshop: B A\n",
    ),
    wrong=(
        Wrong("pager: A B\npager: D\nshop: E\ndatabase: F G", "continue overlooked"),
        Wrong(
            "pager: A B\npager: C\npager: D\nshop: A B C\nshop: E\ndatabase: F G",
            "inhibition overlooked",
        ),
        Wrong(
            "pager: A\npager: B\npager: D\nshop: A\nshop: B\nshop: E\ndatabase: F\ndatabase: G",
            "grouping overlooked",
        ),
        Wrong("pager: A B D\nshop: A B E\ndatabase: F G", "one for each receiver"),
        Wrong(
            "pager: A B\npager: D\nshop: A B\nshop: E\ndatabase: F\ndatabase: G",
            "grouped otherwise",
        ),
        Wrong("pager: A B\npager: D\nshop: A B\nshop: E\neveryone: F G", "goes elsewhere"),
        Wrong(
            "pager: A B\npager: C\npager: D\nshop: A B\nshop: E\ndatabase: F G",
            "inhibition overlooked",
        ),
        Wrong("pager: A B\nshop: A B\nshop: E\ndatabase: F G", "not everybody"),
        Wrong("5", "no list"),
        Wrong("team: A B", "no such receiver"),
        Wrong("pager: ReplicaDown", "no such alert"),
    ),
    practice="Before a routing tree goes live, count the messages of your last bad night: people "
    "stop reading long before they complain.",
    judge=PredictsMessages(
        CONFIG + RECEIVERS,
        ALERTS,
        {config + RECEIVERS: misreading for config, misreading in NEAR.items()},
        "Five messages: two to the pager, two to the shop, one to the database.",
    ),
)
