"""What a dashboard's variables may be, found out as Grafana does."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from lab_helpers.errors import WorkshopError
from lab_helpers.preview.filling import names_in
from lab_helpers.preview.mappings import pattern_of

Option = tuple[str, str]  # text, value
Ask = Callable[..., Any]
_LABEL_VALUES = re.compile(r"label_values\((?:(.+),)?\s*([\w.:$-]+)\s*\)\s*", re.S)
_NAMES = re.compile(r"label_names\((.*)\)\s*", re.S)
_METRICS = re.compile(r"metrics\((.+)\)\s*", re.S)
_RESULT = re.compile(r"query_result\((.+)\)\s*", re.S)


def query_of(variable: dict[str, Any]) -> str:
    """A variable's query as a text: later Grafanas write its parts as well."""
    query = variable.get("query")
    if not isinstance(query, dict):
        return str(query or variable.get("definition") or "")
    if query.get("query"):
        return str(query["query"])
    metric, label = query.get("metric"), query.get("label")
    match query.get("qryType"):
        case 0:
            return "label_names()"
        case 1:
            filters = ",".join(
                f'{f.get("label")}{f.get("op", "=")}"{f.get("value")}"'
                for f in query.get("labelFilters") or []
            )
            selector = f"{metric or ''}{{{filters}}}" if filters else metric or ""
            return f"label_values({selector},{label})" if selector else f"label_values({label})"
        case 2:
            return f"metrics({query.get('metricRegex') or '.*'})"
        case 3:
            return f"query_result({query.get('varQuery') or ''})"
    return str(query.get("expr") or query.get("seriesQuery") or variable.get("definition") or "")


def is_many(variable: dict[str, Any]) -> bool:
    """Whether a variable may have several values, which makes them patterns in a query."""
    return bool(variable.get("multi") or variable.get("includeAll"))


def in_order(variables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Variables, each behind those that its query names."""
    by_name = {v["name"]: v for v in variables}
    found: dict[str, dict[str, Any]] = {}

    def visit(variable: dict[str, Any], above: tuple[str, ...]) -> None:
        for other in sorted(names_in(f"{query_of(variable)} {variable.get('regex') or ''}")):
            if other in by_name and other not in (*above, variable["name"]):
                visit(by_name[other], (*above, variable["name"]))
        found.setdefault(variable["name"], variable)

    for variable in variables:
        visit(variable, ())
    return list(found.values())


def options_of(variable: dict[str, Any], ask: Ask, fill: Callable[[str], str]) -> list[Option]:
    """What a variable may be, All left out: pairs of a text and a value.

    Args:
        ask: puts a question to Prometheus's API: ``ask("label/job/values", **parameters)``.
        fill: replaces variables in a text.

    Raises:
        WorkshopError: its query is none of Grafana's, or is refused.
    """
    kind = variable["type"]
    if kind in ("custom", "interval", "switch"):
        return _listed(variable, fill)
    if kind == "query":
        found = _asked(variable, ask, fill(query_of(variable)))
        kept = _by_regex(found, fill(str(variable.get("regex") or "")), variable["name"])
        return _sorted(kept, variable.get("sort"))
    query = variable.get("query")
    return [(str(query), str(query))] if query else []


def _listed(variable: dict[str, Any], fill: Callable[[str], str]) -> list[Option]:
    """Values that are written down: "a, b", "Alpha : a"; a comma in one is written `\\,`."""
    query = fill(str(variable.get("query") or ""))
    if variable.get("valuesFormat") == "json":
        try:
            pairs = [o if isinstance(o, dict) else {"value": o} for o in json.loads(query)]
        except ValueError:
            raise WorkshopError(f"${variable['name']}: its values are no JSON.") from None
        return [(str(o.get("text", o.get("value"))), str(o.get("value"))) for o in pairs]
    if variable["type"] == "interval":
        quoted = re.findall(r"\"(.+?)\"|'(.+?)'", query)
        parts = [one or two for one, two in quoted] or [p.strip() for p in query.split(",")]
        return [(part, part) for part in parts if part]
    found = []
    for part in re.findall(r"(?:\\,|[^,])+", query):
        plain = part.replace("\\,", ",").strip()
        text, colon, value = plain.partition(" : ")
        if plain:
            found.append((text.strip(), value.strip()) if colon else (plain, plain))
    return found


def _asked(variable: dict[str, Any], ask: Ask, query: str) -> list[Option]:
    if not query.strip():
        return []
    if found := _LABEL_VALUES.fullmatch(query.strip()):
        metric, label = (part and part.strip() for part in found.groups())
        match = {"match[]": metric} if metric and metric.replace(" ", "") != "{}" else {}
        return _plain(ask(f"label/{label}/values", **match))
    if found := _NAMES.fullmatch(query.strip()):
        inside = found[1].strip()
        match = {"match[]": f'{{__name__=~".*{inside}.*"}}'} if inside else {}
        return _plain([name for name in ask("labels", **match) if name != "__name__"])
    if found := _METRICS.fullmatch(query.strip()):
        selector = f'{{__name__=~"{found[1].strip()}"}}'
        return _plain(ask("label/__name__/values", **{"match[]": selector}))
    if found := _RESULT.fullmatch(query.strip()):
        return _plain(_results(ask("query", query=found[1])))
    function = re.match(r"\s*(\w+)\(", query)
    if function:
        raise WorkshopError(
            f"${variable['name']}: {function[1]}(…) is none of the functions that variables have: "
            f"label_values, label_names, metrics, query_result. It is written: {query}"
        )
    return _plain([_series(labels) for labels in ask("series", **{"match[]": query.strip()})])


def _plain(values: Any) -> list[Option]:
    return [(str(value), str(value)) for value in values]


def _results(data: dict[str, Any]) -> list[str]:
    """Series with their values, as the texts that a variable's regex is applied to."""
    result = data["result"]
    if data.get("resultType") in ("scalar", "string"):
        return [str(result[1])]
    found = []
    for one in result:
        moment, value = one.get("value") or (0, "NaN")
        labels = dict(one["metric"])
        name = labels.pop("__name__", "")
        inside = ",".join(f'{k}="{v}"' for k, v in labels.items())
        found.append(f"{name}{{{inside}}} {value} {moment * 1000:.0f}")
    return found


def _series(labels: dict[str, str]) -> str:
    inside = ",".join(f'{k}="{v}"' for k, v in labels.items() if k != "__name__")
    return f"{labels.get('__name__', '')}{{{inside}}}"


def _by_regex(options: list[Option], regex: str, name: str) -> list[Option]:
    if not regex:
        return list(dict.fromkeys(options))
    try:
        pattern = pattern_of(regex)
    except re.error as problem:
        raise WorkshopError(
            f"${name}: its regex {regex!r} is no regular expression: {problem}."
        ) from None
    every = regex.startswith("/") and "g" in regex.rpartition("/")[2]
    found: list[Option] = []
    for text, value in options:
        matches = list(pattern.finditer(value)) if every else [pattern.search(value)]
        found += _parts(text, value, [m for m in matches if m])
    return list({value: (text, value) for text, value in reversed(found)}.values())[::-1]


def _parts(text: str, value: str, matches: list["re.Match[str]"]) -> list[Option]:
    """What a match takes of a value: its groups `text` and `value`, its first group, or all."""
    if not matches:
        return []
    groups = [m.groupdict() for m in matches]
    texts, values = (
        next((g[key] for g in groups if g.get(key)), None) for key in ("text", "value")
    )
    if texts or values:
        return [(texts or values or "", values or texts or "")]
    first = [m for m in matches if m.re.groups and m[1] is not None]
    if len(matches) > 1 and first:
        return [(m[1], m[1]) for m in first]
    return [(first[0][1], first[0][1])] if first else [(text, value)]


def _sorted(options: list[Option], how: Any) -> list[Option]:
    """Grafana's orders: 1, 2 by letter, 3, 4 by number, 5, 6 whatever the case, 7, 8 natural."""
    how = int(how or 0) if str(how or 0).isdigit() else _WORDS.get(str(how), 0)
    if not how:
        return options

    def number(option: Option) -> float:
        found = re.search(r"\d+", option[0])
        return float(found[0]) if found else -math.inf

    def natural(option: Option) -> list[tuple[int, float, str]]:
        parts = re.split(r"(\d+)", option[0].lower())
        return [(0, float(p), "") if p.isdigit() else (1, 0.0, p) for p in parts if p]

    keys: list[Callable[[Option], Any]] = [
        lambda o: o[0], number, lambda o: o[0].lower(), natural
    ]  # fmt: skip
    return sorted(options, key=keys[(how - 1) // 2 % 4], reverse=how % 2 == 0)


_WORDS = {
    "alphabeticalAsc": 1, "alphabeticalDesc": 2, "numericalAsc": 3, "numericalDesc": 4,
    "alphabeticalCaseInsensitiveAsc": 5, "alphabeticalCaseInsensitiveDesc": 6, "naturalAsc": 7,
    "naturalDesc": 8,
}  # fmt: skip
