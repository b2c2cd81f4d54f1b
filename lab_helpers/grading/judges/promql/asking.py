"""Ask Prometheus at an instant, with limits on time and size; what it answered, as plain values."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import requests

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.grading.judges.promql.tree import label as named_label
from lab_helpers.promql.answers import refusal

#: The labels of a series.
Labels = frozenset[tuple[str, str]]

#: Bytes of an answer that are read; the whole shop at one instant has a tenth of them.
LARGEST = 1_000_000
#: Seconds that a query may take, if the machine is not busy with something else.
LONGEST = 3.0
#: Seconds that it may take when it is.
_PATIENCE = 20.0
#: Seconds in which a server that was told the limit has to say so.
GRACE = 2.0


@dataclass(frozen=True)
class Answer:
    """What a query answered at one instant.

    series: values by labels; a scalar is one series without labels. Metric names are left out,
        unless the labels alone do not tell the series apart.
    """

    kind: Literal["vector", "scalar", "matrix", "string"]
    series: dict[Labels, float]

    def label_names(self) -> set[str]:
        """The names of all labels that any series has."""
        return {name for labels in self.series for name, _ in labels}

    def values_of(self, label: str) -> set[str]:
        """The values that a label has."""
        return {value for labels in self.series for name, value in labels if name == label}


class Refused(WorkshopError):
    """Prometheus did not answer.

    kind: "too expensive", "query" (it cannot be read) or "execution" (it cannot be carried out).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Prometheus:
    """A Prometheus to be asked within limits; not to be shared by threads."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url = url
        self._session = session
        self._longest = _PATIENCE
        self._end = time.monotonic() + 2 * _PATIENCE

    def limit(self, reference: float) -> None:
        """Limit the time that queries may take from now on, one by one and all together.

        reference: seconds that a query took of which it is known that it is not expensive.
        """
        self._longest = min(max(LONGEST, 20 * reference), _PATIENCE)
        self._end = time.monotonic() + 3 * self._longest

    def ask(self, expr: str, at: float) -> Answer:
        """Ask at one instant, in Unix seconds.

        Raises:
            Refused: there is no answer, or too much of it.
            PrometheusAway: nobody is there to answer.
        """
        left = min(self._longest, self._end - time.monotonic())
        if left <= 0:
            raise Refused("too expensive", "All in all it takes too long.")
        params = {"query": expr, "time": f"{at:.3f}", "timeout": f"{math.ceil(1000 * left)}ms"}
        data = self._get("query", params)
        kind, result = data["resultType"], data["result"]
        if kind == "vector":
            return Answer(kind, _by_labels(result))
        if kind == "scalar":
            return Answer(kind, {frozenset(): float(result[1])})
        return Answer(kind, {})

    def values(self, label: str, selector: str, at: float) -> list[str]:
        """The values that a label has among the series of a selector; "" where it is missing."""
        found = self.ask(f"group by ({named_label(label)}) ({selector})", at)
        return sorted({dict(labels).get(label, "") for labels in found.series})

    def metric_names(self) -> list[str]:
        """The names of all metrics that it has ever seen."""
        names: list[str] = self._get("label/__name__/values")
        return names

    def label_names(self) -> list[str]:
        """The names of all labels that it has ever seen."""
        names: list[str] = self._get("labels")
        return names

    def _get(self, path: str, params: Mapping[str, str] = MappingProxyType({})) -> Any:
        """Make a call to the API; its data."""
        where, patience = f"{self._url}/api/v1/{path}", self._longest + GRACE
        try:
            with self._session.get(where, params=params, timeout=patience, stream=True) as answer:
                body = self._body(answer)
        except requests.Timeout:
            raise Refused("too expensive", f"It takes more than {self._longest:g} s.") from None
        except requests.ConnectionError:
            raise PrometheusAway(f"Nobody answers at {self._url}: start the lab again.") from None
        if answer.ok:
            return json.loads(body)["data"]
        kind = _error_type(body)
        if kind == "timeout" or b"too many samples" in body:
            raise Refused("too expensive", _first_sentence(body))
        message = refusal(answer.status_code, body, dict(params), where)
        raise Refused("execution" if kind == "execution" else "query", message)

    def _body(self, answer: requests.Response) -> bytes:
        """All of an answer.

        Raises:
            Refused: it is too large, or takes too long to arrive.
        """
        body, end = bytearray(), time.monotonic() + self._longest
        for piece in answer.iter_content(1 << 16):
            body += piece
            if len(body) > LARGEST or time.monotonic() > end:
                raise Refused("too expensive", f"It answers with more than {len(body):,} bytes.")
        return bytes(body)


@contextmanager
def prometheus_at(url: str) -> Iterator[Prometheus]:
    """A Prometheus to be asked, over a connection of its own."""
    with requests.Session() as session:
        session.trust_env = False  # a proxy does not know the way to a container
        session.headers["Accept-Encoding"] = "identity"
        yield Prometheus(url, session)


def _by_labels(result: list[dict[str, Any]]) -> dict[Labels, float]:
    named = [(one["metric"], float(one["value"][1])) for one in result]
    unnamed = {
        frozenset((k, v) for k, v in metric.items() if k != "__name__"): value
        for metric, value in named
    }
    if len(unnamed) == len(named):
        return unnamed
    return {frozenset(metric.items()): value for metric, value in named}


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return ""


def _first_sentence(body: bytes) -> str:
    return f"Prometheus says: {json.loads(body)['error']}."
