"""What notebooks that have ended left on the engine."""

from __future__ import annotations

import subprocess

from lab_helpers.setup import daemon, environment
from lab_helpers.setup.doctor.finding import Finding, Remedy, Skipped, look, ok
from lab_helpers.setup.doctor.machine import Machine


def left_over(machine: Machine) -> Finding:
    """Whether notebooks that have ended left containers or networks."""
    labelled = [
        *machine.ask("/containers/json?all=1"),
        *machine.ask("/networks"),
    ]
    started_by = [(found.get("Labels") or {}).get(daemon.OWNER_LABEL) for found in labelled]
    owners = {str(name) for name in started_by if name}
    if not owners:
        return ok("nothing")
    if machine.environment():
        raise Skipped("whose a container is can be told once .venv is there")
    ask = (
        "import sys; from lab_helpers.setup.owner import has_ended; "
        "print(*filter(has_ended, sys.argv[1:]), sep='\\n')"
    )
    ended = set(_in_environment(ask, *owners).split())
    count = sum(name in ended for name in started_by)
    if not count:
        return ok("nothing: what there is belongs to notebooks that run")
    return look(
        f"{count} containers and networks are left of notebooks that have ended.",
        "They take memory and addresses.",
        "The next lab that starts removes them; `make doctor ARGS=--fix` does it now. A network "
        "that stays even so goes when the engine is restarted: it miscounts what is on it.",
        sweep(machine),
    )


def sweep(machine: Machine) -> Remedy | None:
    """Remove what ended notebooks left; what runs is left alone."""
    if machine.environment():
        return None
    ask = "from lab_helpers.setup import engine; engine.sweep()"
    return Remedy("removing what ended notebooks left", lambda: _in_environment(ask))


def _in_environment(program: str, *words: str) -> str:
    """What a program prints, run with the workshop's packages."""
    done = subprocess.run(
        [str(environment.python()), "-c", program, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout
