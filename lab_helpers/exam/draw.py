"""Which questions make an exam: drawn from a seed, in the weights of the curriculum."""

from random import Random

from lab_helpers.errors import WorkshopError
from lab_helpers.exam.curriculum import domains
from lab_helpers.exam.questions import Question, questions

QUESTIONS = 60
#: Seconds for each question: 90 minutes for 60.
PACE = 90


def shares(count: int) -> dict[str, int]:
    """How many of so many questions each domain has, by its name.

    What is left over goes to the domains that the rounding down cost most.
    """
    exact = {domain.name: domain.weight * count / 100 for domain in domains()}
    whole = {name: int(part) for name, part in exact.items()}
    by_loss = sorted(exact, key=lambda name: whole[name] - exact[name])
    for name in by_loss[: count - sum(whole.values())]:
        whole[name] += 1
    return whole


def drawn(seed: int, count: int = QUESTIONS) -> list[tuple[Question, tuple[int, ...]]]:
    """So many different questions, each with the order in which its choices are shown.

    Within a domain the objectives take turns, so that each has its share.

    Raises:
        WorkshopError: there are not so many.
    """
    if not 1 <= count <= _most():
        raise WorkshopError(f"An exam has 1 to {_most()} questions, not {count}.")
    random = Random(seed)
    chosen: list[Question] = []
    for domain in domains():
        piles = [list(questions()[objective.name]) for objective in domain.objectives]
        random.shuffle(piles)
        for pile in piles:
            random.shuffle(pile)
        turns = [
            pile[turn] for turn in range(max(map(len, piles))) for pile in piles if turn < len(pile)
        ]
        chosen += turns[: shares(count)[domain.name]]
    random.shuffle(chosen)
    return [(each, _shuffled(random, len(each.choices))) for each in chosen]


def _shuffled(random: Random, count: int) -> tuple[int, ...]:
    order = list(range(count))
    random.shuffle(order)
    return tuple(order)


def _most() -> int:
    """How many questions an exam may have: as many as leave each domain its share."""
    held = {
        domain.name: sum(len(questions()[one.name]) for one in domain.objectives)
        for domain in domains()
    }
    fits = (
        n for n in range(sum(held.values()), 0, -1) if all(shares(n)[d] <= held[d] for d in held)
    )
    return next(fits)
