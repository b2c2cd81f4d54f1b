"""The stack on stage: how soon every target is up, and what it needs."""

import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from lab_helpers.stage import PROJECT, Demo
from tests.benchmarks.figure import Figure
from tests.benchmarks.memory import held_by

SOON = 30.0  # seconds
MEMORY = 1024  # MiB


def on_fixed_ports() -> Demo:
    """The stack where `make demo` has it."""
    return Demo(PROJECT + "-bench")


def on_stage(
    make: Callable[[], Demo] = on_fixed_ports, faults: Collection[str] = ("errors",)
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
            held = held_by(container["Id"] for container in stack.containers().values())
            yield Figure("… and its memory", f"{held:.0f} MiB", f"< {MEMORY} MiB", held < MEMORY)
        finally:
            began = time.perf_counter()
            stack.remove()
        seconds = time.perf_counter() - began
        yield Figure("… and taking it away", f"{seconds:.1f} s", "(for information)", True)
