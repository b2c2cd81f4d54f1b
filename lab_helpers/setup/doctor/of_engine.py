"""Checks of the container engine, and of what it has."""

from __future__ import annotations

import os
import shutil
import subprocess

from lab_helpers.setup import bootstrap, daemon, images
from lab_helpers.setup.doctor.finding import Finding, Remedy, broken, look, ok
from lab_helpers.setup.doctor.machine import Engine, Machine


def engine(machine: Machine) -> Finding:
    """Whether one answers where the workshop looks for it, and is one that can do all."""
    found = machine.shared("engine", Engine).get()
    name, address = daemon.context()
    if found.trouble:
        return broken(
            found.trouble.what, "No lab starts without one.", found.trouble.remedy, _start(found)
        )
    about, where = found.about, found.daemon.where
    told = f"{found.kind} {about.get('ServerVersion', '')} at {where}"
    if name and not address:
        return look(
            f"The docker context {name!r} is chosen, and there is none of that name.",
            f"The workshop uses {where}; the docker command does not run.",
            "`docker context use default`, and `unset DOCKER_CONTEXT`.",
        )
    return ok(told)


def _start(found: Engine) -> Remedy | None:
    """What can be done safely for an engine that does not answer."""
    usual = daemon.Daemon(daemon.DEFAULT, patience=1)
    name, address = daemon.context()
    by_variable = os.environ.get("DOCKER_CONTEXT") or os.environ.get("DOCKER_HOST")
    if name and address and not by_variable and shutil.which("docker") and usual.answers():
        back = ["docker", "context", "use", "default"]
        told = f"using docker's default context (back: `docker context use {name}`)"
        return Remedy(told, lambda: subprocess.run(back, check=True, capture_output=True))
    if bootstrap.dockerd() and bootstrap.engine_is_ours_to_start():
        return Remedy("starting the Docker engine", bootstrap.start_engine)
    return None


def chosen(machine: Machine) -> Finding:
    """Whether set-up has chosen an image for each service, of this checkout, and all are here."""
    if not images.RECORD_FILE.exists():
        return broken("Set-up has not fetched the images yet.", "No lab starts.", "`make setup`.")
    if not images.is_chosen():
        return broken(
            "The images were chosen for another state of this checkout, or other variables.",
            "Services would run in versions that the pages are not written for.",
            "`make setup`.",
        )
    missing = machine.missing_images()
    recorded = images.read(images.RECORD_FILE)
    if missing:
        return broken(
            f"{len(missing)} of {len(recorded)} images are gone from the engine, {missing[0]} for "
            "one.",
            "Their services do not start without a network.",
            "`make setup`.",
        )
    without = [name for name in images.all_services() if images.variable(name) not in recorded]
    less = f"; none of {', '.join(without)}, whose cells are skipped" if without else ""
    return ok(f"{len(recorded)} are here{less}")
