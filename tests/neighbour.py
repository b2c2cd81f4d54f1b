"""Another machine on this one's network: a network namespace, joined by a cable (root, Linux)."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def neighbour() -> Iterator[tuple[str, Callable[[str], str]]]:
    """This machine's address on the cable; and what the neighbour gets from an address.

    The answer is HTTP's status, "000" where nobody answers. The neighbour sends whatever it has no
    route of its own for to this machine, as one would who looks for open doors.
    """
    name = f"room{os.getpid()}"
    here, there = "10.213.7.1", "10.213.7.2"

    def do(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def ask(url: str) -> str:
        command = ["curl", "-s", "-m", "3", "-o", os.devnull, "-w", "%{http_code}", url]
        inside = ["ip", "netns", "exec", name, *command]
        return subprocess.run(inside, capture_output=True, text=True).stdout

    do("ip", "netns", "add", name)
    try:
        do("ip", "link", "add", f"{name}a", "type", "veth", "peer", "name", "cable", "netns", name)
        do("ip", "addr", "add", f"{here}/30", "dev", f"{name}a")
        do("ip", "link", "set", f"{name}a", "up")
        for command in (f"addr add {there}/30 dev cable", "link set cable up", "link set lo up",
                        f"route add default via {here}"):  # fmt: skip
            do("ip", "-n", name, *command.split())
        yield here, ask
    finally:
        do("ip", "netns", "del", name)
