"""Relabelling as Prometheus's documentation of `<relabel_config>` describes it, in Python.

Where it leaves a question open, Prometheus's own answer was taken; tests/containers holds both
together.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from lab_helpers.discovery.re2 import translate
from lab_helpers.errors import WorkshopError

ACTIONS = (
    "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop",
    "labelkeep", "lowercase", "uppercase",
)  # fmt: skip
_NEEDS_TARGET = {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"}
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_REFERENCE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})", re.ASCII)


class Dropped(Exception):
    """A rule drops the target; the message says why."""


@dataclass(frozen=True)
class Rule:
    """One entry of `relabel_configs`; what is left out has Prometheus's defaults.

    utf8: whether any text may be the name of a label, as in Prometheus 3; else only letters,
        digits and underscores.
    """

    action: str = "replace"
    source_labels: tuple[str, ...] = ()
    separator: str = ";"
    regex: str = "(.*)"
    target_label: str = ""
    replacement: str = "$1"
    modulus: int = 0
    utf8: bool = field(default=False, compare=False)

    @classmethod
    def read(cls, entry: Mapping[str, Any], utf8: bool = False) -> "Rule":
        """Make a rule of an entry of the configuration file, as YAML gives it.

        Raises:
            WorkshopError: Prometheus would refuse it too.
        """
        if not isinstance(entry, Mapping):
            raise WorkshopError(f"relabel_configs: {entry!r} is no rule. Is it a list of rules?")
        known = {one.name for one in fields(cls)} - {"utf8"}
        if strange := sorted(set(entry) - known):
            raise WorkshopError(
                f"relabel_configs: no rule has a field {', '.join(strange)}; there are "
                f"{', '.join(sorted(known))}."
            )
        given = {key: value for key, value in entry.items() if value is not None}
        for key in ("action", "regex", "target_label", "replacement", "separator"):
            if key in given:
                given[key] = _text(given[key])
        if "action" in given:
            given["action"] = given["action"].lower()
        if "source_labels" in given:
            given["source_labels"] = tuple(map(_text, given["source_labels"]))
        if not str(given.get("modulus", 0)).isdigit():
            raise WorkshopError(f"relabel_configs: the modulus {given['modulus']!r} is no number.")
        given["modulus"] = int(given.get("modulus", 0))
        rule = cls(**given, utf8=utf8)
        rule._check()
        return rule

    def _check(self) -> None:
        if self.action not in ACTIONS:
            raise WorkshopError(
                f"relabel_configs: there is no action {self.action!r}; there are "
                f"{', '.join(ACTIONS)}."
            )
        if self.action in _NEEDS_TARGET and not self.target_label:
            raise WorkshopError(f"relabel_configs: {self.action} needs a target_label.")
        if self.action == "hashmod" and not self.modulus:
            raise WorkshopError("relabel_configs: hashmod needs a modulus other than 0.")
        _ = self.pattern

    def __str__(self) -> str:
        """The rule in one line, without its defaults."""
        plain = Rule(self.action)
        words = [
            f"{one.name}: {_show(getattr(self, one.name))}"
            for one in fields(self)
            if one.name not in ("action", "utf8")
            and getattr(self, one.name) != getattr(plain, one.name)
        ]
        return " · ".join([self.action, *words])

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Its regular expression in Python's words, to be matched as a whole."""
        return translate(self.regex)

    def apply(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Give the labels as the rule leaves them; one without a value is gone.

        Raises:
            Dropped: the rule drops the target.
        """
        value = self.separator.join(labels.get(name, "") for name in self.source_labels)
        after = dict(labels)
        match self.action:
            case "keep" | "drop":
                matches = self.pattern.fullmatch(value) is not None
                if matches != (self.action == "keep"):
                    verb = "matches" if matches else "does not match"
                    raise Dropped(f"{self._names()} = {value!r} {verb} {self.regex}")
            case "keepequal" | "dropequal":
                other = labels.get(self.target_label, "")
                if (other == value) != (self.action == "keepequal"):
                    verb = "equals" if other == value else "differs from"
                    names = f"{self._names()} = {value!r}"
                    raise Dropped(f"{names} {verb} {self.target_label} = {other!r}")
            case "replace":
                found = self.pattern.fullmatch(value)
                if found is not None:
                    target = expand(self.target_label, found)
                    if target and (self.utf8 or _LABEL.fullmatch(target)):
                        after[target] = expand(self.replacement, found)
            case "lowercase":
                after[self.target_label] = value.lower()
            case "uppercase":
                after[self.target_label] = value.upper()
            case "hashmod":
                digest = hashlib.md5(value.encode(), usedforsecurity=False).digest()
                number = int.from_bytes(digest[8:], "big") % self.modulus
                after[self.target_label] = str(number)
            case "labelmap":
                for name in sorted(labels):
                    if found := self.pattern.fullmatch(name):
                        after[expand(self.replacement, found)] = labels[name]
            case "labeldrop" | "labelkeep":
                for name in labels:
                    if (self.pattern.fullmatch(name) is not None) == (self.action == "labeldrop"):
                        del after[name]
        return {name: text for name, text in after.items() if text}

    def _names(self) -> str:
        return self.separator.join(self.source_labels) or "(no labels)"


def expand(template: str, found: re.Match[str]) -> str:
    """Put a match's groups into a template: `$1`, `${1}`, `$name`; `$$` is a dollar.

    A name goes on as long as it can: `$1x` is the group `1x`. A group that is not there is empty.
    """

    def value(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        name = reference[2] or reference[3]
        try:
            return found[int(name) if name.isdigit() else name] or ""
        except IndexError:
            return ""

    return _REFERENCE.sub(value, template)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _show(value: Any) -> str:
    return "[" + ", ".join(value) + "]" if isinstance(value, tuple) else str(value)
