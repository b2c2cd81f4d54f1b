"""A Consul agent in a container: knows which services there are, where, and how they are."""

from .service import Service


class ConsulContainer(Service):
    """A single Consul agent in development mode: server and client in one, nothing kept on disk."""

    service = "consul"
    port = 8500
    ready_path = "/v1/status/leader"
    link_path = "/ui/"

    def __init__(self, *, name: str | None = None, port: int | None = None) -> None:
        super().__init__(name=name, port=port)
        self.with_command(["agent", "-dev", "-client", "0.0.0.0"])
