"""`make bench`: one line a figure; the exit status is 0 only if every goal holds."""

import sys
from collections.abc import Callable, Iterator

from tests.benchmarks import (
    bench_alert,
    bench_demo,
    bench_frames,
    bench_history,
    bench_lab,
    bench_labs,
    bench_preview,
    bench_setup,
)
from tests.benchmarks.figure import Figure

BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "alert": bench_alert.figures,
    "demo": bench_demo.figures,
    "frames": bench_frames.figures,
    "history": bench_history.figures,
    "lab": bench_lab.figures,
    "labs": bench_labs.figures,
    "preview": bench_preview.figures,
    "setup": bench_setup.figures,
}


def main(chosen: list[str]) -> int:
    """Run the benchmarks named, or all of them."""
    all_hold = True
    for name in chosen or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            mark = "" if figure.holds else "  MISSED"
            print(f"{figure.name:<58}  {figure.value:>10}  {figure.goal}{mark}", flush=True)
            all_hold &= figure.holds
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
