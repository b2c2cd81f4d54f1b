"""A rule of Grafana's is right if its condition holds when it should, and the right one hears."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.grafana.condition import Condition
from lab_helpers.grading.judges.grafana.file import AlertFile, Refused
from lab_helpers.promql.client import PromQLClient
from lab_helpers.promql.durations import seconds, seconds_since_1970


@dataclass(frozen=True)
class GrafanaAlert:
    """Judges a file of `provisioning/alerting` with one rule, on the week of history.

    title: the rule's. holds_for: its `for`.
    when: whether its condition must hold, by instant (UTC), and what it means if it is otherwise.
    labels: what it must have among its labels.
    webhook: where its notification must arrive.
    others: labels of another alert, by the webhook where that must arrive.
    uid: of the data source.
    """

    title: str
    holds_for: str
    when: Mapping[str, tuple[bool, str]]
    labels: Mapping[str, str]
    webhook: str
    others: Mapping[str, Mapping[str, str]]
    uid: str = "prometheus"
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Read the file, reckon its condition at each instant, and follow its notification."""
        try:
            file = AlertFile.of(answer)
            return self._rule(file, bench) or self._notified(file) or solved()
        except Refused as refused:
            return refused.verdict

    def _rule(self, file: AlertFile, bench: Bench) -> Verdict | None:
        rule = file.rule
        if rule["title"] != self.title:
            return missed("wrong title", f"It is called {rule['title']!r}, not {self.title!r}.")
        client = PromQLClient(bench.week.url)
        for at, (must, meaning) in self.when.items():
            condition = Condition(rule, client, seconds_since_1970(at), self.uid)
            condition.query()
            if condition.holds() != must:
                seen = "holds not" if must else "holds"
                return missed(
                    "misses it" if must else "false alarm",
                    f"At {at.replace('T', ' ').replace('Z', ' UTC')} the condition {seen}. "
                    f"{meaning}",
                )
        if seconds(rule["for"] if rule["for"] != "0" else "0s") != seconds(self.holds_for):
            return missed(
                "wrong for", f"It waits for {rule['for']}, and {self.holds_for} is asked for."
            )
        return None

    def _notified(self, file: AlertFile) -> Verdict | None:
        found = file.rule.get("labels")
        labels = found if isinstance(found, dict) else {}
        for name, value in self.labels.items():
            if labels.get(name) != value:
                return missed("label missing", f"The rule's label `{name}` is not {value!r}.")
        own = {"alertname": self.title, "grafana_folder": file.group["folder"], **labels}
        for webhook, other in {self.webhook: own, **self.others}.items():
            name = file.receiver_of({k: str(v) for k, v in other.items()})
            if webhook not in file.receivers[name]:
                who = "This alert" if other is own else f"An alert with the labels {dict(other)}"
                return missed(
                    "wrong receiver",
                    f"{who} goes to the contact point {name!r}, whose webhooks are "
                    f"{', '.join(file.receivers[name]) or 'none'}; {webhook} is asked for.",
                )
        return None
