"""A lab in which alerts are (not) paged for every reason that there is, a second or two long."""

from collections.abc import Iterable
from pathlib import Path

import yaml

from lab_helpers.lab import Lab
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import StaticPageContainer
from lab_helpers.timeline import Timeline, why_paged

#: Labels that are hard to write, of the alert `Instance Down`.
HARD = {
    "severity": "very high",
    "config": "a b",
    "alertstate": "open",
    "self": 'q"u{o}te, \\',
    "last": "two\nlines 🔥",
    "alertmanager": "0123456789abcdef=firing=x",
}
#: Names of labels that Prometheus takes from version 3 on.
ANY_NAMES = {"foo.bar": "1.5", "a b": 'say "hi"', 'q"uote': "\\", "ünï": "💥", "=": "!~"}
#: name of the alert: the label `way`, by which it is routed
ALERTS = {
    "Instance Down": "hard",
    "Any Name": "any",
    "Muted": "muted",
    "Outside": "outside",
    "Half": "half",
    "Quiet": "quiet",
    "Symptom": "symptom",
    "Cause": "cause",
    "Slow": "slow",
    "Brief": "slow",
    "Refused": "refused",
    "Unreachable": "unreachable",
    "Nobody": "nobody",
    "Again": "again",
    "Dropped": "dropped",
}

PROMETHEUS = """
global:
  scrape_interval: 500ms
  evaluation_interval: 500ms
  external_labels: {region: eu, replica: a, rack: ""}
rule_files: [rules.yml]
alerting:
  alert_relabel_configs:
    - {regex: replica, action: labeldrop}
    - {source_labels: [way], regex: dropped, action: drop}
    - {source_labels: [region], regex: eu, target_label: region, replacement: europe}
  alertmanagers:
    - static_configs:
        - targets: ["alertmanager:9093", "alertmanager-2:9093"]
scrape_configs:
  - job_name: signals
    metrics_path: /metrics.txt
    static_configs:
      - targets: ["signals:8000"]
"""

ROUTING = """
global:
  smtp_smarthost: inbox:1025
  smtp_from: alertmanager@shop.example.com
  smtp_require_tls: false
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 500ms
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - {matchers: ['severity = "very high"', 'region = europe'], receiver: pager.a, continue: true}
    - {matchers: ['severity = "very high"'], receiver: mail}
    - {matchers: [way = muted], mute_time_intervals: [always]}
    - {matchers: [way = outside], active_time_intervals: [last century]}
    - {matchers: [way = half], mute_time_intervals: [always], continue: true, receiver: pager.a}
    - {matchers: [way = half], receiver: pager.b}
    - {matchers: [way = slow], group_wait: 1h}
    - {matchers: [way = refused], receiver: refused}
    - {matchers: [way = unreachable], receiver: unreachable, group_interval: 30s}
    - {matchers: [way = nobody], receiver: nobody}
    - {matchers: [way = again], receiver: pager.b, group_interval: 1h}
    - {match: {way: cause}, receiver: pager.b}
inhibit_rules:
  - {source_matchers: [alertname = Cause], target_matchers: [alertname = Symptom], equal: [region]}
time_intervals:
  - {name: always, time_intervals: [{}]}
  - {name: last century, time_intervals: [{years: ['1901:2000']}]}
receivers:
  - name: everyone
    webhook_configs: [{url: "http://inbox:8025/hook/everyone"}]
  - name: pager.a
    webhook_configs: [{url: "http://inbox:8025/hook/pager%20a"}]
  - name: pager.b
    webhook_configs: [{url: "http://inbox:8025/hook/b", send_resolved: false}]
  - name: refused
    webhook_configs: [{url: "http://inbox:8025/nowhere"}]
  - name: unreachable
    webhook_configs: [{url: "http://inbox:9/nowhere"}]
  - name: nobody
  - name: mail
    email_configs:
      - to: mail@shop.example.com
        send_resolved: true
        headers:
          X-Receiver: '{{ .Receiver }}'
          X-Alerts: |
            {{ range .Alerts }}{{ .Fingerprint }}={{ .Status }}={{ .Labels.alertname }} {{ end }}
"""


class ReasonLab:
    """The services by name, in a lab that runs while the `with` block does."""

    def __init__(
        self, folder: Path, features: tuple[str, ...] = (), routing: str = ROUTING
    ) -> None:
        self._rules = folder / "rules.yml"
        self._rules.write_text(_rules({}))
        page = folder / "signals.prom"
        page.write_text(_page(()))
        self.signals = StaticPageContainer(page, name="signals")
        self.prometheus = PrometheusContainer(
            PROMETHEUS, [self._rules], flags=["--rules.alert.resend-delay=500ms"]
        )
        self.alertmanager = AlertmanagerContainer(routing, peers=(), features=features)
        self.second = AlertmanagerContainer(
            routing, peers=("alertmanager",), name="alertmanager-2", features=features
        )
        self.inbox = InboxContainer()
        self.lab = Lab(self.signals, self.prometheus, self.alertmanager, self.inbox, name="reasons")
        self.wait_until = self.lab.wait_until

    def __enter__(self) -> "ReasonLab":
        self.lab.start()
        try:
            self.lab.start(self.second)  # it joins who is there
            self.wait_until(self._is_a_cluster, "a cluster of two that sends")
            if int(self.prometheus.raw("status/buildinfo")["version"].partition(".")[0]) >= 3:
                self._rules.write_text(_rules(ANY_NAMES))
                self.prometheus.reload(files=[self._rules])
        except BaseException:
            self.lab.stop()
            raise
        return self

    def _is_a_cluster(self) -> bool:
        """Whether both know each other, and neither waits for the cluster to settle."""
        states = [each.raw("status")["cluster"] for each in (self.alertmanager, self.second)]
        return all(one["status"] == "ready" and len(one["peers"]) == 2 for one in states)

    def __exit__(self, *_: object) -> None:
        self.lab.stop()

    def fire(self, alerts: Iterable[str]) -> None:
        """Have these alerts fire, and no others."""
        self.signals.copy_into_container(_page(alerts).encode(), "/srv/metrics.txt")

    def why(self, alertname: str, /, **labels: str) -> Timeline:
        """Why somebody was paged, or nobody was."""
        return why_paged(self.prometheus, self.alertmanager, self.inbox, alertname, **labels)


def _rules(more: dict[str, str]) -> str:
    """The rules; more: further labels of `Any Name`."""
    added = {"hard": HARD, "any": more}
    signals = [
        {
            "alert": name,
            "expr": f'signal{{name="{name}"}} == 1',
            "labels": {"way": way, **added.get(way, {})},
        }
        for name, way in ALERTS.items()
    ]
    return yaml.safe_dump({"groups": [{"name": "signals", "rules": signals}]}, allow_unicode=True)


def _page(alerts: Iterable[str]) -> str:
    on = set(alerts)
    return "".join(f'signal{{name="{name}"}} {int(name in on)}\n' for name in ALERTS)
