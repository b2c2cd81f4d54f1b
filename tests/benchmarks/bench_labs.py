"""The labs: one PromQL check, and the proof of every exercise."""

import time
from collections.abc import Iterator
from statistics import median

from lab_helpers.grading import WEEK, Bench, catalogue, check
from tests.benchmarks.figure import Figure
from tests.labs.proofs import Proofs, every_answer

CHECK, PROOF = 1.0, 240.0  # seconds


def figures() -> Iterator[Figure]:
    """A check is timed one at a time; the proof judges side by side, its services included."""
    answers = every_answer()
    with Bench(name="bench-labs") as bench:
        bench.start(WEEK)
        times = []
        for number, answer in answers:
            exercise = catalogue.exercise(number)
            if exercise.kind == "PromQL":
                began = time.perf_counter()
                check(exercise, answer, bench)
                times.append(time.perf_counter() - began)
    value = f"{median(times):.2f} s (at most {max(times):.2f})"
    yield Figure("a PromQL answer checked", value, "< 1 s", max(times) < CHECK)
    began = time.perf_counter()
    proofs = Proofs(answers)
    for number, answer in answers:
        proofs.verdict(number, answer)
    took = time.perf_counter() - began
    proofs.close()
    yield Figure(f"{len(answers)} answers judged", f"{took:.0f} s", "< 240 s", took < PROOF)
