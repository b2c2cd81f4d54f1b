"""The lab of chapter 06, for tests and benchmarks: the shop, what watches it, and the inbox."""

from lab_helpers.lab import Lab
from lab_helpers.services.alertmanager import AlertmanagerContainer
from lab_helpers.services.exporters import (
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NodeExporterContainer,
)
from lab_helpers.services.inbox import InboxContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    MemcachedContainer,
    MySQLContainer,
    ShopWebContainer,
    StaticPageContainer,
)
from lab_helpers.setup.images import ROOT
from lab_helpers.timeline import Timeline, why_paged

FILES = ROOT / "labs" / "06_alertmanager"
TARGETS = 8  # in prometheus.yml
DISK = (FILES / "disk.prom").read_text()
FULL = DISK.replace("3.4e+10", "2e+09")


class AlertLab:
    """The services by name, in a lab that runs while the `with` block does."""

    def __init__(self) -> None:
        self.mysql = MySQLContainer()
        self.memcached = MemcachedContainer()
        self.web_1 = ShopWebContainer(self.mysql, name="web-1")
        self.web_2 = ShopWebContainer(self.mysql, name="web-2")
        self.disk = StaticPageContainer(FILES / "disk.prom", name="disk")
        self.node_1 = NodeExporterContainer()
        self.node_2 = NodeExporterContainer(name="node-exporter-2")
        self.prometheus = PrometheusContainer(
            FILES / "prometheus.yml",
            [FILES / "rules.yml", FILES / "rules_test.yml"],
            flags=["--rules.alert.resend-delay=2s"],
        )
        self.alertmanager = AlertmanagerContainer(
            FILES / "alertmanager.yml", [FILES / "messages.tmpl"], peers=()
        )
        self.inbox = InboxContainer()
        self.lab = Lab(
            self.mysql,
            MySQLExporterContainer(self.mysql),
            self.memcached,
            MemcachedExporterContainer(),
            self.web_1,
            self.web_2,
            self.disk,
            self.node_1,
            self.node_2,
            self.prometheus,
            self.alertmanager,
            self.inbox,
            name="alerts",
        )
        self.wait_until = self.lab.wait_until

    def __enter__(self) -> "AlertLab":
        self.lab.start()
        try:
            self.lab.wait_until(
                lambda: self.prometheus.query("up").value.sum() == TARGETS, "every target is up"
            )
        except BaseException:
            self.lab.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.lab.stop()

    def calm_down(self) -> None:
        """Wait until nothing is wrong any more, and empty the inbox."""
        self.wait_until(
            lambda: (
                set(self.prometheus.query("ALERTS").alertname)  # those that are pending as well
                == set(self.alertmanager.alerts().alertname)
                == {"Watchdog"}
                # The last to ask: of an alert that ends, people are told a moment later.
                and not self.inbox.unresolved()
            ),
            "all is well, and everybody has been told",
        )
        self.inbox.clear()

    def why(self, alertname: str, /, **labels: str) -> Timeline:
        """Why somebody was paged, or nobody was."""
        return why_paged(self.prometheus, self.alertmanager, self.inbox, alertname, **labels)

    def when_paged(self, alertname: str, /, **labels: str) -> Timeline:
        """The alert's way, once it has arrived."""
        line = self.wait_until(
            lambda: (line := self.why(alertname, **labels)).paged and line,
            f"{alertname} is reported",
        )
        assert line
        return line

    def set_disk(self, page: str) -> None:
        """Have the disk of the database say something else: `DISK` or `FULL`."""
        self.disk.copy_into_container(page.encode(), "/srv/metrics.txt")
