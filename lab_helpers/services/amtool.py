"""amtool, run on a configuration beside an Alertmanager."""

import shlex
from collections.abc import Iterable

from lab_helpers.errors import ServiceFailed
from lab_helpers.services import scripts
from lab_helpers.services.base import Service

_GIVEN = "alertmanager.yml"


def run(
    service: Service, command: str, words: Iterable[str], present: str, given: bytes | None
) -> str:
    """What a command of amtool prints about a configuration.

    service: in whose container. command: such as "config routes test". words: what follows.
    present: the path of the service's own configuration. given: another one in its place.

    Raises:
        ServiceFailed: amtool refuses; the message has its words. Or the service does not run.
    """
    path = present if given is None else _GIVEN
    file = path if command == "check-config" else f"--config.file={path}"
    call = shlex.join(["amtool", *command.split(), file, *words])
    files = {} if given is None else {_GIVEN: given}
    told = "{ status=$?; cat remarks; exit $status; }"
    status, said = scripts.run(service, files, f"{call} 2>remarks || {told}")
    if status:
        raise ServiceFailed(f"`{call}` in {service.name} ended with status {status}:\n{said}")
    return said
