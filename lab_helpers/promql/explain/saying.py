"""What is said of a part, in lines."""

from datetime import UTC, datetime

from lab_helpers.promql.explain.asking import NativeHistogram, nameless
from lab_helpers.promql.explain.partners import Pairing
from lab_helpers.promql.explain.parts import Part
from lab_helpers.promql.explain.words import counted, shown

#: Characters of the labels of one series.
_LABELS = 120


def facts(part: Part, outer: float | None = None) -> list[str]:
    """What is said below a part's line, a line each. outer: when the part above is asked."""
    said = [part.what]
    if outer is not None and outer != part.at:
        said.append(f"as of the last step: {time_word(part.at)}")
    if part.labels:
        said.append(f"labels: {', '.join(part.labels)}")
    if examples := [f"{_cut(shown(one))} {value(v)}" for one, v in part.examples()]:
        more = (part.count or 1) - len(examples)
        if part.count is not None:
            said.append("; ".join(examples) + (f"; {more:,} more" if more > 0 else ""))
    if part.pairing:
        said += _pairs(part.pairing)
    return said


def troubles(part: Part) -> list[str]:
    """What is wrong with a part, or worth a look."""
    found = [f"Empty. {part.because.message}"] if part.because else []
    if part.pairing and part.pairing.problem:
        found.append(part.pairing.problem.message)
    return [*found, *filter(None, [part.refused]), *part.notes]


def size(part: Part) -> str:
    """How much a part answers."""
    if part.refused:
        return "refused"
    if part.count is None:
        if part.answer is None:
            return ""
        return part.answer.text or ", ".join(map(value, part.answer.samples.values()))
    series = counted(part.count, "series", "series")
    if part.in_window:
        least, most = part.in_window
        samples = counted(most, "sample") if least == most else f"{least:,} to {most:,} samples"
        series += f", {samples} each"
    return series


def value(found: float | NativeHistogram) -> str:
    """A value as text."""
    if isinstance(found, NativeHistogram):
        return f"(native histogram: count {found.count:.6g}, sum {found.sum:.6g})"
    return f"{found:.6g}".replace("nan", "NaN").replace("inf", "Inf")


def _pairs(found: Pairing) -> list[str]:
    """How two sides pair up, in words."""
    said = [f"pairs up by {found.by}: {counted(found.pairs, 'pair')}"]
    for side, alone in (("left", found.left_alone), ("right", found.right_alone)):
        if alone:
            listed = ", ".join(
                _cut(shown(each)) for each in sorted(map(nameless, alone), key=sorted)[:2]
            )
            more = f", {len(alone) - 2:,} more" if len(alone) > 2 else ""
            said.append(f"{len(alone):,} on the {side} without a partner: {listed}{more}")
    return said


def _cut(labels: str) -> str:
    return labels if len(labels) <= _LABELS else f"{labels[: _LABELS - 1]}…"


def time_word(at: float) -> str:
    """An instant in UTC."""
    when = datetime.fromtimestamp(at, UTC)
    text = f"{when:%Y-%m-%d %H:%M:%S}"
    return f"{text}{f'.{when.microsecond // 1000:03d}' if when.microsecond else ''} UTC"
