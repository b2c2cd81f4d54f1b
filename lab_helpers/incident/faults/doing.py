"""What faults do to a stage's containers: a command of root's, a file."""

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.stage.faults import Stage


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
