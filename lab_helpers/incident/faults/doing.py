"""What faults do to a stage's containers: a command, a file, a program that goes on by itself."""

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.stage.faults import Stage

LONGEST = 600  # seconds after which a program that goes on by itself ends, whatever became of us
# Runs a command as long as a file is there: an engine can start a command and cannot end it.
KEEPER = """
import os, subprocess, sys, time
flag, seconds, *command = sys.argv[1:]
child = subprocess.Popen(command)
until = time.monotonic() + float(seconds)
while os.path.exists(flag) and child.poll() is None and time.monotonic() < until:
    time.sleep(0.1)
child.kill()
"""


def execute(stage: Stage, service: str, *command: str) -> str:
    """Run a command as root in a service's container, and return what it says.

    Raises:
        ServiceFailed: it does not run, or the command failed.
    """
    container = stage.container(service)
    if container.status != "running":
        raise ServiceFailed(f"{service} is {container.status}: heal the other faults first.")
    done = container.exec_run(list(command), user="root")
    said = str(done.output.decode(errors="replace")).strip()
    if done.exit_code:
        raise ServiceFailed(f"`{' '.join(command)}` in {service} failed: {said}")
    return said


def put(stage: Stage, service: str, path: str, text: str) -> None:
    """Write a file into a service's container."""
    unpack_into(stage.container(service), "/", pack({path.lstrip("/"): text.encode()}))


def go_on(stage: Stage, name: str, *command: str) -> None:
    """Have a Python program go on beside the visitors, until `let_be`; once only.

    Args:
        name: by which it is known.
        command: what follows `python3`.
    """
    execute(stage, "traffic", "python3", "-c", f"open({_flag(name)!r}, 'x')")
    keeper = ["python3", "-c", KEEPER, _flag(name), str(LONGEST), "python3", *command]
    stage.container("traffic").exec_run(keeper, detach=True)


def let_be(stage: Stage, name: str) -> None:
    """End what `go_on` began; harmless where there is nothing of that name."""
    execute(stage, "traffic", "rm", "-f", _flag(name))


def _flag(name: str) -> str:
    return f"/tmp/{name}.goes-on"
