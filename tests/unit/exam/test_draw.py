"""An exam is drawn in the curriculum's weights, without repetition, the same from the same seed."""

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.exam import domains, questions
from lab_helpers.exam.draw import drawn, shares


def test_sixty_questions_in_the_published_weights() -> None:
    assert shares(60) == {
        "observability": 11,
        "fundamentals": 12,
        "promql": 17,
        "instrumentation": 9,
        "alerting": 11,
    }


@pytest.mark.parametrize("seed", range(20))
def test_each_objective_has_its_turn_and_no_question_comes_twice(seed: int) -> None:
    exam = [question for question, _ in drawn(seed)]
    assert len({question.name for question in exam}) == len(exam) == 60
    assert {question.objective for question in exam} == questions().keys()
    for domain in domains():
        names = {objective.name for objective in domain.objectives}
        assert sum(q.objective in names for q in exam) == shares(60)[domain.name]


def test_a_seed_is_an_exam() -> None:
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_choices_are_shuffled_and_all_there() -> None:
    orders = [order for _, order in drawn(7)]
    assert all(sorted(order) == list(range(len(order))) for order in orders)
    first = [order.index(0) for order in orders]
    assert {first.count(place) > 5 for place in range(4)} == {True}


@pytest.mark.parametrize("count", [1, 2, 10, 59, 100, 150])
def test_any_number_of_questions_keeps_the_weights(count: int) -> None:
    assert sum(shares(count).values()) == len(drawn(1, count)) == count
    for domain in domains():
        assert abs(shares(count)[domain.name] - domain.weight * count / 100) < 1


@pytest.mark.parametrize("count", [0, -1, 10_000])
def test_other_numbers_are_refused(count: int) -> None:
    with pytest.raises(WorkshopError, match=f"not {count}"):
        drawn(1, count)
