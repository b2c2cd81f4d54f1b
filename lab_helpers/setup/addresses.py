"""The addresses of this machine, and those at which others find what it serves."""

import errno
import ipaddress
import socket
from contextlib import suppress

import psutil

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import ports

LOOPBACK = "127.0.0.1"
EVERY_ONE = ("0.0.0.0", "::")  # to listen at; nobody finds a machine by these
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
        owner = ports.who_has(port)
        return f"Port {port} is taken by {owner}: end that, or choose another `--port`."
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}; it has {choices()}."
    if problem.errno == errno.EACCES:
        return f"Port {port} is for root alone: choose a `--port` of 1024 or more."
    return f"Nobody can listen on {host}, port {port}: {problem.strerror}."


def reached_at(host: str) -> str:
    """The address at which others find what listens at ``host``: a link names it."""
    return _own() if host in EVERY_ONE else host


def _own() -> str:
    """The address by which this machine's network knows it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return next((each for each in here() if not each.startswith("127.")), LOOPBACK)
