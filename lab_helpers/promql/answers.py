"""Prometheus's HTTP answers: bodies as bytes, refusals as errors that point at the mistake."""

import difflib
import json
import math
import re
import sys
import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec
import requests

from lab_helpers.errors import PrometheusAway, PromQLError

MAX_POINTS = 11_000  # steps between two points that Prometheus allows a series in one answer

_LINE_AND_COLUMN = re.compile(r"\b(\d+):(\d+): parse error")
_CHARACTER = re.compile(r"parse error at char (\d+)")  # before Prometheus 2.16
_UNKNOWN_FUNCTION = re.compile(r'unknown function with name "(\w+)"')
_FUNCTIONS = """
abs absent absent_over_time avg avg_over_time bottomk ceil changes clamp clamp_max clamp_min count
count_over_time count_values day_of_month day_of_week day_of_year days_in_month delta deriv exp
floor group histogram_avg histogram_count histogram_fraction histogram_quantile histogram_stddev
histogram_sum hour idelta increase irate label_join label_replace last_over_time ln log10 log2 max
max_over_time min min_over_time minute month predict_linear present_over_time quantile
quantile_over_time rate resets round scalar sgn sort sort_by_label sort_by_label_desc sort_desc sqrt
stddev stddev_over_time stdvar stdvar_over_time sum sum_over_time time timestamp topk vector year
"""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)


class PromQLWarning(UserWarning):
    """What Prometheus remarks on a query that it answered: a likely mistake, or a missing part."""


class AnswerSession(requests.Session):
    """A session for prometheus-api-client that keeps what the library drops.

    The answer to a query gives its body, undecoded, where the library looks for the decoded result.
    A refusal raises PromQLError with the server's message; its remarks become PromQLWarnings.

    access: what goes with every request, such as verify and auth.
    """

    def __init__(self, access: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__()
        self._access = access
        # Servers here are a loopback away: packing a large answer costs more than it saves.
        self.headers["Accept-Encoding"] = "identity"

    def request(self, method: str | bytes, url: str | bytes, **options: Any) -> requests.Response:  # type: ignore[override]
        """Make one call and hold its answer to what Prometheus promises."""
        where, params = str(url), options.get("params") or {}
        try:
            answer = super().request(method, url, **{**options, **self._access, "stream": True})
            # In large pieces: the default of 10 KB takes twice as long.
            body = b"".join(answer.iter_content(1 << 20))
        except requests.Timeout:
            raise PromQLError(
                f"Prometheus at {where} did not answer within {options.get('timeout')} s. A query "
                "over less time or fewer series is quicker." + _quoted(params.get("query"))
            ) from None
        except requests.exceptions.SSLError:
            raise PrometheusAway(untrusted(where)) from None
        except requests.RequestException as error:
            reason = str(getattr(error.args[0] if error.args else error, "reason", error))
            raise PrometheusAway(
                f"Prometheus cannot be reached at {where}: {reason.rpartition(': ')[2]}. Is it "
                "running, and is this its address? In a notebook, run the set-up cell again."
            ) from None
        if not answer.ok:
            raise PromQLError(refusal(answer.status_code, body, params, where))
        if not body.rstrip().endswith(b"}}"):  # remarks stand behind the data
            _remark(body, where)
        is_query = where.endswith(("/query", "/query_range"))
        data = {"data": {"result": body}} if is_query else None
        answer.json = lambda **_: data or json.loads(body)  # type: ignore[method-assign]
        return answer


def untrusted(where: str) -> str:
    """Say that what answers at ``where`` does not prove who it is."""
    return (
        f"{where} shows a certificate that this machine does not trust. Has `access` the authority "
        "that signed it, as `verify`?"
    )


def refusal(status: int, body: bytes, params: dict[str, Any], where: str) -> str:
    """Say why the server refused: its message, the query, a caret under the place that it names.

    status, body: of the answer. params: what was asked, among it the `query`. where: the URL.
    """
    try:
        message = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        first_line = body.decode(errors="replace").strip().partition("\n")[0][:200]
        return f"{where} answered HTTP {status}: {first_line or 'nothing more'}"
    query = params.get("query")
    message = message.removeprefix('invalid parameter "query": ')
    text = f"Prometheus says: {message}{_quoted(query, _place(query or '', message))}"
    if name := _UNKNOWN_FUNCTION.search(message):
        close = difflib.get_close_matches(name[1], _FUNCTIONS.split(), n=3)
        return text + (f"\nDid you mean {' or '.join(close)}?" if close else "")
    if "exceeded maximum resolution" in message:
        span = float(params["end"]) - float(params["start"])
        step = next((s for s in _STEPS if span / s <= MAX_POINTS), math.ceil(span / MAX_POINTS))
        points = math.floor(span / float(params["step"])) + 1
        return f"{text}\nThat is {points:,} points a series. A step of {step} s fits: step={step}."
    return text


def _place(query: str, message: str) -> tuple[int, int] | None:
    """Find where the server points, as (line, column) from nought. It counts bytes from one."""
    if found := _LINE_AND_COLUMN.search(message):
        line, column = int(found[1]) - 1, int(found[2]) - 1
    elif found := _CHARACTER.search(message):
        before = query.encode()[: int(found[1]) - 1].decode(errors="ignore")
        return before.count("\n"), len(before) - (before.rfind("\n") + 1)
    else:
        return None
    lines = query.split("\n")
    if line >= len(lines):
        return None
    return line, len(lines[line].encode()[:column].decode(errors="ignore"))


def _quoted(query: str | None, place: tuple[int, int] | None = None) -> str:
    """Show the query, indented, on lines of its own, with a caret under the place."""
    if not query:
        return ""
    lines = [f"    {line}" for line in query.replace("\t", " ").split("\n")]
    if place is not None:
        lines.insert(place[0] + 1, " " * (4 + place[1]) + "^")
    return "\n\n" + "\n".join(lines)


def _remark(body: bytes, where: str) -> None:
    """Pass the server's remarks on as warnings, at the line that asked."""

    class Remarks(msgspec.Struct):
        warnings: list[str] = []
        infos: list[str] = []

    try:
        found = msgspec.json.decode(body, type=Remarks)
    except (msgspec.DecodeError, UnicodeDecodeError):
        first_line = body.decode(errors="replace").strip().partition("\n")[0][:200]
        raise PromQLError(f"{where} is no Prometheus: it answered {first_line!r}") from None
    level, frame = 1, sys._getframe()
    ours = ("lab_helpers.", "prometheus_api_client.", "requests.")
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(ours):
        level, frame = level + 1, frame.f_back
    for text in [*found.warnings, *found.infos]:
        warnings.warn(text, PromQLWarning, stacklevel=level)
