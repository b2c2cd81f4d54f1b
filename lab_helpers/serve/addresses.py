"""The addresses of this machine, as a room could reach them."""

import socket

import psutil

LOOPBACK = "127.0.0.1"


def here() -> dict[str, str]:
    """Each IPv4 address of this machine but the loopback's, with its interface."""
    return {
        address.address: interface
        for interface, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    }


def choices() -> str:
    """What could be said after `--host`, in words."""
    found = [f"{address} ({interface})" for address, interface in here().items()]
    return ", ".join(found) or "none, as long as it is in no network"
