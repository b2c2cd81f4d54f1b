"""An answer held against the truth: points, and what is said of each part."""

from datetime import timedelta

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.incident.answer import Answer, moment
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.score import FEW, MOST, QUICK, judged
from lab_helpers.incident.truth import Truth
from tests.unit.incident.made_up import BEGAN, DAY, fault, lead, truth


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def answer(symptom: str = "slow", since: str = "20:02:00", where: str = "mysql",
           cause: str = "slow-query") -> Answer:  # fmt: skip
    return Answer.of(symptom, since, where, cause, day=DAY.timestamp())


def points(given: Answer, of: Truth, journal: Journal | None = None) -> dict[str, float]:
    score = judged(given, of, journal or Journal())
    return {part.name: part.points for part in score.parts}


def test_what_is_all_right_has_all_points() -> None:
    score = judged(answer(), truth(), Journal())
    assert score.points == sum(MOST.values()) == 100
    assert points(answer(), truth()) == MOST
    assert "Not taken: backup." in score.of("leads").why


@pytest.mark.parametrize(
    ("said", "part", "share", "why"),
    [
        (answer(symptom="errors"), "symptom", 0, "Missed: slow. Not so: errors. In truth visitors"),
        (answer(symptom="slow, errors"), "symptom", 1 / 2, "Right: slow. Not so: errors."),
        (answer(where="mysql web-1"), "where", 1 / 2, "Right: mysql. Not so: web-1."),
        (answer(where="nginx"), "where", 0, "Missed: mysql. Not so: nginx."),
        (answer(cause="dns"), "cause", 0, "Missed: slow-query. Not so: dns. slow-query: It"),
        (answer(cause="slow-query backup"), "cause", 1 / 2, "Not so: backup."),
        (answer(cause="backup"), "leads", 0, "Taken: backup. It is every night."),
        (answer(since="20:02:05"), "since", 1, "Right: slow-query began at 20:02:00."),
        (answer(since="20:02:35"), "since", 1 / 2, "35 s too late"),
        (answer(since="20:01:25"), "since", 1 / 2, "35 s too early"),
        (answer(since="20:02:30"), "since", 35 / 60, "nearer to the false lead backup, from"),
        (answer(since="20:02:12"), "since", 53 / 60, "It took a while to show"),
        (answer(since="20:03:05"), "since", 0, "65 s too late"),
        (answer(since="03:00"), "since", 0, "too early"),
    ],
)  # fmt: skip
def test_what_is_missed_costs_its_points_and_says_why(
    said: Answer, part: str, share: float, why: str
) -> None:
    found = judged(said, truth(), Journal()).of(part)
    assert found.points == pytest.approx(share * MOST[part])
    assert why in found.why


def test_two_faults_are_both_asked_for_and_the_first_is_the_beginning() -> None:
    both = truth(fault("errors", "errors", 20, ("web-1", "web-2")), fault())
    half = points(answer(), both)
    assert half["cause"] == MOST["cause"] / 2
    assert half["where"] == pytest.approx(MOST["where"] / 3)
    assert half["since"] == MOST["since"]
    whole = answer("errors slow", where="mysql, web-1, web-2", cause="errors slow-query")
    assert judged(whole, both, Journal()).points == 100


def test_a_time_that_is_nearer_to_the_other_fault_is_told_so() -> None:
    both = truth(fault(), fault("errors", "errors", 20))
    why = judged(answer(since="20:02:19"), both, Journal()).of("since").why
    assert "nearer to the fault errors, from 20:02:20" in why


@pytest.mark.parametrize(
    ("symptoms", "said", "share"),
    [
        (("slow", "nobody"), "slow", 1),
        (("slow", "nobody"), "slow, nobody", 1),
        (("slow", "blind"), "blind", 0),
        (("slow", "blind"), "slow, nobody", 1 / 2),
        (("nobody", "blind"), "nobody, blind", 1),
        (("nobody", "blind"), "blind", 1 / 2),
    ],
)
def test_that_one_fault_hurts_nobody_need_not_be_said_where_another_does(
    symptoms: tuple[str, str], said: str, share: float
) -> None:
    one, other = symptoms
    both = truth(fault("slow-query", one), fault("errors", other))
    assert points(answer(said), both)["symptom"] == pytest.approx(share * MOST["symptom"])


def test_without_false_leads_none_can_be_taken() -> None:
    assert points(answer(cause="backup"), truth(fault()))["leads"] == MOST["leads"]


def test_one_of_two_false_leads_costs_half() -> None:
    both = truth(fault(), lead(), lead("crawler", 5))
    assert points(answer(cause="slow-query crawler"), both)["leads"] == MOST["leads"] / 2


def test_a_false_lead_that_was_thought_of_and_dropped_costs_nothing() -> None:
    journal = Journal()
    for cause in ("backup", "", "dns"):
        journal.think("is it that?", cause)
    found = judged(answer(), truth(fault(), lead(), lead("crawler", 5)), journal).of("leads")
    assert found.points == MOST["leads"]
    assert found.why == "Not taken: backup, crawler. Thought of, and dropped: backup."


def test_many_looks_and_much_time_cost_little_and_looks_without_a_hypothesis_nothing() -> None:
    clock = Clock()
    journal = Journal(clock)
    for number in range(FEW + 3):
        if number < 4:
            journal.think("it is the database")
        journal.look("query", "up", 0, 0)
    assert journal.blind == FEW - 1
    clock.seconds += QUICK + 120
    scored = points(answer(), truth(), journal)
    assert scored["looks"] == pytest.approx(MOST["looks"] - 1)
    assert scored["time"] == pytest.approx(MOST["time"] - 1)
    score = judged(answer(), truth(), journal)
    assert "9 of them without a hypothesis (that costs no points)" in score.of("looks").why
    assert score.of("time").why == "7 min 0 s."


def test_a_thought_belongs_to_one_look_and_a_closed_journal_takes_nothing_more() -> None:
    journal = Journal(Clock())
    journal.think("visitors wait", "slow-query")
    journal.look("query", "a", 1, 1)
    journal.look("query", "b", 1, 1)
    assert [look.thought is None for look in journal.looks] == [False, True]
    journal.close()
    journal.think("late")
    journal.look("query", "c", 1, 1)
    assert (len(journal.thoughts), len(journal.looks), journal.blind) == (1, 2, 1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"cause": "slow-qery"}, "'slow-qery' is no cause that this workshop knows; did you mean "),
        ({"cause": ""}, "Name at least one cause. There are: replica-crash,"),
        ({"symptom": "everything"}, "'everything' is no symptom that this workshop knows. There "),
        ({"where": "the moon"}, "'the' is no place that this workshop knows"),
        ({"since": "yesterdayish"}, "'yesterdayish' is no moment."),
    ],
)
def test_a_word_that_nobody_knows_is_told_with_those_that_there_are(
    given: dict[str, str], message: str
) -> None:
    with pytest.raises(WorkshopError) as caught:
        answer(**given)
    assert message in str(caught.value)


def test_words_may_be_given_in_any_dress() -> None:
    assert answer(where=" MySQL;web-1 ").where == {"mysql", "web-1"}
    given = Answer.of(["slow"], BEGAN, {"mysql"}, ("slow-query",), day=0.0)
    assert given == answer()


@pytest.mark.parametrize(
    "said", ["20:02", "20:02:00", "2026-11-28 20:02", BEGAN, BEGAN.timestamp(), " 20:02:00.0 "]
)
def test_a_moment_may_be_a_time_of_day(said: str) -> None:
    later_that_day = (DAY + timedelta(hours=2)).timestamp()
    assert moment(said, later_that_day) == BEGAN.timestamp()
