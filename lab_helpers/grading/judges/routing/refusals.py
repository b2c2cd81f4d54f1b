"""Why Alertmanager refuses a configuration, in the learner's terms."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from lab_helpers.grading.exercise import Verdict, missed

_FIELDS = """
global route receiver group_by group_wait group_interval repeat_interval matchers continue routes
mute_time_intervals active_time_intervals inhibit_rules source_matchers target_matchers equal
receivers name webhook_configs url email_configs time_intervals templates
"""

_RECEIVER = re.compile(r'undefined receiver "(.*?)"')
_UNKNOWN = re.compile(r"line (\d+): field (\S+) not found in type")
_TWICE = re.compile(r"line (\d+): (?:field|key) (\S+) already set")
_SHAPE = re.compile(r"line (\d+): cannot unmarshal !!\w+ (?:`.*?` )?into (\S+)")
_YAML = re.compile(r"yaml: (?:line (\d+): )?(.*)", re.DOTALL)


def _pairs(config: Any) -> Iterator[tuple[str, str]]:
    """What is written as fields where matchers should be."""
    if isinstance(config, list):
        for each in config:
            yield from _pairs(each)
    elif isinstance(config, dict):
        for name, value in config.items():
            if not str(name).endswith("matchers"):
                yield from _pairs(value)
                continue
            for matcher in value if isinstance(value, list) else [value]:
                yield from matcher.items() if isinstance(matcher, dict) else ()


def refused(words: str, config: Any = None) -> Verdict:
    """The verdict on a configuration that Alertmanager refuses.

    words: its own. config: what it refuses, as far as it can be read.
    """
    words = re.sub(r"^.* refuses the configuration, and keeps the old one: ", "", words)
    if found := _RECEIVER.search(words):
        return missed(
            "no such receiver", f"A route leads to {found[1]!r}; there is no such receiver."
        )
    if found := _UNKNOWN.search(words):
        line, name = found.groups()
        if name in _FIELDS.split():
            return missed(
                "field misplaced",
                f"Line {line}: there is a field {name}, but not in this place. Look at what it is "
                "indented under.",
            )
        close = difflib.get_close_matches(name, _FIELDS.split(), n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return missed("unknown field", f"Line {line}: Alertmanager knows no field {name}.{hint}")
    if found := _TWICE.search(words):
        return missed("field twice", f"Line {found[1]}: {found[2]} is there for the second time.")
    if pair := next(_pairs(config), None):
        name, value = pair
        return missed(
            "wrong shape",
            f"`{name}: {value}` is a field and its value. A matcher is a text with an operator in "
            f"it: `{name} = {value}`.",
        )
    if found := _SHAPE.search(words):
        what = "a list" if found[2].startswith("[]") else "something else"
        return missed("wrong shape", f"Line {found[1]}: {what} belongs here. ({words})")
    if found := _YAML.search(words):
        where = f"Line {found[1]}: " if found[1] else ""
        said = found[2].rstrip(".")
        return missed(
            "not yaml",
            f"{where}{said}. Is every line indented with spaces, as far as others of its kind?",
        )
    return missed("refused", f"Alertmanager refuses it: {words}.")
