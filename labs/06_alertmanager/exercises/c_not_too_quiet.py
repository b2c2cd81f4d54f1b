"""A silence for one service that is being worked on, and for nothing else."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.routing import Silences

WEB = {"job": "web", "team": "shop"}
NODE = {"job": "node", "team": "platform"}
ALERTS = {
    "ReplicaDown of web-2": {
        "alertname": "ReplicaDown", "instance": "web-2:8000", "node": "shop-2", **WEB,
    },
    "QueueLong of web-2": {
        "alertname": "QueueLong", "instance": "web-2:8000", "node": "shop-2", **WEB,
    },
    "ReplicaDown of web-1": {
        "alertname": "ReplicaDown", "instance": "web-1:8000", "node": "shop-1", **WEB,
    },
    "ReplicaDown of web-20": {
        "alertname": "ReplicaDown", "instance": "web-20:8000", "node": "shop-2", **WEB,
    },
    "NodeDown of shop-2": {
        "alertname": "NodeDown", "instance": "node-exporter-2:9100", "node": "shop-2", **NODE,
    },
    "ErrorsHigh": {"alertname": "ErrorsHigh", **WEB},
}  # fmt: skip
QUIET = frozenset({"ReplicaDown of web-2", "QueueLong of web-2"})
TABLE = "\n".join(
    "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
    for labels in ALERTS.values()
)

EXERCISE = Exercise(
    title="Not too quiet",
    kind="configuration",
    prompt=f"""\
`web-2` gets a new version. For half an hour it will be down, up, and slow. These are the alerts
that may fire meanwhile:

```text
{TABLE}
```

**Write the matchers of one silence**, as `amtool silence add` takes them: with a blank between two
of them, such as `team=shop alertname!=Watchdog`. It must keep the first two alerts quiet, both of
`web-2`. The other four must still be heard.

The check lets all six fire, adds your silence to an Alertmanager, and looks at what it holds back.
""",
    hints=(
        "All matchers of a silence have to match. Which label do the two alerts share, and none of "
        "the others has the same?",
        "Two alerts have different names, so `alertname=…` alone holds one of them back. Look at "
        "the label that says which replica it is.",
        "A value must fit as a whole, with its port; a pattern (`=~`) too.",
    ),
    start="# your matchers here\n",
    solution="instance=web-2:8000",
    also_right=(
        'amtool silence add --duration=30m --comment="a new version" instance="web-2:8000"',
        'alertname=~"ReplicaDown|QueueLong" instance=~"web-2:.*"',
        "team=shop node=shop-2 instance!=web-20:8000",
    ),
    wrong=(
        Wrong("instance=web-2", "matcher does not fit"),
        Wrong("instance=~web-2", "matcher does not fit"),
        Wrong('instance=~"web-2.*"', "too quiet"),
        Wrong("node=shop-2", "too quiet"),
        Wrong("alertname=ReplicaDown", "too quiet"),
        Wrong("alertname=ReplicaDown instance=web-2:8000", "not all of it"),
        Wrong("alertname=~Replica instance=web-2:8000", "matcher does not fit"),
        Wrong("team=shop", "too quiet"),
        Wrong("web-2:8000", "matcher does not fit"),
        Wrong("instance: web-2:8000", "refused"),
        Wrong("alertname=ReplicaDown alertname=QueueLong instance=web-2:8000", "contradiction"),
    ),
    practice="Silence the thing that you work on, for as long as the work takes, and nothing that "
    "would tell you of something else.",
    judge=Silences(ALERTS, QUIET),
)
