"""`for`, alerts held against incidents, and promtool's refusals, without an engine."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lab_helpers.grading.judges.alert.case import Case, Incident
from lab_helpers.grading.judges.alert.faults import DIAGNOSES
from lab_helpers.grading.judges.alert.firing import Spell, firing, held
from lab_helpers.grading.judges.alert.week import FIRST, LAST, Watched
from lab_helpers.grading.judges.rules.refusals import refused
from lab_helpers.grading.judges.rules.rule_file import Rule
from lab_helpers.grading.judges.yaml_text import NotYaml, read
from lab_helpers.history import END, START
from lab_helpers.promql.explain.asking import Prometheus, Refused

MINUTE = 60.0


def spells(pattern: str) -> list[Spell]:
    """When the condition held, from a sign a minute: x where it held."""
    return held([sign == "x" for sign in pattern], [i * MINUTE for i in range(len(pattern))])


def fired(pattern: str, hold: float, keep: float = 0) -> str:
    """Which of the minutes have a firing alert."""
    found = firing(spells(pattern), hold * MINUTE, keep * MINUTE)
    return "".join(
        "F" if any(spell.begin <= i * MINUTE < spell.end for spell in found) else "."
        for i in range(len(pattern))
    )


@pytest.mark.parametrize(
    ("pattern", "hold", "keep", "wanted"),
    [
        (".xxx.", 0, 0, ".FFF."),
        (".xxxx.", 2, 0, "...FF."),
        (".xx..xxx", 2, 0, ".......F"),  # a gap begins the wait anew
        (".xx.", 1.5, 0, "...."),  # an evaluation decides, and there is none after 90 s
        (".xxx.", 1.5, 0, "...F."),
        (".x....", 0, 2, ".FFF.."),
        (".x..x...", 0, 2, ".FFFFFF."),  # kept until the condition is back
        (".x...x..", 0, 2, ".FFF.FFF"),
        ("xx..x...", 1, 2, ".FFFFFF."),  # and then `for` does not begin anew
    ],
)
def test_for_and_keep_firing_for(pattern: str, hold: float, keep: float, wanted: str) -> None:
    assert fired(pattern, hold, keep) == wanted


class Silent(Prometheus):
    """A Prometheus that refuses whatever it is asked."""

    def __init__(self) -> None:
        pass

    def ask(self, expr: str, at: float) -> None:  # type: ignore[override]
        raise Refused("query", "there is none")


def at(minute: float) -> datetime:
    return datetime.fromtimestamp(START.timestamp() + 86_400 + minute * MINUTE, UTC)


INCIDENT = Incident("the test", start=at(10), end=at(30), by=at(14), over_by=at(35))


def diagnosis(*runs: tuple[float, float], hold: float = 0, labels: tuple[str, ...] = ()) -> str:
    """What is said of an alert whose condition held from minute to minute, in series of labels."""
    held_by: dict[frozenset[tuple[str, str]], list[Spell]] = {}
    for number, (begin, end) in enumerate(runs):
        series = frozenset({("instance", labels[number] if labels else "one")})
        spell = Spell(at(begin).timestamp(), at(end).timestamp())
        held_by.setdefault(series, []).append(spell)
    rule = Rule(True, "Test", "up == 0", hold * MINUTE, 0, {}, 0)
    case = Case((Watched(rule, held_by, MINUTE),), (INCIDENT,), Silent())
    found = (diagnose(case) for diagnose in DIAGNOSES)
    return next((verdict.diagnosis for verdict in found if verdict), "")


def test_an_alert_in_time_is_right() -> None:
    assert diagnosis((11, 31), hold=2) == ""


def test_hours_in_which_nothing_is_wrong_are_those_of_the_week() -> None:
    rule = Rule(True, "Test", "vector(1)", 0, 0, {}, 0)
    always = Spell(FIRST, LAST + MINUTE)  # the last evaluation holds until the next
    watched = Watched(rule, {frozenset(): [always]}, MINUTE)
    half = replace(INCIDENT, start=at(-100_000), end=START + (END - START) / 2)
    for incidents, seconds in (
        ((INCIDENT,), LAST - FIRST - 20 * MINUTE),
        ((half,), (LAST - START.timestamp()) / 2),
        ((half, INCIDENT), (LAST - START.timestamp()) / 2),
        ((replace(INCIDENT, end=at(100_000)),), at(10).timestamp() - FIRST),
    ):
        case = Case((watched,), incidents, Silent())
        begun_outside = any(one.spell.begin <= FIRST < one.spell.end for one in incidents)
        assert case.seconds_of_false_alarms == (0 if begun_outside else seconds)
    found = DIAGNOSES[2](Case((watched,), (replace(INCIDENT, end=at(100_000)),), Silent()))
    assert found and found.diagnosis == "fires always" and " 24.1 hours " in found.message


@pytest.mark.parametrize(
    ("runs", "hold", "labels", "wanted"),
    [
        ([], 0, (), "never true"),
        ([(11, 31)], 30, (), "for too long"),
        ([(11, 31)], 5, (), "for too long"),
        ([(16, 31)], 0, (), "too late"),
        ([(100, 120)], 0, (), "not caught"),
        ([(11, 31), (100, 9000)], 0, (), "fires always"),
        ([(11, 31), (100, 160)], 0, (), "false alarm"),
        ([(11, 31), (100, 101)], 0, (), "for too short"),
        ([(5, 31)], 0, (), "false alarm"),
        ([(11, 20)], 0, (), "ends too early"),
        ([(11, 20), (22, 31)], 0, (), "flaps"),
        ([(11, 31), (11, 31)], 0, ("one", "two"), "one for each series"),
        ([(11, 20), (20, 31)], 0, ("one", "two"), "labels change"),
        ([(11, 50)], 0, (), "resolves late"),
    ],
)
def test_what_an_alert_does_wrong_has_a_name(
    runs: list[tuple[float, float]], hold: float, labels: tuple[str, ...], wanted: str
) -> None:
    assert diagnosis(*runs, hold=hold, labels=labels) == wanted


def test_a_refusal_names_the_line_of_the_answer() -> None:
    words = "FAILED:\nrules.yml: yaml: unmarshal errors:\n  line 6: field fro not found in type X"
    verdict = refused(words, lines_before=4)
    assert verdict.diagnosis == "unknown field"
    assert verdict.message.startswith("Line 2:")
    assert "for?" in verdict.message


def test_a_text_that_is_no_yaml_is_told_its_place() -> None:
    with pytest.raises(NotYaml, match="Line 2, character 3"):
        read("a: 1\n b: 2\n")


@pytest.mark.parametrize("text", ["[" * 50_000, "- " * 25_000, "{" * 61, "a: &a [*a"])
def test_a_text_that_no_reader_gets_through_is_refused_at_once(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(NotYaml):
        read(text)
    assert time.monotonic() - began < 5


def test_scalars_stay_as_they_were_written() -> None:
    assert read("{a: 09:00, b: yes, c: 2026-99-99}") == {
        "a": "09:00",
        "b": "yes",
        "c": "2026-99-99",
    }
