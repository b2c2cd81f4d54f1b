"""A prediction of messages is right if they are those that Alertmanager makes."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.routing.stage import STAGE, Alerts, on_stage, read
from lab_helpers.grading.judges.words import Misreading

#: How many messages there are, by receiver and by the alerts that they tell of.
Messages = Counter[tuple[str, frozenset[str]]]


@dataclass(frozen=True)
class PredictsMessages:
    """Judges a list of messages, a line each: the receiver, a colon, and names of alerts.

    config: the alertmanager.yml. alerts: by the short names that the prompt gives them.
    near: what plausible misreadings show, by the configuration that they read.
    because: what is said of the right answer.
    """

    config: str
    alerts: Alerts
    near: Mapping[str, Misreading]
    because: str
    services: Services = field(default_factory=lambda: STAGE)
    _known: dict[tuple[int, str], Messages] = field(default_factory=dict, compare=False)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare it with what Alertmanager makes of the alerts."""
        receivers = {each["name"] for each in read(self.config)["receivers"]}
        names = {name.casefold(): name for name in self.alerts}
        said: Messages = Counter()
        for line in filter(None, (each.partition("#")[0].strip() for each in answer.splitlines())):
            to, colon, rest = line.partition(":")
            if not colon:
                return missed(
                    "no list",
                    f"{line[:60]!r} is no message: write the receiver, a colon, and the alerts "
                    "that it tells of.",
                )
            if (receiver := to.strip(" -*`'\"").casefold()) not in receivers:
                return missed("no such receiver", f"There is no receiver {to.strip()[:60]!r}.")
            words = [word for word in re.split(r"[\s,;+&]+", rest.casefold()) if word]
            if unknown := [word for word in words if word not in names]:
                return missed("no such alert", f"No alert is called {unknown[0][:60]!r}.")
            if not words:
                return missed("no list", f"Which alerts does the message to {receiver} tell of?")
            said[receiver, frozenset(names[word] for word in words)] += 1
        if not said:
            return missed("no list", "There is no message: write one in each line.")
        return self._verdict(said, bench)

    def _verdict(self, said: Messages, bench: Bench) -> Verdict:
        right = self._made_of(self.config, bench)
        if said == right:
            return solved(self.because)
        for config, misreading in self.near.items():
            if said == self._made_of(config, bench):
                return missed(*misreading)
        for name in self.alerts:
            told, wanted = _receivers(said, name), _receivers(right, name)
            if told and not wanted:
                return missed("inhibition overlooked", f"Alert {name} is held back. By which one?")
            if told < wanted:
                return missed(
                    "not everybody",
                    f"Alert {name} reaches {_count(wanted)}; you have {_count(told)}.",
                )
            if told != wanted:
                return missed(
                    "goes elsewhere",
                    f"Alert {name} does not go to {min(told - wanted)}. Follow it from the top.",
                )
        return missed(
            "grouped otherwise",
            "Each alert reaches the right receivers. But the messages tell of other alerts "
            "together: look at `group_by` of each branch.",
        )

    def _made_of(self, config: str, bench: Bench) -> Messages:
        """The messages that a configuration makes of the alerts; the same for every answer."""
        with on_stage(bench, self.alerts) as stage:
            key = (id(bench), config)
            if key not in self._known:
                groups = [group for group in stage.groups(read(config)) if group.told]
                self._known[key] = Counter((group.receiver, group.told) for group in groups)
            return self._known[key]


def _receivers(messages: Messages, alert: str) -> set[str]:
    return {to for to, alerts in messages if alert in alerts}


def _count(receivers: set[str]) -> str:
    return f"{len(receivers)} receiver{'' if len(receivers) == 1 else 's'}"
