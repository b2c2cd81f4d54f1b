"""The soak's table, from reports that pytest writes here and now; its runs, from a suite of two."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from lab_helpers.waiting import wait_until
from tests.soak import leftovers, report
from tests.soak.__main__ import busy_loops

SUITE = """\
import os, pytest
WELL = os.environ["EXPECTED"] == "seen"
def test_stays(): pass
def test_breaks(): assert WELL, "a word of {its own}"
@pytest.mark.skip(reason="not here")
def test_is_left_out(): pass
@pytest.fixture
def before():
    if not WELL: raise OSError("the engine is away")
def test_never_starts(before): pass
@pytest.fixture
def after():
    yield
    assert WELL, "left in a mess"
def test_ends_badly(after): pass
"""


def run_suite(folder: Path, expected: str, *arguments: str) -> report.Run:
    """A run of the suite above by pytest itself."""
    (folder / "test_suite.py").write_text(SUITE)
    written = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={written}", *arguments]
    environment = os.environ | {"EXPECTED": expected, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    return report.read(written, done.returncode, 12.3, last)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> report.Run:
    return run_suite(tmp_path_factory.mktemp("good"), "seen")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> report.Run:
    return run_suite(tmp_path_factory.mktemp("bad"), "other")


def test_a_report_of_pytest_is_read(bad: report.Run) -> None:
    assert bad.outcomes == {
        "test_suite::test_stays": "passed",
        "test_suite::test_breaks": "failed",
        "test_suite::test_is_left_out": "skipped",
        "test_suite::test_never_starts": "failed",
        "test_suite::test_ends_badly": "failed",
    }
    assert bad.messages["test_suite::test_breaks"].startswith("AssertionError: a word of {its own}")
    assert "the engine is away" in bad.messages["test_suite::test_never_starts"]
    assert "left in a mess" in bad.messages["test_suite::test_ends_badly"]


def test_the_table_counts_over_all_runs(good: report.Run, bad: report.Run) -> None:
    told = report.table([good, bad, good]).splitlines()
    assert told[:6] == [
        "run  seconds  passed  failed  skipped  left behind",
        "1    12       4       0       1        nothing",
        "2    12       1       3       1        nothing",
        "3    12       4       0       1        nothing",
        "",
        "test                           runs  failures  first message",
    ]
    assert [line.split()[:3] for line in told[6:9]] == [
        ["test_suite::test_breaks", "3", "1"],
        ["test_suite::test_ends_badly", "3", "1"],
        ["test_suite::test_never_starts", "3", "1"],
    ]
    assert told[-1] == "1 other tests never failed."
    assert report.has_failed([good, bad, good])


def test_runs_without_a_failure(good: report.Run) -> None:
    assert not report.has_failed([good, good])
    assert report.table([good, good]).endswith("4 tests, 2 runs, no failure.")


def test_what_is_left_behind_is_a_failure(good: report.Run) -> None:
    untidy = replace(good, left_behind=["network lab-1"])
    assert report.has_failed([untidy])
    assert "left behind by run 2:\n  network lab-1\n" in report.table([good, untidy])


def test_a_run_that_tests_nothing_has_failed(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "seen", "-k", "nothing")
    assert "although no test failed" in run.messages[report.THE_RUN]
    assert report.THE_RUN in report.table([run])


def test_a_run_without_a_report_has_failed(tmp_path: Path) -> None:
    run = report.read(tmp_path / "report.xml", 2, 1.0, "make: Error 1")
    assert run.messages[report.THE_RUN].endswith("status 2: make: Error 1")


def test_a_report_that_breaks_off_is_a_failure(tmp_path: Path) -> None:
    written = tmp_path / "report.xml"
    written.write_text('<testsuites><testsuite><testcase classname="a" name="b"')
    run = report.read(written, -9, 1.0, "Killed")
    assert "ParseError" in run.messages[report.THE_RUN]


def test_busy_loops_end_with_what_they_run_beside() -> None:
    def children() -> set[psutil.Process]:
        return set(psutil.Process().children())

    before = children()
    with busy_loops(2):
        loops = children() - before
        assert len(loops) == 2
        # Each weighs as much as this run does: the scheduler shares out by session.
        assert len({os.getsid(loop.pid) for loop in loops} | {os.getsid(0)}) == 3
    assert children() == before


def test_a_process_of_a_run_is_found_in_whatever_session() -> None:
    mark = f"test {os.getpid()}"
    program = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = subprocess.Popen(
        program, env=os.environ | {leftovers.MARK: mark}, start_new_session=True
    )
    try:
        wait_until(lambda: leftovers.processes(mark), "the process is seen")
        (found,) = leftovers.processes(mark)
        assert str(process.pid) in found
    finally:
        process.kill()
        process.wait()
    assert leftovers.processes(mark) == []


def test_what_was_there_before_is_nobodys_fault() -> None:
    before = leftovers.Snapshot(frozenset({"file a", "network b"}))
    after = leftovers.Snapshot(frozenset({"file a", "volume c"}))
    assert after.added_since(before) == ["volume c"]
