"""Inhibition: one cause is told of, its symptoms are not."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.routing import Delivers

REST = """\
route:
  receiver: everyone
  group_by: ['...']
receivers:
- {name: everyone, webhook_configs: [{url: 'http://stage-inbox:8025/hook/everyone'}]}
"""


def disk(severity: str, instance: str) -> dict[str, str]:
    return {"alertname": "DiskFull", "severity": severity, "instance": instance, "site": "home"}


def uplink(site: str) -> dict[str, str]:
    return {"alertname": "UplinkDown", "severity": "critical", "site": site}


def till(site: str) -> dict[str, str]:
    return {
        "alertname": "TillDown",
        "severity": "warning",
        "instance": f"till-{site}",
        "site": site,
    }


ALERTS = {
    "DiskFull, critical, of db-1": disk("critical", "db-1"),
    "DiskFull, warning, of db-1": disk("warning", "db-1"),
    "DiskFull, info, of db-1": disk("info", "db-1"),
    "DiskFull, warning, of db-2": disk("warning", "db-2"),
    "LoadHigh of db-1": {**disk("warning", "db-1"), "alertname": "LoadHigh"},
    "UplinkDown of porto": uplink("porto"),
    "UplinkDown of lisbon": uplink("lisbon"),
    "TillDown of porto": till("porto"),
    "TillDown of lisbon": till("lisbon"),
    "DoorOpen of porto": {**till("porto"), "alertname": "DoorOpen", "team": "security"},
    "FridgeWarm of porto": {
        "alertname": "FridgeWarm",
        "severity": "critical",
        "site": "porto",
        "team": "shop",
    },
}
CAUSES = {
    "DiskFull, warning, of db-1": "DiskFull, critical, of db-1",
    "TillDown of porto": "UplinkDown of porto",
    "TillDown of lisbon": "UplinkDown of lisbon",
    "FridgeWarm of porto": "UplinkDown of porto",
}

WORSE = """\
- source_matchers: [severity = critical]
  target_matchers: [severity = warning]
  equal: [alertname, instance]
"""
UPLINK = """\
- source_matchers: [alertname = UplinkDown]
  target_matchers: [alertname != UplinkDown, team != security]
  equal: [site]
"""
SOLUTION = f"inhibit_rules:\n{WORSE}{UPLINK}"

EXERCISE = Exercise(
    title="One cause, one message",
    kind="configuration",
    prompt="""\
The shop has opened two small branches, in Porto and Lisbon. When the uplink of Porto broke, nine
alerts told of it, one of them of the cause. And each disk that fills up warns first, then turns
critical, and from then on sends both.

**Write the `inhibit_rules:` part of `alertmanager.yml`**:

- while an alert is `severity: critical`, the one with `severity: warning` that has the same
  `alertname` and the same `instance` is held back;
- while `UplinkDown` fires for a `site`, all other alerts of the same `site` are held back, except
  those of `team: security`;
- nothing else is held back.

The check lets eleven alerts fire, with the labels `alertname`, `severity`, `site` and, where they
have one, `instance` and `team`, and looks which of them arrive. Each is a message of its own.
""",
    hints=(
        "Each sentence is one rule. Which of the alerts in it is the source, that speaks, and "
        "which the target, that is silenced?",
        "`source_matchers` and `target_matchers` look at one alert each. What *both* must have the "
        "same stands in `equal`, as a list of labels.",
        "A matcher may also say what must not be: `team != security`. All matchers of a list have "
        "to match.",
    ),
    start="""\
inhibit_rules:
- source_matchers: []
  target_matchers: []
  equal: []
""",
    solution=SOLUTION,
    also_right=(
        "inhibit_rules:\n- target_matchers: ['severity=\"warning\"']\n"
        "  source_matchers: ['severity=\"critical\"']\n  equal: [instance, alertname]\n"
        "- source_match: {alertname: UplinkDown}\n  target_matchers: ['team !~ \"sec.*\"']\n"
        "  equal:\n  - site\n",
        f"# first the sites\ninhibit_rules:\n{UPLINK.replace('alertname != UplinkDown, ', '')}"
        f"{WORSE.replace('[alertname, instance]', '[alertname, instance, site]')}",
    ),
    wrong=(
        Wrong(f"inhibit_rules:\n{WORSE}{UPLINK.replace('  equal: [site]', '')}", "equal missing"),
        Wrong(
            f"inhibit_rules:\n{WORSE.replace('[alertname, instance]', '[instance]')}{UPLINK}",
            "inhibits too much",
        ),
        Wrong(
            f"inhibit_rules:\n{WORSE.replace('instance]', 'instance, severity]')}{UPLINK}",
            "equal too strict",
        ),
        Wrong(
            SOLUTION.replace("source_matchers: [sev", "x [sev")
            .replace("target_matchers: [sev", "source_matchers: [sev")
            .replace("x [sev", "target_matchers: [sev"),
            "wrong way round",
        ),
        Wrong(f"inhibit_rules:\n{WORSE}", "inhibits too little"),
        Wrong(f"inhibit_rules:\n{UPLINK}", "inhibits too little"),
        Wrong(
            SOLUTION.replace("= UplinkDown]", "= UplinkDown, site = porto]"), "matcher does not fit"
        ),
        Wrong(
            SOLUTION.replace("team != security]", "site = porto, team != security]"),
            "matcher does not fit",
        ),
        Wrong(
            SOLUTION.replace(", team != security", "").replace("[site]", "[site, team]"),
            "equal too strict",
        ),
        Wrong(
            SOLUTION.replace("alertname != UplinkDown", 'alertname =~ "Till.*|Stock.*"'),
            "matcher does not fit",
        ),
        Wrong(SOLUTION.replace("severity = warning", "severity != critical"), "inhibits too much"),
        Wrong(SOLUTION + REST, "field twice"),
        Wrong(SOLUTION.replace(", team != security", ""), "inhibits too much"),
        Wrong(SOLUTION.replace("[site]", "site"), "wrong shape"),
        Wrong(SOLUTION.replace("= UplinkDown]", "= Uplink]"), "matcher does not fit"),
        Wrong(SOLUTION.replace("equal:", "equals:"), "unknown field"),
        Wrong(
            SOLUTION.replace("severity = warning", "severity == warning"), "matcher does not fit"
        ),
    ),
    practice="An inhibition rule without `equal` is a mute button for the whole house: have every "
    "rule say what source and target must share.",
    judge=Delivers(
        REST,
        ALERTS,
        {"everyone": tuple(frozenset({alert}) for alert in ALERTS if alert not in CAUSES)},
        CAUSES,
    ),
)
