"""The field of incidents: the running shop under traffic, and all that watches it, in a lab."""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from testcontainers.core.network import Network

from lab_helpers.errors import ServiceFailed
from lab_helpers.incident.health import why_not_well
from lab_helpers.lab import Lab
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.base import Service
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.exporters import (
    BlackboxExporterContainer,
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
    NodeExporterContainer,
)
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
)
from lab_helpers.setup.images import ROOT

if TYPE_CHECKING:
    from docker.models.containers import Container

FILES = ROOT / "labs" / "10_incident"
ALERTING = ROOT / "labs" / "06_alertmanager"
STAGE = ROOT / "compose"
RATE = 10  # requests a second, as on stage
REPLICAS = ("web-1", "web-2")


class _Replica(ShopWebContainer):
    """A replica that nginx finds under the name `web`, as all of them."""

    def join(self, network: Network, lab_name: str) -> None:
        super().join(network, lab_name)
        self.with_network_aliases(self.name, "web")


class _Visitors(Service):
    """The stage's visitors, from a seed and without an end."""

    service = "traffic"
    image_name = "shop"
    port = 0
    link_path = None
    calls = ("nginx",)

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.ports.clear()
        self.copy_in(STAGE / "traffic.py", "/traffic/traffic.py")
        journeys = ROOT / "lab_helpers" / "traffic" / "journeys.py"
        self.copy_in(journeys, "/traffic/journeys.py")
        self.with_command(["/traffic/traffic.py", "http://nginx", f"{rate:g}"])

    def not_ready_because(self) -> str:
        """Nothing: who visits answers nobody."""
        return ""


class Field:
    """The shop with two replicas and visitors, and what watches it; a `Stage` for every fault.

        with Field() as field:
            field.prometheus.query("up")

    Args:
        rate: requests a second of its visitors.
        name: tells labs apart that one notebook runs at the same time.
        flags: further flags of its Prometheus.
    """

    def __init__(
        self, rate: float = RATE, name: str = "incident", flags: Iterable[str] = ()
    ) -> None:
        self.mysql = MySQLContainer(flags=MySQLContainer.LIMITS)
        self.memcached = MemcachedContainer()
        self.replicas = [
            _Replica(self.mysql, tells_clock=True, replaceable=True, name=name) for name in REPLICAS
        ]
        self.nginx = NginxContainer()
        self.consul = ConsulContainer()
        self.consul.copy_in(STAGE / "consul-services.json", "/consul/config/services.json")
        node_exporter = NodeExporterContainer()
        node_exporter.with_tmpfs_mount("/var/lib/mysql", "size=4m")  # plays the database's disk
        self.prometheus = PrometheusContainer(
            FILES / "prometheus.yml",
            [ALERTING / "rules.yml"],
            flags=["--rules.alert.resend-delay=2s", *flags],
        )
        self.alertmanager = AlertmanagerContainer(
            ALERTING / "alertmanager.yml", [ALERTING / "messages.tmpl"]
        )
        self.inbox = InboxContainer()
        probes = ROOT / "labs" / "03_common_exporters" / "blackbox.yml"
        self.lab = Lab(
            self.mysql,
            self.memcached,
            *self.replicas,
            self.nginx,
            _Visitors(rate),
            node_exporter,
            MySQLExporterContainer(self.mysql),
            MemcachedExporterContainer(),
            NginxExporterContainer(),
            BlackboxExporterContainer(probes),
            self.consul,
            self.prometheus,
            self.alertmanager,
            self.inbox,
            name=name,
        )
        self.wait_until = self.lab.wait_until

    def service(self, name: str) -> Service:
        """The service of that name. Raises ServiceFailed: there is none."""
        for service in self.lab.services:
            if service.name == name:
                return service
        known = ", ".join(service.name for service in self.lab.services)
        raise ServiceFailed(f"There is no {name} on the field. There are: {known}.")

    def container(self, service: str) -> "Container":
        """The container of a service, as the engine has it now.

        Raises:
            ServiceFailed: there is none, or the field does not run.
        """
        found = self.service(service)._container
        if found is None:
            raise ServiceFailed(f"{service} has no container: start the field first.")
        found.reload()
        return found

    def url(self, service: str) -> str:
        """Where this machine reaches a service. Raises ServiceFailed: it does not run."""
        found = self.service(service)
        found._host_port = None  # who was killed and started again has another one
        return found.url

    def start(self) -> Self:
        """Start everything, and wait until every target is up and all is well.

        Raises:
            ServiceFailed, ConfigurationRefused, ImageUnavailable: the first service that failed.
            WaitFailed: it does not get well. Nothing is left behind in either case.
        """
        self.lab.start()
        try:
            self.wait_until(lambda: not why_not_well(self), "the shop is well and visited")
        except BaseException:
            self.lab.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop everything and remove it; does nothing if that is done."""
        self.lab.stop()

    def draw(self) -> Any:
        """The field's architecture as a picture."""
        return self.lab.draw()

    def _repr_html_(self) -> str:
        return self.lab._repr_html_()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
