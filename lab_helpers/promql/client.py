"""Ask a Prometheus server in PromQL and get DataFrames, or an error that points at the mistake.

prometheus-api-client makes the calls. Three of its habits are changed on the way: every call has a
time limit, a refusal keeps the server's own words, and the server's warnings become Python's. The
frames come from `lab_helpers.promql.frames`. pandas and the client library load with the first
question.
"""

import json
import math
import re
import time
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from lab_helpers.promql.durations import Duration, Moment, default_step, seconds, seconds_since_1970

if TYPE_CHECKING:
    import pandas as pd

    from lab_helpers.promql.explain import Explanation

_SORTED = re.compile(r"\b(sort\w*|topk|bottomk)\b")  # the order of the answer says something


class PromQLClient:
    """A Prometheus server, to be asked.

    url: where it answers, such as http://127.0.0.1:9090; what comes before /api/v1, if on a path.
    timeout: seconds to wait for a connection, and then for the answer.
    access: what `requests` needs besides the address, to be let in: verify, auth.

    Every method raises PromQLError when the server refuses, cannot be reached, or takes too long.
    What the server remarks on an answer arrives as a PromQLWarning.
    """

    def __init__(
        self, url: str, timeout: float = 30.0, access: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.access = access
        self._connection: Any = None

    def query(self, expr: str, at: Moment | None = None) -> "pd.DataFrame":
        """Ask for the value at one moment: one row a series, labels, `timestamp`, `value`.

        at: the moment, by default the server's now.

        Prometheus promises no order, so rows are sorted by their labels, except after `sort` and
        `topk`. `lab_helpers.promql.frames.instant` says more about the frame.
        """
        from lab_helpers.promql import frames

        params = {} if at is None else {"time": f"{seconds_since_1970(at):.3f}"}
        frame = frames.instant(self._api.custom_query(expr, params=params))
        labels = list(frame.columns[: frame.columns.get_loc("timestamp")])
        if labels and not _SORTED.search(expr):
            frame = frame.sort_values([*labels, "timestamp"], key=_numbers_first, kind="stable")
        return frame.reset_index(drop=True)

    def query_range(
        self,
        expr: str,
        start: Moment | None = None,
        end: Moment | None = None,
        last: Duration = "1h",
        step: Duration | None = None,
    ) -> "pd.DataFrame":
        """Ask for the values over a span of time: one column a series, one row a step.

        start, end: the span; `end` is by default now. Without `start` it is `last` long.
        step: time between two rows; by default one that gives about 250 to 300 rows, at least 1 s.

        `lab_helpers.promql.frames.matrix` says more about the frame.
        """
        from lab_helpers.promql import frames

        until = math.floor(time.time()) if end is None else seconds_since_1970(end)
        since = until - seconds(last) if start is None else seconds_since_1970(start)
        width = default_step(until - since) if step is None else seconds(step)
        span = {"start": f"{since:.3f}", "end": f"{until:.3f}"}
        nothing = datetime.fromtimestamp(0)  # the library would round to seconds: params go first
        return frames.matrix(
            self._api.custom_query_range(expr, nothing, nothing, f"{width:g}", params=span)
        )

    def explain(self, expr: str, at: Moment | None = None) -> "Explanation":
        """Take a query apart: what each part is and answers, and where and why it becomes empty.

        at: the moment, by default the server's now. A notebook draws the result as a tree.

        Raises WorkshopError too if the query is too large to be taken apart.
        """
        from lab_helpers.promql.explain import explain

        return explain(self.url, expr, at, access=self.access)

    def series(
        self,
        selector: str,
        start: Moment | None = None,
        end: Moment | None = None,
        last: Duration = "1h",
    ) -> "pd.DataFrame":
        """List the series that a selector finds: one row a series, a text column a label.

        selector: such as `up{job="web"}`, without a function around it.
        start, end: only series with samples in this span; `end` is by default now. Without `start`
            it is `last` long.

        The labels are sorted by name, after `__name__`; "" where a series lacks one.
        """
        import pandas as pd

        until = time.time() if end is None else seconds_since_1970(end)
        since = until - seconds(last) if start is None else seconds_since_1970(start)
        span = {"start": f"{since:.3f}", "end": f"{until:.3f}"}
        found = self.raw("series", **{"match[]": selector}, **span)
        names = sorted(
            {name for labels in found for name in labels}, key=lambda n: (n[:2] != "__", n)
        )
        rows = {name: [labels.get(name, "") for labels in found] for name in names}
        frame = pd.DataFrame(rows, dtype="str", index=range(len(found)))
        return frame.sort_values(names, kind="stable", ignore_index=True) if names else frame

    def targets(self, state: Literal["active", "dropped"] = "active") -> "pd.DataFrame":
        """List what Prometheus scrapes: one row a target, sorted by job and instance.

        state: "dropped" lists instead what relabelling threw away, by the labels it was found with.

        Columns: job, instance, the other labels, health (up, down, unknown), last_error,
        scrape_url, last_scrape (UTC, NaT before the first), scrape_duration and scrape_interval
        (seconds).
        """
        import pandas as pd

        from lab_helpers.promql import frames

        found = self.raw("targets", state=state)[f"{state}Targets"]
        key = "labels" if state == "active" else "discoveredLabels"
        names = dict.fromkeys(["job", "instance"] if state == "active" else ["job", "__address__"])
        names.update(dict.fromkeys(name for t in found for name in t[key]))
        fields = {"health": "health", "last_error": "lastError", "scrape_url": "scrapeUrl"}
        times = {"last_scrape": "lastScrape"}
        lengths = {"scrape_duration": "lastScrapeDuration", "scrape_interval": "scrapeInterval"}
        if state == "dropped":
            fields, times, lengths = {}, {}, {}
        labels = frames.label_columns(names, [*fields, *times, *lengths])
        rows = {column: [t[key].get(name, "") for t in found] for name, column in labels.items()}
        rows |= {column: [t.get(name, "") for t in found] for column, name in fields.items()}
        frame = pd.DataFrame(rows, dtype="str")
        for column, name in times.items():
            frame[column] = _moments([t.get(name) for t in found])
        for column, name in lengths.items():
            values = [seconds(t[name]) if name in t else math.nan for t in found]
            frame[column] = pd.Series(values, dtype="float64")
        return frame.sort_values(list(frame.columns[:2]), kind="stable").reset_index(drop=True)

    def rules(self) -> "pd.DataFrame":
        """List the rules that Prometheus evaluates: one row a rule, in the order of the files.

        Columns: group, name, type (recording, alerting), query, state (inactive, pending, firing;
        "" for a recording rule), alerts (how many are pending or firing), duration (the rule's
        `for`, seconds), labels (dict), health (ok, err, unknown), last_error, last_evaluation (UTC)
        and evaluation_time (seconds).
        """
        import pandas as pd

        groups = self.raw("rules")["groups"]
        found = [(group["name"], rule) for group in groups for rule in group["rules"]]
        frame = pd.DataFrame({"group": [group for group, _ in found]}, dtype="str")
        for name in ("name", "type", "query", "state"):
            frame[name] = pd.Series([r.get(name, "") for _, r in found], dtype="str")
        frame["alerts"] = pd.Series([len(r.get("alerts", ())) for _, r in found], dtype="int64")
        lengths = [r.get("duration", math.nan) for _, r in found]
        frame["duration"] = pd.Series(lengths, dtype="float64")
        frame["labels"] = pd.Series([r.get("labels", {}) for _, r in found], dtype="object")
        for column, name in {"health": "health", "last_error": "lastError"}.items():
            frame[column] = pd.Series([r.get(name, "") for _, r in found], dtype="str")
        frame["last_evaluation"] = _moments([r.get("lastEvaluation") for _, r in found])
        times = [r.get("evaluationTime", math.nan) for _, r in found]
        frame["evaluation_time"] = pd.Series(times, dtype="float64")
        return frame

    def raw(self, path: str, **params: Any) -> Any:
        """Ask any other end point of the API and get its `data` as plain Python objects.

        path: what follows /api/v1/, such as "status/tsdb" or "labels".
        """
        path = path.removeprefix("/").removeprefix("api/v1/")
        answer = self._api._session.get(
            f"{self.url}/api/v1/{path}", params=params, timeout=self.timeout
        )
        data = answer.json()["data"]
        undecoded = data["result"] if path in ("query", "query_range") else b""
        return json.loads(undecoded)["data"] if undecoded else data

    @property
    def _api(self) -> Any:
        """The library's connection, made when first asked for."""
        if self._connection is None:
            from prometheus_api_client import PrometheusConnect
            from urllib3 import Retry

            from lab_helpers.promql.answers import AnswerSession

            self._connection = PrometheusConnect(
                self.url,
                session=AnswerSession(self.access),
                timeout=self.timeout,
                retry=Retry(0, read=False),  # who waits for a server does it in plain sight
            )
        return self._connection


def _moments(texts: list[str | None]) -> "pd.Series":
    """Read times of the API; Go's zero time, the year 1, means never."""
    import pandas as pd

    times = [None if text is None or text.startswith("0001-") else text for text in texts]
    parsed = pd.to_datetime(pd.Series(times, dtype="object"), utc=True, format="ISO8601")
    return parsed.astype("datetime64[us, UTC]")


def _numbers_first(column: "pd.Series") -> "pd.Series":
    """Sort key: a label such as `le` by its numbers, any other by its text."""
    import pandas as pd

    if column.name not in ("le", "quantile"):
        return column
    return pd.to_numeric(column, errors="coerce")
