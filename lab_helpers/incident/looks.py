"""What can be looked at while looking for the cause; each look is taken down."""

from typing import TYPE_CHECKING, Any

import yaml

from lab_helpers.discovery.tracer import Traces, discovered_by, trace
from lab_helpers.errors import WorkshopError
from lab_helpers.incident.answer import known
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.scene import Scene
from lab_helpers.incident.score import in_minutes
from lab_helpers.incident.vocabulary import CAUSES
from lab_helpers.preview import preview
from lab_helpers.promql.durations import Duration, Moment, seconds, seconds_since_1970
from lab_helpers.services.links import Link, prometheus_page
from lab_helpers.setup.images import ROOT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from lab_helpers.promql.explain import Explanation

DASHBOARDS = ROOT / "labs" / "07_grafana" / "dashboards"


class Looks:
    """A scene, and a journal of who looks at it.

    Each method that shows something takes ``because``, a hypothesis in a sentence, as `think` does;
    a look without one is counted as such, and costs nothing.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._journal = Journal()

    def think(self, text: str, cause: str = "") -> None:
        """Write down what you take for true now, before you look.

        text: who is hurt, since when, what changed, and how the next look would show it.
        cause: the word for it, if you have one.

        Raises:
            WorkshopError: there is nothing in it, or no such cause.
        """
        if not text.strip():
            raise WorkshopError("A hypothesis is a sentence: who is hurt, since when, and why?")
        if cause:
            (cause,) = known("cause", [cause], CAUSES)
        self._journal.think(text.strip(), cause)

    def journal(self) -> "pd.DataFrame":
        """What was looked at so far: one row a look, with the hypothesis that it was to test."""
        import pandas as pd

        rows = [
            (in_minutes(look.at), look.kind, look.what, look.thought.text if look.thought else "")
            for look in self._journal.looks
        ]
        return pd.DataFrame(rows, columns=["after", "kind", "what", "hypothesis"])

    def query(self, expr: str, at: Moment | None = None, *, because: str = "") -> "pd.DataFrame":
        """Ask for the value at one moment, by default now; see `PromQLClient.query`."""
        moment = self.scene.now() if at is None else seconds_since_1970(at)
        self._look("query", expr, moment, moment, because)
        return self.scene.prometheus.query(expr, at)

    def query_range(
        self,
        expr: str,
        start: Moment | None = None,
        end: Moment | None = None,
        last: Duration | None = None,
        step: Duration | None = None,
        *,
        because: str = "",
    ) -> "pd.DataFrame":
        """Ask for the values over a span of time, by default all that there is.

        `PromQLClient.query_range` says more.
        """
        until = self.scene.now() if end is None else seconds_since_1970(end)
        since = self.scene.begin if last is None else until - seconds(last)
        since = since if start is None else seconds_since_1970(start)
        self._look("graph", expr, since, until, because)
        return self.scene.prometheus.query_range(expr, since, until, step=step)

    def explain(self, expr: str, at: Moment | None = None, *, because: str = "") -> "Explanation":
        """Take a query apart; see `PromQLClient.explain`."""
        moment = self.scene.now() if at is None else seconds_since_1970(at)
        self._look("explain", expr, moment, moment, because)
        return self.scene.prometheus.explain(expr, at)

    def series(self, selector: str, *, because: str = "") -> "pd.DataFrame":
        """List the series that a selector finds; see `PromQLClient.series`."""
        self._look("series", selector, self.scene.begin, self.scene.now(), because)
        return self.scene.prometheus.series(selector, self.scene.begin, self.scene.now())

    def targets(self, *, because: str = "") -> "pd.DataFrame":
        """List what Prometheus scrapes now; see `PromQLClient.targets`."""
        self._look("targets", "targets", self.scene.now(), self.scene.now(), because)
        return self.scene.prometheus.targets()

    def trace(self, job: str, *, because: str = "") -> Traces:
        """Follow what was discovered for a job through its rules, to now; see `trace`."""
        self._look("trace", f"targets of {job}", self.scene.now(), self.scene.now(), because)
        prometheus: Any = self.scene.prometheus
        loaded = yaml.safe_load(prometheus.raw("status/config")["yaml"])
        # Prometheus 3.13 writes fields out, in other parts, that it does not read again.
        config = yaml.safe_dump({"scrape_configs": loaded["scrape_configs"]})
        return trace(config, job, discovered_by(prometheus, job))

    def rules(self, *, because: str = "") -> "pd.DataFrame":
        """List the rules that Prometheus has now; see `PromQLClient.rules`."""
        self._look("rules", "rules", self.scene.now(), self.scene.now(), because)
        return self.scene.prometheus.rules()

    def messages(self) -> "pd.DataFrame":
        """List what Alertmanager has sent so far: one row a message, oldest first.

        That is no look: whoever is on call is told of it.
        """
        import pandas as pd

        columns = ["arrived", "via", "to", "status", "subject"]
        frame = pd.DataFrame(self.scene.messages(), columns=columns)
        times = pd.to_datetime(frame["arrived"].astype("float64"), unit="s", utc=True)
        frame["arrived"] = times.dt.strftime("%H:%M:%S")
        return frame

    def dashboard(self, name: str, last: Duration | None = None, *, because: str = "") -> "Figure":
        """Draw one of chapter 07's dashboards; see `lab_helpers.preview`.

        last: how far back it looks, by default as far as there are samples.

        Raises:
            WorkshopError: there is none of that name; the message has those that there are.
        """
        file = DASHBOARDS / f"{name}.json"
        if not file.is_file():
            there = ", ".join(sorted(each.stem for each in DASHBOARDS.glob("*.json")))
            raise WorkshopError(f"There is no dashboard {name!r}. There are: {there}.")
        now = self.scene.now()
        span = now - self.scene.begin if last is None else seconds(last)
        self._look("dashboard", name, now - span, now, because)
        prometheus: Any = self.scene.prometheus
        return preview(file, prometheus, last=int(span), until=now)

    def page(self, expr: str, *, because: str = "") -> Link:
        """A link to Prometheus's own page, with this query's graph up to now."""
        self._look("page", expr, self.scene.begin, self.scene.now(), because)
        now = self.scene.now()
        span = f"{now - self.scene.begin}s"
        url = self.scene.prometheus.url
        return prometheus_page(url, "query", expr, tab="graph", at=now, range=span)

    def _look(self, kind: str, what: str, begin: float, end: float, because: str) -> None:
        if because:
            self.think(because)
        self._journal.look(kind, what, begin, end)
