"""An alert fired, and nobody was paged: which other alert kept it quiet?"""

from lab_helpers.grading import Bench, Exercise, Wrong, once
from lab_helpers.grading.judges.routing import STAGE, on_stage, read
from lab_helpers.grading.judges.words import Words

CONFIG = """\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  - matchers: [severity = critical]
    receiver: pager
inhibit_rules:
- source_matchers: [alertname = NodeDown]
  target_matchers: [alertname != NodeDown]
  equal: [node]
- source_matchers: [severity = critical]
  target_matchers: [severity = warning]
  equal: [alertname]
- source_matchers: [alertname =~ "Database.*"]
  target_matchers: [team = shop]
  equal: [cluster]
"""
RECEIVERS = "receivers: [{name: everyone}, {name: pager}]\n"
ALERTS = {
    name: {"alertname": name, **labels}
    for name, labels in {
        "CheckoutFails": {"severity": "critical", "team": "shop"},
        "NodeDown": {"severity": "critical", "team": "platform", "node": "shop-2"},
        "LatencyHigh": {"severity": "critical", "team": "shop", "cluster": "east"},
        "DatabaseDown": {"severity": "critical", "team": "database", "cluster": "east"},
        "DatabaseBackupLate": {"severity": "warning", "team": "database"},
        "Watchdog": {"severity": "none", "team": "platform"},
    }.items()
}
TABLE = "\n".join(
    "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
    for labels in ALERTS.values()
)


@once
def culprits(bench: Bench) -> set[str]:
    """The alerts that hold CheckoutFails back, and the labels in `equal` of the rules by which."""
    with on_stage(bench, ALERTS) as stage:
        config = read(CONFIG + RECEIVERS)
        found = set()
        for rule in config["inhibit_rules"]:
            alone = {**config, "inhibit_rules": [rule]}
            held = {one for one in ALERTS if stage.holds_back(alone, one, "CheckoutFails")}
            found |= held | (set(rule["equal"]) if held else set())
        return found


EXERCISE = Exercise(
    title="Nobody was paged",
    kind="diagnosis",
    prompt=f"""\
From 03:10 on nobody could pay. `CheckoutFails` fired, Prometheus shows it; Alertmanager had it, and
nobody was paged. There was no silence. These alerts were firing at that time:

```text
{TABLE}
```

And this is the configuration:

```yaml
{CONFIG}```

**Which alert kept `CheckoutFails` quiet, and by which label?** Answer with two words: the name of
the alert, and the label in `equal` that the rule found to be the same in both.
""",
    hints=(
        "The route is all right: `severity = critical` leads to the pager. So it was held back. Go "
        "through the three rules: for which of them is `CheckoutFails` a target?",
        "A rule applies if source and target have the same values of the labels in `equal`. Write "
        "these values down for each pair.",
        "`CheckoutFails` has no label `cluster` at all. What does Alertmanager take a missing "
        "label for, when it compares two?",
    ),
    start="# the name of an alert, and a label\n",
    solution="DatabaseBackupLate cluster",
    also_right=(
        "`DatabaseBackupLate`, `cluster`",
        "# rule 3, as neither has a cluster\ncluster databasebackuplate",
    ),
    wrong=(
        Wrong("NodeDown node", "label on one side"),
        Wrong("DatabaseDown cluster", "values differ"),
        Wrong("LatencyHigh alertname", "no target of it"),
        Wrong("Watchdog team", "no source"),
        Wrong("pager", "not an alert"),
        Wrong("DatabaseBackupLate", "not all of it"),
        Wrong("DatabaseBackupLate alertname", "not in equal of that rule"),
        Wrong("DatabaseBackupLate team", "a matcher, not in equal"),
        Wrong("DatabaseDown, DatabaseBackupLate cluster", "values differ"),
        Wrong("DatabaseBackup cluster", "not that"),
    ),
    practice="Give `equal` only labels that source and target always have; `amtool alert query "
    "--inhibited` shows what is being held back right now.",
    judge=Words(
        culprits,
        {
            "NodeDown": (
                "label on one side",
                "The first rule wants the same `node` in both. NodeDown has one, CheckoutFails has "
                "none: these are not the same.",
            ),
            "DatabaseDown": (
                "values differ",
                "The third rule wants the same `cluster` in both. Write down the cluster of "
                "DatabaseDown, and that of CheckoutFails.",
            ),
            "LatencyHigh": (
                "no target of it",
                "LatencyHigh could be the source of the second rule only, and that one silences "
                "warnings. CheckoutFails is critical.",
            ),
            "Watchdog": ("no source", "No rule has an alert like Watchdog for its source."),
            "alertname": (
                "not in equal of that rule",
                "`alertname` is in `equal` of the second rule. Is CheckoutFails a target of it?",
            ),
            "node": (
                "label on one side",
                "`node` is in `equal` of the first rule. CheckoutFails has none, and its source "
                "always has one.",
            ),
            "team": (
                "a matcher, not in equal",
                "`team` chooses the targets of the third rule. What must source and target share?",
            ),
            "pager": (
                "not an alert",
                "That is a receiver, and the route to it is all right. Which *alert* kept it "
                "quiet?",
            ),
        },
        "Neither it nor CheckoutFails has a `cluster`, and to Alertmanager two missing labels are "
        "equal.",
        services=STAGE,
    ),
)
