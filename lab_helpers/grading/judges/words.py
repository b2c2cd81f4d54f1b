"""Answers in words or a number: diagnoses, and predictions made before looking."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lab_helpers.grading.bench import Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved

#: What a plausible wrong answer shows: the diagnosis, and a message to the learner.
Misreading = tuple[str, str]

_NUMBER = re.compile(r"[-+]?\d[\d_,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_CODE = re.compile(r"[{}\[\]()=<>|\"\\]")
_BETWEEN = {"and", "or", "-", "*", "&"}  # stands between words, or before them in a list
_UNITS = (1000, 1024, 60, 3600, 100, 1024**2, 1_000_000, 86_400)


def _value(number: str) -> float:
    """What a number means: in 1,204 the comma parts thousands, in 85,4 it is a decimal point."""
    decimal_comma = re.fullmatch(r"[-+]?\d+,\d{1,2}", number)
    return float(number.replace(",", "." if decimal_comma else "").replace("_", ""))


def _without_comments(answer: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", answer, flags=re.MULTILINE)


@dataclass(frozen=True)
class Words:
    """Judges words, in any order and case, parted by commas or spaces.

    right: finds the words that are asked for, on the bench: the truth is looked up, not noted down.
    near: what plausible wrong words show, the most telling first.
    because: what is said of the right answer; a diagnosis without its reason is half of one.
    """

    right: Callable[[Bench], Iterable[str]]
    near: Mapping[str, Misreading]
    because: str
    services: Services = field(default_factory=dict)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare the words with those that are right."""
        joined = re.sub(r"[ \t]*=[ \t]*", "=", _without_comments(answer))  # a = 1 is a=1
        words = re.split(r"[\s,;]+", joined.casefold())
        said = {word.strip("`'\".:") for word in words} - _BETWEEN - {""}
        right = {word.casefold() for word in self.right(bench)}
        near = {word.casefold(): misreading for word, misreading in self.near.items()}
        if said == right:
            return solved(self.because)
        wrong = sorted(said - right)
        for word, misreading in near.items():
            if word in wrong:
                return missed(*misreading)
        if wrong:
            return missed("not that", f"{wrong[0][:60]!r} is not what is asked for.")
        return missed(
            "not all of it", f"Right so far; {len(right)} are asked for, you named {len(said)}."
        )


@dataclass(frozen=True)
class Number:
    """Judges a number; what stands behind it, such as a unit, is not read.

    right: finds the number on the bench: the truth is looked up, not noted down.
    near: finds the numbers that plausible misreadings give, and what each shows.
    tolerance: how far off it may be, as a share of the right number.
    """

    right: Callable[[Bench], float]
    near: Callable[[Bench], Mapping[float, Misreading]]
    because: str
    tolerance: float = 0.02
    services: Services = field(default_factory=dict)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Compare the number with the right one."""
        text = _without_comments(answer)
        found = _NUMBER.findall(text)
        if odd := _CODE.search(text):
            return missed(
                "no number",
                f"A number is asked for, and here is {odd[0]!r}, as in a program or a query. Write "
                "the number, alone.",
            )
        if len(found) != 1:
            return missed(
                "no number",
                f"{len(found)} numbers are there: write the one that is asked for, alone.",
            )
        said, right = _value(found[0]), self.right(bench)
        if self._same(said, right):
            return solved(self.because)
        for value, misreading in self.near(bench).items():
            if self._same(said, value):
                return missed(*misreading)
        for unit in _UNITS:
            if self._same(said * unit, right) or self._same(said, right * unit):
                return missed("off by a unit", f"You are off by a factor of {unit}: mind the unit.")
        size = "too small" if said < right else "too large"
        return missed(size, f"{found[0]} is {size}: go through the task once more, step by step.")

    def _same(self, one: float, other: float) -> bool:
        return math.isclose(one, other, rel_tol=self.tolerance, abs_tol=1e-12)
