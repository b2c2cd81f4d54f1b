"""A case: an incident that somebody tries to understand from metrics alone.

case = replay.case()              # a recording's, or investigate(incident, field)
case.think("the database is slow for everybody", cause="slow-query")
case.query("rate(mysql_global_status_slow_queries[30s])")
case.answer(symptom="slow", since="10:02:15", where="mysql", cause="slow-query")
case.debrief()
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab_helpers.errors import WorkshopError
from lab_helpers.incident import league
from lab_helpers.incident.answer import Answer, Words
from lab_helpers.incident.debrief import drawn
from lab_helpers.incident.looks import Looks
from lab_helpers.incident.review import Feedback, read
from lab_helpers.incident.scene import Scene
from lab_helpers.incident.score import Score, in_minutes, judged, time_of_day
from lab_helpers.incident.truth import Truth
from lab_helpers.incident.vocabulary import CAUSES, PLACES, SYMPTOMS
from lab_helpers.promql.durations import Moment

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Case(Looks):
    """An incident that is being looked into, and what becomes of it.

    Args:
        scene: what can be seen.
        reveal: gives the truth, once there is an answer.
        seed, level: what the incident was drawn from.
        counts: whether the result is kept in the learner's record.
    """

    def __init__(
        self,
        scene: Scene,
        reveal: Callable[[], Truth],
        *,
        seed: int,
        level: int,
        counts: bool = True,
    ) -> None:
        super().__init__(scene)
        self.seed, self.level = seed, level
        self._reveal, self._counts = reveal, counts
        self._answer: Answer | None = None
        self._score: Score | None = None

    # What there is to go by

    @property
    def now(self) -> datetime:
        """The moment from which one looks back, in UTC."""
        return datetime.fromtimestamp(self.scene.now(), UTC)

    @property
    def begin(self) -> datetime:
        """The first moment of which there are samples, in UTC."""
        return datetime.fromtimestamp(self.scene.begin, UTC)

    def __str__(self) -> str:
        told = self.scene.messages()
        lines = [
            f"Incident {self.seed}, level {self.level}. Samples from {self.begin:%H:%M:%S} "
            f"to {self.now:%H:%M:%S} (UTC).",
            f"Messages so far: {len(told)}; `case.messages()` shows them."
            if told
            else "Nobody has been paged.",
            "`case.think(…)`, then look; `case.words()` has the words for `case.answer(…)`.",
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def words(self) -> "pd.DataFrame":
        """The words for an answer, and what each means."""
        import pandas as pd

        parts = {"symptom": SYMPTOMS, "where": PLACES, "cause": CAUSES}
        rows = [(part, word, means) for part, all_ in parts.items() for word, means in all_.items()]
        return pd.DataFrame(rows, columns=["for", "word", "meaning"]).set_index(["for", "word"])

    # The answer, and after it

    def answer(self, symptom: Words, since: Moment, where: Words, cause: Words) -> Score:
        """Commit an answer; the first one counts.

        symptom: who is hurt. since: when it began, such as "10:02:15" (UTC). where: the instances
        in which the cause lies. cause: what it is. Several words where there are several.

        Raises:
            WorkshopError: a word that nobody knows, or there is an answer already.
        """
        if self._answer is not None:
            raise WorkshopError(
                f"You have answered already, after {in_minutes(self._journal.seconds)}, and the "
                "first answer counts. `case.debrief()` shows what was true; to try once more, open "
                "the incident again."
            )
        answer = Answer.of(symptom, since, where, cause, day=self.scene.now())
        self._journal.close()
        self._answer = answer
        self._score = judged(answer, self._reveal(), self._journal)
        if self._counts:
            league.keep(self.result())
        return self._score

    @property
    def score(self) -> Score:
        """The score of the answer. Raises WorkshopError: there is none yet."""
        return self._answered()[1]

    @property
    def truth(self) -> Truth:
        """What truly happened. Raises WorkshopError: there is no answer yet."""
        self._answered()
        return self._reveal()

    def result(self, name: str = "") -> league.Result:
        """The result, a line of text for the league table; see `workshop league`.

        name: yours, as the table shall have it.

        Raises:
            WorkshopError: there is no answer yet.
        """
        _, score = self._answered()
        return league.Result.of(name, self.seed, self.level, score, self._journal)

    def own_results(self) -> str:
        """What you have made of this incident so far, today and in earlier weeks."""
        own = [one for one in league.past(self.seed) if one.level == self.level]
        return league.table(own)

    def debrief(self) -> "Figure":
        """What truly happened over what you looked at, and when.

        Raises:
            WorkshopError: there is no answer yet.
        """
        answer, _ = self._answered()
        return drawn(self.scene, self._reveal(), self._journal, answer)

    def story(self) -> str:
        """What truly happened, in order, each with its evidence and what mends it.

        Raises:
            WorkshopError: there is no answer yet.
        """
        lines = []
        for one in self.truth.happenings:
            over = "lasts" if one.ended is None else f"until {one.ended:%H:%M:%S}"
            what = "fault" if one.kind == "fault" else "false lead"
            lines += [
                f"{one.began:%H:%M:%S}, {over}: {one.name} ({what}) in {', '.join(one.where)}",
                f"    {one.debrief}",
                f"    Evidence: {one.shows}",
                f"    Rules for it: {', '.join(one.alerts) or 'none'}. Mended by: {one.mended_by}",
            ]
        return "\n".join(lines)

    def mend(self, cause: str, *where: str) -> str:
        """Do what mends a cause: only where the shop runs.

        Raises:
            WorkshopError: this is a recording.
        """
        raise WorkshopError(
            f"A recording cannot be mended. Have the same happen to a running shop: "
            f"`incident = Incident({self.seed}, level={self.level}).start(field)`, and "
            "`investigate(incident, field)`."
        )

    def review(self, text: str) -> Feedback:
        """Hold a review of the incident against what a good one has; see `review`.

        Raises:
            WorkshopError: there is no answer yet.
        """
        return read(text, self.truth)

    def _answered(self) -> tuple[Answer, Score]:
        if self._answer is None or self._score is None:
            raise WorkshopError(
                "Answer first: case.answer(symptom=…, since=…, where=…, cause=…). Then the truth "
                f"is yours. So far: {len(self._journal.looks)} looks, "
                f"{in_minutes(self._journal.seconds)}, it is {time_of_day(self.scene.now())} there."
            )
        return self._answer, self._score
