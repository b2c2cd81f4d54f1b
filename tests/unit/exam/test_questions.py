"""The questions are fair in form: enough, told apart, explained, and taught where they say."""

from collections import Counter

import pytest

from lab_helpers.exam import Place, Question, questions
from lab_helpers.exam.questions import FOLDER
from lab_helpers.exam.shown import explanation
from lab_helpers.exam.shown import question as shown
from lab_helpers.exam.sitting import Item
from lab_helpers.setup.images import ROOT

EVERY = [each for some in questions().values() for each in some]
NAMES = [each.name for each in EVERY]
#: What is not shown as it is written: a time of the clock, and how far apart samples are.
TIMES = {"at", "every"}


def item(question: Question) -> Item:
    return Item(question, tuple(range(len(question.choices))))


def test_there_are_enough_and_each_has_its_name() -> None:
    assert len(EVERY) >= 150
    assert [name for name, count in Counter(NAMES).items() if count > 1] == []


def test_files_are_short_and_none_is_forgotten() -> None:
    files = list(FOLDER.glob("*/*.toml"))
    assert {file.stem for file in files} == questions().keys()
    assert all(len(file.read_text().splitlines()) < 300 for file in files)


@pytest.mark.parametrize("question", EVERY, ids=NAMES)
def test_a_question_is_whole(question: Question) -> None:
    assert (len(question.right), len(question.wrong)) in {(1, 3), (2, 3)}
    assert len(set(question.choices)) == len(question.choices)
    assert question.ask.endswith(("?", "with the answer -2?"))
    assert all(len(why) > 10 and why[0] != " " for _, why in question.wrong)
    assert len(question.why) > 30
    assert question.read
    for text in question.read:
        Place.of(text)
    if len(question.right) == 2:
        assert "*two*" in question.ask
    if question.proof["kind"] == "source":
        assert all(source.startswith("https://") for source in question.proof["source"])


@pytest.mark.parametrize("question", EVERY, ids=NAMES)
def test_all_that_is_given_is_shown(question: Question) -> None:
    text = shown(item(question), 100)
    flat = "".join(text.split())
    for kind, given in question.given.items():
        assert kind in TIMES or "".join(given.split()) in flat
    for choice in question.choices:
        assert "".join(choice.split()) in flat
    assert "".join(question.why.split()) in "".join(explanation(1, item(question), 100).split())
    assert question.why not in text


@pytest.mark.parametrize("question", EVERY, ids=NAMES)
def test_a_question_is_kept_and_read_again(question: Question) -> None:
    assert Question.of(question.table()) == question


@pytest.mark.parametrize(
    "table",
    [{}, {"name": "a/b"}, {**EVERY[0].table(), "more": 1}, {**EVERY[0].table(), "wrong": ["x"]}],
)
def test_what_is_no_question_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Question.of(table)


def test_the_longest_choice_is_not_the_one_to_guess() -> None:
    facts = [each for each in EVERY if each.proof["kind"] == "source"]
    longest = [
        each
        for each in facts
        if max(map(len, each.right)) > max(len(text) for text, _ in each.wrong)
    ]
    assert len(longest) < 0.4 * len(facts)


def test_the_readme_says_how_many_there_are() -> None:
    assert f"60 questions in 90 minutes, of {len(EVERY)}," in (ROOT / "README.md").read_text()
