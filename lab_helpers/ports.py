"""A port of this machine: whether somebody has it, and who."""

import socket

import psutil

from . import engine


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
