"""A branch of two levels in a routing tree."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.routing import Delivers

RECEIVERS = "receivers:\n" + "".join(
    f"- {{name: {name}, webhook_configs: [{{url: 'http://stage-inbox:8025/hook/{name}'}}]}}\n"
    for name in ("everyone", "pager", "shop", "database", "database-pager")
)
DISK = {"alertname": "DiskFull", "severity": "warning", "team": "database"}
DOWN = {"alertname": "DatabaseDown", "severity": "critical", "team": "database"}
ALERTS = {
    "DiskFull of db-1, data": {**DISK, "node": "db-1", "mountpoint": "/var/lib/mysql"},
    "DiskFull of db-1, backup": {**DISK, "node": "db-1", "mountpoint": "/backup"},
    "DiskFull of db-2": {**DISK, "node": "db-2", "mountpoint": "/var/lib/mysql"},
    "DatabaseDown of db-1": {**DOWN, "node": "db-1"},
    "DatabaseDown of db-2": {**DOWN, "node": "db-2"},
    "ReplicaDown": {"alertname": "ReplicaDown", "severity": "critical", "team": "shop"},
    "LatencyHigh": {"alertname": "LatencyHigh", "severity": "warning", "team": "shop"},
    "CertificateExpires": {"alertname": "CertificateExpires", "severity": "warning"},
}
DATA, BACKUP, OTHER, FIRST, SECOND, *_ = ALERTS
WANTED = {
    "database": (frozenset({DATA, BACKUP}), frozenset({OTHER})),
    "database-pager": (frozenset({FIRST}), frozenset({SECOND})),
    "pager": (frozenset({"ReplicaDown"}),),
    "shop": (frozenset({"LatencyHigh"}),),
    "everyone": (frozenset({"CertificateExpires"}),),
}

START = """\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  - matchers: [severity = critical]
    receiver: pager
  - matchers: [team = shop]
    receiver: shop
"""
BRANCH = """\
  - matchers: [team = database]
    receiver: database
    group_by: [alertname, node]
    routes:
    - matchers: [severity = critical]
      receiver: database-pager
"""
HEAD, ROUTES, REST = START.partition("  routes:\n")
SOLUTION = HEAD + ROUTES + BRANCH + REST

EXERCISE = Exercise(
    title="A branch of their own",
    kind="configuration",
    prompt="""\
The team `database` has two servers and a pager of its own now. In the cell is the tree of today:
critical alerts go to the pager that all share, and everything else of the database to `everyone`.

**Change the `route:` part of `alertmanager.yml`.** The receivers exist: `everyone`, `pager`,
`shop`, `database`, `database-pager`.

- Alerts with `team: database` go to `database`; but those of them that have `severity: critical`
  go to `database-pager` instead, and no longer to `pager`.
- Both get one message for each `alertname` and `node`.
- Nothing changes for all others.

The check lets eight alerts fire and counts the messages that arrive. Timings are up to you.
""",
    hints=(
        "Give the team one branch. Where in the list must it stand, so that its critical alerts do "
        "not end at the shared pager?",
        "A branch can have `routes:` of its own. An alert goes to a branch below if one matches, "
        "and stays where it is if none does.",
        "What both receivers share, such as `group_by`, is written once: in the upper branch. The "
        "one below inherits it.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(
        HEAD + ROUTES + """\
  - matchers: [team = database, severity = critical]
    receiver: database-pager
    group_by: [alertname, node]
  - matchers: [team = database]
    receiver: database
    group_by: [node, alertname]
""" + REST,
        HEAD + ROUTES + BRANCH.replace("receiver: database\n", "receiver: database-pager\n")
        .replace("severity = critical", "severity != critical")
        .replace("      receiver: database-pager", "      receiver: database") + REST,
    ),
    wrong=(
        Wrong(
            SOLUTION.replace("[team = database]", "[team = database, severity = critical]"),
            "matcher does not fit",
        ),
        Wrong(START + BRANCH, "order of routes"),
        Wrong(SOLUTION.replace("    group_by: [alertname, node]\n", ""), "groups too much"),
        Wrong(
            SOLUTION.replace("      receiver: database-pager", "      receiver: database-pager\n"
                             "      group_by: [alertname]"),
            "groups too much",
        ),
        Wrong(SOLUTION.replace("[alertname, node]", "[alertname, node, mountpoint]"),
              "splits a group"),
        Wrong(
            SOLUTION.replace("    group_by: [alertname, node]", "    group_by: [alertname, node]\n"
                             "    continue: true"),
            "continue too many",
        ),
        Wrong(SOLUTION.replace("team = database", "team = db"), "matcher does not fit"),
        Wrong(SOLUTION.replace("receiver: database-pager", "receiver: db-pager"),
              "no such receiver"),
        Wrong(SOLUTION.replace("    routes:\n    - matchers", "    - matchers"), "not yaml"),
        Wrong(SOLUTION.replace("    routes:", "    route:"), "field misplaced"),
    ),
    practice="One branch for each team, and its own rules below: who changes a team's branch "
    "cannot break another's.",
    judge=Delivers(RECEIVERS, ALERTS, WANTED),
)  # fmt: skip
