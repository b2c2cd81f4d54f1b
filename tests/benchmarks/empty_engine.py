"""An engine that has no image yet, beside the one that runs."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from docker import DockerClient
from docker.errors import DockerException

from lab_helpers.errors import WorkshopError
from lab_helpers.setup import engine, images
from lab_helpers.waiting import wait_until


@contextmanager
def empty_engine() -> Iterator[str]:
    """Give the address, for DOCKER_HOST, of an engine of its own, removed with all it has.

    It is a second dockerd, in the network of a container of the first one: neither sees the other's
    images, bridges and rules. So it reaches the network as containers do, and its containers' ports
    are not to be reached.

    Raises:
        WorkshopError: it needs root on Linux, the programs dockerd and nsenter, and an engine on
            this machine.
    """
    if sys.platform != "linux" or os.geteuid() or not shutil.which("dockerd"):
        raise WorkshopError("A second engine needs root on Linux, and Debian's docker.io.")
    host = engine.client().containers.run(
        images.image_for("shop"),
        entrypoint=["sleep", "3600"],
        labels={engine.OWNER_LABEL: engine.owner()},
        detach=True,
    )
    try:
        host.reload()
        with TemporaryDirectory(prefix="engine-") as folder, open(f"{folder}/log", "wb") as log:
            address = f"unix://{folder}/socket"
            place = ["nsenter", f"--net=/proc/{host.attrs['State']['Pid']}/ns/net"]
            keeps = [f"--data-root={folder}/data", f"--exec-root={folder}/run"]
            where = [f"--host={address}", f"--pidfile={folder}/pid"]
            process = subprocess.Popen(
                [*place, "dockerd", *keeps, *where], stdout=log, stderr=subprocess.STDOUT
            )
            try:
                wait_until(lambda: _answers(process, address), "a second engine answers")
                yield address
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait()
    finally:
        engine.remove_container(host.id)


def _answers(process: subprocess.Popen[bytes], address: str) -> bool:
    if process.poll() is not None:
        log = Path(address.removeprefix("unix://")).with_name("log").read_text()
        raise RuntimeError(f"The second engine ended with {process.returncode}:\n{log[-1000:]}")
    try:
        return bool(DockerClient(address).ping())
    except DockerException:
        return False
