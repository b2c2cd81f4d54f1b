"""Starting the hub, and taking away what it leaves on the engine."""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from lab_helpers.errors import ServiceFailed
from lab_helpers.hub import learners, refusals
from lab_helpers.hub.image import LABEL, NAME, RECIPES, build, fill
from lab_helpers.progress import Progress
from lab_helpers.setup import engine, images
from lab_helpers.setup.engine import OWNER_LABEL
from lab_helpers.setup.owner import has_ended, owner

FOLDER = images.ROOT / ".workshop" / "hub"
#: The most that a learner may take; a kernel that wants more is ended.
LIMIT = "2G"
#: Seconds after which the server of a learner who does nothing is ended; the files stay.
IDLE = 3600
#: Bytes that must be free when one more server starts.
ROOM = refusals.EACH


def open_for(count: int, address: str, port: int) -> NoReturn:
    """Become JupyterHub for so many learners, until Ctrl-C, which ends their servers too.

    Raises:
        ServiceFailed: this machine cannot have so many, the address is no good, the engine is not
            here or not Docker, or it has a hub already.
        ImageUnavailable: the learners' image cannot be built.
    """
    refusals.require(count, address, port)
    _require_no_other()
    with Progress() as progress:
        image = build(progress)
        store = fill(image, progress)
        progress.done(
            f"✓ the learners' image and the services' are ready ({progress.elapsed:.0f} s)"
        )
    file = FOLDER / "learners.json"
    made = learners.make(file, count)
    gateway = _network()
    settings = {
        "FOLDER": str(FOLDER),
        "GATEWAY": gateway,
        "ADDRESS": f"{address}:{port}",
        "PORT": str(_free_port(gateway)),
        "PROXY_PORT": str(_free_port(engine.LOOPBACK)),
        "LEARNERS": str(count),
        "IMAGE": image,
        "STORE": store,
        "NAME": NAME,
        "OWNER": owner(),
        "MEMORY": LIMIT,
        "IDLE": str(IDLE),
        "ROOM": str(ROOM),
    }
    _tell(made, file, count, f"http://{address}:{port}")
    variables = {f"WORKSHOP_HUB_{name}": value for name, value in settings.items()}
    config = str(RECIPES / "jupyterhub_config.py")
    os.chdir(FOLDER)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts it with & ignores it
    # Ctrl-C is JupyterHub's; and it stays the process that the engine's things belong to.
    os.execve(
        sys.executable,
        [sys.executable, "-m", "jupyterhub", "--config", config],
        os.environ | variables,
    )


def remove() -> list[str]:
    """Remove what the hub has on the engine, the learners' files with it; the answer names it.

    Raises:
        ServiceFailed: the hub runs.
    """
    _require_no_other()
    api = engine.client().api
    _remove_network_and_containers()
    volumes = [volume["Name"] for volume in api.volumes()["Volumes"] or ()]
    ours = [name for name in volumes if name.startswith(f"{NAME}-")]
    for name in ours:
        api.remove_volume(name)
    (FOLDER / "learners.json").unlink(missing_ok=True)
    return ours


def _require_no_other() -> None:
    for found in engine.client().api.networks(filters=_ours()):
        if not has_ended(found["Labels"][OWNER_LABEL]):
            raise ServiceFailed("A hub runs on this engine already: end it first, with Ctrl-C "
                                "where it was started.")  # fmt: skip


def _ours() -> dict[str, str]:
    return {"label": f"{LABEL}={NAME}"}


def _remove_network_and_containers() -> None:
    api = engine.client().api
    for container in api.containers(all=True, filters=_ours()):
        engine.remove_container(container["Id"])
    with engine.in_words():
        for network in api.networks(filters=_ours()):
            api.remove_network(network["Id"])


def _network() -> str:
    """Make the learners' network anew; the answer is this machine's address in it.

    The engine lets none of its containers reach another one.
    """
    _remove_network_and_containers()
    api = engine.client().api
    closed = {"com.docker.network.bridge.enable_icc": "false"}
    labels = {LABEL: NAME, OWNER_LABEL: owner()}
    with engine.in_words():
        api.create_network(NAME, driver="bridge", options=closed, labels=labels)
    return engine.address_on(api.inspect_network(NAME))


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as server:
        return int(server.getsockname()[1])


def _tell(made: dict[str, str], file: Path, count: int, url: str) -> None:
    if made:
        print("", "Each learner's name and password. They are shown only now:", "", sep="\n")
        print(*(f"    {url}    {name}    {word}" for name, word in made.items()), "", sep="\n")
    if len(made) < count:
        print(f"{count - len(made)} learners have their passwords from before; for new ones, end "
              f"this, remove {file}, and start again.")  # fmt: skip
    print(f"The hub opens within seconds: {url}", f"What it does: {FOLDER / 'hub.log'}",
          "Ctrl-C ends it; the learners' files stay.", sep="\n", flush=True)  # fmt: skip
