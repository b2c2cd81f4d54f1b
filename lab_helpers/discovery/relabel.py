"""Relabelling as Prometheus does it, in Python; tests/containers holds both together."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self

from lab_helpers.discovery.regexes import Regex, template
from lab_helpers.discovery.versions import Version
from lab_helpers.errors import WorkshopError

ACTIONS = (
    "replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop",
    "labelkeep", "lowercase", "uppercase",
)  # fmt: skip
_WRITES = {"replace", "hashmod", "lowercase", "uppercase"}
_COMPARES = {"keepequal", "dropequal"}
_OLD_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OLD_TEMPLATE = Regex(r"(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+")


_NEWEST = Version.read("3")


class Dropped(Exception):
    """A rule drops the target; the message says why."""


@dataclass(frozen=True)
class Rule:
    """One entry of `relabel_configs`; what is left out has Prometheus's defaults.

    Attributes:
        source_labels: None if they are not given, which is not the same as an empty list.
        regex: None if it is not given: `(.*)`, which to some actions is not the same either.
        utf8: whether any text may be the name of a label; else letters, digits, underscores.
        version: whose rules it follows.
    """

    action: str = "replace"
    source_labels: tuple[str, ...] | None = None
    separator: str = ";"
    regex: str | None = None
    target_label: str = ""
    replacement: str = "$1"
    modulus: int = 0
    utf8: bool = True
    version: Version = _NEWEST

    @classmethod
    def of(cls, values: Mapping[str, Any], version: Version, utf8: bool) -> Self:
        """Make a rule of the fields that a configuration gives it.

        Raises:
            WorkshopError: Prometheus would refuse it, in its words.
        """
        given = dict(values)
        if given.get("source_labels") is not None:
            given["source_labels"] = tuple(given["source_labels"])
        rule = cls(**given, version=version, utf8=utf8)
        if words := rule._refusal():
            raise WorkshopError(words)
        return rule

    def _refusal(self) -> str:
        """Why Prometheus refuses the rule, in its words; "" if it does not."""
        action, target, replacement = self.action, self.target_label, self.replacement
        if not action:
            return "relabel action cannot be empty"
        if action == "hashmod" and not self.modulus:
            return "relabel configuration for hashmod requires non-zero modulus"
        if action in _WRITES | _COMPARES and not target:
            return f"relabel configuration for {action} action requires 'target_label' value"
        fine = self._fits if action == "replace" and "$" in target else self._may_name
        if action in _WRITES | _COMPARES and not fine(target):
            return f"\"{target}\" is invalid 'target_label' for {action} action"
        if action in {"lowercase", "uppercase"} | _COMPARES and replacement != "$1":
            return f"'replacement' can not be set for {action} action"
        if action == "labelmap" and not self._fits(replacement):
            return f"\"{replacement}\" is invalid 'replacement' for labelmap action"
        others = self.modulus or self.separator != ";" or replacement != "$1"
        if action in _COMPARES and (others or self.regex is not None):
            return (
                f"{action} action requires only 'source_labels' and `target_label`, "
                "and no other fields"
            )
        if action in {"labeldrop", "labelkeep"} and (
            others or target or self.source_labels is not None
        ):
            return f"{action} action requires only 'regex', and no other fields"
        return ""

    def _may_name(self, text: str) -> bool:
        """Whether a label may be called so."""
        return bool(text) if self.utf8 else _OLD_NAME.fullmatch(text) is not None

    def _fits(self, text: str) -> bool:
        """Whether a label may be called so, once the groups are put in."""
        if self.utf8 and self.version.references_in_any_name:
            return bool(text)
        return _OLD_TEMPLATE.match(text) is not None

    def __str__(self) -> str:
        """The rule in one line, without its defaults."""
        plain = Rule(self.action)
        words = [
            f"{one.name}: {_show(value)}"
            for one in fields(self)
            if one.name not in ("action", "utf8", "version")
            and (value := getattr(self, one.name)) != getattr(plain, one.name)
        ]
        return " · ".join([self.action, *words])

    @property
    def sources(self) -> tuple[str, ...]:
        """The labels that it looks at."""
        return self.source_labels or ()

    @property
    def expression(self) -> str:
        """Its regular expression, as the configuration has it or as it is by default."""
        return "(.*)" if self.regex is None else self.regex

    @cached_property
    def pattern(self) -> Regex:
        """Its regular expression, ready to be matched."""
        return Regex(self.expression, self.version.dot_matches_line_break)

    def value(self, labels: Mapping[str, str]) -> str:
        """What the rule holds its regular expression against."""
        return self.separator.join([labels.get(name, "") for name in self.sources])

    def apply(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Give the labels as the rule leaves them; one without a value is gone.

        Raises:
            Dropped: the rule drops the target.
        """
        after = {**labels, **self.changes(labels)}
        return {name: text for name, text in after.items() if text}

    def changes(self, labels: Mapping[str, str]) -> dict[str, str]:
        """The labels that the rule writes, with their values; "" is: removed.

        Raises:
            Dropped: the rule drops the target.
        """
        match self.action:
            case "labelmap":
                to, every = template(self.replacement), labels.items()
                return {
                    self.pattern.replace_all(name, to): value
                    for name, value in every
                    if self.pattern.match(name)
                }
            case "labeldrop" | "labelkeep":
                drops = self.action == "labeldrop"
                return {n: "" for n in labels if (self.pattern.match(n) is not None) == drops}
        value = self.value(labels)
        match self.action:
            case "replace":
                found = self.pattern.match(value)
                if found is not None:
                    target = template(self.target_label).expand(found)
                    if self._may_name(target):
                        return {target: template(self.replacement).expand(found)}
            case "keep" | "drop":
                matches = self.pattern.match(value) is not None
                if matches != (self.action == "keep"):
                    verb = "matches" if matches else "does not match"
                    raise Dropped(f"{self._names()} = {value!r} {verb} {self.expression}")
            case "keepequal" | "dropequal":
                other = labels.get(self.target_label, "")
                if (other == value) != (self.action == "keepequal"):
                    verb = "equals" if other == value else "differs from"
                    names = f"{self._names()} = {value!r}"
                    raise Dropped(f"{names} {verb} {self.target_label} = {other!r}")
            case "lowercase":
                return {self.target_label: _by_letter(value, str.lower)}
            case "uppercase":
                return {self.target_label: _by_letter(value, str.upper)}
            case "hashmod":
                digest = hashlib.md5(value.encode(), usedforsecurity=False).digest()
                number = int.from_bytes(digest[8:], "big") % self.modulus
                return {self.target_label: str(number)}
        return {}

    def _names(self) -> str:
        return self.separator.join(self.sources) or "(no labels)"


def _by_letter(text: str, change: Any) -> str:
    """Upper or lower case as Go has it: letter by letter, one for one (`ß` stays `ß`)."""
    if text.isascii():
        return str(change(text))
    return "".join(map(lambda letter: _one(letter, change), text))


def _one(letter: str, change: Any) -> str:
    changed = str(change(letter))
    if len(changed) == 1:
        return changed
    if change is str.lower:
        return changed[0]  # İ: an i, without the dot that Python adds
    titled = letter.title()
    return titled if len(titled) == 1 else letter


def _show(value: Any) -> str:
    return "[" + ", ".join(value) + "]" if isinstance(value, tuple) else str(value)
