"""VictoriaMetrics in a container: it takes what Prometheus writes to it, and answers PromQL."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import requests

from lab_helpers.promql.client import PromQLClient
from lab_helpers.services.base import Service
from lab_helpers.services.own_metrics import values

if TYPE_CHECKING:
    from pandas import DataFrame

#: How old a sample must be before a query sees it: usually 30 s, so that no answer is half of one.
PACE = "-search.latencyOffset=0s"


class VictoriaMetricsContainer(Service):
    """A VictoriaMetrics server, single node.

    Args:
        flags: flags of its command line.
        name, port: as for every service.
    """

    service = "victoria-metrics"
    port = 8428
    ready_path = "/health"
    link_path = "/vmui/"

    def __init__(
        self, *, flags: Iterable[str] = (), name: str | None = None, port: int | None = None
    ) -> None:
        super().__init__(name=name, port=port)
        self.with_command([PACE, *flags])

    def start(self) -> Self:
        """Start it, and wait until it is ready.

        Raises:
            ServiceFailed: it died, or was not ready in time.
        """
        self.__dict__.pop("_client", None)  # the address will be another
        return super().start()

    @property
    def write_url(self) -> str:
        """Where Prometheus servers of the lab write to, the ``url`` of a ``remote_write``."""
        return f"{self.internal_url}/api/v1/write"

    # Asking

    @cached_property
    def _client(self) -> PromQLClient:
        return PromQLClient(self.url)

    def query(self, expr: str, at: Any = None) -> "DataFrame":
        """Evaluate MetricsQL at one instant; see `PromQLClient.query`."""
        return self._client.query(expr, at=at)

    def query_range(
        self, expr: str, start: Any = None, end: Any = None, last: Any = "1h", step: Any = None
    ) -> "DataFrame":
        """Evaluate MetricsQL over a span of time; see `PromQLClient.query_range`."""
        return self._client.query_range(expr, start=start, end=end, last=last, step=step)

    def series(
        self, selector: str, start: Any = None, end: Any = None, last: Any = "1h"
    ) -> "DataFrame":
        """The series that a selector finds; see `PromQLClient.series`."""
        return self._client.series(selector, start=start, end=end, last=last)

    def metrics(self, name: str) -> list[tuple[dict[str, str], float]]:
        """The labels and values of one metric on its own page, such as ``vm_rows``."""
        answer = requests.get(f"{self.url}/metrics", timeout=10)
        answer.raise_for_status()
        return values(answer.text, name)
