"""Tests of rules are right if they pass on good rules, and fail on rules that are broken."""

import re
from dataclasses import dataclass, field

from ...bench import WEEK, Bench, Services
from ...exercise import Verdict, missed, solved
from ..yaml_text import NotYaml, read
from . import promtool
from .refusals import not_yaml, refused

#: What promtool begins the report on each file with, and that on a file whose tests all pass.
_REPORT = re.compile(r"^Unit Testing:  \S+\n", re.MULTILINE)
_PASSED = "  SUCCESS"


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
        # in one go: starting it takes longer than a test
        status, words = promtool.run(bench, files, f"promtool test rules {tests}")
        if status == promtool.OUT_OF_TIME:
            return missed(
                "too expensive",
                f"The tests take more than {promtool.LONGEST} s. A few minutes of made-up samples, "
                "one a minute, are enough.",
            )
        reports = _REPORT.split(words)[1:]
        if len(reports) <= len(self.broken):
            return missed(
                "too much", "Its series take more memory than there is: how long are they?"
            )
        passed = [
            broken
            for broken, report in zip(self.broken, reports[1:], strict=True)
            if report.startswith(_PASSED)
        ]
        if not reports[0].startswith(_PASSED):
            return _fails_on_good(reports[0])
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


def _fails_on_good(report: str) -> Verdict:
    """What is wrong with tests that fail on good rules."""
    if "no file match pattern" in report:
        return missed(
            "no rules found",
            "promtool finds no rules to test: the rules are in rules.yml, beside this file.",
        )
    if "exp:" not in report and "got" not in report:
        return refused(report)
    return missed(
        "fails on good rules",
        "The rules are right, and yet a test fails on them. promtool says:\n\n"
        + report.partition("FAILED:")[2].strip("\n"),
    )
