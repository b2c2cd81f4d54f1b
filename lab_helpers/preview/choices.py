"""What is chosen of a dashboard's variables: what is given, what is stored, what there is."""

from collections.abc import Callable, Mapping
from typing import Any

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.preview.datasources import PROMETHEUS, named
from lab_helpers.preview.filling import Chosen
from lab_helpers.preview.variables import Ask, Option, in_order, is_many, options_of

Values = Mapping[str, str | list[str]]
_ALL = ("$__all", "All")


def choose(variable: dict[str, Any], options: list[Option], given: Any = None) -> Chosen:
    """What a variable is: what is given; what is stored, if it still exists; else the first.

    given: one value or a list; "All" for every one.
    """
    current = variable.get("current") or {}
    stored = current.get("value") if given is None else given
    listed = [str(v) for v in (stored if isinstance(stored, list) else [stored]) if v is not None]
    every = bool(variable.get("includeAll"))
    kind = variable["type"]
    if listed and listed[0] in _ALL and (every or given is not None or kind == "query"):
        return _all(variable, options)
    texts = {value: text for text, value in options}
    if kind in ("textbox", "constant", "datasource"):
        listed = listed or [str(variable.get("query") or "")]
    elif given is None:
        known = [value for value in listed if value in texts]
        if not known and not options:
            known = listed if kind != "query" else []
        if not known and every:
            return _all(variable, options)
        listed = known or [value for _, value in options[:1]] or [""]
    if not variable.get("multi"):
        listed = listed[:1] if given is None else listed
    return Chosen(tuple(listed), tuple(texts.get(v, v) for v in listed), is_many(variable))


def _all(variable: dict[str, Any], options: list[Option]) -> Chosen:
    pattern = variable.get("allValue") or None
    values = tuple(value for _, value in options)
    return Chosen(values, tuple(text for text, _ in options), True, True, pattern)


class Choices:
    """What every variable of a dashboard is, found out from Prometheus where that is needed.

    ``problems`` says of a variable why its values cannot be had, ``notes`` what is left out.
    """

    def __init__(self, model: dict[str, Any], ask: Ask, given: Values) -> None:
        self.model, self._ask = model, ask
        self.listed: list[dict[str, Any]] = model["templating"]["list"]
        self.chosen: dict[str, Chosen] = {}
        self.problems: dict[str, str] = {}
        self.notes: set[str] = set()
        names = [v["name"] for v in self.listed]
        if unknown := set(given) - set(names):
            raise WorkshopError(
                f"The dashboard has no variable {', '.join(sorted(unknown))}. "
                f"It has: {', '.join(names) or 'none'}."
            )
        self._given = dict(given)

    def resolve(self, fill: Callable[[str], str], interval: Callable[[int, str], str]) -> None:
        """Choose for each variable. ``interval``: how long `auto` is, of a count and a minimum."""
        for variable in in_order(self.listed):
            name, kind = variable["name"], variable["type"]
            if kind in ("adhoc", "groupby"):
                if variable.get("filters") or (variable.get("current") or {}).get("value"):
                    self.notes.add(f"the filters of ${name} are left out")
                self.chosen[name] = Chosen((), ())
                continue
            chosen = choose(variable, self._options(variable, fill), self._given.get(name))
            if kind == "interval" and chosen.values[:1] and chosen.values[0].startswith("$__auto"):
                count, least = variable.get("auto_count"), variable.get("auto_min")
                length = interval(int(count or 30), str(least or "10s"))
                chosen = Chosen((length,), ("auto",))
            self.chosen[name] = chosen

    def _options(self, variable: dict[str, Any], fill: Callable[[str], str]) -> list[Option]:
        name = variable["name"]
        if name in self._given and self._given[name] not in (*_ALL, ["All"], ["$__all"]):
            return []
        source = named(variable.get("datasource"), self.model)
        if variable["type"] == "query" and source not in (None, PROMETHEUS):
            self.problems[name] = f"its values come from a data source of the type {source!r}"
            return _stored(variable)
        try:
            return options_of(variable, self._ask, fill)
        except PrometheusAway:
            raise
        except WorkshopError as problem:
            self.problems[name] = str(problem)
            return _stored(variable)


def _stored(variable: dict[str, Any]) -> list[Option]:
    """The values that the file has, for a variable that cannot be asked for."""
    kept = [o for o in variable.get("options") or [] if isinstance(o, dict)]
    found = [(str(o.get("text")), str(o.get("value"))) for o in kept if o.get("value")]
    current = variable.get("current") or {}
    values = current.get("value")
    listed = values if isinstance(values, list) else [values]
    found += [(str(v), str(v)) for v in listed if v]
    return [option for option in dict.fromkeys(found) if option[1] not in _ALL]
