"""Another place in the network: a namespace of its own, one cable away from this machine."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class Elsewhere:
    """A place from which this machine is reached over the network alone.

    It sends whatever it has no route of its own for to this machine, as one would who looks for
    open doors.

    Attributes:
        here: this machine's address, as that place sees it.
    """

    def __init__(self, name: str, here: str) -> None:
        self.name = name
        self.here = here

    def get(self, url: str, *arguments: str) -> tuple[int, str]:
        """What curl gets there: the status, 0 if nobody answers, and the text."""
        command = ["curl", "--silent", "--max-time", "5", "--noproxy", "*",
                   "--write-out", "\n%{http_code}", *arguments, url]  # fmt: skip
        done = subprocess.run(
            ["ip", "netns", "exec", self.name, *command], capture_output=True, text=True
        )
        text, _, status = done.stdout.rpartition("\n")
        return int(status or 0), text


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Lay the cable, for as long as the block lasts; skips where nobody may."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root makes another network namespace")
    if missing := [name for name in ("ip", "curl") if shutil.which(name) is None]:
        pytest.skip(f"this machine has no {missing[0]}")
    name = f"wsp-{os.getpid()}"
    net = f"10.{200 + os.getpid() // 256 % 50}.{os.getpid() % 256}"
    here, there = f"{name[:10]}-h", f"{name[:10]}-t"
    commands = [
        f"ip netns add {name}",
        f"ip link add {here} type veth peer name {there} netns {name}",
        f"ip address add {net}.1/30 dev {here}",
        f"ip link set {here} up",
        f"ip -n {name} address add {net}.2/30 dev {there}",
        f"ip -n {name} link set {there} up",
        f"ip -n {name} link set lo up",
        f"ip -n {name} route add default via {net}.1",
    ]
    try:
        for command in commands:
            done = subprocess.run(command.split(), capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"`{command}` is not possible here: {done.stderr.strip()}")
        yield Elsewhere(name, f"{net}.1")
    finally:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)
        left = subprocess.run(["ip", "-json", "link"], capture_output=True, text=True).stdout
        if any(one["ifname"] == here for one in json.loads(left or "[]")):
            subprocess.run(["ip", "link", "del", here], capture_output=True)
