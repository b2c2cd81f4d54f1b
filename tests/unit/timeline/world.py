"""Answers made up for Prometheus, Alertmanager and the inbox, for tests of what is made of them."""

import json
import time
from datetime import UTC, datetime
from typing import Any, cast

from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.timeline import Timeline, fingerprint, why_paged

LABELS = {"alertname": "Down", "instance": "a", "severity": "critical"}


CONFIG = """
route:
  receiver: pager
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  continue: false
inhibit_rules:
- source_matchers: ['alertname="NodeDown"']
  target_matchers: ['alertname="Down"']
receivers:
- name: pager
  webhook_configs: [{send_resolved: true, url: <secret>}]
"""


class World:
    """All three services: one alert `Down` of which the test says what happened when."""

    def __init__(self, *samples: tuple[float, str]) -> None:
        self.now = time.time()
        self.samples = [(self.now + at, state) for at, state in samples]
        self.silences: list[dict[str, Any]] = []
        self.inhibited: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.more: list[dict[str, Any]] = []
        self.config = CONFIG
        self.log = ""
        self.sends_to = ["alertmanager:9093"]
        self.external: dict[str, str] = {}
        self.name = "alertmanager"
        self.internal_url = "http://alertmanager:9093"
        self.url = "http://127.0.0.1:20001"

    def raw(self, path: str = "", **params: Any) -> Any:
        if path == "":
            return self.messages
        if path == "silences":
            return self.silences
        return json.loads(json.dumps(getattr(self, path.replace("/", "_"))(**params)))

    def rules(self, **_: Any) -> Any:
        rule = {"name": "Down", "query": "up\n ==  0", "duration": 3}
        return {"groups": [{"interval": 1, "rules": [rule]}]}

    def query(self, query: str) -> Any:
        if "ALERTS_FOR_STATE" in query:
            return {"result": [{"value": [0, str(int(self.samples[0][0]))]}]}
        found = []
        for state in ("pending", "firing"):
            if state == "pending" and 'alertstate="firing"' in query:
                continue
            if values := [(at, "1") for at, was in self.samples if was == state]:
                metric = {"__name__": "ALERTS", "alertstate": state, **LABELS}
                found.append({"metric": metric, "values": values})
        return {"result": found + self.more}

    def query_range(self, start: str, **_: Any) -> Any:
        other = {"metric": {"__name__": "up", "instance": "b"}, "values": [[float(start), "7"]]}
        ours = {
            "metric": {"__name__": "up", "instance": "a"},
            "values": [[float(start) + 0.4, "0"]],
        }
        return {"result": [ours, other]}

    def status_config(self) -> Any:
        return {"yaml": json.dumps({"global": {"external_labels": self.external}})}

    def status_buildinfo(self) -> Any:
        return {"version": "3.13.2"}

    def alertmanagers(self) -> Any:
        return {"activeAlertmanagers": [{"url": f"http://{to}/api/v2"} for to in self.sends_to]}

    def status(self) -> Any:
        up = "2026-01-01T00:00:00.000Z"
        return {"config": {"original": self.config}, "uptime": up, "cluster": {"status": "ready"}}

    def metrics(self, _: str) -> list[tuple[dict[str, str], float]]:
        return []

    def logs(self) -> str:
        return self.log

    @property
    def mark(self) -> str:
        return fingerprint({**self.external, **LABELS})

    def alerts(self, **_: Any) -> Any:
        if self.samples[-1][0] < self.now - 2:
            return []  # it forgets what has ended
        status = {"inhibitedBy": self.inhibited}
        node = {"labels": {"alertname": "NodeDown"}, "fingerprint": "n", "status": {}}
        node["startsAt"] = "2026-01-01T00:00:00.123456789Z"
        ours = {"labels": {**self.external, **LABELS}, "fingerprint": self.mark, "status": status}
        return [ours, node]

    def alerts_groups(self, **_: Any) -> Any:
        group = {"labels": {"alertname": "Down"}, "receiver": {"name": "pager"}}
        return [{**group, "alerts": [{"fingerprint": self.mark}, {"fingerprint": "x"}]}]

    def deliver(self, at: float, status: str, to: str = "pager") -> None:
        alerts = [{"fingerprint": self.mark, "status": status}]
        said = {"via": "webhook", "to": to, "receiver": "pager", "sender": ""}
        self.messages.append({"alerts": alerts, "arrived": self.now + at, **said})

    def silence(self, begin: float, end: float, **labels: str) -> None:
        matchers = [{"name": n, "value": v, "isRegex": False} for n, v in labels.items()]
        self.silences.append(
            {
                "id": "0815",
                "startsAt": stamp(self.now + begin),
                "endsAt": stamp(self.now + end),
                "matchers": matchers,
                "comment": "planned",
                "createdBy": "me",
            }
        )

    def why(self, **labels: str) -> Timeline:
        return why_paged(
            cast("PrometheusContainer", self),
            cast("AlertmanagerContainer", self),
            cast("InboxContainer", self),
            "Down",
            **labels,
        )


def stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


FIRES = [
    *[(at, "pending") for at in (-9.0, -8.0, -7.0)],
    *[(at, "firing") for at in (-6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0)],
]
