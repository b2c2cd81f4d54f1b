"""The labs: one PromQL check, and the proof of every exercise."""

import time
from collections.abc import Collection, Iterator
from statistics import median

from lab_helpers.grading import WEEK, Bench, catalogue, check
from tests.benchmarks.figure import Figure
from tests.labs.proofs import Proofs, answers_to, numbers

CHECK, PROOF = 1.0, 240.0  # seconds


def a_check(exercises: Collection[str] = ()) -> Iterator[Figure]:
    """Each PromQL answer to some exercises, or to all, checked one at a time."""
    times = []
    with Bench(name="bench-labs") as bench:
        bench.start(WEEK)
        for number in exercises or numbers():
            exercise = catalogue.exercise(number)
            for answer in answers_to(number) if exercise.kind == "PromQL" else ():
                began = time.perf_counter()
                check(exercise, answer, bench)
                times.append(time.perf_counter() - began)
    value = f"{median(times):.2f} s (at most {max(times):.2f})"
    yield Figure("a PromQL answer checked", value, f"< {CHECK:.0f} s", max(times) < CHECK)


def every_check(exercises: Collection[str] = ()) -> Iterator[Figure]:
    """Every answer to some exercises, or to all: judged side by side, services included."""
    began = time.perf_counter()
    with Bench(name="bench-labs") as bench:
        proofs = Proofs(bench)
        verdicts = [
            proofs.verdict(number, answer)
            for number in exercises or numbers()
            for answer in answers_to(number)
        ]
    took = time.perf_counter() - began
    name, goal = f"{len(verdicts)} answers judged by one process", f"< {PROOF:.0f} s"
    yield Figure(name, f"{took:.0f} s", goal, took < PROOF)
