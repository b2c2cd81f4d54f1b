"""A Consul agent in a container: knows which services there are, where, and how they are."""

import os
import re
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import seconds
from lab_helpers.services.base import Service
from lab_helpers.services.consul_labels import discovered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame


class ConsulUnavailable(WorkshopError):
    """No Consul answers, or it takes too long."""


class ConsulContainer(Service):
    """A Consul agent.

    Without `join` it is server and agent in one, in development mode: nothing is kept on disk.

    Args:
        join: the name of a Consul that runs in the lab; this one becomes the agent of another
            machine, which is called `name` in the catalog.
        name, port: as for every service.
    """

    service = "consul"
    port = 8500
    ready_path = "/v1/status/leader"
    link_path = "/ui/"

    def __init__(
        self, *, join: str | None = None, name: str | None = None, port: int | None = None
    ) -> None:
        super().__init__(name=name, port=port)
        mode = ["-dev"] if join is None else [f"-retry-join={join}", "-retry-interval=1s"]
        # In development mode it would listen on 127.0.0.1 alone, where no other agent finds it.
        bind = '-bind={{ GetInterfaceIP "eth0" }}'
        self.with_command(["agent", *mode, f"-node={self.name}", bind, "-client=0.0.0.0"])

    def start(self) -> Self:
        """Start it, and wait until its machine is in the catalog."""
        self.__dict__.pop("client", None)  # the address will be another
        return super().start()

    def not_ready_because(self) -> str:
        """Nothing once the catalog has its machine, and the services of its configuration.

        An agent answers before there is a leader to tell, and tells of its services later still.
        With access control on, nothing of that is told to who has no token: a leader is enough.
        """
        if seen := super().not_ready_because():
            return seen
        try:
            if requests.get(f"{self.url}/v1/agent/self", timeout=2).status_code == 403:
                leader = requests.get(f"{self.url}/v1/status/leader", timeout=2).json()
                return "" if leader else "it has no leader yet"
            checks, own, known = (
                requests.get(f"{self.url}/v1/{path}", timeout=2).json()
                for path in (
                    f"health/node/{self.name}",
                    "agent/services",
                    f"catalog/node/{self.name}",
                )
            )
        except requests.RequestException as problem:
            return str(problem)
        if not checks or not known:
            return "its machine is not in the catalog yet"
        missing = sorted(own.keys() - known["Services"].keys())
        return f"not in the catalog yet: {', '.join(missing)}" if missing else ""

    @cached_property
    def client(self) -> Any:
        """A python-consul client of this agent, with a time limit; see `connect`."""
        return connect(self.url)

    def catalog(self) -> "DataFrame":
        """Which instances of which services there are, and where: see `catalog`."""
        return catalog(self.client)

    def health(self) -> "DataFrame":
        """How each check stands: see `health`."""
        return health(self.client)

    def discovered(self) -> list[dict[str, str]]:
        """The labels with which Prometheus finds each instance: see `discovered`."""
        return discovered(self.client)


def connect(url: str, timeout: float = 5.0) -> Any:
    """Give a `consul.Consul` of python-consul for the agent at ``url``.

    It differs from a plain one in this: each call gives up after ``timeout`` seconds (a blocking
    query after its `wait` besides), errors say what to do, and the variables CONSUL_HTTP_… of the
    environment, which would lead it to another Consul, are not heeded.

    Raises (at each call):
        ConsulUnavailable: nobody answers there, or not in time.
        consul.ConsulException: Consul refuses; the message is its own.
    """
    import consul

    parts = urlsplit(url)
    if not parts.hostname:
        raise WorkshopError(f"{url!r} is no address of a Consul. Write http://HOST:8500.")
    with _without_variables("CONSUL_HTTP_"):
        client = consul.Consul(parts.hostname, parts.port or 8500, scheme=parts.scheme)
    client.http.session = _Session(timeout)
    return client


class _Session(requests.Session):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self.timeout = timeout
        self.trust_env = False  # a proxy knows nothing of the lab

    def request(self, method: Any, url: Any, **options: Any) -> Any:  # type: ignore[override]
        """Call with a time limit."""
        asked = parse_qs(urlsplit(url).query).get("wait", ["0s"])[0]
        limit = self.timeout + seconds(asked) * 17 / 16  # Consul adds up to a sixteenth to a wait
        if options.get("data") and "/v1/kv/" not in url:
            options["headers"] = {"Content-Type": "application/json"}
        where = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        todo = "Does it run, and is that its address? `lab` shows what runs; `lab.start()` starts."
        try:
            return super().request(method, url, **{**options, "timeout": limit})
        except requests.Timeout:
            raise ConsulUnavailable(
                f"No answer from Consul at {where} within {limit:.0f} s "
                f"({method} {urlsplit(url).path}). {todo}"
            ) from None
        except requests.ConnectionError as problem:
            found = re.search(r"Connection refused|Name or service not known|reset by peer",
                              str(problem))  # fmt: skip
            seen = found[0] if found else "the connection failed"
            raise ConsulUnavailable(
                f"No Consul answers at {where}: {seen} ({method} {urlsplit(url).path}). {todo}"
            ) from None


@contextmanager
def _without_variables(prefix: str) -> "Iterator[None]":
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def catalog(client: Any) -> "DataFrame":
    """Which instances there are: one row an instance, sorted by service and id.

    Columns: service, id, node, address (the service's own, or its node's), port, tags (", "
    between them).
    """
    rows = []
    for name in client.catalog.services()[1]:
        for found in client.catalog.service(name)[1]:
            address = found["ServiceAddress"] or found["Address"]
            tags = ", ".join(found["ServiceTags"] or ())
            where = (found["ServiceID"], found["Node"], address, found["ServicePort"], tags)
            rows.append((name, *where))
    return _frame(rows, ["service", "id", "node", "address", "port", "tags"])


def health(client: Any) -> "DataFrame":
    """How the checks stand: one row a check, sorted by service and id.

    Columns: service, id (both empty for the check of a node), node, check, status (passing,
    warning, critical), output (what the check saw).
    """
    rows = [
        (check["ServiceName"], check["ServiceID"], check["Node"], check["Name"], check["Status"],
         check["Output"].strip())
        for check in client.health.state("any")[1]
    ]  # fmt: skip
    return _frame(rows, ["service", "id", "node", "check", "status", "output"])


def _frame(rows: list[tuple[Any, ...]], columns: list[str]) -> "DataFrame":
    import pandas as pd

    frame = pd.DataFrame(rows, columns=columns)
    frame = frame.astype({name: "int64" if name == "port" else "str" for name in columns})
    return frame.sort_values(columns[:3], kind="stable").reset_index(drop=True)
