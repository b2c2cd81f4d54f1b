"""A routing tree: who hears of what, and in how many messages."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.routing import Delivers

RECEIVERS = "receivers:\n" + "".join(
    f"- {{name: {name}, webhook_configs: [{{url: 'http://stage-inbox:8025/hook/{name}'}}]}}\n"
    for name in ("everyone", "pager", "shop", "database", "rehearsal")
)
REPLICA = {"alertname": "ReplicaDown", "severity": "critical", "team": "shop", "env": "prod"}
ALERTS = {
    "ReplicaDown of web-1": {**REPLICA, "instance": "web-1:8000", "node": "shop-1"},
    "ReplicaDown of web-2": {**REPLICA, "instance": "web-2:8000", "node": "shop-1"},
    "ReplicaDown of web-3": {**REPLICA, "instance": "web-3:8000", "node": "shop-2"},
    "LatencyHigh": {
        "alertname": "LatencyHigh",
        "severity": "warning",
        "team": "shop",
        "env": "prod",
    },
    "DatabaseDown": {
        "alertname": "DatabaseDown",
        "severity": "critical",
        "team": "database",
        "env": "prod",
        "node": "shop-1",
    },
    "NodeDown": {"alertname": "NodeDown", "severity": "critical", "env": "prod", "node": "shop-3"},
    "CertificateExpires": {
        "alertname": "CertificateExpires",
        "severity": "warning",
        "team": "law",
        "env": "prod",
    },
    "ReplicaDown of staging": {**REPLICA, "instance": "web-9:8000", "env": "staging"},
    "LatencyHigh of staging": {
        "alertname": "LatencyHigh",
        "severity": "warning",
        "team": "shop",
        "env": "staging",
    },
}
WEB_1, WEB_2, WEB_3, *_ = ALERTS
WANTED = {
    "pager": (
        frozenset({WEB_1, WEB_2}),
        frozenset({WEB_3}),
        frozenset({"DatabaseDown"}),
        frozenset({"NodeDown"}),
    ),
    "shop": (frozenset({WEB_1, WEB_2, WEB_3}), frozenset({"LatencyHigh"})),
    "database": (frozenset({"DatabaseDown"}),),
    "everyone": (frozenset({"CertificateExpires"}),),
    "rehearsal": (
        frozenset({"ReplicaDown of staging"}),
        frozenset({"LatencyHigh of staging"}),
    ),
}

SOLUTION = """\
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 10s
  routes:
  - matchers: [env = staging]
    receiver: rehearsal
  - matchers: [severity = critical]
    receiver: pager
    group_by: [alertname, node]
    continue: true
  - matchers: [team = shop]
    receiver: shop
  - matchers: [team = database]
    receiver: database
"""
STAGING = "  - matchers: [env = staging]\n    receiver: rehearsal\n"

EXERCISE = Exercise(
    title="Who gets what",
    kind="configuration",
    prompt="""\
The shop has grown: there is a team `database` now, and a rehearsal stage that runs the same rules,
with the label `env: staging`. The pager rings for rehearsals, and half of the alerts go to nobody
in particular.

**Write the `route:` part of `alertmanager.yml`.** These receivers exist already: `everyone`,
`pager`, `shop`, `database`, `rehearsal`.

- Whatever has `env: staging` goes to `rehearsal`, and to nobody else.
- Of all other alerts, those with `severity: critical` go to `pager`; *and*, critical or not, those
  with `team: shop` go to `shop` and those with `team: database` to `database`.
- What none of this is true for goes to `everyone`.
- The pager gets one message for each `alertname` and `node`, everybody else one for each
  `alertname`.

The check lets nine alerts fire and counts the messages that arrive. Timings are up to you; the
check hurries them.
""",
    hints=(
        "Write the tree down as a list of branches, and take one alert after the other through it, "
        "from the top. Which of the branches must be the first?",
        "An alert stops at the first branch that takes it, unless that branch says "
        "`continue: true`. Which branch has to let its alerts go on, and which must not?",
        "A branch inherits `group_by` from above, and may have its own: `group_by: [alertname]` at "
        "the top, another one at the branch to the pager.",
    ),
    start="""\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  # your branches here
""",
    solution=SOLUTION,
    also_right=(
        """\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  - receiver: pager
    matchers: ['severity="critical"', 'env!="staging"']
    group_by: [node, alertname]
    continue: true
  - {receiver: shop, matchers: ['{team="shop", env!="staging"}']}
  - {receiver: database, matchers: [team=database, env=~"prod|"]}
  - {receiver: rehearsal, matchers: ['env =~ stag.*']}
""",
        """\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  - matchers: [env != staging]
    routes:
    - receiver: pager
      matchers: [severity = critical]
      group_by: [alertname, node]
      continue: true
    - {matchers: [team = shop], receiver: shop}
    - {matchers: [team = database], receiver: database}
  - receiver: rehearsal
""",
    ),
    wrong=(
        Wrong(SOLUTION.replace("    continue: true\n", ""), "continue missing"),
        Wrong(SOLUTION.replace(STAGING, "") + STAGING, "order of routes"),
        Wrong(
            SOLUTION.replace("receiver: rehearsal", "receiver: rehearsal\n    continue: true"),
            "continue too many",
        ),
        Wrong(SOLUTION.replace("severity = critical", "severity = crit"), "matcher does not fit"),
        Wrong(SOLUTION.replace("team = database", "team =~ data"), "matcher does not fit"),
        Wrong(SOLUTION.replace("    group_by: [alertname, node]\n", ""), "groups too much"),
        Wrong(SOLUTION.replace("[alertname]", "[alertname, instance]"), "splits a group"),
        Wrong(SOLUTION.replace("receiver: everyone", "receiver: pager"), "no branch takes it"),
        Wrong(SOLUTION.replace("receiver: database", "receiver: db"), "no such receiver"),
        Wrong(SOLUTION.replace("group_wait", "group_wiat"), "unknown field"),
        Wrong(SOLUTION.replace("[team = shop]", "team = shop"), "wrong shape"),
        Wrong(SOLUTION.replace("env = staging", "env: staging"), "wrong shape"),
        Wrong(
            SOLUTION.partition("route:\n")[2].replace("\n  ", "\n")[2:], "something missing above"
        ),
        Wrong(SOLUTION.partition("  routes:")[0], "no branch takes it"),
    ),
    practice="Routes go by labels that everybody has agreed on (severity, team, env): with those, "
    "a new team is one more branch, and `amtool config routes test` shows who gets what.",
    judge=Delivers(RECEIVERS, ALERTS, WANTED),
)
