"""Alertmanager in a container: groups, routes, inhibits and silences what Prometheus reports."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import requests

from lab_helpers.errors import ConfigurationRefused, ServiceFailed, WorkshopError
from lab_helpers.promql.durations import Duration, seconds
from lab_helpers.services.addressed import AddressedService
from lab_helpers.services.own_metrics import values
from lab_helpers.sources import Source, read

if TYPE_CHECKING:
    from pandas import DataFrame

CONFIG = "/etc/alertmanager/alertmanager.yml"
TRIAL = "alertmanager.yml"  # beside a command of amtool
#: "Loading configuration file failed", since 0.33 "error loading configuration file", and since
#: 0.34 that is how its reason begins.
_REFUSAL = re.compile(
    r'(?:oading configuration.*? err="|err="error loading configuration file: )'
    r'((?:[^"\\]|\\.)*)"'
)
#: The sign of a matcher, by whether it is a pattern and whether that must match.
_SIGNS = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}
#: What a label must be: its value, or a pattern that the whole value must match.
Wanted = str | re.Pattern[str]


class AlertmanagerContainer(AddressedService):
    """An Alertmanager.

    Args:
        config: its alertmanager.yml.
        files: further files, put beside it under their own names (templates).
        peers: the names of the Alertmanagers whose cluster it joins. An empty tuple starts a
            cluster that others may join; None keeps it alone.
        features: experimental features to enable, such as "event-recorder".
        name, port: as for every service.
    """

    service = "alertmanager"
    port = 9093
    ready_path = "/-/ready"

    def __init__(
        self,
        config: Source,
        files: Iterable[Path] = (),
        *,
        peers: tuple[str, ...] | None = None,
        features: tuple[str, ...] = (),
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self._config = read(config)
        self.copy_in(config, CONFIG)
        for file in files:
            self.copy_in(file, f"/etc/alertmanager/{file.name}")
        self.calls = ("inbox",)
        flags = [f"--config.file={CONFIG}", "--storage.path=/alertmanager"]
        # Without it, two receivers of one kind cannot be told apart in the metrics.
        flags += ["--enable-feature=" + ",".join(["receiver-name-in-metrics", *features])]
        if peers is None:
            flags += ["--cluster.listen-address="]
        else:
            flags += [
                "--cluster.listen-address=0.0.0.0:9094",
                # A lab's pace: members wait 1.5 s (usual: 15 s) for each member before them. No
                # whole second: what waits for a group's next turn is sent on whole seconds.
                "--cluster.peer-timeout=1500ms",
                "--cluster.gossip-interval=50ms",
                *(f"--cluster.peer={peer}:9094" for peer in peers),
            ]
        self.with_command(flags)

    def start(self) -> Self:
        """Start it, and wait until it is ready.

        Raises:
            ConfigurationRefused: it refuses its configuration; the message is its own.
            ServiceFailed: it died of something else, or was not ready in time.
        """
        try:
            return super().start()
        except ServiceFailed as problem:
            if found := _REFUSAL.search(str(problem)):
                words = found[1].replace("\\n", "\n").replace('\\"', '"')
                message = f"{self.name} refuses its configuration: {words}"
                raise ConfigurationRefused(message) from None
            raise

    @property
    def link(self) -> str:
        """The page that is worth opening in a browser."""
        return page_at(self.url, **self.access)

    # What it has

    def raw(self, path: str, **params: Any) -> Any:
        """Ask API v2 and get its answer as plain Python objects.

        path: what follows /api/v2/, such as "status" or "receivers".
        """
        answer = requests.get(f"{self.url}/api/v2/{path}", params=params, timeout=10, **self.access)
        if not answer.ok:
            raise WorkshopError(f"{self.name} refuses {path}: {answer.text.strip()}")
        return answer.json()

    def alerts(self) -> "DataFrame":
        """List the alerts that it has: one row an alert, sorted by name and instance.

        Columns: alertname, instance, severity, team, state (unprocessed, active, suppressed),
        receivers, silenced_by (ids of silences) and inhibited_by (fingerprints of alerts), starts
        (UTC), fingerprint, labels (dict).
        """
        import pandas as pd

        rows = []
        for alert in self.raw("alerts"):
            labels, status = alert["labels"], alert["status"]
            chosen = {
                name: labels.get(name, "") for name in ("alertname", "instance", "severity", "team")
            }
            rows.append(
                chosen
                | {
                    "state": status["state"],
                    "receivers": ", ".join(receiver["name"] for receiver in alert["receivers"]),
                    "silenced_by": ", ".join(status["silencedBy"]),
                    "inhibited_by": ", ".join(status["inhibitedBy"]),
                    "starts": pd.Timestamp(alert["startsAt"]).tz_convert("UTC"),
                    "fingerprint": alert["fingerprint"],
                    "labels": labels,
                }
            )
        names = "alertname instance severity team state receivers silenced_by inhibited_by starts"
        frame = pd.DataFrame(rows, columns=[*names.split(), "fingerprint", "labels"])
        return frame.sort_values(["alertname", "instance"], ignore_index=True)

    def groups(self) -> "DataFrame":
        """List the groups that it has made: one row a group, sorted by receiver.

        Columns: receiver, group (what its alerts share), alerts (how many), instances.
        """
        import pandas as pd

        rows = []
        for group in self.raw("alerts/groups"):
            found = [alert["labels"] for alert in group["alerts"]]
            shared = ", ".join(f"{k}={v}" for k, v in sorted(group["labels"].items()))
            instances = sorted(labels["instance"] for labels in found if "instance" in labels)
            rows.append((group["receiver"]["name"], shared, len(found), ", ".join(instances)))
        frame = pd.DataFrame(rows, columns=["receiver", "group", "alerts", "instances"])
        return frame.sort_values(["receiver", "group"], ignore_index=True)

    def metrics(self, name: str) -> list[tuple[dict[str, str], float]]:
        """Give the labels and values that one of its own metrics has."""
        answer = requests.get(f"{self.url}/metrics", timeout=10, **self.access)
        answer.raise_for_status()
        return values(answer.text, name)

    # Silences

    def silence(self, comment: str, lasts: Duration = "5m", /, **labels: Wanted) -> str:
        """Silence the alerts whose labels are these, and return the silence's id.

        comment: why. lasts: for how long, such as "30s" or "2h".
        labels: a text must be the label's value; a compiled pattern must match the whole of it.

        Raises:
            WorkshopError: Alertmanager refuses it, in its own words.
        """
        begin = datetime.now(UTC)
        matchers = [
            {"name": name, "value": value, "isRegex": False, "isEqual": True}
            if isinstance(value, str)
            else {"name": name, "value": value.pattern, "isRegex": True, "isEqual": True}
            for name, value in labels.items()
        ]
        silence = {
            "matchers": matchers,
            "startsAt": begin.isoformat(),
            "endsAt": (begin + timedelta(seconds=seconds(lasts))).isoformat(),
            "createdBy": "workshop",
            "comment": comment,
        }
        answer = requests.post(
            f"{self.url}/api/v2/silences", json=silence, timeout=10, **self.access
        )
        if not answer.ok:
            raise WorkshopError(f"{self.name} refuses the silence: {answer.text.strip()}")
        return str(answer.json()["silenceID"])

    def expire(self, silence: str) -> None:
        """End a silence now.

        Raises:
            WorkshopError: there is no silence of this id.
        """
        answer = requests.delete(f"{self.url}/api/v2/silence/{silence}", timeout=10, **self.access)
        if not answer.ok:
            reason = answer.text.strip() or answer.reason
            raise WorkshopError(f"{self.name} cannot expire the silence {silence}: {reason}")

    def silences(self) -> "DataFrame":
        """List the silences, expired ones too: one row a silence, oldest first.

        Columns: id, state (pending, active, expired), matchers, comment, starts and ends (UTC).
        """
        import pandas as pd

        rows = [
            {
                "id": silence["id"],
                "state": silence["status"]["state"],
                "matchers": ", ".join(
                    f"{one['name']}{_SIGNS[one['isRegex'], one['isEqual']]}{one['value']}"
                    for one in silence["matchers"]
                ),
                "comment": silence["comment"],
                "starts": pd.Timestamp(silence["startsAt"]).tz_convert("UTC"),
                "ends": pd.Timestamp(silence["endsAt"]).tz_convert("UTC"),
            }
            for silence in self.raw("silences")
        ]
        columns = ["id", "state", "matchers", "comment", "starts", "ends"]
        return pd.DataFrame(rows, columns=columns).sort_values("starts", ignore_index=True)

    # Its configuration

    def check_config(self, config: Source | None = None) -> str:
        """Have amtool check a configuration without taking it, and return its report.

        config: an alertmanager.yml; without one, the present one.

        Raises:
            ConfigurationRefused: amtool's own message, with the line where it gives one.
        """
        try:
            return self._amtool("check-config", config)
        except ServiceFailed as problem:
            report = str(problem).partition("\n")[2].partition("FAILED:")[2]
            words = report.partition("amtool: error")[0].strip() or str(problem)
            raise ConfigurationRefused(f"{self.name} refuses the configuration: {words}") from None

    def routes(self, config: Source | None = None, /, **labels: str) -> list[str]:
        """Have amtool say which receivers an alert with these labels goes to, in their order.

        config: an alertmanager.yml; without one, the present one.

        A receiver whose name has a comma in it is taken for two.
        """
        quoted = partial(json.dumps, ensure_ascii=False)  # as Go reads them
        words = [f"{quoted(name)}={quoted(text)}" for name, text in labels.items()]
        answer = self._amtool("config routes test", config, "--", *words)
        return answer.strip("\n").split(",")

    def routing_tree(self, config: Source | None = None) -> str:
        """Have amtool draw the routing tree."""
        lines = self._amtool("config routes show", config).splitlines()
        return "\n".join(line for line in lines if line)

    def reload(self, config: Source | None = None) -> None:
        """Take a new configuration while running, or read the present one again.

        Raises:
            ConfigurationRefused: Alertmanager refuses it, in its own words; the old one runs on.
        """
        new = self._config if config is None else read(config)
        self.copy_into_container(new, CONFIG)
        answer = requests.post(f"{self.url}/-/reload", timeout=30, **self.access)
        if not answer.ok:
            self.copy_into_container(self._config, CONFIG)
            words = answer.text.strip().removeprefix("failed to reload config: ")
            message = f"{self.name} refuses the configuration, and keeps the old one: {words}"
            raise ConfigurationRefused(message)
        self._config = new

    def _amtool(self, command: str, config: Source | None, *words: str) -> str:
        files = {} if config is None else {TRIAL: read(config)}
        path = CONFIG if config is None else TRIAL
        file = path if command == "check-config" else f"--config.file={path}"
        return self.run("amtool", *command.split(), file, *words, files=files)


def page_at(url: str, **access: Any) -> str:
    """The page of the Alertmanager at ``url``; where it has none, as Debian's, its API's answer."""
    has_pages = "<script" in requests.get(url, timeout=5, **access).text
    return f"{url}/" if has_pages else f"{url}/api/v2/alerts"
