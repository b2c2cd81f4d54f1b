"""Tests of rules are right if they pass on good rules, and fail on rules that are broken."""

import re
from dataclasses import dataclass, field

from lab_helpers.grading.bench import WEEK, Bench, Services
from lab_helpers.grading.exercise import Verdict, missed, solved
from lab_helpers.grading.judges.kinds import TESTS, misfit
from lab_helpers.grading.judges.rules.refusals import not_yaml, refused
from lab_helpers.grading.judges.rules.rule_file import in_seconds
from lab_helpers.grading.judges.yaml_text import NotYaml, read
from lab_helpers.services import promtool

#: Tests each file, and says after its report how that went; ends where promtool itself ends badly.
_TEST_EACH = """for file in {files}; do
promtool test rules $file; status=$?; test $status -le 1 || exit; echo "== $status"
done"""
#: A report, and how it went; promtool before 3.0 begins it with the name of the file.
_REPORT = re.compile(r"(?:Unit Testing: .*\n)?((?s:.)*?)^== (\d)\n", re.MULTILINE)
_PASSED = "0"
#: Seconds for which promtool takes a sample for the present one.
_LOOKED_BACK = 300


@dataclass(frozen=True)
class Broken:
    """Rules with one thing wrong in them.

    unnoticed: the diagnosis of tests that pass on them. what: the same for a sentence, after
    "rules that".
    """

    unnoticed: str
    what: str
    rules: str


@dataclass(frozen=True)
class NoticesBrokenRules:
    """Judges a rules_test.yml by running it on good rules and on broken ones, as rules.yml."""

    rules: str
    broken: tuple[Broken, ...]
    services: Services = field(default_factory=lambda: WEEK)

    def judge(self, answer: str, bench: Bench) -> Verdict:
        """Have promtool run the tests on each of the rules."""
        try:
            read(answer)
        except NotYaml as problem:
            return not_yaml(problem)
        files = {}
        for number, rules in enumerate([self.rules, *(each.rules for each in self.broken)]):
            files[f"{number}/rules.yml"] = rules
            files[f"{number}/rules_test.yml"] = answer
        tests = " ".join(path for path in files if path.endswith("_test.yml"))
        status, words = promtool.run(bench.week, files, _TEST_EACH.format(files=tests))
        if status == promtool.OUT_OF_TIME:
            return missed(
                "too expensive",
                f"The tests take more than {promtool.EFFORT} s of a processor. A few minutes of "
                "made-up samples, one a minute, are enough.",
            )
        reports = _REPORT.findall(words)
        if len(reports) <= len(self.broken):
            return missed(
                "too much", "Its series take more memory than there is: how long are they?"
            )
        passed = [
            broken
            for broken, (_, status_on_it) in zip(self.broken, reports[1:], strict=True)
            if status_on_it == _PASSED
        ]
        report, status_on_good = reports[0]
        if status_on_good != _PASSED:
            return _fails_on_good(report, answer, self.rules)
        if len(passed) == len(self.broken):
            return missed(
                "tests nothing",
                "It passes, but on broken rules it passes too, on every one of them. Which moment "
                "does it look at, and what does it expect there?",
            )
        for broken in passed:
            return missed(
                broken.unnoticed,
                f"It passes on the good rules, and also on rules that {broken.what}: "
                f"{len(self.broken) - len(passed)} of {len(self.broken)} broken ones are noticed.",
            )
        return solved(
            f"It passes on the good rules and notices all {len(self.broken)} broken ones."
        )


def _fails_on_good(report: str, answer: str, rules: str) -> Verdict:
    """What is wrong with tests that fail on good rules."""
    if "no file match pattern" in report:
        return missed(
            "no rules found",
            "promtool finds no rules to test: the rules are in rules.yml, beside this file.",
        )
    if "exp:" not in report and "got" not in report:
        return misfit(answer, TESTS) or refused(report)
    tests = read(answer)
    known = {rule["alert"] for group in read(rules)["groups"] for rule in group["rules"]}
    for test in tests.get("tests") or ():
        step = in_seconds(test.get("interval") or tests.get("evaluation_interval") or "1m")
        values = [each.get("values") or "" for each in test.get("input_series") or ()]
        end = step * (max(map(_samples, values), default=1) - 1)
        for case in test.get("alert_rule_test") or ():
            if not case.get("exp_alerts"):
                continue
            if case.get("alertname") not in known:
                return missed(
                    "wrong name",
                    f"A test expects an alert, but no rule is called {case.get('alertname')}: look "
                    "at `alertname`.",
                )
            if in_seconds(case.get("eval_time") or "") >= end + _LOOKED_BACK:
                return missed(
                    "samples end early",
                    f"At {case['eval_time']} a test expects an alert, but its samples end after "
                    f"{end / 60:g} minutes: how many are there, and how far apart?",
                )
    return missed(
        "fails on good rules",
        "The rules are right, and yet a test fails on them. promtool says:\n\n"
        + report.partition("FAILED:")[2].strip("\n"),
    )


def _samples(values: str) -> int:
    """How many samples promtool's notation stands for: 1x5 for six, _x5 for five."""
    count = 0
    for each in values.split():
        times = re.search(r"x(\d+)$", each)
        count += int(times[1]) + (not each.startswith("_")) if times else 1
    return count
