"""promtool on the files of an answer, whatever shell and `timeout` the image brings."""

from collections.abc import Iterator

import pytest

from lab_helpers.grading.bench import WEEK, Bench
from lab_helpers.services import promtool

RULES = "groups: [{name: g, rules: [{record: ours, expr: sum(up)}]}]"
#: A hundred thousand evaluations.
SLOW = """
rule_files: [rules.yml]
evaluation_interval: 1s
tests:
- interval: 1s
  input_series: [{series: up, values: 0+1x100000}]
  promql_expr_test: [{expr: ours, eval_time: 100000s, exp_samples: [{labels: ours, value: 1}]}]
"""
FILES = {"rules.yml": RULES, "slow.yml": SLOW}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench("promtool") as bench:
        bench.start(WEEK)
        yield bench


def test_a_script_says_how_it_went(bench: Bench) -> None:
    script = "promtool check rules rules.yml; promtool check rules none.yml; echo = $?"
    status, words = promtool.run(bench.week, FILES, script)
    assert status == 0
    assert "1 rules found" in words and words.endswith("= 1\n")


def test_what_takes_too_long_is_ended_with_all_that_follows(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promtool, "EFFORT", 1)
    script = "for n in 1 2 3; do promtool test rules slow.yml; done; echo over"
    status, words = promtool.run(bench.week, FILES, script)
    assert status == promtool.OUT_OF_TIME
    assert "over" not in words
    assert "promtool" not in bench.week.run("sh", "-c", "cat /proc/[0-9]*/comm")


def test_what_waits_for_a_busy_machine_is_not_ended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promtool, "EFFORT", 1)
    status, words = promtool.run(bench.week, FILES, "sleep 3; promtool check rules rules.yml")
    assert status == 0
    assert "1 rules found" in words


def test_what_waits_for_ever_is_ended(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promtool, "_PATIENCE", 2)
    script = "mkfifo never.yml; promtool check rules never.yml; echo over"
    status, words = promtool.run(bench.week, FILES, script)
    assert status == promtool.OUT_OF_TIME
    assert "over" not in words
