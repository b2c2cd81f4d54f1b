"""Services that write their own address into messages, and so must know it before they start."""

import secrets

import docker

from lab_helpers.services import endings
from lab_helpers.services.web import WebService
from lab_helpers.setup import engine

#: The flag by which Prometheus and Alertmanager are told where people reach them.
FLAG = "--web.external-url"
#: Ports for such services; those that engines and programs are given by themselves are larger.
_PORTS = range(20_000, 30_000)


class AddressedService(WebService):
    """A service that is told at which address people reach it, so that its links open."""

    def _start_container(self) -> None:
        self._tell_address()
        try:
            super()._start_container()
        except docker.errors.APIError as problem:
            if self._port_asked_for is not None or not endings.is_taken(str(problem.explanation)):
                raise
            self.stop()  # somebody has the port that was chosen
            self._tell_address()
            super()._start_container()

    def _tell_address(self) -> None:
        # A seed that somebody sets for numbers at random would have two labs choose the same ports.
        port = self._port_asked_for or secrets.choice(_PORTS)
        self.ports[f"{self.port}/tcp"] = (engine.bind_address(), port)  # type: ignore[assignment]
        flags = [flag for flag in self._command or () if not flag.startswith(FLAG)]
        self.with_command([*flags, f"{FLAG}={engine.url(port, self.scheme)}/"])
