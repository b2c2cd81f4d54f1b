"""Whatever is written where PromQL is asked for, there is a verdict, soon, and no traceback."""

import time
from collections.abc import Iterator

import pytest

from lab_helpers.grading import Bench, catalogue, check

EXERCISE = catalogue.exercise("02.1")
EXPENSIVE = "too expensive"
ANY = {
    "empty": ("", "no answer"),
    "comments": ("# later\n  # really", "no answer"),
    "binary": (bytes(range(256)).decode("latin-1"), "not text"),
    "English": ("How many requests are there? I don't know!", "syntax error"),
    "a word": ("requests", "no such metric"),
    "YAML": ("groups:\n- name: shop\n  rules: []", "not PromQL"),
    "a program": ("import os\nos.system('rm -rf /')", "syntax error"),
    "emoji": ("sum(🔥)", "syntax error"),
    "a number": ("42", "scalar, not vector"),
    "a text": ('"POST"', "text, not series"),
    "long": ("x" * 40_000, "no such metric"),
    "too long": ("x" * 60_000, "too long"),
    "long sum": (" + ".join(["vector(1)"] * 300), "label lost"),
    "deep": ("(" * 2_000 + "up" + ")" * 2_000, "wrong label"),
    "unclosed": ("(" * 20_000, "syntax error"),
    "signs": ("-" * 2_000 + "up", "wrong label"),
    "every series": ('{__name__=~".+"}', "label too many"),
    "every sample": ('{__name__=~".+"}[1w]', "range without function"),
    "huge answer": (f'label_replace({{__name__=~".+"}}, "x", "{"y" * 9_000}", "", "")', EXPENSIVE),
    "subquery": ('sum_over_time({__name__=~".+"}[1w:1s])', EXPENSIVE),
    "subqueries": ("max_over_time(rate(sum(up)[1w:1s])[1w:1s])", EXPENSIVE),
    "empty label": ('{job=""}', "syntax error"),
    "many results": ('count_values("v", {__name__=~".+"})', "wrong label"),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """A bench that has answered once: the first query reads the week from disk."""
    with Bench(name="any-promql") as bench:
        assert check(EXERCISE, EXERCISE.solution, bench).solved
        yield bench


@pytest.mark.parametrize(("answer", "diagnosis"), ANY.values(), ids=ANY)
def test_there_is_a_verdict(answer: str, diagnosis: str, bench: Bench) -> None:
    begun = time.monotonic()
    verdict = check(EXERCISE, answer, bench)
    assert verdict.diagnosis == diagnosis, verdict.message
    assert 20 < len(verdict.message) < 2_000
    assert time.monotonic() - begun < 20, "a second or so, three where it is refused as expensive"
