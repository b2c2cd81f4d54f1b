"""What can be seen of an incident: a Prometheus to be asked, and the messages that went out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab_helpers.promql.client import PromQLClient
from lab_helpers.promql.durations import Duration, Moment

if TYPE_CHECKING:
    import pandas as pd

    from lab_helpers.promql.explain import Explanation


@dataclass(frozen=True)
class Scene:
    """An incident as who is on call sees it.

    Attributes:
        prometheus: to be asked.
        begin: the first moment of which there are samples, whole Unix seconds.
        now: gives the moment from which one looks back, whole Unix seconds.
        messages: what Alertmanager has sent so far, as the inbox lists it.
    """

    prometheus: PromQLClient
    begin: int
    now: Callable[[], int]
    messages: Callable[[], list[dict[str, Any]]]


class PastClient(PromQLClient):
    """A Prometheus whose samples are old: its "now" is the moment at which they end.

    url: where it answers. now: whole Unix seconds. said: what its API answered then, by path, where
    that is no sample: rules, targets.
    """

    def __init__(self, url: str, now: int, said: Mapping[str, Any]) -> None:
        super().__init__(url)
        self.now = now
        self._said = said

    def query(self, expr: str, at: Moment | None = None) -> "pd.DataFrame":
        """As `PromQLClient.query`, at the end of the recording unless told otherwise."""
        return super().query(expr, self.now if at is None else at)

    def query_range(
        self,
        expr: str,
        start: Moment | None = None,
        end: Moment | None = None,
        last: Duration = "1h",
        step: Duration | None = None,
    ) -> "pd.DataFrame":
        """As `PromQLClient.query_range`, up to the end of the recording unless told otherwise."""
        return super().query_range(expr, start, self.now if end is None else end, last, step)

    def explain(self, expr: str, at: Moment | None = None) -> "Explanation":
        """As `PromQLClient.explain`, at the end of the recording unless told otherwise."""
        return super().explain(expr, self.now if at is None else at)

    def series(
        self,
        selector: str,
        start: Moment | None = None,
        end: Moment | None = None,
        last: Duration = "1h",
    ) -> "pd.DataFrame":
        """As `PromQLClient.series`, up to the end of the recording unless told otherwise."""
        return super().series(selector, start, self.now if end is None else end, last)

    def raw(self, path: str, **params: Any) -> Any:
        """As `PromQLClient.raw`; rules and targets are those of the recording's end."""
        return self._said[path] if path in self._said else super().raw(path, **params)
