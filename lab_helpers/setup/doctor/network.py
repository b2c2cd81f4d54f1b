"""Checks of the network. It matters only while something is still to be fetched."""

from __future__ import annotations

import os
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from contextlib import suppress
from pathlib import Path

from lab_helpers.setup import advice
from lab_helpers.setup.advice import Trouble
from lab_helpers.setup.doctor import way
from lab_helpers.setup.doctor.finding import Finding, Skipped, State, broken, look, ok
from lab_helpers.setup.doctor.machine import Machine


def network(machine: Machine) -> Finding:
    """Whether what set-up would still fetch can be had."""
    index = machine.shared("index", lambda: _packages(machine))
    try:
        found = _images(machine)
    except Skipped:
        if machine.environment() is None:
            raise
    else:
        if machine.environment() is None or found.state is State.BROKEN:
            return found
    trouble = index.get()
    return _fetching(trouble, "packages") if trouble else ok("the index of Python packages answers")


def _images(machine: Machine) -> Finding:
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
    if route.trouble:
        raise Skipped(f"whether {route.proxy} lets through is not known: {route.host} is away")
    return ok(f"{route.proxy} lets through")


def _packages(machine: Machine) -> Trouble | None:
    """Why the packages that are missing cannot be had; None if none is missing, or they can.

    Raises:
        Skipped: that is not known.
    """
    if machine.environment() is None:
        return None
    return machine.gone(way.to_index(_index())).trouble


def _index() -> str:
    """The index that pip uses here: one that somebody has set, or its own."""
    if named := os.environ.get("PIP_INDEX_URL"):
        return named
    own = Path.home()
    files = [Path(os.environ.get("PIP_CONFIG_FILE") or "/etc/pip.conf")]
    if files != [Path(os.devnull)]:
        files += [own / ".pip" / "pip.conf", own / ".config" / "pip" / "pip.conf"]
        files += [own / "Library" / "Application Support" / "pip" / "pip.conf"]
    said = ConfigParser(interpolation=None)
    with suppress(ConfigParserError):
        said.read(files)
    if named := said.get("global", "index-url", fallback=""):
        return named
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        raise Skipped("it is pip that knows where packages come from, and it is not here") from None
    return str(PyPI.simple_url)
