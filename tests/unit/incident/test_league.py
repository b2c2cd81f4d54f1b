"""Results as lines of text: written, pasted, read again, and put into a table."""

from pathlib import Path

import pytest

from lab_helpers.grading import record
from lab_helpers.incident import league
from lab_helpers.incident.journal import Journal
from lab_helpers.incident.league import Result
from lab_helpers.incident.score import judged
from tests.unit.incident.made_up import truth
from tests.unit.incident.test_score import answer


def result(name: str, cause: str = "slow-query", seed: int = 7) -> Result:
    given = answer(cause=cause)
    return Result.of(name, seed, 2, judged(given, truth(), Journal()), Journal())


@pytest.mark.parametrize(
    "name", ["", "Ann", "Ann Lee", "O'Neill", 'the "A" team', "Žofie=1", "a\nb"]
)
def test_a_line_is_read_as_it_was_written(name: str) -> None:
    written = result(name)
    assert "\n" not in str(written)
    assert Result.read(str(written)) == written
    assert Result.read(f"  > {written}\r") == written, "as it comes out of a chat"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "incident:",
        "incident: name=Ann",
        "incident: name='Ann",
        str(result("Ann"))[9:],
        str(result("Ann")).replace("points=100", "points=110"),
        str(result("Ann")).replace("seed=7", "seed=seven"),
        str(result("Ann")) + " more=1",
    ],
)
def test_what_is_no_result_or_was_changed_is_passed_over(line: str) -> None:
    assert Result.read(line) is None


def test_the_table_is_by_incident_and_best_first() -> None:
    text = "\n".join(
        ["Hello all!", *map(str, [result("Ann", "dns"), result("Bo"), result("Cy", seed=9)])] * 2
    )
    table = league.table(league.results(text))
    first, second = table.split("\n\n")
    lines = first.splitlines()
    assert lines[0] == "Incident 7"
    assert lines[1].split()[:5] == ["who", "points", "symptom", "since", "where"]
    assert [line.split()[:3] for line in lines[2:]] == [["1.", "Bo", "100"], ["2.", "Ann", "70"]]
    assert second.splitlines()[0] == "Incident 9"


def test_a_text_without_results_says_what_a_result_is() -> None:
    assert league.table(league.results("nobody played")) == league.NONE


def test_own_results_are_kept_and_found_by_incident(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "made" / "progress.jsonl"))
    assert league.past() == []
    for each in (result(""), result("", seed=9), result("", "dns")):
        league.keep(each)
    with league.file().open("a") as kept:
        kept.write("half a li")
    assert [one.seed for one in league.past()] == [7, 9, 7]
    assert [one.points for one in league.past(7)] == [100, 70]
