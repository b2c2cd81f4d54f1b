"""What keeps a hub from being opened here, each in a sentence."""

import socket

import psutil

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import addresses, engine

#: Bytes that the hub, its proxy and the engine need themselves, and a learner who is in a chapter.
OWN, EACH = 1.0e9, 1.1e9


def require(count: int, address: str, port: int) -> None:
    """Make sure that a hub of so many learners can be opened at an address.

    Raises:
        ServiceFailed: it cannot, and why.
    """
    if not 1 <= count <= 99:
        raise ServiceFailed(f"--learners takes a number from 1 to 99, not {count}.")
    if not 1 <= port <= 65_535:
        raise ServiceFailed(f"--port takes a number from 1 to 65535, not {port}.")
    addresses.require_one(address)
    try:
        socket.create_server((address, port)).close()
    except OSError as problem:
        raise ServiceFailed(addresses.why_not(problem, address, port)) from None
    if engine.bind_address() != engine.LOOPBACK:
        raise ServiceFailed("The hub has to be on the engine's own machine: start it there.")
    if engine.is_podman():
        raise ServiceFailed("The hub needs Docker: on Podman its learners could not have engines "
                            "of their own. Install Docker Engine, and retry.")  # fmt: skip
    fits = how_many_fit(psutil.virtual_memory().available)
    if count > fits:
        raise ServiceFailed(
            f"{count} learners need {(OWN + count * EACH) / 1e9:.0f} GB of memory; here is room "
            f"for {fits}. " + (f"Say `--learners {fits}`, or take" if fits else "Take")
            + " a larger machine."
        )  # fmt: skip


def how_many_fit(available: float) -> int:
    """How many learners fit into so many bytes of memory, beside the hub itself."""
    return max(int((available - OWN) // EACH), 0)


def why_no_room(needed: float = EACH) -> str:
    """Why nobody who needs so many bytes fits in now, for the learner; nothing if one does."""
    if psutil.virtual_memory().available >= needed:
        return ""
    return ("This machine has no memory left for one more learner. Your files are safe. "
            "Try again when somebody else has finished, or tell the instructor.")  # fmt: skip
