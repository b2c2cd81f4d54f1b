"""What came of a soak: pytest's reports, read and counted."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

THE_RUN = "(the run itself)"
WIDTH = 110  # of a message


@dataclass
class Run:
    """One run of the suite."""

    seconds: float
    #: what each test came to: "passed", "skipped", or "failed"
    outcomes: dict[str, str] = field(default_factory=dict)
    #: the first message of each test that failed
    messages: dict[str, str] = field(default_factory=dict)
    left_behind: list[str] = field(default_factory=list)

    def fail(self, test: str, message: str) -> None:
        """Count a failure of a test, or of the run itself."""
        self.outcomes[test] = "failed"
        self.messages.setdefault(test, message)

    def count(self, outcome: str) -> int:
        """How many tests came to it."""
        return list(self.outcomes.values()).count(outcome)


def read(report: Path, status: int, seconds: float, last_words: str) -> Run:
    """A run from its report in JUnit's XML, which pytest writes at its end.

    Args:
        report: the file; it is missing where pytest was killed, or never began.
        status: what the command ended with.
        seconds: how long it took.
        last_words: what it said last.
    """
    run = Run(seconds)
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except (OSError, ET.ParseError) as problem:
        cases = []
        run.fail(THE_RUN, f"no report ({type(problem).__name__}), status {status}: {last_words}")
    for case in cases:
        test = f"{case.get('classname')}::{case.get('name')}"
        for trouble in (*case.iter("failure"), *case.iter("error")):
            run.fail(test, _first_line(trouble.get("message"), trouble.text))
        skipped = case.find("skipped") is not None
        run.outcomes.setdefault(test, "skipped" if skipped else "passed")
    if status and not run.messages:
        run.fail(THE_RUN, f"status {status}, although no test failed: {last_words}")
    if not cases and not run.messages:
        run.fail(THE_RUN, "no test ran")
    return run


def _first_line(*texts: str | None) -> str:
    lines = (line.strip() for text in texts for line in (text or "").splitlines())
    return next((line for line in lines if line), "(no message)")


def has_failed(runs: Iterable[Run]) -> bool:
    """Whether a test failed, or a run left something behind."""
    return any(run.messages or run.left_behind for run in runs)


def table(runs: list[Run]) -> str:
    """What came of all runs, as text: each run, then each test that failed in one of them."""
    rows: list[tuple[str, ...]] = [("run", "seconds", "passed", "failed", "skipped", "left behind")]
    for number, run in enumerate(runs, 1):
        counts = [str(run.count(outcome)) for outcome in ("passed", "failed", "skipped")]
        left = str(len(run.left_behind)) if run.left_behind else "nothing"
        rows.append((str(number), f"{run.seconds:.0f}", *counts, left))
    each_run = _aligned(rows)
    for number, run in enumerate(runs, 1):
        if run.left_behind:
            each_run += "\n\n" + "\n  ".join([f"left behind by run {number}:", *run.left_behind])

    failed = sorted({test for run in runs for test in run.messages})
    tests = {test for run in runs for test in run.outcomes if run.outcomes[test] != "skipped"}
    if not failed:
        return f"{each_run}\n\n{len(tests)} tests, {len(runs)} runs, no failure."
    rows = [("test", "runs", "failures", "first message")]
    for test in failed:
        ran = sum(run.outcomes.get(test, "skipped") != "skipped" for run in runs)
        messages = [run.messages[test] for run in runs if test in run.messages]
        rows.append((test, str(ran), str(len(messages)), messages[0][:WIDTH]))
    return f"{each_run}\n\n{_aligned(rows)}\n\n{len(tests) - len(failed)} other tests never failed."


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
