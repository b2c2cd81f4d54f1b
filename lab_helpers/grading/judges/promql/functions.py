"""What is no PromQL here: functions renamed, experimental or misspelled, and other languages."""

import json
import re

from lab_helpers.promql.explain.words import did_you_mean

#: A diagnosis and its message.
Meaning = tuple[str, str]

_KNOWN = """
abs absent absent_over_time acos acosh asin asinh atan atanh avg avg_over_time bottomk ceil changes
clamp clamp_max clamp_min cos cosh count count_over_time count_values day_of_month day_of_week
day_of_year days_in_month deg delta deriv exp floor group histogram_avg histogram_count
histogram_fraction histogram_quantile histogram_stddev histogram_stdvar histogram_sum hour idelta
increase irate label_join label_replace last_over_time ln log10 log2 max max_over_time min
min_over_time minute month pi predict_linear present_over_time quantile quantile_over_time rad rate
resets round scalar sgn sin sinh sort sort_desc sqrt stddev stddev_over_time stdvar stdvar_over_time
sum sum_over_time tan tanh time timestamp topk vector year
""".split()  # noqa: SIM905
_FLAG = "--enable-feature=promql-experimental-functions"
#: Of Prometheus 3.13; each needs the flag.
EXPERIMENTAL = frozenset(
    """
limitk limit_ratio info sort_by_label sort_by_label_desc mad_over_time first_over_time
double_exponential_smoothing histogram_quantiles max_of min_of start end step range
ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time
""".split()  # noqa: SIM905
)
_RENAMED = {
    "holt_winters": "`holt_winters` is called `double_exponential_smoothing` since Prometheus 3, "
    f"where it is experimental and needs a flag, `{_FLAG}`. Do without it.",
    "count_scalar": "`count_scalar` is gone since Prometheus 2: `scalar(count(…))` is the same.",
    "drop_common_labels": "`drop_common_labels` is gone since Prometheus 2: `without` does it.",
    **dict.fromkeys(("mean", "average"), "The mean of series is `avg`, that of samples "
                    "`avg_over_time`."),
    **dict.fromkeys(("median", "percentile"), "`quantile` is for series, `quantile_over_time` for "
                    "samples, `histogram_quantile` for buckets."),
}  # fmt: skip

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`|#.*")
_CALLED = re.compile(
    rf"(?<![\w:.])({'|'.join(sorted(EXPERIMENTAL))})\s*(?:\(|\bby\b|\bwithout\b)", re.IGNORECASE
)
_VARIABLE = re.compile(r"\$(?:__)?[a-zA-Z_]\w*|\$\{\w+(?::\w+)?\}|\[\[\w+\]\]")
_TEMPLATE = re.compile(r"%\(\w+\)[sdg]|\{\{.*?\}\}")
_LANGUAGES = (
    (
        re.compile(r"\|[=~>]|!~\s*\||\|\s*(?:json|logfmt|pattern|line_format)\b"),
        "LogQL, for logs in Loki",
    ),
    (re.compile(r"^\s*select\b.*\bfrom\b", re.IGNORECASE | re.DOTALL), "SQL"),
    (
        re.compile(r"\b(?:label_values|label_names|query_result)\s*\("),
        "what a variable of Grafana asks",
    ),
)
_FIELD = re.compile(r"^\s*(?:- )?(\w+):(?:\s|$)", re.MULTILINE)
_OF_RULES = {"expr", "groups", "record", "alert", "rules", "query"}


def about_name(name: str) -> Meaning:
    """What to say of a function that Prometheus does not know."""
    if name in _RENAMED:
        return "renamed function", _RENAMED[name]
    if name in EXPERIMENTAL:
        return _experimental(name)
    hint = did_you_mean(name.lower(), _KNOWN)
    return "unknown function", f"There is no function called `{name[:80]}`.{hint}"


def renamed(expr: str) -> Meaning | None:
    """What to say of an expression that only an old Prometheus understands."""
    found = re.search(r"\b(holt_winters)\s*\(", _QUOTED.sub("", expr))
    return about_name(found[1]) if found else None


def about_experiment(expr: str, said: str) -> Meaning | None:
    """What to say of an expression that is refused for something that is not switched on.

    said: Prometheus's own words. Old versions say no more than that they do not understand.
    """
    found = _CALLED.search(_QUOTED.sub("", expr))
    unknown = re.search(r"unknown function|experimental|not enabled|unexpected", said)
    if found and unknown:
        return _experimental(found[1])
    if "experimental" in said:
        return "experimental", "That is an experiment: Prometheus has it behind a flag alone."
    return None


def foreign(expr: str) -> Meaning | None:
    """What to say of something that was written for another program."""
    bare = _QUOTED.sub('""', expr)
    if found := _VARIABLE.search(bare):
        return (
            "a variable of Grafana",
            f"`{found[0]}` is a variable that Grafana fills in before it asks. Prometheus knows "
            "none: write the value itself.",
        )
    if found := _TEMPLATE.search(bare):
        return (
            "a template",
            f"`{found[0][:60]}` stands for something that a template puts there. Write it itself.",
        )
    for pattern, what in _LANGUAGES:
        if pattern.search(bare):
            return "not PromQL", f"That is {what}. Prometheus answers PromQL alone."
    if expr.lstrip()[:1] in ("{", "[") and _is_json(expr):
        return "not PromQL", "That is JSON. What is asked for is the expression alone."
    fields = _FIELD.findall(expr)
    if _OF_RULES.intersection(fields):
        told = "behind `expr:`" if "expr" in fields else "alone, without a file around it"
        return "not PromQL", f"That is YAML. What is asked for is the expression, {told}."
    return None


def _experimental(name: str) -> Meaning:
    return (
        "experimental",
        f"`{name}` needs a flag: it is experimental, and in Prometheus 3 only there with "
        f"`{_FLAG}`. This one runs without. It can be done with what there is.",
    )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
