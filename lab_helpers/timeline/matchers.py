"""Matchers of labels, as Alertmanager's configuration and its silences have them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

import re2

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.quoting import quoted, unquoted

_WRITTEN = re.compile(
    r'(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"=!~]+))'
    r'(?P<sign>=~|!~|!=|=)"(?P<value>(?:[^"\\]|\\.)*)"',
    re.DOTALL,
)
#: In Alertmanager's order.
_SIGNS = ("=", "!=", "=~", "!~")
_RESERVED = re.compile(r"[\s{}!=~,\\\"'`]")
_QUIET = re2.Options()
_QUIET.log_errors = False


@dataclass(frozen=True)
class Matcher:
    """What one label must be. A label that an alert lacks counts as empty.

    sign: ``=``, ``!=``, ``=~`` or ``!~``.
    """

    name: str
    value: str
    sign: str = "="

    @classmethod
    def read(cls, text: str) -> Self:
        """Read it as Alertmanager writes it in the configuration that it shows.

        Raises:
            WorkshopError: it is none.
        """
        found = _WRITTEN.fullmatch(text)
        if not found:
            raise WorkshopError(f"Alertmanager's configuration has {text!r}, which is no matcher.")
        name = found["plain"] if found["quoted"] is None else unquoted(found["quoted"])
        return cls(name, unquoted(found["value"]), found["sign"])

    @classmethod
    def of_silence(cls, given: Mapping[str, Any]) -> Self:
        """Read it as the API gives it in a silence."""
        kind = given["isRegex"], given.get("isEqual", True)
        signs = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}
        return cls(given["name"], given["value"], signs[kind])

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the label is as it must be; a regular expression matches the whole value."""
        text = labels.get(self.name, "")
        if self.sign.endswith("~"):
            same = _compiled(self.value).fullmatch(text) is not None
        else:
            same = text == self.value
        return same is (self.sign[0] == "=")

    def __str__(self) -> str:
        """As Alertmanager writes it."""
        if _RESERVED.search(self.name):
            return f"{quoted(self.name)}{self.sign}{quoted(self.value)}"
        value = self.value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        return f'{self.name}{self.sign}"{value}"'


def in_order(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    """Matchers in the order in which Alertmanager has them."""
    return tuple(sorted(matchers, key=lambda one: (one.name, one.value, _SIGNS.index(one.sign))))


def all_match(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every one of the matchers matches."""
    return all(matcher.matches(labels) for matcher in matchers)


def written(matchers: Iterable[Matcher]) -> str:
    """Matchers in braces, as Alertmanager writes them."""
    return "{" + ",".join(map(str, matchers)) + "}"


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern, _QUIET)
