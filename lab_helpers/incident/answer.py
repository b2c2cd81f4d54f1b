"""A learner's answer, in the words of the vocabulary."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.vocabulary import CAUSES, PLACES, SYMPTOMS
from lab_helpers.promql.durations import Moment, seconds_since_1970

Words = str | Iterable[str]
"""One word, several in a text parted by commas or blanks, or several."""

_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?")


@dataclass(frozen=True)
class Answer:
    """What a learner takes for true.

    Attributes:
        symptoms: who is hurt, keys of `SYMPTOMS`.
        since: when it began, Unix seconds.
        where: in which instances the cause lies, keys of `PLACES`.
        causes: keys of `CAUSES`.
    """

    symptoms: frozenset[str]
    since: float
    where: frozenset[str]
    causes: frozenset[str]

    @staticmethod
    def of(symptom: Words, since: Moment, where: Words, cause: Words, *, day: float) -> "Answer":
        """The answer in these words.

        since: a moment, or a time of day in UTC, such as "10:02:15". day: any moment of that day,
        Unix seconds.

        Raises:
            WorkshopError: a word that nobody knows, no word at all, or no moment.
        """
        return Answer(
            known("symptom", symptom, SYMPTOMS),
            moment(since, day),
            known("place", where, PLACES),
            known("cause", cause, CAUSES),
        )


def known(kind: str, words: Words, vocabulary: Mapping[str, str]) -> frozenset[str]:
    """The words, all of which the vocabulary has.

    Raises:
        WorkshopError: one is not in it, or there is none; the message has all that there are.
    """
    parts = re.split(r"[\s,;]+", words) if isinstance(words, str) else [str(w) for w in words]
    found = [part.strip().casefold() for part in parts if part.strip()]
    for word in found:
        if word not in vocabulary:
            raise WorkshopError(
                f"{word!r} is no {kind} that this workshop knows{_near(word, vocabulary)}. "
                f"There are: {', '.join(vocabulary)}. `case.words()` says what each means."
            )
    if not found:
        raise WorkshopError(f"Name at least one {kind}. There are: {', '.join(vocabulary)}.")
    return frozenset(found)


def moment(since: Moment, day: float) -> float:
    """Unix seconds of a moment, or of a time of day on the day of another moment.

    Raises:
        WorkshopError: it is neither.
    """
    if isinstance(since, str) and _TIME.fullmatch(since.strip()):
        since = f"{datetime.fromtimestamp(day, UTC):%Y-%m-%d} {since.strip()}"
    return seconds_since_1970(since)


def _near(word: str, vocabulary: Collection[str]) -> str:
    close = difflib.get_close_matches(word, list(vocabulary), 1)
    return f"; did you mean {close[0]}?" if close else ""
