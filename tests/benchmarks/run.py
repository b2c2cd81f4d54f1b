"""`make bench`: one line a figure; the exit status is 0 only if every goal holds.

`python -m tests.benchmarks.run lab setup` takes those two files alone. A measurement that breaks
says so in a line, and the next one goes on.
"""

import sys

from lab_helpers.errors import WorkshopError
from tests.benchmarks import (
    bench_alert,
    bench_bundle,
    bench_demo,
    bench_explain,
    bench_frames,
    bench_history,
    bench_hub,
    bench_incident,
    bench_lab,
    bench_labs,
    bench_preview,
    bench_report,
    bench_room,
    bench_serve,
    bench_service_levels,
    bench_setup,
    bench_site,
    bench_tracer,
)
from tests.benchmarks.figure import Measurement

BENCHMARKS: dict[str, tuple[Measurement, ...]] = {
    "alert": (bench_alert.ways_to_the_inbox,),
    "bundle": (bench_bundle.without_a_network,),
    "demo": (bench_demo.on_stage,),
    "explain": (bench_explain.a_query_of_twenty_parts,),
    "frames": (bench_frames.to_a_frame,),
    "history": (bench_history.the_week,),
    "hub": (bench_hub.a_room,),
    "incident": (bench_incident.on_a_field,),
    "lab": (
        bench_lab.starts,
        bench_lab.first_samples,
        bench_lab.memory,
        bench_lab.imports,
    ),
    "labs": (bench_labs.a_check, bench_labs.from_the_shell, bench_labs.every_check),
    "preview": (bench_preview.a_large_dashboard,),
    "report": (bench_report.a_week,),
    "room": (bench_room.a_class,),
    "serve": (bench_serve.forty_at_once,),
    "service_levels": (bench_service_levels.each_design,),
    "setup": (bench_setup.set_up, bench_setup.all_tests),
    "site": (bench_site.the_site,),
    "tracer": (bench_tracer.many_targets,),
}


def report(measurement: Measurement) -> bool:
    """Print the figures of a measurement as they come; whether each of its goals holds."""
    all_hold = True
    try:
        for name, value, goal, holds in measurement():
            print(f"{name:<58}  {value:>10}  {goal}{'' if holds else '  MISSED'}", flush=True)
            all_hold &= holds
    except Exception as problem:
        first, *more = str(problem).splitlines() or [""]
        what = f"{measurement.__module__.rpartition('.')[2]}.{measurement.__name__}"
        kind = "" if isinstance(problem, WorkshopError) else f"{type(problem).__name__}: "
        print(f"{what:<58}  {'BROKEN':>10}  {kind}{first}", *more, sep="\n    ", flush=True)
        return False
    return all_hold


def main(chosen: list[str]) -> int:
    """Run the benchmarks named, or all of them."""
    if unknown := [name for name in chosen if name not in BENCHMARKS]:
        print(f"There is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}.")
        return 2
    measurements = [one for name in chosen or BENCHMARKS for one in BENCHMARKS[name]]
    return 0 if all([report(measurement) for measurement in measurements]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
