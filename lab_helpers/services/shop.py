"""The shop: Nginx → web app → MariaDB and memcached, and Apache beside it."""

import secrets

from lab_helpers.errors import ServiceFailed
from lab_helpers.services.base import Service
from lab_helpers.setup import engine
from lab_helpers.setup.images import ROOT
from lab_helpers.sources import Source

FILES = ROOT / "labs" / "shop"


class MySQLContainer(Service):
    """The shop's database, MariaDB. Its passwords are made up anew for every container.

    Args:
        flags: of the server, such as `LIMITS`.

    Attributes:
        password: of the account ``USER``, which the shop uses.
        exporter_password: of the account ``EXPORTER``, which may see everything and change nothing.
    """

    service = "mysql"
    port = 3306
    boots_in = 1.0
    ready_path = None
    link_path = None

    DATABASE = "shop"
    USER = "shop"
    EXPORTER = "exporter"
    #: What the shop may take of it, so that its exporter gets in when the shop has taken all.
    LIMITS = ("--max-connections=50", "--max-user-connections=40", "--innodb-lock-wait-timeout=3")

    def __init__(
        self,
        *,
        flags: tuple[str, ...] = (),
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        if flags:
            self.with_command(list(flags))
        self.password = secrets.token_urlsafe(12)
        self.exporter_password = secrets.token_urlsafe(12)
        self.with_envs(
            MARIADB_RANDOM_ROOT_PASSWORD="1",
            MARIADB_DATABASE=self.DATABASE,
            MARIADB_USER=self.USER,
            MARIADB_PASSWORD=self.password,
        )
        # What mysqld_exporter's documentation asks for, with the name of MariaDB's own right. Since
        # 0.20 a scrape takes two connections, and two servers may scrape at the same moment.
        account = f"'{self.EXPORTER}'@'%'"
        rights = "PROCESS, REPLICATION CLIENT, SLAVE MONITOR, SELECT"
        self.copy_in(
            f"CREATE USER {account} IDENTIFIED BY '{self.exporter_password}' "
            f"WITH MAX_USER_CONNECTIONS 6;\nGRANT {rights} ON *.* TO {account};\n",
            "/docker-entrypoint-initdb.d/exporter.sql",
        )

    def sql(self, statement: str) -> str:
        """Run a statement on the shop's database, and return its answer as tab-separated lines."""
        login = [f"--user={self.USER}", f"--password={self.password}", self.DATABASE]
        return self.run("mariadb", *login, "--batch", "--execute", statement)


class MemcachedContainer(Service):
    """The shop's cache."""

    service = "memcached"
    port = 11211
    ready_path = None
    ready_words = b"version\r\n"
    link_path = None

    def __init__(self, *, name: str | None = None, port: int | None = None) -> None:
        super().__init__(name=name, port=port)
        self.with_command(["memcached", "--memory-limit=16"])


class ShopWebContainer(Service):
    """A replica of the shop's web app.

    Args:
        database: where the orders are kept.
        cache: the name of the memcached that keeps the carts.
        version: what the app calls its version.
        tells_clock: whether its metrics say what its clock shows.
        replaceable: whether its container runs on when the app ends, so that another program can
            take the app's place.
    """

    service = "web"
    image_name = "shop"
    port = 8000
    boots_in = 0.6
    ready_path = "/metrics"

    OUTLIVE = "python3 /shop/web.py & wait; exec sleep infinity"

    def __init__(
        self,
        database: MySQLContainer,
        cache: str = "memcached",
        *,
        version: str = "1.9.0",
        tells_clock: bool = False,
        replaceable: bool = False,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.calls = (database.name, cache)
        self.with_envs(
            MYSQL_HOST=database.name,
            MYSQL_USER=database.USER,
            MYSQL_PASSWORD=database.password,
            MYSQL_DATABASE=database.DATABASE,
            MEMCACHED=f"{cache}:11211",
            PORT=str(self.port),
            VERSION=version,
        )
        if tells_clock:
            self.with_env("TELL_CLOCK", "1")
        if replaceable:
            script = f"import os; os.execvp('sh', ['sh', '-c', '{self.OUTLIVE}'])"
            self.with_command(["-c", script])


class NginxContainer(Service):
    """The shop's front door: passes every request on to the web app; /stub_status on port 8080."""

    service = "nginx"
    port = 80
    calls = ("web",)

    def __init__(
        self,
        config: Source = FILES / "nginx.conf",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.copy_in(config, "/etc/nginx/nginx.conf")
        # It finds the engine's name server, so that nginx starts without the app and follows it.
        self.with_command(["sh", "-c", (FILES / "nginx.sh").read_text()])

    def not_ready_because(self) -> str:
        """Nothing once it answers, be it that the web app behind it is away (502)."""
        seen = super().not_ready_because()
        return "" if seen.startswith("HTTP status") else seen


class ApacheContainer(Service):
    """The shop's static pages, with Apache's status page at /server-status."""

    service = "apache"
    port = 80

    def __init__(
        self,
        config: Source = FILES / "httpd.conf",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.copy_in(config, "/usr/local/apache2/conf/httpd.conf")


class HAProxyContainer(Service):
    """A load balancer before the web app, with its own metrics at ``http://haproxy:8404/metrics``.

    `url` is where the metrics are; `front_url` is the front end that visitors use.
    """

    service = "haproxy"
    port = 8404
    ready_path = "/metrics"
    link_path = "/metrics"
    calls = ("web",)

    def __init__(
        self,
        config: Source = FILES / "haproxy.cfg",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.copy_in(config, "/usr/local/etc/haproxy/haproxy.cfg")
        self.with_command(["sh", "-c", (FILES / "haproxy.sh").read_text()])
        self.ports["80/tcp"] = (engine.bind_address(), None)  # type: ignore[assignment]

    @property
    def front_url(self) -> str:
        """The front end's address as this machine reaches it.

        Raises:
            ServiceFailed: it is not running.
        """
        if self._container is None:
            raise ServiceFailed(f"{self.name} has no address yet: start it first.")
        found = engine.client().api.port(self._container.id, 80) or [{"HostPort": ""}]
        return engine.url(found[0]["HostPort"])


class SwitchContainer(Service):
    """A network device, as SNMP shows one: Net-SNMP's agent on UDP port 161."""

    service = "switch"
    image_name = "shop"
    port = 161
    link_path = None

    def __init__(self, *, name: str | None = None) -> None:
        super().__init__(name=name)
        self.ports.clear()  # nobody but the exporter talks to it, on the lab's network
        command = "exec snmpd -f -Lo -C -r --rocommunity=public udp:161"
        self.with_command(["-c", f"import os; os.execvp('sh', ['sh', '-c', {command!r}])"])

    def not_ready_because(self) -> str:
        """Nothing once the agent says that it runs."""
        return "" if "NET-SNMP version" in self.logs() else "the agent has not said that it runs"


class StaticPageContainer(Service):
    """A folder served over HTTP by Python, as the simplest thing that Prometheus can scrape.

    Args:
        page: what `path` answers.
        path: where the page is. Prometheus 3 takes only what is called text, which Python's server
            says of a name that ends in .txt.
    """

    service = "page"
    image_name = "shop"
    port = 8000

    def __init__(
        self,
        page: Source,
        path: str = "/metrics.txt",
        *,
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.ready_path = path
        self.link_path = path
        self.copy_in(page, "/srv" + path)
        self.with_command(["-m", "http.server", "8000", "--directory", "/srv"])
