"""A service in a container: configuration copied in, a port on loopback, failures explained."""

import http.client
import shlex
import socket
import threading
import time
from collections.abc import Mapping
from typing import ClassVar, Self

import docker
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.transferable import Transferable

from lab_helpers.archives import pack, unpack_into
from lab_helpers.errors import ServiceFailed
from lab_helpers.services import endings, scripts
from lab_helpers.setup import engine, names, pausing
from lab_helpers.setup.images import image_for
from lab_helpers.sources import Source, read

#: Docker lets every user listen on ports below 1024 in a container; Podman is told to.
ANY_PORT = {"net.ipv4.ip_unprivileged_port_start": "0"}
#: Twelve containers are running sooner if the engine is asked for six of them at a time.
_engine_at_work = threading.Semaphore(6)


class Service(DockerContainer):
    """One service of the workshop, in a container.

    A subclass says what it is in its class attributes, and what it runs in its constructor.

    Args:
        name: the service's name on the lab's network, if not the class's own.
        image: the image to run, if not the one that `workshop images` shows.
        port: the port to take on this machine, if it must be a certain one.
    """

    #: the name on the lab's network, as in compose
    service: ClassVar[str]
    #: the image's name in compose/images.env, if not the service's
    image_name: ClassVar[str | None] = None
    #: the port that it listens on inside the network
    port: ClassVar[int]
    #: a page that answers 200 when it is ready; None where it speaks another protocol than HTTP
    ready_path: str | None = "/"
    #: what to send to a service without pages, so that it answers something when it is ready
    ready_words: ClassVar[bytes] = b""
    #: the page that is worth opening in a browser; None where there is none
    link_path: str | None = "/"
    #: by what its pages are reached
    scheme: str = "http"
    #: the names of the services that it calls
    calls: tuple[str, ...] = ()
    #: seconds from its container's start until it is ready, roughly: the slowest are started first
    boots_in: ClassVar[float] = 0.0
    #: seconds within which it must be ready
    patience: ClassVar[float] = 60.0

    def __init__(
        self, *, name: str | None = None, image: str | None = None, port: int | None = None
    ) -> None:
        self.name = name or self.service
        # An engine that is away says so here; and what version it speaks is not asked again.
        client = {"version": engine.client().api.api_version}
        super().__init__(image or image_for(self.image_name or self.service), client)
        self.files: dict[str, bytes] = {}  # that it has when it starts, by path
        self._archives: list[tuple[bytes, str]] = []
        self._port_asked_for = port
        self.ports[f"{self.port}/tcp"] = (engine.bind_address(), port)  # type: ignore[assignment]
        self.lab_name = ""
        self._host_port: int | None = None

    # Where it is

    @property
    def is_running(self) -> bool:
        """Whether its container runs now."""
        if self._container is None:
            return False
        try:
            state = engine.client().api.inspect_container(self._container.id)["State"]
        except docker.errors.NotFound:
            return False
        return bool(state["Running"])

    @property
    def host_port(self) -> int:
        """The port on which this machine reaches it.

        Raises:
            ServiceFailed: it is not running.
        """
        if self._host_port is None:
            if self._container is None:
                raise ServiceFailed(f"{self.name} has no address yet: start it first.")
            found = engine.client().api.port(self._container.id, self.port)
            if not found:
                raise ServiceFailed(self._obituary())
            self._host_port = int(found[0]["HostPort"])
        return self._host_port

    @property
    def url(self) -> str:
        """Its address as this machine reaches it, ``http://127.0.0.1:PORT``."""
        return engine.url(self.host_port, self.scheme)

    @property
    def internal_url(self) -> str:
        """Its address as the lab's other services reach it, ``http://NAME:PORT``."""
        return f"{self.scheme}://{self.name}:{self.port}"

    @property
    def link(self) -> str | None:
        """The page that is worth opening in a browser."""
        return None if self.link_path is None else self.url + self.link_path

    # Starting and stopping

    def copy_in(self, source: Source | bytes, path: str) -> Self:
        """Have a file at ``path`` inside the container when it starts.

        Args:
            source: where the file is, as a Path, or its text or bytes.

        Raises:
            ServiceFailed: there is no such file.
        """
        self.files[path] = read(source)
        return self

    def unpack_in(self, archive: bytes, folder: str) -> Self:
        """Have what a tar holds in ``folder`` inside the container when it starts."""
        self._archives.append((archive, folder))
        return self

    def _transfer_into_container(self, archive: Transferable, folder: str, mode: int) -> None:
        # testcontainers calls this between creating and starting, and knows no tars
        assert isinstance(archive, bytes)
        unpack_into(self.get_wrapped_container(), folder, archive)

    def join(self, network: Network, lab_name: str) -> None:
        """Be on a lab's network when it starts."""
        self.lab_name = lab_name
        self.with_network(network).with_network_aliases(self.name)

    def start(self) -> Self:
        """Start it, and wait until it is ready.

        Raises:
            ServiceFailed: its port is taken, it died, or it was not ready in time; nothing of it
                is left, and the message has its last lines.
            ImageUnavailable: its image is neither here nor to be pulled.
        """
        if self._container is not None:
            self.stop()
        labels = {engine.OWNER_LABEL: engine.owner(), engine.LAB_LABEL: self.lab_name}
        self.with_kwargs(
            labels=labels,
            hostname=self.name,
            sysctls=ANY_PORT,
            use_config_proxy=False,  # services call each other, and none of them the world
            **names.of_the_network_alone(),
        )
        try:
            with _engine_at_work:
                self._start_container()
            self.wait_until_ready()
            return self
        except docker.errors.APIError as problem:
            self.stop()
            engine.require_image(self.image, self.name)
            raise endings.why_not_started(self.name, self._port_asked_for, problem) from None
        except BaseException:
            self.stop()
            raise

    def _start_container(self) -> None:
        # All files in one tar: the engine starts a program of its own to unpack each.
        files = [(pack(self.files), "/")] if self.files else []
        self._transferable_specs = [(*each, 0) for each in (*files, *self._archives)]
        try:
            super().start()
        except docker.errors.APIError as problem:
            if self._port_asked_for is not None or not endings.is_taken(str(problem.explanation)):
                raise
            # The engine chose a port that a program took meanwhile: it shall choose once more.
            self.stop()
            super().start()

    def stop(self, force: bool = True, delete_volume: bool = True) -> None:
        """Stop it and remove its container; does nothing if there is none."""
        if self._container is not None and self._container.id is not None:
            engine.remove_container(self._container.id)
        self._container = None
        self._host_port = None

    def pause(self) -> None:
        """Have it stand still, its connections open, until `unpause`.

        Raises:
            EngineRefused: it does not run.
        """
        with engine.in_words():
            pausing.pause(self.get_wrapped_container())

    def unpause(self) -> None:
        """Have it go on after `pause`; harmless if it does, or has ended."""
        with engine.in_words():
            pausing.wake(self.get_wrapped_container())

    def wait_until_ready(self) -> None:
        """Wait until its page answers, or its port.

        Raises:
            ServiceFailed: it died, or the time ran out.
        """
        began = looked = time.monotonic()
        while seen := self.not_ready_because():
            now = time.monotonic()
            if now - looked > 0.5:  # asking the engine costs more than asking the service
                looked = now
                if not self.is_running:
                    raise ServiceFailed(self._obituary())
            if now - began > self.patience:
                page = self.ready_path or f"port {self.port}"
                raise ServiceFailed(
                    f"{self.name} was not ready within {self.patience:.0f} s. Asked for: {page}. "
                    f"Seen last: {seen}. Its last lines:\n{self.last_words()}"
                )
            time.sleep(0.02)

    def not_ready_because(self) -> str:
        """Nothing if it is ready, else what was seen instead."""
        try:
            if self.ready_path is None:
                return self._not_greeted_because(self.ready_words)
            connection = http.client.HTTPConnection(engine.host(), self.host_port, timeout=2)
            connection.request("GET", self.ready_path)
            status = connection.getresponse().status
            connection.close()
            return "" if status == 200 else f"HTTP status {status}"
        except (OSError, http.client.HTTPException) as problem:
            return f"{type(problem).__name__}: {problem}"

    def _not_greeted_because(self, words: bytes) -> str:
        # A connection alone proves nothing: the engine's proxy accepts it before the service does.
        with socket.create_connection((engine.host(), self.host_port), timeout=2) as connection:
            connection.sendall(words)
            return "" if connection.recv(1) else "the connection was closed"

    # What it says

    def logs(self, lines: int | None = None) -> str:
        """What it has written so far, standard error included; the last ``lines`` if given."""
        if self._container is None:
            return ""
        written = self._container.logs(tail="all" if lines is None else lines)
        return written.decode(errors="replace")

    def copy_into_container(self, file: Transferable, path: str, mode: int = 0o644) -> None:
        """Put a file into the container while it runs.

        Raises:
            ServiceFailed: it does not run.
        """
        self._require_running("nothing can be put into it")
        unpack_into(self.get_wrapped_container(), "/", pack({path: read(file)}, mode))

    def run(self, *command: str, files: Mapping[str, bytes] | None = None) -> str:
        """Run a command inside the container, and return what it prints on standard output.

        files: beside which it runs, by path. The image has a shell.

        Raises:
            ServiceFailed: its status is not 0; the message has standard error too.
        """
        self._require_running("nothing can be asked of it")
        call = shlex.join(command)
        script = f"{call} 2>remarks || {{ status=$?; cat remarks; exit $status; }}"
        status, said = scripts.run(self.get_wrapped_container(), files or {}, script)
        if status:
            raise ServiceFailed(f"`{call}` in {self.name} ended with status {status}:\n{said}")
        return said

    def _require_running(self, otherwise: str) -> None:
        if not self.is_running:
            raise ServiceFailed(
                f"{self.name} does not run, so {otherwise}. Start it, or run the set-up cell again."
            )

    def last_words(self) -> str:
        """What in its log may explain its end: its last lines."""
        return "\n".join("    " + line for line in self.logs(10).splitlines()) or "    (none)"

    def _obituary(self) -> str:
        assert self._container is not None
        return endings.obituary(self.name, str(self._container.id), self.last_words())
