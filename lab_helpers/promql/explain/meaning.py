"""What a part of a query is, in plain words."""

from datetime import timedelta

import promql_parser as promql

from lab_helpers.promql.explain.tree import Node, bare, is_filter, label, ranged, text
from lab_helpers.promql.explain.words import listed

#: Functions by name; {window} is the span of samples that they are given.
FUNCTIONS = {
    "abs": "each value without its sign",
    "absent": "1 if there is no such series at all, else nothing",
    "absent_over_time": "1 if no such series has a sample {window}, else nothing",
    "changes": "how often each value changed {window}",
    "clamp": "each value, held between a least and a most",
    "clamp_max": "each value, held below a most",
    "clamp_min": "each value, held above a least",
    "day_of_month": "the day of the month of a time, in UTC",
    "day_of_week": "the day of the week of a time, in UTC; 0 is Sunday",
    "day_of_year": "the day of the year of a time, in UTC",
    "days_in_month": "how many days the month of a time has, in UTC",
    "deg": "radians as degrees",
    "delta": "how much each gauge changed {window}",
    "deriv": "how fast each gauge grows per second: a straight line through its samples {window}",
    "double_exponential_smoothing": "each gauge, smoothed {window}",
    "end": "the end of the range that is asked for, in Unix seconds",
    "exp": "e to the power of each value",
    "histogram_avg": "the mean of the observations in each native histogram",
    "histogram_count": "the number of observations in each native histogram",
    "histogram_fraction": "the share of the observations between two bounds",
    "histogram_quantile": "the value that this share of the observations does not exceed, guessed "
    "from the buckets",
    "histogram_quantiles": "several quantiles at once, guessed from the buckets",
    "histogram_stddev": "the standard deviation of the observations in each native histogram",
    "histogram_stdvar": "the variance of the observations in each native histogram",
    "histogram_sum": "the sum of the observations in each native histogram",
    "holt_winters": "each gauge, smoothed {window}",
    "hour": "the hour of a time, in UTC",
    "idelta": "how much each gauge changed between the last two samples {window}",
    "increase": "how much each counter grew {window}; a restart is not counted as a fall",
    "info": "the series, with labels added that other series (such as target_info) know",
    "irate": "growth per second of each counter, between the last two samples {window}",
    "label_join": "the series, with a label made by joining others",
    "label_replace": "the series, with a label made from another one",
    "max_of": "the larger of two numbers",
    "min_of": "the smaller of two numbers",
    "minute": "the minute of a time, in UTC",
    "month": "the month of a time, in UTC",
    "pi": "3.14159…",
    "predict_linear": "each gauge after some seconds, if it goes on as {window}",
    "present_over_time": "1 for each series that has a sample {window}",
    "quantile_over_time": "a quantile of the samples of each series {window}",
    "rad": "degrees as radians",
    "range": "the length of the range that is asked for, in seconds",
    "rate": "growth per second of each counter, the mean {window}; a restart is not counted as a "
    "fall",
    "resets": "how often each counter fell {window}: it fell because its process restarted",
    "round": "each value, rounded",
    "scalar": "the value of the only series, as a number; NaN if there is not exactly one",
    "sgn": "the sign of each value: 1, 0 or -1",
    "sort": "the series, the smallest value first",
    "sort_by_label": "the series, sorted by labels",
    "sort_by_label_desc": "the series, sorted by labels, the last first",
    "sort_desc": "the series, the largest value first",
    "sqrt": "the square root of each value",
    "start": "the start of the range that is asked for, in Unix seconds",
    "step": "the step of the range that is asked for, in seconds",
    "time": "the time of the question, in Unix seconds",
    "timestamp": "the time of each sample, in Unix seconds",
    "vector": "the number as a series without labels",
    "year": "the year of a time, in UTC",
}
_OVER_TIME = {
    "avg": "the mean of",
    "count": "the number of",
    "first": "the first of",
    "last": "the last of",
    "mad": "the median absolute deviation of",
    "max": "the largest of",
    "min": "the smallest of",
    "stddev": "the standard deviation of",
    "stdvar": "the variance of",
    "sum": "the sum of",
}
_AGGREGATIONS = {
    "avg": "the mean of the series",
    "bottomk": "the series with the smallest values",
    "count": "the number of series",
    "count_values": "the number of series for each value",
    "group": "1, however many series there are",
    "limit_ratio": "a share of the series",
    "limitk": "some of the series",
    "max": "the largest of the series",
    "min": "the smallest of the series",
    "quantile": "a quantile of the series",
    "stddev": "the standard deviation of the series",
    "stdvar": "the variance of the series",
    "sum": "the sum of the series",
    "topk": "the series with the largest values",
}
_KEEP = {"topk", "bottomk", "limitk", "limit_ratio"}
_OPERATORS = {
    "+": "left plus right",
    "-": "left minus right",
    "*": "left times right",
    "/": "left divided by right",
    "%": "what is left over when left is divided by right",
    "^": "left to the power of right",
    "atan2": "the angle, in radians, of the point that is right across and left up",
    "and": "the series on the left that have a partner on the right",
    "or": "all series on the left, and those on the right that have no partner there",
    "unless": "the series on the left that have no partner on the right",
}
_COMPARED = {
    "==": "equal to",
    "!=": "not equal to",
    ">": "more than",
    "<": "less than",
    ">=": "at least",
    "<=": "at most",
}
_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1), ("ms", 0.001))


def meaning(node: Node) -> str:
    """What a part of a query is."""
    node = bare(node)
    if isinstance(node, promql.VectorSelector):
        return f"each series' newest sample{_moved(node)}"
    if isinstance(node, promql.MatrixSelector):
        moved = _moved(node.vector_selector)
        return f"each series' samples of {_long(node.range)}{moved}"
    if isinstance(node, promql.SubqueryExpr):
        every = f"every {short(node.step)}" if node.step else "at each evaluation interval"
        window = _long(node.range or timedelta())
        return f"what is below, asked again {every} over {window}{_moved(node)}"
    if isinstance(node, promql.Call):
        return _function(node)
    if isinstance(node, promql.AggregateExpr):
        return _aggregation(node)
    if isinstance(node, promql.BinaryExpr):
        return _operator(node)
    if isinstance(node, promql.UnaryExpr):
        return "with the other sign"
    if isinstance(node, promql.NumberLiteral):
        return "a number"
    return "a text"


def short(duration: timedelta) -> str:
    """A duration as PromQL writes it."""
    left, words = duration.total_seconds(), ""
    for unit, size in _UNITS:
        many, left = divmod(round(left, 3), size)
        words += f"{many:.0f}{unit}" if many else ""
    return words or "0s"


def _long(window: timedelta) -> str:
    return f"the last {short(window)}"


def _moved(node: Node) -> str:
    """What is said of a look at another time."""
    words = ""
    if node.at is not None:
        words += f", as of {time_word(node)}"
    if node.offset:
        earlier = node.offset > timedelta()
        words += f", looked at {short(abs(node.offset))} {'earlier' if earlier else 'later'}"
    return words


def time_word(node: Node) -> str:
    """The instant that an `@` names."""
    if node.at.type == promql.AtModifierType.At:
        return f"{node.at.at:%Y-%m-%d %H:%M:%S} UTC"
    is_start = node.at.type == promql.AtModifierType.Start
    return f"the {'start' if is_start else 'end'} of what is asked for"


def _function(call: Node) -> str:
    name = call.func.name
    span = ranged(call)
    window = f"over {_long(span.range)}" if span else ""
    if name in FUNCTIONS:
        return FUNCTIONS[name].format(window=window)
    kind, _, behind = name.partition("_over_time")
    if not behind and kind in _OVER_TIME:
        return f"{_OVER_TIME[kind]} the samples of each series {window}"
    if name.startswith("ts_of_"):
        which = name.removeprefix("ts_of_").removesuffix("_over_time")
        return f"when each series had its {which} sample {window}, in Unix seconds"
    return f"`{name}` of each value"


def _aggregation(node: Node) -> str:
    op, modifier = str(node.op), node.modifier
    words = _AGGREGATIONS.get(op, f"`{op}` of the series")
    if modifier is None or not modifier.labels:
        is_without = modifier is not None and modifier.type == promql.AggModifierType.Without
        return words + (", for each set of labels" if is_without else "")
    names = listed([label(name) for name in modifier.labels])
    if modifier.type == promql.AggModifierType.By:
        return f"{words}, for each {names}"
    return f"{words}, for each set of the other labels ({names} left out)"


def _operator(node: Node) -> str:
    op = str(node.op)
    if op not in _COMPARED:
        return _OPERATORS.get(op, op)
    right = bare(node.rhs)
    what = text(right) if isinstance(right, promql.NumberLiteral) else "what is on the right"
    if not is_filter(node):
        return f"1 where left is {_COMPARED[op]} {what}, else 0"
    return f"only the series that are {_COMPARED[op]} {what}"
