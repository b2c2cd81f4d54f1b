"""A Python program of the reader's own, in a container."""

from collections.abc import Iterable, Mapping

from lab_helpers.errors import ServiceFailed
from lab_helpers.services import carried
from lab_helpers.services.base import Service
from lab_helpers.setup import engine
from lab_helpers.sources import Source


class ProgramContainer(Service):
    """A Python program that serves HTTP, beside Flask, waitress and prometheus_client.

    The page to look at is its metrics. It is ready when `ready_path` answers 200.

    Args:
        program: where the program is, or its text.
        arguments: what it gets on its command line.
        name: its name on the lab's network.
        metrics_port: where its metrics are, if not on port 8000 as everything else.
        ready_path: the page that says that it is ready; by default its metrics, or the front page
            where these have a port of their own. None: once the port accepts a connection from
            inside, for a program whose pages fail.
        environment: variables that it gets.
        packages: Python packages that it needs besides: this machine's own, copied in.
    """

    image_name = "shop"
    port = 8000
    service = "program"

    def __init__(
        self,
        program: Source,
        *arguments: str,
        name: str,
        metrics_port: int = 8000,
        ready_path: str | None = "",
        environment: Mapping[str, str] | None = None,
        packages: Iterable[str] = (),
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.metrics_port = metrics_port
        apart = metrics_port != self.port
        self.ready_path = ("/" if apart else "/metrics") if ready_path == "" else ready_path
        path = f"/srv/{name}.py" if isinstance(program, str) else f"/srv/{program.name}"
        self.copy_in(program, path)
        self.with_command([path, *arguments])
        self.with_envs(**(environment or {}))
        if needed := tuple(packages):
            self.unpack_in(carried.packages(*needed), "/")
            self.with_env("PYTHONPATH", carried.FOLDER)
        if apart:
            self.ports[f"{metrics_port}/tcp"] = (engine.bind_address(), None)  # type: ignore[assignment]

    def not_ready_because(self) -> str:
        """Nothing if it is ready, else what was seen instead."""
        if self.ready_path is not None:
            return super().not_ready_because()
        knock = f"import socket; socket.create_connection(('127.0.0.1', {self.port}), 1)"
        answer = self.exec(["python3", "-c", knock])
        return "" if answer.exit_code == 0 else f"nobody listens on port {self.port}"

    @property
    def metrics_url(self) -> str:
        """The address of its metrics as this machine reaches it.

        Raises:
            ServiceFailed: it is not running.
        """
        if self.metrics_port == self.port:
            return f"{self.url}/metrics"
        if self._container is None:
            raise ServiceFailed(f"{self.name} has no address yet: start it first.")
        found = engine.client().api.port(self._container.id, self.metrics_port)
        if not found:
            raise ServiceFailed(self._obituary())
        return engine.url(found[0]["HostPort"]) + "/metrics"

    @property
    def link(self) -> str:
        """Its metrics."""
        return self.metrics_url
