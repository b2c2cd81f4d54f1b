"""Each question's right choice is right, and each wrong one is wrong: they are run.

A kind of proof runs all its questions at once: one promtool, one Prometheus, one Alertmanager.
"""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import partial

import prometheus_client
import pytest

from lab_helpers import PrometheusContainer, StaticPageContainer
from lab_helpers.exam import Question, questions
from lab_helpers.exam.curriculum import domains
from lab_helpers.grading.bench import Bench
from lab_helpers.grading.judges.routing import STAGE
from tests.containers.exam import by_alertmanager, by_prometheus, by_promtool
from tests.containers.exam.claims import claims, groups_of

EVERY = [each for some in questions().values() for each in some]
RUN = [each for each in EVERY if each.proof["kind"] != "source"]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench("exam") as bench:
        config = "scrape_configs: []"
        asked = partial(PrometheusContainer, config, name="asked")
        page = partial(StaticPageContainer, "up_to_now 1\n", name="page")
        bench.start({"asked": asked, "page": page, **STAGE})
        yield bench


@pytest.fixture(scope="module")
def fits(bench: Bench) -> dict[str, list[bool]]:
    """Of each question's choices, whether the real thing agrees."""
    found: dict[str, list[bool]] = {}
    asked = groups_of(EVERY, "answer", "query")
    for name, answers in by_promtool.answers(bench["asked"], asked).items():
        question = next(each for each in asked if each.name == name)
        if question.proof["kind"] == "answer":
            found[name] = [answers[0].is_what(text) for text, _ in claims(question)]
        else:
            wanted = question.proof["answer"].strip("\n")
            found[name] = [answer.is_what(wanted) for answer in answers]
    looked_at = groups_of(EVERY, "scrape")
    stored = by_prometheus.scraped(bench["asked"], bench["page"], looked_at)
    for each in looked_at:
        found[each.name] = [stored[each.name].is_what(text) for text, _ in claims(each)]
    checked = groups_of(EVERY, "check")
    of_alertmanager = [each for each in checked if each.proof["tool"] == "alertmanager"]
    of_promtool = [each for each in checked if each not in of_alertmanager]
    found |= by_promtool.accepted(bench["asked"], of_promtool)
    found |= by_prometheus.targets(bench["asked"], groups_of(EVERY, "target"))
    for each in [*groups_of(EVERY, "route", "messages", "held", "silence"), *of_alertmanager]:
        found[each.name] = by_alertmanager.fits(bench, each)
    for each in checked:
        if each.proof.get("right_is") == "refused":
            found[each.name] = [not taken for taken in found[each.name]]
    for each in groups_of(EVERY, "output"):
        found[each.name] = [text in printed(each) for text, _ in claims(each)]
    return found


def printed(question: Question) -> set[str]:
    """The last line that the program of a question prints, or what exception ends it."""
    out = io.StringIO()
    code = question.proof.get("code") or question.given["code"]
    with redirect_stdout(out):
        try:
            exec(code, dict(vars(prometheus_client)))
        except Exception as problem:
            return {each.__name__ for each in type(problem).mro()}
    return {out.getvalue().strip().rpartition("\n")[2]}


@pytest.mark.parametrize("question", RUN, ids=[each.name for each in RUN])
def test_the_right_choice_is_right_and_the_wrong_ones_are_wrong(
    question: Question, fits: dict[str, list[bool]]
) -> None:
    assert dict(zip(question.choices, fits[question.name], strict=True)) == {
        text: at < len(question.right) for at, text in enumerate(question.choices)
    }


def test_most_of_them_are_run() -> None:
    run = Counter(each.objective for each in RUN)
    assert len(RUN) >= len(EVERY) / 2
    in_promql = next(domain for domain in domains() if domain.name == "promql").objectives
    asked = sum(len(questions()[objective.name]) for objective in in_promql)
    assert sum(run[objective.name] for objective in in_promql) >= asked - 2
