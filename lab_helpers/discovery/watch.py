"""Discovery over time: what Consul says, what Prometheus scrapes, and how the scrapes went."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

import requests

from lab_helpers.pictures import alt, plots
from lab_helpers.services.consul import ConsulContainer, ConsulUnavailable, connect
from lab_helpers.services.consul_labels import state_of, worst
from lab_helpers.services.prometheus import PrometheusContainer

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

#: a state's colour and hatch: told apart in grey print as well
STYLES = {
    "passing": ("#0072B2", ""),
    "warning": ("#E69F00", ".."),
    "critical": ("#D55E00", "//"),
    "maintenance": ("#CC79A7", "xx"),
    "target": ("#56B4E9", ""),
    "up": ("#000000", ""),
    "down": ("#FFFFFF", "xx"),
}
SOURCES = ("Consul", "target", "up")
#: seconds between two looks
PACE = 0.5


class DiscoveryWatch:
    """Looks at Consul and at Prometheus's targets twice a second, in the background.

    An instance is told by its id in Consul, which must be its label `instance` in Prometheus.

    Args:
        consul: whose catalog and health to look at.
        prometheus: whose targets to look at.
        service: the service in Consul.
    """

    def __init__(
        self, consul: ConsulContainer, prometheus: PrometheusContainer, service: str
    ) -> None:
        self._consul, self._prometheus, self._service = consul, prometheus, service
        self._looks: list[tuple[float, dict[tuple[str, str], str]]] = []
        self._marks: list[tuple[float, str]] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Look no more; what was seen stays."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def mark(self, words: str) -> None:
        """Write down what is being done now, to be shown in the picture."""
        self._marks.append((time.time(), words))

    def _run(self) -> None:
        client = connect(self._consul.url)  # a connection of this thread's own
        while not self._end.wait(PACE):
            try:
                seen = [*self._consul_says(client), *self._prometheus_says()]
            except (OSError, LookupError, ConsulUnavailable):
                continue  # one of them is away: that is a gap
            found = {(instance, source): state for instance, source, state in seen}
            self._looks.append((time.time(), found))

    def _consul_says(self, client: Any) -> list[tuple[str, str, str]]:
        entries = client.health.service(self._service)[1]
        return [
            (entry["Service"]["ID"], "Consul", worst(map(state_of, entry["Checks"])))
            for entry in entries
        ]

    def _prometheus_says(self) -> Iterable[tuple[str, str, str]]:
        answer = requests.get(
            f"{self._prometheus.url}/api/v1/targets?state=active",
            timeout=2,
            **self._prometheus.access,
        )
        for target in answer.json()["data"]["activeTargets"]:
            if target["discoveredLabels"].get("__meta_consul_service") == self._service:
                yield target["labels"]["instance"], "target", "target"
                if target["health"] != "unknown":
                    yield target["labels"]["instance"], "up", target["health"]

    def states(self) -> "DataFrame":
        """What was seen, without repetitions: one row a span of time.

        Columns: instance, source (Consul, target, up), state, start, end (seconds since the first
        look). An instance that a source does not name at a time has no row there.
        """
        import pandas as pd

        spans: list[list[Any]] = []
        current: dict[tuple[str, str], list[Any]] = {}
        looks = list(self._looks)
        first = looks[0][0] if looks else 0.0
        for when, found in looks:
            for key in [*current]:
                current[key][4] = when - first
                if found.get(key) != current[key][2]:
                    del current[key]
            for key, state in found.items():
                if key not in current:
                    current[key] = [*key, state, when - first, when - first + PACE]
                    spans.append(current[key])
        frame = pd.DataFrame(spans, columns=["instance", "source", "state", "start", "end"])
        return frame.sort_values(["instance", "source", "start"]).reset_index(drop=True)

    def draw(self) -> "Figure":
        """Three bars an instance: what Consul says, whether it is a target, and `up`."""
        import matplotlib.pyplot as plt
        from matplotlib.patches import Patch

        plots.use_style()
        states = self.states()
        names = sorted(states.instance.unique())
        figure, axes = plt.subplots(figsize=(10, 1.7 + 0.75 * len(names)))
        for row in states.itertuples():
            colour, hatch = STYLES[row.state]
            place = names.index(row.instance) + (SOURCES.index(row.source) - 1) * 0.25
            axes.barh(place, row.end - row.start, 0.2, row.start, color=colour, hatch=hatch,
                      edgecolor="black" if row.state == "down" else "white", lw=0.5)  # fmt: skip
        for when, words in self._marks:
            x = when - self._looks[0][0]
            axes.axvline(x, color="#666666", linewidth=0.8, linestyle=":")
            axes.text(x, -0.55, words, fontsize=8.5, rotation=40, rotation_mode="anchor")
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlabel("seconds since the first look")
        axes.grid(axis="y", visible=False)
        shown = [state for state in STYLES if (states.state == state).any()]
        names_of = {"target": "a target of Prometheus", "up": "up = 1", "down": "up = 0"}
        handles = [
            Patch(facecolor=STYLES[s][0], hatch=STYLES[s][1], edgecolor="black", linewidth=0.5,
                  label=names_of.get(s, f"Consul: {s}"))
            for s in shown
        ]  # fmt: skip
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles),
                      frameon=False)  # fmt: skip
        plt.close(figure)  # the caller shows it; pyplot must not show it a second time
        alt.say(figure, self._in_words(states, names))
        return figure

    def _in_words(self, states: "DataFrame", names: Iterable[str]) -> str:
        """The picture's text: each instance's states with their seconds, and the marks."""
        sentences = []
        for name in names:
            parts = [
                f"{row.source} {row.state} {row.start:.0f} to {row.end:.0f}"
                for row in states[states.instance == name].itertuples()
            ]
            sentences.append(f"{name}: {', '.join(parts)}.")
        marks = [f"{words} at {when - self._looks[0][0]:.0f}" for when, words in self._marks]
        return (
            "Bars “What Consul, Prometheus and up say of each instance”, in seconds since the "
            f"first look. {' '.join(sentences)} Marked: {', '.join(marks) or 'nothing'}."
        )
