"""Ask Prometheus at an instant, with limits on time and size; what it answered, as plain values."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import requests

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.promql.answers import refusal, untrusted
from lab_helpers.promql.explain.tree import label as named_label

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
class NativeHistogram:
    """A sample that is a native histogram: how many observations, and the sum of all of them."""

    count: float
    sum: float


@dataclass(frozen=True)
class Answer:
    """What a query answered at one instant.

    samples: values by labels, the metric's name among them, in the order of the answer; a scalar
        is one sample without labels.
    text: what a string says.
    remarks: what Prometheus remarks on it.
    """

    kind: Literal["vector", "scalar", "matrix", "string"]
    samples: Mapping[Labels, float | NativeHistogram]
    text: str = ""
    remarks: tuple[str, ...] = ()

    @cached_property
    def series(self) -> dict[Labels, float]:
        """The values by labels without the metrics' names; NaN for a native histogram.

        Names are left in where the labels alone do not tell the series apart.
        """
        values = {
            labels: math.nan if isinstance(value, NativeHistogram) else value
            for labels, value in self.samples.items()
        }
        unnamed = {nameless(labels): value for labels, value in values.items()}
        return unnamed if len(unnamed) == len(values) else values

    def label_names(self) -> set[str]:
        """The names of all labels that any series has."""
        return {name for labels in self.series for name, _ in labels}

    def values_of(self, label: str) -> set[str]:
        """The values that a label has."""
        return {value for labels in self.series for name, value in labels if name == label}


def nameless(labels: Labels) -> Labels:
    """Labels without the metric's name."""
    return frozenset(pair for pair in labels if pair[0] != "__name__")


class Refused(WorkshopError):
    """Prometheus did not answer.

    kind: "too expensive", "query" (it cannot be read) or "execution" (it cannot be carried out).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Prometheus:
    """A Prometheus to be asked within limits; threads may share it.

    largest: bytes of an answer that are read.
    """

    def __init__(self, url: str, session: requests.Session, largest: int = LARGEST) -> None:
        self._url = url
        self._session = session
        self._largest = largest
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
        answer = self._get("query", params)
        kind, result = answer["data"]["resultType"], answer["data"]["result"]
        remarks = (*answer.get("warnings", ()), *answer.get("infos", ()))
        if kind == "vector":
            return Answer(kind, _samples(result), remarks=remarks)
        if kind == "scalar":
            return Answer(kind, {frozenset(): float(result[1])}, remarks=remarks)
        return Answer(kind, {}, text=result[1] if kind == "string" else "", remarks=remarks)

    def values(self, label: str, selector: str, at: float) -> list[str]:
        """The values that a label has among the series of a selector; "" where it is missing."""
        found = self.ask(f"group by ({named_label(label)}) ({selector})", at)
        return sorted({dict(labels).get(label, "") for labels in found.series})

    def metric_names(self) -> list[str]:
        """The names of all metrics that it has ever seen."""
        names: list[str] = self.data("label/__name__/values")
        return names

    def label_names(self) -> list[str]:
        """The names of all labels that it has ever seen."""
        names: list[str] = self.data("labels")
        return names

    def data(self, path: str, params: Mapping[str, str] = MappingProxyType({})) -> Any:
        """Make any other call to the API; its data."""
        return self._get(path, params)["data"]

    def _get(self, path: str, params: Mapping[str, str]) -> Any:
        """Make a call to the API; its answer, decoded."""
        where, patience = f"{self._url}/api/v1/{path}", self._longest + GRACE
        try:
            with self._session.get(where, params=params, timeout=patience, stream=True) as answer:
                body = self._body(answer)
        except requests.Timeout:
            raise Refused("too expensive", f"It takes more than {self._longest:g} s.") from None
        except requests.exceptions.SSLError:
            raise PrometheusAway(untrusted(where)) from None
        except requests.ConnectionError:
            raise PrometheusAway(
                f"Nobody answers at {self._url}. If it is a lab's, start the lab again."
            ) from None
        if answer.ok:
            return json.loads(body)
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
            if len(body) > self._largest or time.monotonic() > end:
                raise Refused("too expensive", f"It answers with more than {len(body):,} bytes.")
        return bytes(body)


@contextmanager
def prometheus_at(url: str) -> Iterator[Prometheus]:
    """A Prometheus to be asked, over a connection of its own."""
    with requests.Session() as session:
        session.trust_env = False  # a proxy does not know the way to a container
        session.headers["Accept-Encoding"] = "identity"
        yield Prometheus(url, session)


def _samples(result: list[dict[str, Any]]) -> dict[Labels, float | NativeHistogram]:
    return {frozenset(one["metric"].items()): _value(one) for one in result}


def _value(sample: dict[str, Any]) -> float | NativeHistogram:
    if "value" in sample:
        return float(sample["value"][1])
    found = sample["histogram"][1]
    return NativeHistogram(float(found["count"]), float(found["sum"]))


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return ""


def _first_sentence(body: bytes) -> str:
    return f"Prometheus says: {json.loads(body)['error']}."
