"""The stack on stage: how soon every target is up, and what it needs."""

import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import requests

from lab_helpers.incident.on_stage import reset as on_stage_again
from lab_helpers.stage import PROJECT, Demo
from lab_helpers.waiting import wait_until
from tests.benchmarks.figure import Figure
from tests.benchmarks.memory import held_by

SOON = 30.0  # seconds
RESET = 10.0
AGE = 2.0
MEMORY = 1024  # MiB


def on_fixed_ports() -> Demo:
    """The stack where `make demo` has it."""
    return Demo(PROJECT + "-bench")


def on_stage(
    make: Callable[[], Demo] = on_fixed_ports,
    faults: Collection[str] = ("errors",),
    looks_for: float = 10.0,
) -> Iterator[Figure]:
    """From `make demo` to `make demo-down`, with some faults in between that keep it busy."""
    with TemporaryDirectory() as folder:
        stack = make()
        stack.secrets_file = Path(folder) / "demo.env"
        stack.remove()
        try:
            began = time.perf_counter()
            stack.up()
            seconds = time.perf_counter() - began
            yield Figure(
                "the stack on stage, every target up",
                f"{seconds:.1f} s",
                f"≤ {SOON:.0f} s",
                seconds <= SOON,
            )
            for fault in faults:
                stack.break_(fault)
                stack.heal(fault)
            yield from the_overview(stack, looks_for)
            for fault in faults:
                stack.break_(fault)
            began = time.perf_counter()
            on_stage_again(stack)
            seconds = time.perf_counter() - began
            yield Figure(
                "… as at the start again", f"{seconds:.1f} s", f"< {RESET:.0f} s", seconds < RESET
            )
            held = held_by(container["Id"] for container in stack.containers().values())
            yield Figure("… and its memory", f"{held:.0f} MiB", f"< {MEMORY} MiB", held < MEMORY)
        finally:
            began = time.perf_counter()
            stack.remove()
        seconds = time.perf_counter() - began
        yield Figure("… and taking it away", f"{seconds:.1f} s", "(for information)", True)


def the_overview(stack: Demo, looks_for: float) -> Iterator[Figure]:
    """How soon the page knows that a replica was killed, and what it needs while somebody looks."""
    said = stack.overview.found()
    assert said
    process = psutil.Process(int(said["owner"].split("/")[1]))

    def state_of(service: str) -> str:
        state = requests.get(f"{stack.overview.url}/state", timeout=10).json()
        return str(next(one["says"] for one in state["services"] if one["name"] == service))

    wait_until(lambda: state_of("web-2") == "up", "the page shows the stack")
    stack.container("web-2").kill()
    began = time.perf_counter()
    wait_until(lambda: state_of("web-2") == "exited", "the page shows it", interval=0.0)
    seconds = time.perf_counter() - began
    yield Figure("… and on the overview page", f"{seconds:.2f} s", f"< {AGE:g} s", seconds < AGE)
    stack.container("web-2").start()
    used, began = sum(process.cpu_times()[:2]), time.perf_counter()
    while time.perf_counter() - began < looks_for:
        state_of("web-2")
    share = (sum(process.cpu_times()[:2]) - used) / (time.perf_counter() - began)
    yield Figure("… whose server needs", f"{share:.0%} of a core", "(for information)", True)
