"""The exporters: each watches one service, and tells Prometheus what it saw."""

from lab_helpers.services.base import Service
from lab_helpers.services.shop import MySQLContainer
from lab_helpers.services.web import WebService
from lab_helpers.sources import Source


class ExporterContainer(WebService):
    """What every exporter has in common: its metrics are the page to look at."""

    link_path = "/metrics"


class NodeExporterContainer(ExporterContainer):
    """The machine's own metrics: processors, memory, disks, network.

    In a container it sees the engine's machine, except for its file systems and network, which
    are the container's own.
    """

    service = "node-exporter"
    port = 9100


class MySQLExporterContainer(ExporterContainer):
    """The metrics of a MySQL or MariaDB server.

    Args:
        database: the server; its account for exporters is used.
    """

    service = "mysql-exporter"
    port = 9104

    def __init__(
        self, database: MySQLContainer, *, name: str | None = None, port: int | None = None
    ) -> None:
        super().__init__(name=name, port=port)
        self.calls = (database.name,)
        self.with_env("MYSQLD_EXPORTER_PASSWORD", database.exporter_password)
        self.with_command(
            [
                f"--mysqld.address={database.name}:{database.port}",
                f"--mysqld.username={database.EXPORTER}",
            ]
        )


class MemcachedExporterContainer(Service):
    """The metrics of a memcached server.

    The workshop's own, where upstream's image is not to be had, takes no web configuration.
    """

    service = "memcached-exporter"
    port = 9150
    link_path = "/metrics"
    boots_in = 0.3

    def __init__(
        self,
        address: str = "memcached:11211",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.calls = (address.split(":")[0],)
        self.with_command([f"--memcached.address={address}"])


class ApacheExporterContainer(ExporterContainer):
    """The metrics of an Apache server, from its status page."""

    service = "apache-exporter"
    port = 9117

    def __init__(
        self,
        status_url: str = "http://apache/server-status?auto",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.calls = ("apache",)
        self.with_command([f"--scrape_uri={status_url}"])


class NginxExporterContainer(ExporterContainer):
    """The metrics of an Nginx server, from its status page."""

    service = "nginx-exporter"
    port = 9113

    def __init__(
        self,
        status_url: str = "http://nginx:8080/stub_status",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.calls = ("nginx",)
        self.with_command([f"--nginx.scrape-uri={status_url}"])


class BlackboxExporterContainer(ExporterContainer):
    """Probes an address from outside, as a user would: ``/probe?target=…&module=…``."""

    service = "blackbox-exporter"
    port = 9115
    link_path = "/"
    usual_flags = ("--config.file=/etc/blackbox_exporter/config.yml",)

    def __init__(
        self, config: Source | None = None, *, name: str | None = None, port: int | None = None
    ) -> None:
        super().__init__(name=name, port=port)
        if config is not None:
            self.copy_in(config, "/etc/blackbox_exporter/config.yml")


class SNMPExporterContainer(ExporterContainer):
    """Asks network equipment over SNMP: ``/snmp?target=…&module=…``."""

    service = "snmp-exporter"
    port = 9116
    link_path = "/"
    usual_flags = ("--config.file=/etc/snmp_exporter/snmp.yml",)

    def __init__(
        self, config: Source | None = None, *, name: str | None = None, port: int | None = None
    ) -> None:
        super().__init__(name=name, port=port)
        if config is not None:
            self.copy_in(config, "/etc/snmp_exporter/snmp.yml")


class PushgatewayContainer(ExporterContainer):
    """Keeps what batch jobs push, until it is scraped."""

    service = "pushgateway"
    port = 9091
    ready_path = "/-/ready"
    link_path = "/"
