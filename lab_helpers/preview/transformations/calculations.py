"""Fields that are reckoned from others, row by row."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.reducers import name_of, reduce
from lab_helpers.preview.transformations.columns import name
from lab_helpers.preview.transformations.joins import join

_NUMBERS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.nan if not a else math.copysign(math.inf, a),
}
_OF_ONE: dict[str, Callable[[float], float]] = {
    "abs": abs, "exp": math.exp, "ln": lambda a: math.log(a) if a > 0 else math.nan,
    "floor": math.floor, "ceil": math.ceil, "percent": lambda a: a * 100,
}  # fmt: skip


def calculate(frames: list[Frame], options: dict[str, Any]) -> list[Frame]:
    """Add a field that is reckoned from the others, row by row."""
    mode = options.get("mode") or "reduceRow"
    if options.get("timeSeries") is not False and len(frames) > 1 and mode != "index":
        frames = join(frames, {})
    made = {"reduceRow": _row, "binary": _binary, "unary": _unary, "index": _index}.get(mode)
    if made is None:
        return frames
    found = []
    for frame in frames:
        values, words = made(frame, options)
        if values is None:
            found.append(frame)
            continue
        words = options.get("alias") or words
        new = Field(words, "number", values, config={"displayName": words})
        before = [f for f in frame.fields if f.is_time] if options.get("replaceFields") else None
        found.append(replace(frame, fields=[*(frame.fields if before is None else before), new]))
    return found


def _row(frame: Frame, options: dict[str, Any]) -> tuple[list[Any], str]:
    wanted = options.get("reduce") or {}
    calc, only = wanted.get("reducer") or "sum", set(wanted.get("include") or ())
    columns = [f.values for f in frame.fields if (name(f) in only if only else f.kind == "number")]
    rows = zip(*columns, strict=False)
    return [reduce(row, calc) for row in rows], name_of(calc)


def _operand(frame: Frame, wanted: Any) -> tuple[list[Any] | None, str]:
    if isinstance(wanted, dict):
        text = (wanted.get("matcher") or {}).get("options") or wanted.get("fixed") or ""
    else:
        text = wanted
    text = str(text)
    for one in frame.fields:
        if text in (name(one), one.name):
            return one.values, text
    try:
        return [float(text)] * len(frame), text
    except ValueError:
        return None, text


def _binary(frame: Frame, options: dict[str, Any]) -> tuple[list[Any] | None, str]:
    wanted = options.get("binary") or {}
    sign = wanted.get("operator") or "+"
    (left, one), (right, two) = (_operand(frame, wanted.get(key)) for key in ("left", "right"))
    if left is None or right is None or sign not in _NUMBERS:
        return None, ""
    pairs = zip(left, right, strict=False)
    numbers = (int, float)
    values = [
        _NUMBERS[sign](a, b) if isinstance(a, numbers) and isinstance(b, numbers) else None
        for a, b in pairs
    ]
    return values, f"{one} {sign} {two}"


def _unary(frame: Frame, options: dict[str, Any]) -> tuple[list[Any] | None, str]:
    wanted = options.get("unary") or {}
    operation, field_name = wanted.get("operator") or "abs", wanted.get("fieldName") or ""
    values, _ = _operand(frame, field_name)
    if values is None or operation not in _OF_ONE:
        return None, ""
    made = [None if v is None else _OF_ONE[operation](v) for v in values]
    return made, f"{operation}({field_name})"


def _index(frame: Frame, options: dict[str, Any]) -> tuple[list[Any], str]:
    share = (options.get("index") or {}).get("asPercentile")
    return [n / len(frame) if share else n for n in range(len(frame))], "Row"
