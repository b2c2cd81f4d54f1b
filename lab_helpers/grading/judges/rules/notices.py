"""Tests of rules are right if they pass on good rules, and fail on rules that are broken."""

from dataclasses import dataclass, field

from ...bench import WEEK, Bench, Services
from ...exercise import Verdict, missed, solved
from ..yaml_text import NotYaml, read
from . import promtool
from .refusals import not_yaml, refused


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
        files = {"rules.yml": self.rules, "rules_test.yml": answer}
        status, words = promtool.run(bench, files, "promtool test rules rules_test.yml")
        if status:
            return _fails_on_good(status, words)
        passed = self._passed(answer, bench)
        if passed is None:
            return _out_of_time()
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

    def _passed(self, answer: str, bench: Bench) -> list[Broken] | None:
        """The broken rules on which the tests pass; None if that cannot be found out in time."""
        files = {}
        for number, broken in enumerate(self.broken):
            files[f"{number}/rules.yml"] = broken.rules
            files[f"{number}/rules_test.yml"] = answer
        script = (
            f"for i in $(seq 0 {len(self.broken) - 1}); do cd $i; "
            "promtool test rules rules_test.yml >/dev/null 2>&1 && echo $i; cd ..; done; true"
        )
        status, words = promtool.run(bench, files, script)
        return None if status else [self.broken[int(number)] for number in words.split()]


def _fails_on_good(status: int, words: str) -> Verdict:
    if status == promtool.OUT_OF_TIME:
        return _out_of_time()
    if "out of memory" in words:
        return missed("too much", "Its series take more memory than there is: how long are they?")
    if "no file match pattern" in words:
        return missed(
            "no rules found",
            "promtool finds no rules to test: the rules are in rules.yml, beside this file.",
        )
    report = words.partition("FAILED:")[2]
    if "exp:" not in report and "got" not in report:
        return refused(words)
    return missed(
        "fails on good rules",
        f"The rules are right, and yet a test fails on them. promtool says:\n\n{report.rstrip()}",
    )


def _out_of_time() -> Verdict:
    return missed(
        "too expensive",
        f"The tests take more than {promtool.LONGEST} s. A few minutes of made-up samples, one a "
        "minute, are enough.",
    )
