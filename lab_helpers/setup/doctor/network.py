"""Checks of the network. It matters only while something is still to be fetched."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

from lab_helpers.setup import advice, environment
from lab_helpers.setup.advice import Trouble
from lab_helpers.setup.doctor.finding import Finding, Skipped, broken, look, ok
from lab_helpers.setup.doctor.machine import Machine

#: What set-up installs first, and how pip is asked for it without a download.
ASK_PIP = ("-m", "pip", "index", "versions", "uv", "--retries", "0", "--timeout", "3")
#: What pip says, and what that means. The first that fits is meant.
_PIP_SAYS = (
    (r"CERTIFICATE_VERIFY_FAILED|SSLError", advice.unknown_certificate),
    (r"ProxyError|Tunnel connection failed", advice.refused_by_proxy),
    (r"Name or service not known|name resolution|nodename nor servname", advice.no_names),
    (r"unreachable|refused|NewConnectionError|No route", advice.unreachable),
    (r"timed out|timeout", advice.too_slow),
    (r"No matching distribution|HTML", advice.somebody_else),
)
_INDEX = "the index of Python packages"


def network(machine: Machine) -> Finding:
    """Whether what set-up would still fetch can be had."""
    trouble = _packages(machine)
    if trouble:
        return _fetching(trouble, "packages")
    try:
        route = machine.answer()
        missing = machine.missing_images()
    except Skipped as reason:
        raise Skipped(f"which registry is asked is known to the engine ({reason})") from None
    if route is None:
        return ok("the engine names no registry")
    if route.trouble is None:
        return ok(f"{route.host} answers")
    if route.proxy and route.trouble in _of_proxy(route.host, route.proxy):
        raise Skipped("it is reached through the proxy")
    if missing:
        return _fetching(route.trouble, "images")
    return ok(f"none is needed: everything is here ({route.host} cannot be asked)")


def _fetching(trouble: Trouble, what: str) -> Finding:
    return broken(trouble.what, f"Set-up has {what} to fetch, and cannot.", trouble.remedy)


def _of_proxy(host: str, proxy: str) -> tuple[Trouble, Trouble]:
    return advice.no_proxy(proxy), advice.refused_by_proxy(host)


def proxy(machine: Machine) -> Finding:
    """Whether a proxy that is set lets through, here and for the engine."""
    route = machine.answer()
    if route is None or not route.proxy:
        return ok("none is set")
    missing = machine.missing_images()
    if route.trouble in _of_proxy(route.host, route.proxy):
        if missing:
            return _fetching(route.trouble, "images")
        return look(route.trouble.what, "Nothing needs it now.", route.trouble.remedy)
    engine = machine.engine()
    if engine.local and missing and not engine.about.get("HttpsProxy"):
        return look(
            f"{route.proxy} is set here, and the engine knows of none.",
            "It is the engine that pulls images, and it does not read your variables.",
            f'Put `{{"proxies": {{"https-proxy": "{route.proxy}"}}}}` into '
            f"/etc/docker/daemon.json, and {advice.restart()} (before version 23: HTTPS_PROXY in "
            "its service).",
        )
    return ok(f"{route.proxy} lets through")


def _packages(machine: Machine) -> Trouble | None:
    """Why the packages that are missing cannot be had; None if none is, or they can."""
    if environment.python() or importlib.util.find_spec("pip") is None:
        return None
    try:
        done = subprocess.run(
            [sys.executable, *ASK_PIP], capture_output=True, text=True, timeout=machine.left() - 0.1
        )
    except subprocess.TimeoutExpired:
        return advice.too_slow(_INDEX)
    if done.returncode == 0:
        return None
    for pattern, meaning in _PIP_SAYS:
        if re.search(pattern, done.stderr):
            return meaning(_INDEX)
    return None  # another pip's words: set-up itself will say what is wrong
