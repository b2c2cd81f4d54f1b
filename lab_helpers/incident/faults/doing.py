"""What faults do to a stage's containers: a command of root's, a file."""

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.stage.faults import Stage


def execute(stage: Stage, service: str, *command: str) -> None:
    """Run a command as root in a service's container.

    Its status says whether it was done: a busy engine may lose its words.

    Raises:
        ServiceFailed: it does not run, or the command failed.
    """
    container = stage.container(service)
    if container.status != "running":
        raise ServiceFailed(f"{service} is {container.status}: heal the other faults first.")
    done = container.exec_run(list(command), user="root")
    if done.exit_code:
        said = done.output.decode(errors="replace").strip()
        raise ServiceFailed(f"`{' '.join(command)}` in {service} failed: {said}")


def put(stage: Stage, service: str, path: str, text: str) -> None:
    """Write a file into a service's container."""
    unpack_into(stage.container(service), "/", pack({path.lstrip("/"): text.encode()}))
