"""The labs: one PromQL check, on a bench and from the shell, and the proof of every exercise."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from statistics import median

from lab_helpers.grading import catalogue, check, record
from tests.benchmarks.figure import Figure
from tests.labs.proofs import Benches, Proofs, answers_to, numbers

CHECK, FROM_THE_SHELL, PROOF = 0.1, 1.3, 240.0  # seconds


def a_check(exercises: Collection[str] = ()) -> Iterator[Figure]:
    """Each PromQL answer to some exercises, or to all, checked one at a time."""
    times = []
    with Benches("bench-labs") as benches:
        for number in exercises or numbers():
            exercise, bench = catalogue.exercise(number), benches.of(number)
            if exercise.kind == "PromQL":
                bench.start(exercise.judge.services)
            for answer in answers_to(number) if exercise.kind == "PromQL" else ():
                began = time.perf_counter()
                check(exercise, answer, bench)
                times.append(time.perf_counter() - began)
    value = f"{median(times):.3f} s (at most {max(times):.2f})"
    yield Figure("a PromQL answer checked", value, f"< {CHECK} s", median(times) < CHECK)


def from_the_shell(runs: int = 5) -> Iterator[Figure]:
    """`workshop check`, from its start to its end, with a Prometheus of its own."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("workshop"),
        "check",
        "02.1",
        "--answer",
    ]
    times = []
    with tempfile.TemporaryDirectory() as folder:
        own = os.environ | {record.VARIABLE: str(Path(folder) / "progress.jsonl")}
        for _ in range(runs):
            began = time.perf_counter()
            answer = catalogue.exercise("02.1").solution
            subprocess.run([*command, answer], env=own, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - began)
    value = f"{median(times):.2f} s (at most {max(times):.2f})"
    name, goal = "`workshop check` of a PromQL answer", f"< {FROM_THE_SHELL} s"
    yield Figure(name, value, goal, median(times) < FROM_THE_SHELL)


def every_check(exercises: Collection[str] = ()) -> Iterator[Figure]:
    """Every answer to some exercises, or to all: judged side by side, services included."""
    began = time.perf_counter()
    with Benches("bench-labs") as benches:
        proofs = Proofs(benches)
        verdicts = [
            proofs.verdict(number, answer)
            for number in exercises or numbers()
            for answer in answers_to(number)
        ]
    took = time.perf_counter() - began
    name, goal = f"{len(verdicts)} answers judged by one process", f"< {PROOF:.0f} s"
    yield Figure(name, f"{took:.0f} s", goal, took < PROOF)
