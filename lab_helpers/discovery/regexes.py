"""Regular expressions as Prometheus has them: RE2 itself, in the words of Go's `regexp`."""

import re
from functools import lru_cache
from typing import Any

import re2

from lab_helpers.errors import WorkshopError

#: RE2's errors, in the words that Prometheus's log has for them
_GO = {
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "missing ]": "missing closing ]",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
    "invalid UTF-8": "invalid UTF-8",
}
_TOKEN = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\(\?P?<(?P<name>\w+)>", re.DOTALL)
_QUIET = re2.Options()
_QUIET.log_errors = False


class Regex:
    """A regular expression of a rule, which must match the whole value.

    Args:
        text: the expression.
        lines: whether a dot also matches a line break, as from Prometheus 3.0 on.
    """

    def __init__(self, text: str, lines: bool = True) -> None:
        self.text = text
        self._whole = _compiled(f"^(?s:{text})$" if lines else f"^(?:{text})$")

    def match(self, value: str) -> Any:
        """The match of the whole value, with its groups, or None."""
        return self._whole.search(value)

    def matches_partly(self, value: str) -> bool:
        """Whether it matches some part of the value."""
        return _compiled(self.text).search(value) is not None

    def replace_all(self, value: str, template: "Template") -> str:
        """The value with each match replaced."""
        done, written = 0, []
        for found in self._whole.finditer(value):
            written += [value[done : found.start()], template.expand(found)]
            done = found.end()
        return "".join([*written, value[done:]])


class Template:
    """What a match's groups are put into: `$1`, `${1}`, `$name`; `$$` is a dollar.

    A name goes on as long as it can: `$1x` is the group `1x`. A group that is not there is empty.
    """

    def __init__(self, text: str) -> None:
        self._parts: list[str | tuple[str]] = []  # text, or the name of a group
        while text:
            before, dollar, text = text.partition("$")
            self._parts.append(before)
            if text.startswith("$"):
                self._parts.append("$")
                text = text[1:]
            elif dollar:
                name, text = _reference(text)
                self._parts.append((name,) if name else "$")

    def expand(self, found: Any) -> str:
        """Put in the groups of a match."""
        return "".join(
            part if isinstance(part, str) else _group(found, part[0]) for part in self._parts
        )


def _reference(text: str) -> tuple[str, str]:
    """The name of the group at the beginning of a text, and the rest; "" if there is none."""
    start = int(text.startswith("{"))
    end = start
    while end < len(text) and (text[end].isalpha() or text[end].isdecimal() or text[end] == "_"):
        end += 1
    if end == start or (start and text[end : end + 1] != "}"):
        return "", text
    return text[start:end], text[end + start :]


def _group(found: Any, name: str) -> str:
    if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
        number = int(name[:10])
        return (found.group(number) or "") if number <= found.re.groups else ""
    return (found.group(name) or "") if name in found.re.groupindex else ""


@lru_cache(maxsize=4096)
def template(text: str) -> Template:
    """A template, read once."""
    return Template(text)


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Any:
    names: set[str] = set()
    for token in _TOKEN.finditer(text):
        if token[0] == r"\C":
            raise _refused(r"invalid escape sequence: `\C`")
        if token["name"] in names:
            raise _refused(f"duplicate capture group name: `{token['name']}`")
        names |= {token["name"]} - {None}
    try:
        return re2.compile(text, _QUIET)
    except re2.error as problem:
        said = problem.args[0]
        words, _, where = (said.decode() if isinstance(said, bytes) else str(said)).partition(": ")
        raise _refused(f"{_GO.get(words, words)}: `{where}`") from None


def _refused(words: str) -> WorkshopError:
    return WorkshopError(f"error parsing regexp: {words}")
