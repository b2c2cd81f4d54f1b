"""Starting the hub, and taking away what it leaves on the engine."""

import os
import socket
import sys
from typing import NoReturn

import psutil

from lab_helpers.errors import ServiceFailed
from lab_helpers.hub import learners
from lab_helpers.hub.image import LABEL, NAME, RECIPES, build, fill
from lab_helpers.progress import Progress
from lab_helpers.setup import engine, images

FOLDER = images.ROOT / ".workshop" / "hub"
#: Bytes that the hub, its proxy and the engine need themselves, and a learner who is in a chapter.
OWN, EACH = 1.0e9, 0.9e9
#: The most that a learner may take; a kernel that wants more is ended.
LIMIT = "2G"
#: Seconds after which the server of a learner who does nothing is ended; the files stay.
IDLE = 3600


def open_for(count: int, address: str, port: int) -> NoReturn:
    """Become JupyterHub for so many learners, until Ctrl-C, which ends their servers too.

    Raises:
        ServiceFailed: this machine cannot have so many, or the engine is not on it.
        ImageUnavailable: the learners' image cannot be built.
    """
    _require_room(count)
    with Progress() as progress:
        image = build(progress)
        store = fill(image, progress)
        progress.done(
            f"✓ the learners' image and the services' are ready ({progress.elapsed:.0f} s)"
        )
    made = learners.make(FOLDER / "learners.json", count)
    _tell(made, count, f"http://{address}:{port}")
    settings = {
        "FOLDER": str(FOLDER),
        "GATEWAY": _gateway(),
        "ADDRESS": f"{address}:{port}",
        "PORT": str(_free_port(_gateway())),
        "PROXY_PORT": str(_free_port(engine.LOOPBACK)),
        "LEARNERS": str(count),
        "IMAGE": image,
        "STORE": store,
        "NETWORK": NAME,
        "MEMORY": LIMIT,
        "IDLE": str(IDLE),
    }
    variables = {f"WORKSHOP_HUB_{name}": value for name, value in settings.items()}
    command = [
        sys.executable,
        "-m",
        "jupyterhub",
        "--config",
        str(RECIPES / "jupyterhub_config.py"),
    ]
    os.chdir(FOLDER)
    os.execve(command[0], command, os.environ | variables)  # Ctrl-C is JupyterHub's


def remove() -> list[str]:
    """Remove what the hub has on the engine, the learners' files with it; the answer names it."""
    api = engine.client().api
    chosen = {"label": LABEL}
    for found in api.containers(all=True, filters=chosen):
        engine.remove_container(found["Id"])
    for network in api.networks(filters=chosen):
        api.remove_network(network["Id"])
    volumes = [volume["Name"] for volume in api.volumes()["Volumes"] or ()]
    ours = [name for name in volumes if name.startswith(f"{NAME}-")]
    for name in ours:
        api.remove_volume(name)
    return ours


def _require_room(count: int) -> None:
    if engine.bind_address() != engine.LOOPBACK:
        raise ServiceFailed("The hub has to be on the engine's own machine: start it there.")
    fits = int((psutil.virtual_memory().available - OWN) // EACH)
    if count > fits:
        raise ServiceFailed(
            f"{count} learners need {(OWN + count * EACH) / 1e9:.0f} GB of memory; here is "
            f"room for {max(fits, 0)}. Say `--learners {max(fits, 1)}`, or take a larger machine."
        )


def _gateway() -> str:
    """The address of this machine in the learners' network, which is made if there is none.

    The engine lets none of its containers reach another one.
    """
    api = engine.client().api
    for found in api.networks(names=[NAME]):
        if found["Name"] == NAME:
            return str(found["IPAM"]["Config"][0]["Gateway"])
    closed = {"com.docker.network.bridge.enable_icc": "false"}
    api.create_network(NAME, driver="bridge", options=closed, labels={LABEL: "network"})
    return str(api.inspect_network(NAME)["IPAM"]["Config"][0]["Gateway"])


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as server:
        return int(server.getsockname()[1])


def _tell(made: dict[str, str], count: int, url: str) -> None:
    if made:
        print("One line for each learner. It is shown only now:", "", sep="\n")
        print(*(f"  {url}   {name}   {word}" for name, word in made.items()), "", sep="\n")
    else:
        print(f"The {count} learners have their passwords; {FOLDER / 'learners.json'} knows them.")
    print(f"The hub: {url}   (Ctrl-C ends it; the learners' files stay)", flush=True)
