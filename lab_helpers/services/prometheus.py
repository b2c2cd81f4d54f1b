"""Prometheus in a container: configured, asked, reloaded."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import docker
import requests

from lab_helpers import history as past
from lab_helpers.archives import file_in
from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.promql.client import PromQLClient
from lab_helpers.services.addressed import AddressedService
from lab_helpers.services.links import Link, prometheus_page
from lab_helpers.sources import Source, read

if TYPE_CHECKING:
    from pandas import DataFrame

    from lab_helpers.promql.explain import Explanation

DATA = "/prometheus"
CONFIG = "/etc/prometheus/prometheus.yml"
#: How often new targets are taken to those who scrape: usually every 5 s, for which a learner would
#: wait again and again. (Before Prometheus 3.12 discovery has a wait of 5 s of its own besides.)
PACE = "--scrape.discovery-reload-interval=100ms"
AS_AGENT = ("--agent", f"--storage.agent.path={DATA}")
WATCH_ITSELF = """\
scrape_configs:
  - job_name: prometheus
    scrape_interval: 1s
    static_configs:
      - targets: [localhost:9090]
"""


class PrometheusContainer(AddressedService):
    """A Prometheus server.

    Args:
        config: its prometheus.yml; without one it scrapes itself, every second.
        files: further files, put beside prometheus.yml under their own names (rules, targets).
        history: start with the week of the shop that this seed makes (True: seed 1).
        week_before: and with another one before it, in which nothing happened.
        agent: run as an agent, which scrapes and writes on, and cannot be asked (Prometheus 3).
        flags: further flags of its command line.
        name, port: as for every service.
    """

    service = "prometheus"
    port = 9090
    ready_path = "/-/ready"

    def __init__(
        self,
        config: Source = WATCH_ITSELF,
        files: Iterable[Path] = (),
        *,
        history: bool | int = False,
        week_before: bool = False,
        agent: bool = False,
        flags: Iterable[str] = (),
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self._config = read(config)
        self.copy_in(config, CONFIG)
        for file in files:
            self.copy_in(file, f"/etc/prometheus/{file.name}")
        self._seed = None if history is False else int(history)
        self._week_before = week_before
        self.with_command(
            [
                f"--config.file={CONFIG}",
                *(AS_AGENT if agent else (f"--storage.tsdb.path={DATA}",)),
                "--web.enable-lifecycle",
                PACE,
                *(past.FLAGS if self._seed is not None else ()),
                *flags,
            ]
        )

    def start(self) -> Self:
        """Start it, and wait until it is ready.

        Raises:
            ConfigurationRefused: Prometheus refuses its configuration; the message is its own.
            ServiceFailed: it died of something else, or was not ready in time.
        """
        self.__dict__.pop("_client", None)  # the address will be another
        if self._seed is not None:
            self.unpack_in(past.blocks(self._seed, self._week_before), DATA)
            self._seed = None
        try:
            super().start()
        except ServiceFailed as problem:
            if refusal := _refusal(str(problem)):
                raise ConfigurationRefused(
                    f"{self.name} refuses its configuration:\n{refusal}"
                ) from None
            raise
        return self

    def last_words(self) -> str:
        """The errors in its log, where there are any: much is said between them and the end."""
        errors = [line for line in self.logs().splitlines() if "level=error" in line.lower()]
        return "\n".join(errors) or super().last_words()

    # Asking

    @cached_property
    def _client(self) -> PromQLClient:
        return PromQLClient(self.url, access=self.access)

    def query(self, expr: str, at: Any = None) -> "DataFrame":
        """Evaluate PromQL at one instant; see `PromQLClient.query`."""
        return self._client.query(expr, at=at)

    def query_range(
        self, expr: str, start: Any = None, end: Any = None, last: Any = "1h", step: Any = None
    ) -> "DataFrame":
        """Evaluate PromQL over a span of time; see `PromQLClient.query_range`."""
        return self._client.query_range(expr, start=start, end=end, last=last, step=step)

    def explain(self, expr: str, at: Any = None) -> "Explanation":
        """Take PromQL apart, part by part; see `PromQLClient.explain`."""
        return self._client.explain(expr, at=at)

    def series(
        self, selector: str, start: Any = None, end: Any = None, last: Any = "1h"
    ) -> "DataFrame":
        """The series that a selector finds; see `PromQLClient.series`."""
        return self._client.series(selector, start=start, end=end, last=last)

    def targets(self) -> "DataFrame":
        """What it scrapes, and how that goes; see `PromQLClient.targets`."""
        return self._client.targets()

    def rules(self) -> "DataFrame":
        """Its recording and alerting rules; see `PromQLClient.rules`."""
        return self._client.rules()

    def raw(self, path: str, **params: Any) -> Any:
        """Ask any other end point of the API; see `PromQLClient.raw`."""
        return self._client.raw(path, **params)

    # Its pages

    def page(self, name: str, expr: str | None = None, **filters: Any) -> Link:
        """A link to one of its own pages, filled in; see `links.prometheus_page`."""
        return prometheus_page(self.url, name, expr, access=self.access, **filters)

    @property
    def link(self) -> str:
        """The page that is worth opening in a browser."""
        return self.page("targets")

    # Its configuration

    def reload(self, config: Source | None = None, files: Iterable[Path] = ()) -> None:
        """Take a new configuration while running, or read the present files again.

        Args:
            config: the new prometheus.yml; without one, the present one.
            files: files to put beside it.

        Raises:
            ConfigurationRefused: Prometheus refuses it, in its own words; the old one runs on.
        """
        previous = {CONFIG: self._config}
        new = {CONFIG: read(config) if config is not None else self._config}
        for file in files:
            path = f"/etc/prometheus/{file.name}"
            new[path] = read(file)
            previous[path] = self._file_in(path)
        self._put(new)
        try:
            self.check()
            answer = requests.post(f"{self.url}/-/reload", timeout=60, **self.access)
            if not answer.ok:
                raise ConfigurationRefused(
                    f"{self.name} refuses its configuration, and keeps the old one: {answer.text}"
                )
        except ConfigurationRefused:
            self._put(previous)
            raise
        self._config = new[CONFIG]

    def check(self) -> None:
        """Have promtool check the configuration and the rules that are in the container.

        Raises:
            ConfigurationRefused: promtool's own message, with the line where it gives one.
        """
        try:
            self.run("promtool", "check", "config", CONFIG)
        except ServiceFailed as problem:
            report = str(problem).partition("\n")[2].replace("FAILED:", "")
            chatter = ("Checking", "SUCCESS")
            lines = [line for line in map(str.strip, report.splitlines()) if line]
            words = "\n".join(line for line in lines if not line.startswith(chatter))
            raise ConfigurationRefused(
                f"{self.name} refuses its configuration, and keeps the old one:\n{words}"
            ) from None

    def _file_in(self, path: str) -> bytes:
        try:
            return file_in(self.get_wrapped_container(), path)
        except docker.errors.NotFound:
            return b""

    def _put(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            self.copy_into_container(content, path)


def _refusal(report: str) -> str:
    """Prometheus's own words on a configuration that it refuses; the first are the most exact."""
    if "Error loading" not in report and "error loading config" not in report:
        return ""
    found = re.search(r'err="((?:[^"\\]|\\.)*)"', report)
    return found[1].replace("\\n", "\n").replace('\\"', '"') if found else ""
