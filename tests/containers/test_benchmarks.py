"""Every benchmark runs, at its smallest size; whether its goals hold is for `make bench`."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import DockerException

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import images
from lab_helpers.stage import Demo
from tests import room_network
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
    run,
)
from tests.benchmarks.figure import Figure, Measurement
from tests.own_lab import own_ports
from tests.second_engine import second_engine


def stack() -> Demo:
    return Demo(f"workshop-demo-bench-{os.getpid()}", own_ports())


def what_is_here() -> AbstractContextManager[dict[str, str]]:
    """Set-up with the packages and the images of this checkout's."""
    return nullcontext(images.read(images.RECORD_FILE))


#: The arguments with which a measurement is done soon.
SMALLEST: dict[Measurement, dict[str, Any]] = {
    bench_alert.ways_to_the_inbox: {"rounds": 1},
    bench_demo.on_stage: {"make": stack, "faults": (), "looks_for": 1.0},
    bench_explain.a_query_of_twenty_parts: {"rounds": 1},
    bench_frames.to_a_frame: {"samples": 500, "rounds": 1},
    bench_history.the_week: {"from_nothing": False},
    bench_incident.on_a_field: {"seeds": (1,), "level": 1},
    bench_lab.starts: {"make": bench_lab.two, "rounds": 1},
    bench_lab.first_samples: {},
    bench_lab.memory: {"make": bench_lab.two},
    bench_lab.imports: {"rounds": 1},
    bench_labs.a_check: {"exercises": ["02.1"]},
    bench_labs.from_the_shell: {"runs": 1},
    bench_labs.every_check: {"exercises": ["02.1"]},
    bench_service_levels.each_design: {"only": "4_*"},
    bench_setup.set_up: {"start_from": what_is_here},
    bench_setup.all_tests: {"options": ["--dry-run"]},
    bench_preview.a_large_dashboard: {"shown": 2},
    bench_report.a_week: {},
    bench_room.a_class: {"count": 5, "pause": 0.5},
    bench_site.the_site: {"whole": False},
    bench_serve.forty_at_once: {"attendees": 2, "megabits": 100, "sizes": (200_000, 1_000_000)},
    bench_tracer.many_targets: {"targets": 10},
}
#: Of these there is no small size; setup/test_bundle.py goes the same way with less to carry, and
#: hub/test_hub.py opens a hub.
NEVER_SMALL = {bench_bundle.without_a_network, bench_hub.a_room}
MEASUREMENTS = [
    one for measurements in run.BENCHMARKS.values() for one in measurements
    if one not in NEVER_SMALL
]  # fmt: skip


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda one: one.__name__)
def test_it_measures(measurement: Measurement) -> None:
    if measurement is bench_serve.forty_at_once and (why := room_network.why_none()):
        pytest.skip(why)
    figures = list(measurement(**SMALLEST[measurement]))
    assert figures
    for figure in figures:
        assert figure.name and figure.value and figure.goal, figure
    assert len({figure.name for figure in figures}) == len(figures)


def test_an_engine_of_its_own_has_no_images_and_goes() -> None:
    try:
        with second_engine() as second:
            client = DockerClient(second.tcp)
            assert client.images.list() == []
            client.close()
    except WorkshopError as problem:
        pytest.skip(str(problem))
    with pytest.raises(DockerException):
        DockerClient(second.tcp).ping()


def test_what_breaks_is_told_and_the_next_one_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks() -> Iterator[Figure]:
        yield Figure("first", "1 s", "< 2 s", True)
        raise WorkshopError("the path has moved\nthere")

    def misses() -> Iterator[Figure]:
        yield Figure("second", "3 s", "< 2 s", False)

    def holds() -> Iterator[Figure]:
        yield Figure("third", "1 s", "< 2 s", True)

    monkeypatch.setattr(run, "BENCHMARKS", {"a": (breaks, misses), "b": (holds,)})
    assert run.main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "first", "test_benchmarks.breaks", "there", "second", "third",
    ]  # fmt: skip
    assert lines[1].endswith("BROKEN  the path has moved")
    assert lines[3].endswith("< 2 s  MISSED")
    assert run.main(["b"]) == 0
    assert run.main(["c"]) == 2
