"""Variables in texts, replaced as Grafana does in a query of Prometheus's, or in a title."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

NAME = re.compile(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}")


@dataclass(frozen=True)
class Chosen:
    """What is chosen for a variable.

    many: whether it may have several values, which makes its values patterns.
    pattern: what All stands for, where the dashboard says so itself.
    """

    values: tuple[str, ...]
    texts: tuple[str, ...]
    many: bool = False
    is_all: bool = False
    pattern: str | None = None

    @classmethod
    def one(cls, value: str) -> "Chosen":
        """A value of Grafana's own, such as `$__interval`."""
        return cls((value,), (value,))


Look = Callable[[str], "Chosen | None"]


def for_query(text: str, look: Look) -> str:
    """A query with its variables replaced: several values become a regular expression."""
    return _replaced(text, look, _in_query)


def for_title(text: str, look: Look) -> str:
    """A title with its variables replaced by the words that a reader has chosen."""
    return _replaced(text, look, lambda chosen: _formatted(chosen, "text"), "text")


def for_legend(text: str, look: Look) -> str:
    """A legend, or any other text, with its variables replaced."""
    return _replaced(text, look, lambda chosen: _formatted(chosen, "glob"))


def names_in(text: str) -> set[str]:
    """The names of all variables in a text."""
    return {found[1] or found[2] or found[4] for found in NAME.finditer(text)}


def _replaced(text: str, look: Look, default: Callable[[Chosen], str], usual: str = "") -> str:
    """``usual``: the format of what names none, as far as it bears on what All stands for."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2] or found[4]
        form = found[3] or found[6]
        chosen = look(name)
        if chosen is None:
            return found[0]
        if chosen.is_all and chosen.pattern and (form or usual) not in _OF_ALL:
            return _replaced(chosen.pattern, look, default)
        return _formatted(chosen, form) if form else default(chosen)

    return NAME.sub(value, text)


_OF_ALL = ("text", "percentencode", "queryparam")  # in these All is not what it stands for


def _in_query(chosen: Chosen) -> str:
    if not chosen.many:
        return "".join(chosen.values[:1]).replace("\\", "\\\\").replace("'", "\\\\'")
    escaped = [_escaped(value) for value in chosen.values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _escaped(value: str) -> str:
    doubled = value.replace("\\", "\\\\\\\\")
    return re.sub(r"[$^*{}\[\]+?.()|]", lambda m: rf"\\{m[0]}", doubled)


def _formatted(chosen: Chosen, form: str) -> str:
    """One of Grafana's formats: `${name:csv}`."""
    values = chosen.values
    several = len(values) != 1
    match form.partition(":")[0]:
        case "raw" | "csv":
            return ",".join(values)
        case "pipe":
            return "|".join(values)
        case "regex":
            escaped = [re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", value) for value in values]
            return f"({'|'.join(escaped)})" if several else escaped[0]
        case "json":
            return json.dumps(list(values) if several else values[0], ensure_ascii=False)
        case "text":
            return "All" if chosen.is_all else " + ".join(chosen.texts)
        case "doublequote":
            return ",".join(f'"{value}"' for value in values)
        case "singlequote":
            return ",".join(f"'{value}'" for value in values)
        case "sqlstring":
            return ",".join("'" + value.replace("'", "''") + "'" for value in values)
        case "percentencode":
            return quote(f"{{{','.join(values)}}}" if several else values[0], safe="")
        case "join":
            return (form.partition(":")[2] or ",").join(values)
        case "date":
            return _date(values[0], form.partition(":")[2]) if values else ""
    return f"{{{','.join(values)}}}" if several else values[0]


def _date(milliseconds: str, form: str) -> str:
    from lab_helpers.preview.clocks import moment

    number = float(milliseconds)
    if form == "seconds":
        return f"{number / 1000:.0f}"
    return moment(number, form if form not in ("", "iso") else "YYYY-MM-DD[T]HH:mm:ss.SSS[Z]")
