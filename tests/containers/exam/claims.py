"""What a question's choices claim, as something that an answer can be compared with.

A choice is read as it is written, or as `gives` in its question's proof has it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lab_helpers.exam import Question

_LABEL = r'"?[\w.]+"?="(?:[^"\\]|\\.)*"'
#: A series with its value, as people and promtool write it.
SAMPLE = re.compile(rf"([\w:]*)\{{((?:{_LABEL}(?:, ?)?)*)\}} (\S+)|([\w:]+) (\S+)|([-+.\d]\S*|NaN)")
_EXACT = 1e-6


def claims(question: Question) -> list[tuple[str, bool]]:
    """Each choice as a machine reads it, and whether it is right."""
    texts = question.proof.get("gives", question.choices)
    assert len(texts) == len(question.choices), question.name
    return [(text.strip("\n"), at < len(question.right)) for at, text in enumerate(texts)]


def given(question: Question, kind: str, default: str = "") -> str:
    """What a question gives, or what its proof has in that place."""
    return str(question.proof.get(kind, question.given.get(kind, default)))


@dataclass(frozen=True)
class Answer:
    """What Prometheus answered: series with their values, or that it refused."""

    series: tuple[tuple[dict[str, str], float], ...]
    refused: bool = False

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Answer":
        """The series that are written so, one a line; a lone number is a series without labels."""
        return cls(tuple(_sample(line) for line in lines))

    def is_what(self, claim: str) -> bool:
        """Whether a claim is true of it."""
        states = {labels.get("alertstate") for labels, _ in self.series}
        match claim:
            case "An error":
                return self.refused
            case "Nothing":
                return not self.refused and not self.series
            case "A number":
                return bool(self.series)
            case "pending" | "firing":
                return states == {claim}
            case "silenced" | "inhibited" | "resolved":  # what Prometheus has no word for
                return claim in states
            case "six firing":
                return states == {"firing"} and len(self.series) == 6
        return not self.refused and self._equals(Answer.of(claim.splitlines()))

    def _equals(self, other: "Answer") -> bool:
        left, right = (sorted(each.series, key=str) for each in (self, other))
        return len(left) == len(right) and all(
            labels == others and _same(value, another)
            for (labels, value), (others, another) in zip(left, right, strict=True)
        )


def _same(one: float, other: float) -> bool:
    both_nan = math.isnan(one) and math.isnan(other)
    return both_nan or math.isclose(one, other, rel_tol=_EXACT, abs_tol=_EXACT)


def labels_of(text: str) -> dict[str, str]:
    """The labels in braces, such as '{a="1", b="2"}'."""
    return dict(re.findall(r'([\w.]+)="((?:[^"\\]|\\.)*)"', text))


def _sample(line: str) -> tuple[dict[str, str], float]:
    found = SAMPLE.fullmatch(line.strip())
    assert found, f"no sample: {line!r}"
    name, labels, value, bare_name, bare_value, number = found.groups()
    name = name or bare_name
    return (
        {**({"__name__": name} if name else {}), **labels_of(labels or "")},
        float(value or bare_value or number),
    )


def groups_of(questions: Iterable[Question], *kinds: str) -> list[Question]:
    """Those of the questions that are proven in one of these ways."""
    return [each for each in questions if each.proof["kind"] in kinds]
