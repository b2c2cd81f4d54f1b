"""Alerts after the fact: precision, recall and delay from when they fired; and what is said."""

import pytest

from lab_helpers.grading import Bench, Verdict
from lab_helpers.grading.judges.alert.firing import Spell
from lab_helpers.grading.judges.rules.rule_file import Rule
from lab_helpers.incident import judges
from lab_helpers.incident.alerts import AlertScore, Heard, merged
from lab_helpers.incident.judges import CatchesRecorded
from lab_helpers.incident.recording import Head
from lab_helpers.incident.truth import Happening
from tests.unit.incident.made_up import BEGAN, fault, truth

ZERO = BEGAN.timestamp()  # when the first fault begins
CALM = 60.0  # seconds of evaluations before it


def heard(seed: int, *spells: tuple[float, float], faults: tuple[Happening, ...] = ()) -> Heard:
    """What an alert did in an incident, in seconds after the first fault began."""
    head = Head(seed, 1, ZERO - 2 * CALM, ZERO + 90, "3.5.3")
    happened = truth(*(faults or (fault(),)))
    moved = tuple(Spell(ZERO + begin, ZERO + end) for begin, end in spells)
    return Heard(head, happened, moved, ZERO - CALM)


QUIET = (fault("memory-leak", "nobody", where=("web-1",)),)
LATER = (fault("errors", "errors"), fault(after=30))


def test_precision_recall_and_delay_are_of_what_fired_when() -> None:
    score = AlertScore(
        (
            heard(1, (10, 90)),
            heard(2, (-40, -30), (20, 90)),
            heard(3),
            heard(4, (5, 9), faults=QUIET),
        ),
        lambda happened: any(one.symptom == "slow" for one in happened.faults),
    )
    assert [each.head.seed for each in score.asked_for] == [1, 2, 3]
    assert score.recall == pytest.approx(2 / 3)
    assert score.precision == pytest.approx(3 / 4)
    assert score.delay == 15
    assert str(score) == (
        "It catches 2 of 3 incidents (recall 0.67), half of them within 15 s. "
        "False alarms: 1 (precision 0.75)."
    )
    table = score.table()
    assert list(table.seed) == [1, 2, 3, 4] and list(table.false_alarms) == [0, 1, 0, 0]
    assert table.after.fillna(-1).tolist() == [10, 20, -1, 5]
    assert "1 of" not in str(AlertScore((heard(3),), lambda happened: True))


def verdict(*found: Heard, monkeypatch: pytest.MonkeyPatch, name: str = "Waits") -> Verdict:
    """What is said of an alert that did this."""
    judge = CatchesRecorded(
        "Waits",
        {"severity": "critical"},
        wanted=lambda one: one.symptom == "slow",
        what="visitors wait",
        within=30.0,
        quiet=lambda one: one.symptom == "nobody",
    )
    rules = (Rule(True, name, "up == 0", 0, 0, {"severity": "critical"}, 0),)
    monkeypatch.setattr(judges, "rules_in", lambda answer, bench: rules)
    monkeypatch.setattr(judges, "listen", lambda rules, bench: found)
    return judge.judge("", Bench())


@pytest.mark.parametrize(
    ("found", "diagnosis", "words"),
    [
        ((heard(1), heard(4, faults=QUIET)), "never fires", "in none of the 2 recordings"),
        ((heard(1, (-60, 90)),), "fires always", "Of the 60 s in which nothing is wrong"),
        ((heard(1, (9, 90)), heard(2)), "not caught", "it is silent in 1, such as incident 2 (slo"),
        ((heard(1, (31, 90)),), "too late", "Of incident 1 (slow) it tells after 31 s"),
        (
            (heard(1, (-20, -10), (9, 90)),),
            "false alarm",
            "It fires before incident 1 (slow) at 20",
        ),
        ((heard(1, (9, 90)), heard(4, (5, 9), faults=QUIET)), "wrong incident", "incident 4 (nob"),
        ((heard(1, (9, 90), (12, 90)),), "one for each series", "there are 2 alerts at the same"),
        ((heard(1, (9, 90)),), "", "It catches 1 of 1 incidents (recall 1)"),
        ((heard(1, (9, 20), (20, 90)),), "", "precision 1"),
        ((heard(1, (9, 90)), heard(5, (50, 90), faults=LATER)), "", "catches 2 of 2"),
        ((heard(1, (9, 90)), heard(5, (3, 90), faults=LATER)), "", "catches 2 of 2"),
        ((heard(1, (9, 90)), heard(5, (65, 90), faults=LATER)), "too late", "incident 5"),
        ((heard(1, (9, 90)), heard(5, (3, 20), faults=LATER)), "not caught", "incident 5"),
    ],
)
def test_an_alert_is_told_what_it_did(
    found: tuple[Heard, ...], diagnosis: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = verdict(*found, monkeypatch=monkeypatch)
    assert (said.diagnosis, said.solved) == (diagnosis, not diagnosis), said.message
    assert words in said.message


def test_the_name_is_asked_for_when_all_else_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    said = verdict(heard(1, (9, 90)), monkeypatch=monkeypatch, name="Slow")
    assert said.diagnosis == "wrong name"


def test_two_rules_with_the_same_labels_are_one_alert() -> None:
    assert merged([Spell(5, 9), Spell(1, 3), Spell(3, 4), Spell(6, 7), Spell(8, 12)]) == [
        Spell(1, 4),
        Spell(5, 12),
    ]
