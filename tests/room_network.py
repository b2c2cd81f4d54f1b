"""A room: an instructor's machine and attendees', each in a network namespace, on one switch.

The link of the instructor's machine has a speed. Needs root on Linux, and the program `ip`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

INSTRUCTOR = "10.77.0.1"


@dataclass(frozen=True)
class Room:
    """The namespaces of a room.

    Attributes:
        attendees: how many machines there are besides the instructor's.
    """

    name: str
    attendees: int

    def at_instructor(self, *command: str) -> list[str]:
        """A command as it is run on the instructor's machine."""
        return ["ip", "netns", "exec", f"{self.name}-i", *command]

    def at(self, attendee: int, *command: str) -> list[str]:
        """A command as it is run on an attendee's."""
        return ["ip", "netns", "exec", f"{self.name}-{attendee}", *command]


def why_none() -> str:
    """Why no room can be made here; nothing if one can."""
    if sys.platform != "linux" or os.geteuid() or not shutil.which("tc"):
        return "A room of network namespaces needs root on Linux, and `ip` and `tc` (iproute2)."
    return ""


@contextmanager
def room(attendees: int, megabits: int = 0) -> Iterator[Room]:
    """Make a room, and take it away again.

    Args:
        megabits: a second, that leave the instructor's machine; 0 is as many as this machine can.
    """
    made = Room(f"room{os.getpid()}", attendees)
    places = ["i", *map(str, range(attendees))]
    namespaces = [f"{made.name}-{place}" for place in places]
    switch = f"{made.name}-s"
    try:
        _ip(f"netns add {name}" for name in [switch, *namespaces])
        lines = ["link add s type bridge", "link set s up"]
        for number, name in enumerate(namespaces):
            lines += [
                f"link add p{number} type veth peer name e netns {name}",
                f"link set p{number} master s up",
            ]
        _ip(lines, switch)
        for number, name in enumerate(namespaces):
            address = INSTRUCTOR if number == 0 else f"10.77.{number // 200}.{number % 200 + 1}"
            _ip([f"addr add {address}/16 dev e", "link set e up", "link set lo up"], name)
        if megabits:
            shaped = f"qdisc add dev e root tbf rate {megabits}mbit burst 64kb latency 50ms"
            subprocess.run(made.at_instructor("tc", *shaped.split()), check=True)
        yield made
    finally:
        _ip([f"netns del {name}" for name in [switch, *namespaces]], force=True)


def _ip(lines: Iterator[str] | Sequence[str], namespace: str = "", force: bool = False) -> None:
    """Run lines of `ip`, in a namespace."""
    where = ["-n", namespace] if namespace else []
    how = ["-force"] if force else []
    done = subprocess.run(
        ["ip", *how, *where, "-batch", "-"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
    )
    assert force or done.returncode == 0, done.stderr
