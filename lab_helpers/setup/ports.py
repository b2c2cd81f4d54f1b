"""A port of this machine: whether somebody has it, and who."""

import socket
from collections.abc import Mapping

import psutil

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import engine


def require_free(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Make sure that nobody has the ports that services are to take.

    Args:
        wanted: the variable that moves a service's port, and the port, by service.

    Raises:
        ServiceFailed: which ports are taken, by what, and what to do.
    """
    if engine.bind_address() != "127.0.0.1":
        return  # the engine's machine alone knows
    taken = [
        f"  {port} ({service}): {who_has(port)}. Another one: {variable}=… make demo"
        for service, (variable, port) in wanted.items()
        if is_taken(port)
    ]
    if taken:
        lines = "\n".join(taken)
        raise ServiceFailed(f"Ports are taken. End what has them, or choose others:\n{lines}")


def is_taken(port: int) -> bool:
    """Whether something answers at this port of the loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def who_has(port: int) -> str:
    """The container or the program that has a port, in words."""
    for container in engine.client().api.containers():
        if any(published.get("PublicPort") == port for published in container["Ports"]):
            return f"the container {container['Names'][0].removeprefix('/')}"
    try:
        for found in psutil.net_connections("tcp"):
            address = found.laddr and found.laddr.port
            if found.status == psutil.CONN_LISTEN and address == port and found.pid:
                return f"{psutil.Process(found.pid).name()} (process {found.pid})"
    except psutil.Error:
        pass  # other users' programs are not shown to everybody
    return f"a program of another user's (`sudo ss -ltnp 'sport = :{port}'` shows it)"
