"""The addresses of this machine, and those at which a room could find it."""

import socket

import psutil

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
