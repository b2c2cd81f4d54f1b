"""Alertmanager in a container: groups, routes, inhibits and silences what Prometheus reports."""

from .service import Service, Source

CONFIG = "/etc/alertmanager/alertmanager.yml"


class AlertmanagerContainer(Service):
    """An Alertmanager.

    Args:
        config: its alertmanager.yml.
        peers: the names of the other Alertmanagers of its cluster.
        name, port: as for every service.
    """

    service = "alertmanager"
    port = 9093
    ready_path = "/-/ready"

    def __init__(
        self,
        config: Source,
        *,
        peers: tuple[str, ...] = (),
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.copy_in(config, CONFIG)
        self.with_command(
            [
                f"--config.file={CONFIG}",
                "--storage.path=/alertmanager",
                "--cluster.listen-address=" + ("0.0.0.0:9094" if peers else ""),
                *(f"--cluster.peer={peer}:9094" for peer in peers),
            ]
        )
