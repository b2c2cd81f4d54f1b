"""What an exercise is, and what a check says of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from lab_helpers.grading.bench import Bench
    from lab_helpers.services.base import Service

Kind = Literal["PromQL", "configuration", "program", "dashboard", "diagnosis", "prediction"]
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    diagnosis: what is wrong, in two or three words, such as "rate after sum"; "" if it is solved.
    message: the same in a sentence or two, in the learner's terms, for this answer: what was seen,
        and where to look. It never gives the answer away.
    """

    solved: bool
    diagnosis: str = ""
    message: str = ""


def solved(message: str = "") -> Verdict:
    """The verdict on a right answer, with what there is to say of it."""
    return Verdict(True, message=message)


def missed(diagnosis: str, message: str) -> Verdict:
    """The verdict on a wrong answer."""
    return Verdict(False, diagnosis, message)


@dataclass(frozen=True)
class Wrong:
    """A plausible wrong answer, and the diagnosis that it must get."""

    answer: str
    diagnosis: str


class Judge(Protocol):
    """Judges answers by what they do, on the services of a bench.

    services: what it needs besides the answer: a maker for each, by the service's name.
    """

    @property
    def services(self) -> "Mapping[str, Callable[[], Service]]": ...

    def judge(self, answer: str, bench: "Bench") -> Verdict:
        """Say whether the answer is right, and if not, what is wrong with it.

        An answer is any text that a learner may write. Whatever it is, there is a verdict within
        seconds; an exception means that the bench itself failed. Several answers may be judged at
        once, by several threads.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise of a lab, with the answers that prove its check.

    prompt: Markdown; the situation in the shop that makes it matter, then what is asked, so that
        two careful readers write equivalent answers.
    hints: from a nudge to nearly there, and none gives the answer.
    start: what the cell to fill in holds at first, a comment at least.
    solution: the answer that the lab shows, folded.
    also_right: at least two right answers that look different.
    wrong: at least four plausible wrong ones.
    practice: a sentence on what it is good for in practice.
    """

    title: str
    kind: Kind
    prompt: str
    hints: tuple[str, str, str]
    start: str
    solution: str
    also_right: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    practice: str
    judge: Judge = field(repr=False)
