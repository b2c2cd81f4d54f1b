"""One bench for the proofs of a process, and a table of what was proven at the end."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs.proofs import Benches, Proofs


@pytest.fixture(scope="session")
def proofs() -> Iterator[Proofs]:
    """The verdicts, on benches whose services are started when they are first needed."""
    with Benches("proof") as benches:
        yield Proofs(benches)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many answers were proven, by chapter and kind of exercise."""
    count: Counter[tuple[str, str, str]] = Counter()
    exercises: set[tuple[str, str, str]] = set()
    for report in terminalreporter.stats.get("passed", []):
        proven = dict(report.user_properties).get("proven")
        if report.when == "call" and proven:
            number, kind, sort = proven
            count[number[:2], kind, sort] += 1
            exercises.add((number[:2], kind, number))
    if not count:
        return
    write = terminalreporter.write_line
    terminalreporter.section("answers proven, by chapter and kind")
    row = "{:8} {:15} {:>9} {:>6} {:>6}".format
    write(row("chapter", "kind", "exercises", "right", "wrong"))
    for chapter, kind in sorted({key[:2] for key in count}):
        of = sum(key[:2] == (chapter, kind) for key in exercises)
        write(row(chapter, kind, of, count[chapter, kind, "right"], count[chapter, kind, "wrong"]))
    total = [sum(n for key, n in count.items() if key[2] == sort) for sort in ("right", "wrong")]
    write(row("all", "", len(exercises), *total))
