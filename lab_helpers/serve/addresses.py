"""The addresses of this machine, and those at which a room could find it."""

import errno
import ipaddress
import socket

import psutil

from lab_helpers.errors import ServiceFailed

LOOPBACK = "127.0.0.1"
_WITHIN = ("docker", "br-", "veth", "virbr", "podman", "cni")


def here() -> dict[str, str]:
    """Each IPv4 address of this machine, with its interface."""
    return {
        address.address: interface
        for interface, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family == socket.AF_INET
    }


def choices() -> str:
    """What could be said after `--host`, in words: none of containers and virtual machines."""
    found = [
        f"{address} ({interface})"
        for address, interface in here().items()
        if not address.startswith("127.") and not interface.startswith(_WITHIN)
    ]
    return ", ".join(found) or "none, as long as it is in no network"


def require_one(host: str) -> None:
    """Make sure that an address is one that a line can name.

    Raises:
        ServiceFailed: it is not.
    """
    try:
        found = ipaddress.IPv4Address(host)
    except ValueError:
        found = None
    if found is None or found.is_unspecified:
        raise ServiceFailed(
            f"--host takes the one address at which the room finds this machine, not {host!r}: "
            f"{choices()}."
        )


def why_not(problem: OSError, host: str, port: int) -> str:
    """Why nobody can listen there, in a sentence."""
    if problem.errno == errno.EADDRINUSE:
        from lab_helpers.stage.ports import who_has  # with what asks the engine

        return f"Port {port} is taken by {who_has(port)}: end that, or choose another `--port`."
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}; it has {choices()}."
    if problem.errno == errno.EACCES:
        return f"Port {port} is for root alone: choose a `--port` of 1024 or more."
    return f"Nobody can listen on {host}, port {port}: {problem.strerror}."
