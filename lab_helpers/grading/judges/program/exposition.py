"""A page of metrics, read as Prometheus reads it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from lab_helpers.grading.judges.program.found import Found

#: Labels and their values, in no order.
Labels = frozenset[tuple[str, str]]
Series = Mapping[Labels, float]

_COMMENT = re.compile(r"#\s+(TYPE|HELP)\s+([\w:]+)(?:[ \t]+(.*))?")
_QUOTE_WITHIN = re.compile(r'="[^"]*"[^",}]')
_ESCAPED_TWICE = re.compile(r'(?<!\\)(?:\\\\)+"\s*[^",}\s]')
_TYPES = ("counter", "gauge", "histogram", "summary", "untyped", "unknown", "info", "stateset")
_PARTS = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}


@dataclass(frozen=True)
class Page:
    """What a page says.

    types, helps: by the name of the metric as the page has it, with `_total` where it ends so.
    samples: the series by the name that stands before their labels, such as `x_bucket`.
    """

    types: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)
    samples: dict[str, dict[Labels, float]] = field(default_factory=dict)

    def of(self, name: str) -> dict[str, Series]:
        """Everything that belongs to a metric: for a histogram its buckets, sum and count."""
        parts = _PARTS.get(self.types.get(name, ""), ("",))
        return {name + part: self.samples.get(name + part, {}) for part in parts}

    def metrics(self) -> list[str]:
        """The names of the metrics that have a series, without those that the library adds."""
        inside = {part: name for name in self.types for part in self.of(name)}
        names = dict.fromkeys(inside.get(name, name) for name in self.samples)
        own = ("python_", "process_")
        return [n for n in names if not n.startswith(own) and not n.endswith("_created")]


def read_page(content_type: str, text: str) -> Page:
    """Read a page.

    Raises:
        Found: Prometheus would refuse it, or take something else than was meant.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in ("text/plain", "application/openmetrics-text"):
        raise Found(
            "wrong content type",
            f"The page calls itself {kind or 'nothing at all'}: its header Content-Type has to be "
            "that of the text format, text/plain; version=0.0.4, or Prometheus 3 refuses it.",
        )
    _readable(text)
    page = Page()
    for number, line in enumerate(text.split("\n"), start=1):
        if comment := _COMMENT.match(line):
            _take_comment(page, number, comment)
        elif line.strip() and line[0] != "#":
            _take_sample(page, number, line)
    _ended(text)
    if kind == "application/openmetrics-text":  # there the TYPE line of a counter has no _total
        for kept in (page.types, page.helps):
            for name in [n for n in kept if f"{n}_total" in page.samples]:
                kept[f"{name}_total"] = kept.pop(name)
    return page


def _readable(text: str) -> None:
    """Make sure that a page is UTF-8. Raises Found."""
    for number, line in enumerate(text.split("\n"), start=1):
        if odd := next((sign for sign in line if "\udc80" <= sign <= "\udcff"), ""):
            shown = line.encode("utf-8", "surrogateescape").decode(errors="replace")
            raise Found(
                "not UTF-8",
                f"Line {number} of the page, `{shown:.80}`, has the byte "
                f"0x{ord(odd) - 0xDC00:02x}, which is no UTF-8: Prometheus refuses the "
                "whole page. How is the text encoded?",
            )


def _ended(text: str) -> None:
    """Make sure that the last line of a page has an end. Raises Found."""
    if text and not text.endswith("\n"):
        last = text.rpartition("\n")[2]
        raise Found(
            "no end of line",
            f"The last line of the page, `{last:.80}`, has no \\n at its end. The format asks for "
            "one; Prometheus forgives it, `promtool check metrics` and others refuse the page.",
        )


def _take_comment(page: Page, number: int, comment: re.Match[str]) -> None:
    what, name, text = comment[1], comment[2], (comment[3] or "").strip()
    kept = page.types if what == "TYPE" else page.helps
    if name in kept:
        raise Found(
            "comment repeated",
            f"Line {number} of the page is one more {what} line for {name}: each metric has one, "
            "and all its series follow.",
        )
    if what == "TYPE" and name in page.samples:
        raise Found(
            "type too late",
            f"Line {number} of the page gives the type of {name} after its first series, where "
            "nobody looks for it any more.",
        )
    if what == "TYPE" and text not in _TYPES:
        raise _refused(number, f"# TYPE {name} {text}", f"The types are {', '.join(_TYPES)}.")
    kept[name] = text


def _take_sample(page: Page, number: int, line: str) -> None:
    if line[0].isspace() or "\r" in line:
        raise _refused(number, repr(line), "A line begins with the name, and ends with \\n alone.")
    if _ESCAPED_TWICE.search(line):  # which the library's own parser lets pass
        why = "The backslash that your escapes put before the quotation mark was doubled as well."
        raise _refused(number, line, why, "escaped twice")
    try:
        (family,) = text_string_to_metric_families(line)
        (sample,) = family.samples
    except (ValueError, IndexError):
        bare = line.replace("\\\\", "").replace('\\"', "")
        if _QUOTE_WITHIN.search(bare):
            why = "A quotation mark inside a label's value ends the value there."
            raise _refused(number, line, why, "quote not escaped") from None
        raise _refused(number, line, 'A line is name{label="value"} and a number.') from None
    if sample.timestamp is not None:
        raise Found(
            "timestamp",
            f"Line {number} of the page, `{line}`: what stands behind the value is a time. Leave "
            "it to Prometheus, which knows when it scrapes.",
        )
    labels = frozenset(sample.labels.items())
    series = page.samples.setdefault(sample.name, {})
    if labels in series:
        raise Found(
            "series twice",
            f"Line {number} of the page, `{line}`, has the name and the labels of a line above "
            "it: Prometheus keeps one of the two.",
        )
    series[labels] = float(sample.value)


def _refused(number: int, line: str, why: str, diagnosis: str = "page refused") -> Found:
    shown = line if len(line) < 80 else f"{line[:77]}…"
    said = f"Prometheus refuses the whole page for its line {number}, `{shown}`. {why}"
    return Found(diagnosis, said)
