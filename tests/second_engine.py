"""A second engine, which has no image yet, beside the one that runs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from docker import DockerClient
from docker.errors import DockerException

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import bootstrap, engine, images
from lab_helpers.waiting import wait_until

#: The system's containerd, if there is one, keeps the two engines' containers apart by this word.
_APART = "workshop-second-engine"


class SecondEngine(NamedTuple):
    """Where a second engine listens, as DOCKER_HOST wants it said.

    Attributes:
        socket: on this machine.
        tcp: as if it were another machine's, where the ports of its containers are, too.
        inside: the words before a command that is to run in its network, where those ports are on
            loopback.
    """

    socket: str
    tcp: str
    inside: tuple[str, ...]


@contextmanager
def second_engine(*options: str, cut_off: bool = False) -> Iterator[SecondEngine]:
    """Start an engine of one's own, which is removed with all it has.

    It is a second dockerd, in the network of a container of the first one: neither sees the other's
    images, bridges and rules.

    Args:
        options: what else dockerd is told.
        cut_off: its network has loopback alone, and no way to anywhere; there is no `tcp` then.

    Raises:
        WorkshopError: it needs root on Linux, the programs dockerd and nsenter, and an engine on
            this machine.
    """
    program = bootstrap.dockerd() if sys.platform == "linux" else None
    if os.geteuid() or not program or not shutil.which("nsenter"):
        raise WorkshopError("A second engine needs root on Linux, and Debian's docker.io.")
    host = engine.client().containers.run(
        images.image_for("shop"),
        entrypoint=["sleep", "infinity"],
        labels={engine.OWNER_LABEL: engine.owner()},
        network_mode="none" if cut_off else None,
        detach=True,
    )
    try:
        host.reload()
        (network,) = host.attrs["NetworkSettings"]["Networks"].values()
        with TemporaryDirectory(prefix="engine-") as folder, open(f"{folder}/log", "wb") as log:
            place = ("nsenter", f"--net=/proc/{host.attrs['State']['Pid']}/ns/net")
            tcp = "" if cut_off else f"tcp://{network['IPAddress']}:2375"
            found = SecondEngine(f"unix://{folder}/socket", tcp, place)
            keeps = [f"--data-root={folder}/data", f"--exec-root={folder}/run"]
            where = [f"--host={address}" for address in (found.socket, tcp) if address]
            where += ["--tls=false", f"--pidfile={folder}/pid"]
            if Path("/run/containerd/containerd.sock").exists():
                keeps += [f"--containerd-namespace={_APART}"]
                keeps += [f"--containerd-plugins-namespace={_APART}-plugins"]
            process = subprocess.Popen(
                [*place, program, *keeps, *where, *options], stdout=log, stderr=subprocess.STDOUT
            )
            try:
                wait_until(lambda: _answers(process, found.socket), "a second engine answers")
                yield found
            finally:
                if process.poll() is None:
                    _empty(found.socket)
                process.terminate()
                process.wait()
    finally:
        engine.remove_container(host.id)


def _empty(address: str) -> None:
    """Remove an engine's containers: they would outlive it."""
    for container in DockerClient(address).containers.list(all=True, ignore_removed=True):
        container.remove(force=True, v=True)


def _answers(process: subprocess.Popen[bytes], address: str) -> bool:
    if process.poll() is not None:
        log = Path(address.removeprefix("unix://")).with_name("log").read_text()
        raise RuntimeError(f"The second engine ended with {process.returncode}:\n{log[-1000:]}")
    try:
        return bool(DockerClient(address).ping())
    except DockerException:
        return False
