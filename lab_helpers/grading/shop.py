"""The shop on a bench: services that know each other, for judges that need more than the week."""

from pathlib import Path

from lab_helpers.grading.bench import Services
from lab_helpers.grading.once import once
from lab_helpers.services.exporters import (
    BlackboxExporterContainer,
    MemcachedExporterContainer,
    MySQLExporterContainer,
    NginxExporterContainer,
)
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.services.shop import (
    MemcachedContainer,
    MySQLContainer,
    NginxContainer,
    ShopWebContainer,
)
from lab_helpers.setup.images import ROOT

FILES = ROOT / "labs" / "03_common_exporters"
MODULES: Path = FILES / "blackbox.yml"


@once
def _database() -> MySQLContainer:
    """One for the process: the web app and the exporter must know its passwords."""
    return MySQLContainer()


DATABASE: Services = {
    "mysql": _database,
    "mysql-exporter": lambda: MySQLExporterContainer(_database()),
}
"""The database and its exporter."""

STORES: Services = {"mysql": _database, "memcached": MemcachedContainer}
"""The database and the cache."""

SHOP: Services = {
    **DATABASE,
    **STORES,
    "web": lambda: ShopWebContainer(_database()),
    "nginx": NginxContainer,
    "memcached-exporter": MemcachedExporterContainer,
    "nginx-exporter": NginxExporterContainer,
    "blackbox-exporter": lambda: BlackboxExporterContainer(MODULES),
    "prometheus": lambda: PrometheusContainer(FILES / "prometheus.yml"),
}
"""The shop, with the exporters and the Prometheus of chapter 03."""
