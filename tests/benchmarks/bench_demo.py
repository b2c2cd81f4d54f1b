"""The stack on stage: how soon every target is up, and what it needs."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from lab_helpers.setup import engine
from lab_helpers.stage import PROJECT, Demo
from tests.benchmarks.figure import Figure

SOON = 30.0  # seconds
MEMORY = 1024  # MiB


def memory(stack: Demo) -> float:
    """MiB that the stack's containers hold, without what the kernel would give back."""
    total = 0
    for container in stack.containers().values():
        used = engine.client().api.stats(container["Id"], stream=False)["memory_stats"]
        cached = used["stats"].get("total_inactive_file", used["stats"].get("inactive_file", 0))
        total += used["usage"] - cached
    return total / 2**20


def figures() -> Iterator[Figure]:
    """Every figure of this file."""
    with TemporaryDirectory() as folder:
        stack = Demo(PROJECT + "-bench")
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
            stack.break_("errors")  # a busy minute
            stack.heal("errors")
            held = memory(stack)
            yield Figure("… and its memory", f"{held:.0f} MiB", f"< {MEMORY} MiB", held < MEMORY)
        finally:
            began = time.perf_counter()
            stack.remove()
        seconds = time.perf_counter() - began
        yield Figure("… and taking it away", f"{seconds:.1f} s", "(for information)", True)
