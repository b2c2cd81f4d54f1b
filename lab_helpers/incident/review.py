"""The five lines of a review: when, what it did, why, how it was noticed, and what follows.

A review (post-mortem) is for those who were not there, and for the next time. It names nobody as
guilty: who blames a person mends nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from lab_helpers.incident.truth import Truth

FORM = """\
time: from when to when (UTC), or for how long
impact: who was hurt, how, and how many of them
cause: what it was, and why it could happen
detection: who or what noticed it, how long after it began
follow-up: what will be done, by whom, until when
"""
"""What a review is written in."""

_LINE = re.compile(r"^\W*(time|impact|cause|detection|follow[- ]?up)\W*:\s*(.*)$", re.I)
_NEAR = 60.0  # seconds by which the beginning may be off

_CLOCK = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?\b")
_SPAN = re.compile(r"\b\d+(\.\d+)?\s*(s|sec\w*|m|min\w*|h|hours?)\b", re.I)


def _words(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(words)})\b", re.I)


_HURT = _words("visitors?", "customers?", "users?", "orders?", "checkouts?", "carts?", "requests?",
               "pages?", "nobody", "no one")  # fmt: skip
_HOW_MANY = _words(r"\d[\d.,]*", "all", r"every\w*", "none", "no", "nobody", "half", "most", "few",
                   "one", "two", "three", r"\w*third", "quarter", "tenth")  # fmt: skip
_WHO_SAW = _words("alerts?", "pages?", "paged", "visitors?", "customers?", "dashboards?", "graphs?",
                  "nobody", "nothing", "i", "we", "on-call")  # fmt: skip
_NEVER = _words("never", "nothing", "nobody")
_WHO = re.compile(r"\b([Tt]eam|[Ii]|[Ww]e|on-call|owner|[A-Z][a-z]+)\b|@\w+")
_UNTIL = _words("by", "until", "within", "today", "tomorrow", "this", "next", r"\d{4}-\d\d-\d\d",
                r"\w+day")  # fmt: skip
_BLAME = _words("(?:human|operator|user) error", r"careless\w*", "fault of", r"blame\w*",
                "should have known", r"stupid\w*", "forgot", r"negligen\w*")  # fmt: skip

Checked = tuple[bool, str]
"""Whether a line has what it needs, and a sentence on it."""


@dataclass(frozen=True)
class Feedback:
    """What was found, for each line of the form."""

    lines: Mapping[str, Checked]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return all(there for there, _ in self.lines.values())

    def __str__(self) -> str:
        rows = (f"{'✔' if ok else '✘'} {name}: {why}" for name, (ok, why) in self.lines.items())
        return "\n".join(rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        left = "text-align:left;vertical-align:top"
        rows = "".join(
            f'<tr><td>{"✔" if ok else "✘"}</td><td style="{left}"><b>{name}</b></td>'
            f'<td style="{left}">{escape(why)}</td></tr>'
            for name, (ok, why) in self.lines.items()
        )
        return f"<table><tbody>{rows}</tbody></table>"


def read(text: str, truth: Truth) -> Feedback:
    """Hold a review against what a good one has, and against what is true.

    text: lines that begin with the words of `FORM`, in any order; what follows a line belongs to
    it.
    """
    parts, lines = _parts(text), {}
    for name, check in _CHECKS.items():
        said = parts.get(name, "")
        if not said:
            lines[name] = (False, f"It is missing. Write {_FORM[name]}.")
        elif found := _BLAME.search(said):
            lines[name] = (
                False,
                f"“{found[0]}” blames somebody. What let it happen, whoever it was?",
            )
        else:
            lines[name] = check(said, truth)
    return Feedback(lines)


_FORM = dict(line.split(": ", 1) for line in FORM.splitlines())


def _parts(text: str) -> dict[str, str]:
    """What stands in each line of the form; the form's own words are none."""
    parts: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if found := _LINE.match(line):
            name, line = found[1].casefold(), found[2]
            name = "follow-up" if name.startswith("follow") else name
        if name and line.strip() not in _FORM.values():
            parts[name] = f"{parts.get(name, '')} {line.strip()}".strip()
    return parts


def _time(said: str, truth: Truth) -> Checked:
    began = min(fault.began for fault in truth.faults)
    clocks = _CLOCK.findall(said)
    if not clocks:
        return False, "It has no time of day. From when to when was it, in UTC?"
    of_day = began.hour * 3600 + began.minute * 60 + began.second
    if min(abs(_of_day(clock) - of_day) for clock in clocks) > _NEAR:
        return False, f"It began at {began:%H:%M:%S}, and none of your times is near that."
    if len(clocks) < 2 and not _SPAN.search(said):
        return False, "It says when it began, not when it ended, nor how long it was."
    return True, "It has a beginning and an end."


def _of_day(clock: str) -> int:
    """Seconds since midnight."""
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + sum(rest)


def _impact(said: str, _: Truth) -> Checked:
    if not _HURT.search(said):
        return False, "It does not say who was hurt: visitors, orders, which page; or nobody?"
    if not _HOW_MANY.search(said):
        return False, "How many were they: all, one in ten, nobody? Ask Prometheus for the number."
    return True, "It says who was hurt, and how many."


def _cause(said: str, truth: Truth) -> Checked:
    named = said.casefold()
    for fault in truth.faults:
        words = (fault.cause, fault.cause.replace("-", " "), *fault.where)
        if not any(word in named for word in words):
            return False, f"It names neither {fault.cause} nor {' nor '.join(fault.where)}."
    if len(said.split()) < 5:
        return False, "That names it. Why could it happen?"
    return True, "It names the cause."


def _detection(said: str, _: Truth) -> Checked:
    if not _WHO_SAW.search(said):
        return False, "Who or what noticed it: an alert, a visitor, somebody who looked?"
    if not (_SPAN.search(said) or _CLOCK.search(said) or _NEVER.search(said)):
        return False, "How long after it began was that?"
    return True, "It says how it was noticed, and when."


def _follow_up(said: str, _: Truth) -> Checked:
    if not _WHO.search(said):
        return False, "By whom? What nobody does is not done."
    if not _UNTIL.search(said):
        return False, "Until when? What has no day is not done."
    return True, "It says what, who and until when."


_CHECKS: Mapping[str, Callable[[str, Truth], Checked]] = {
    "time": _time,
    "impact": _impact,
    "cause": _cause,
    "detection": _detection,
    "follow-up": _follow_up,
}
