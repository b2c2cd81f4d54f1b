"""What there is to say of a part besides: what it drops, what it groups by, what is remarked."""

import math
import re

import promql_parser as promql

from lab_helpers.promql.explain.emptiness import OF_TWO
from lab_helpers.promql.explain.mistakes import mistakes
from lab_helpers.promql.explain.partners import pairing
from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.tree import Node, bare, is_filter, parsed
from lab_helpers.promql.explain.words import counted, listed

_PLACE = re.compile(r" \(\d+:\d+\)$")


def add(part: Part) -> None:
    """Add the notes to a part whose parts have theirs."""
    node = bare(parsed(part.expr))
    if isinstance(node, promql.BinaryExpr) and len(part.parts) == 2:
        _pair(node, part)
    if is_filter(node):
        _passed(part)
    if isinstance(node, promql.Call):
        _lost(node, part)
    if isinstance(node, promql.AggregateExpr):
        _idle(node, part)
    part.notes += [mistake.message for mistake in mistakes(node)]
    if part.because and part.because.name != "empty":
        return  # it says what Prometheus remarks, and says it better
    below = {remark for inner in part.parts for each in inner for remark in _remarks(each)}
    part.notes += [remark for remark in _remarks(part) if remark not in below]


def _remarks(part: Part) -> list[str]:
    """What Prometheus itself remarks on a part."""
    said = part.answer.remarks if part.answer else ()
    words = (_PLACE.sub("", one).rstrip(".") for one in said)
    return list(dict.fromkeys(f"Prometheus remarks: {one}." for one in words))


def _pair(node: Node, part: Part) -> None:
    """Pair up the two sides of an operator."""
    left, right = part.parts
    if left.count and right.count and left.answer and right.answer:
        part.pairing = pairing(node, left.answer.samples, right.answer.samples)


def _passed(part: Part) -> None:
    """Say how many series a comparison drops."""
    vectors = [below for below in part.parts if below.type == "instant vector"]
    of = part.pairing.pairs if part.pairing else vectors[0].count if vectors else None
    if of and part.count is not None and part.count < of:
        part.notes.append(f"The comparison drops {of - part.count:,} of {of:,}.")


def _lost(call: Node, part: Part) -> None:
    """Say which series a function leaves out, or why its number is none."""
    name = call.func.name
    given = next((below.count for below in part.parts if below.type != "scalar"), None)
    if name in OF_TWO and part.count and given and part.count < given:
        less = counted(given - part.count, "series", "series")
        part.notes.append(f"{less} of {given:,} left out: fewer than two samples in the window.")
    if name == "scalar" and given is not None and given != 1 and part.answer:
        (value,) = part.answer.series.values()
        if math.isnan(value):
            part.notes.append(f"NaN: there are {counted(given, 'series', 'series')}, not one.")


def _idle(node: Node, part: Part) -> None:
    """Say of which labels that an aggregation names no series has any."""
    given = part.parts[-1] if part.parts else None
    if not (node.modifier and given and given.count and given.answer):
        return
    if idle := set(node.modifier.labels) - set(given.labels) - {"__name__"}:
        has = f"they have {listed(set(given.labels))}" if given.labels else "they have none"
        part.notes.append(f"No series below has a label {listed(idle)}: {has}.")
