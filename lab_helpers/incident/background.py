"""Programs that run beside a service's own, in its container, until they are ended."""

from typing import TYPE_CHECKING

from lab_helpers.errors import ServiceFailed

if TYPE_CHECKING:
    from docker.models.containers import Container


def begin(container: "Container", name: str, script: str, *command: str) -> None:
    """Run a script in the background; one of the same name is ended first.

    Args:
        script: its text.
        command: what runs it, with its path at the end; by default Python.
    """
    end(container, name)
    wrapped = f'echo $$ > /tmp/{name}.pid; exec "$@"'
    words = [*(command or ("python3", "-c")), script]
    # An exec leads a process group of its own, and its number is that of this shell.
    container.exec_run(["sh", "-c", wrapped, "sh", *words], detach=True)


def end(container: "Container", name: str) -> None:
    """End a program with all that it started; does nothing if it does not run.

    Raises:
        ServiceFailed: its container does not run.
    """
    file = f"/tmp/{name}.pid"
    command = f"[ ! -e {file} ] || {{ kill -- -$(cat {file}); rm -f {file}; }} 2>/dev/null"
    done = container.exec_run(["sh", "-c", command])
    if done.exit_code:
        said = done.output.decode(errors="replace").strip()
        raise ServiceFailed(f"`{command}` in {container.name} failed: {said}")
