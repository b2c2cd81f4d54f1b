"""Why a container has ended, or never began, in words."""

import docker

from lab_helpers.errors import ServiceFailed
from lab_helpers.setup import engine


def obituary(name: str, identity: str, last_words: str) -> str:
    """Why a service's container has ended, with the last lines that it wrote."""
    try:
        state = engine.client().api.inspect_container(identity)["State"]
    except docker.errors.NotFound:
        return f"{name} is gone: its container was removed from outside."
    killed = ", killed for want of memory" if state.get("OOMKilled") else ""
    return (
        f"{name} died while starting (exit status {state['ExitCode']}{killed}). "
        f"Its last lines:\n{last_words}"
    )


def why_not_started(name: str, port: int | None, problem: docker.errors.APIError) -> ServiceFailed:
    """Why the engine did not start a service, which asked for a port unless that is None."""
    reason = str(problem.explanation or problem)
    if is_taken(reason):
        return ServiceFailed(
            f"{name} was asked to take port {port}, which is taken. Free it (`ss -ltnp 'sport = "
            f":{port}'` shows who has it), or leave out port= to get a free one."
        )
    return ServiceFailed(f"{name} could not be started: {reason}")


def is_taken(reason: str) -> bool:
    """Whether the engine means that a port is taken."""
    return "already allocated" in reason or "already in use" in reason
