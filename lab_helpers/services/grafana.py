"""Grafana in a container: provisioned from files, and spoken to through its HTTP API.

No Debian package has Grafana. Where its image cannot be pulled, `engine.why_unavailable("grafana")`
says why, and `lab_helpers.preview` draws the dashboards without it.
"""

import json
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import requests

from lab_helpers.dashboards import FOLDER as DASHBOARDS
from lab_helpers.dashboards import as_json
from lab_helpers.errors import ConfigurationRefused, ServiceFailed
from lab_helpers.services.base import Service
from lab_helpers.services.grafana_answers import message_of, table_of
from lab_helpers.services.links import Link
from lab_helpers.services.shop import MySQLContainer
from lab_helpers.setup.images import ROOT

if TYPE_CHECKING:
    from pandas import DataFrame

PROVISIONING = ROOT / "labs" / "07_grafana" / "provisioning"
TIMEOUT = 30  # seconds for one call of the API


class GrafanaContainer(Service):
    """A Grafana, set up from files, with a password that is made up anew for every container.

    Args:
        provisioning: the folder that becomes /etc/grafana/provisioning.
        dashboards: JSON files that its provider of dashboards finds at start.
        alerting: YAML files with rules, contact points and notification policies.
        mysql_password: of the account ``grafana`` of the shop's database; see `read_only_account`.
        name, port: as for every service.

    Attributes:
        user, password: the administrator's.
    """

    service = "grafana"
    port = 3000
    ready_path = "/api/health"
    calls = ("prometheus", "mysql")

    user = "admin"

    def __init__(
        self,
        provisioning: Path = PROVISIONING,
        dashboards: Iterable[Path] | None = None,
        *,
        alerting: Iterable[Path] = (),
        mysql_password: str = "",
        name: str | None = None,
        port: int | None = None,
    ) -> None:
        super().__init__(name=name, port=port)
        self.password = secrets.token_urlsafe(12)
        self.with_envs(
            GF_SECURITY_ADMIN_PASSWORD=self.password,
            MYSQL_PASSWORD=mysql_password,  # for the file of data sources
            # It works without the internet: nothing is reported, looked up, or installed.
            GF_ANALYTICS_REPORTING_ENABLED="false",
            GF_ANALYTICS_CHECK_FOR_UPDATES="false",
            GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES="false",
            GF_NEWS_NEWS_FEED_ENABLED="false",
            GF_PLUGINS_PREINSTALL_DISABLED="true",
            GF_SNAPSHOTS_EXTERNAL_ENABLED="false",
            GF_FEATURE_TOGGLES_ENABLE="publicDashboards",  # what later ones have without being told
        )
        for file in sorted(provisioning.rglob("*.yml")):
            where = file.relative_to(provisioning).as_posix()
            self.copy_in(file, f"/etc/grafana/provisioning/{where}")
        for file in alerting:
            self.copy_in(file, f"/etc/grafana/provisioning/alerting/{file.name}")
            # Until it has polled once, notification policies from files wait as the default one.
            self.with_envs(GF_UNIFIED_ALERTING_ALERTMANAGER_CONFIG_POLL_INTERVAL="2s")
        files = sorted(DASHBOARDS.glob("*.json")) if dashboards is None else dashboards
        for file in files:
            self.copy_in(file, f"/etc/grafana/dashboards/{file.name}")

    # The API

    def api(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        auth: tuple[str, str] | None = None,
        **params: Any,
    ) -> Any:
        """Make one call of the HTTP API, and return its answer, decoded.

        Args:
            method: GET, POST, PUT, DELETE.
            path: what follows ``/api/``.
            body: what to send, as JSON. params: of the query string.
            auth: name and password of the user who calls, if not the administrator.

        Raises:
            ConfigurationRefused: Grafana refuses; the message is its own.
            ServiceFailed: it does not answer.
        """
        where = f"{self.url}/api/{path}"
        try:
            answer = requests.request(
                method, where, json=body, params=params, timeout=TIMEOUT,
                auth=auth or (self.user, self.password),
            )  # fmt: skip
        except requests.RequestException as problem:
            raise ServiceFailed(f"{self.name} does not answer at {where}: {problem}") from None
        try:
            found = answer.json()
        except ValueError:
            found = {"message": answer.text.strip()[:300]}
        if not answer.ok:
            raise ConfigurationRefused(
                f"{self.name} refuses {method} /api/{path} (HTTP {answer.status_code}): "
                f"{message_of(found)}"
            )
        return found

    @property
    def version(self) -> str:
        """The version that runs, such as 13.2.3."""
        return str(self.api("GET", "health")["version"])

    # Dashboards

    def push(self, dashboard: Any, message: str = "") -> str:
        """Save a dashboard, over the one of the same uid, and return its address in a browser.

        Args:
            dashboard: of grafanalib, or its JSON decoded.
            message: what the history of its versions says about it.

        Raises:
            ConfigurationRefused: Grafana refuses it; the message is its own. Or it came from a
                file, which would be put in its place again.
        """
        model = as_json(dashboard) | {"id": None}
        if file := self._file_of(model.get("uid")):
            raise ConfigurationRefused(
                f"The dashboard {model.get('title')!r}: {self.name} has it from {file}, which wins "
                "whenever it changes. Change the file, or push it under another uid."
            )
        body = {"dashboard": model, "overwrite": True, "message": message}
        try:
            saved = self.api("POST", "dashboards/db", body)
        except ConfigurationRefused as problem:
            title = model.get("title") or "without a title"
            raise ConfigurationRefused(f"The dashboard {title!r}: {problem}") from None
        return f"{self.url}{saved['url']}"

    def _file_of(self, uid: str | None) -> str:
        """The file that a dashboard was provisioned from; Grafana does not always refuse there."""
        try:
            meta = self.api("GET", f"dashboards/uid/{quote(uid or '', safe='')}")["meta"]
        except ConfigurationRefused:  # it is not there
            return ""
        return str(meta.get("provisionedExternalId", "a file")) if meta.get("provisioned") else ""

    def dashboard(self, uid: str) -> dict[str, Any]:
        """Read a dashboard back, as Grafana keeps it."""
        found: dict[str, Any] = self.api("GET", f"dashboards/uid/{uid}")["dashboard"]
        return found

    def dashboards(self) -> "DataFrame":
        """List the dashboards, by title: uid, title, tags, url."""
        import pandas as pd

        found = self.api("GET", "search", type="dash-db")
        frame = pd.DataFrame(found, columns=["uid", "title", "tags", "url"])
        return frame.sort_values("title").reset_index(drop=True)

    def snapshot(self, frozen: dict[str, Any], expires: int = 3600) -> dict[str, Any]:
        """Keep a dashboard with its data; the answer has ``url``, ``key`` and ``deleteUrl``.

        Args:
            frozen: what `lab_helpers.preview.freeze` made.
            expires: seconds after which it is forgotten.
        """
        body = {"dashboard": frozen, "name": frozen["title"], "expires": expires}
        found: dict[str, Any] = self.api("POST", "snapshots", body)
        # Grafana knows its own port alone, not the one that this machine reaches it at.
        return found | {"url": f"{self.url}/dashboard/snapshot/{found['key']}"}

    # Data sources

    def datasources(self) -> "DataFrame":
        """List the data sources, by name: uid, name, type, url, and whether it is the default."""
        import pandas as pd

        columns = ["uid", "name", "type", "url", "isDefault"]
        frame = pd.DataFrame(self.api("GET", "datasources"), columns=columns)
        return frame.sort_values("name").reset_index(drop=True)

    def explore(self, expr: str, last: str = "15m", uid: str = "prometheus") -> Link:
        """The address at which Explore opens with this PromQL.

        Args:
            last: how far back it looks, such as 15m or 6h. uid: of the data source.
        """
        pane = {
            "datasource": uid,
            "queries": [{"refId": "A", "expr": expr, "datasource": {"uid": uid}}],
            "range": {"from": f"now-{last}", "to": "now"},
        }
        if int(self.version.partition(".")[0]) < 10:  # later ones migrate this form
            address = f"{self.url}/explore?left={quote(json.dumps(pane))}"
        else:
            panes = json.dumps({"left": pane})
            address = f"{self.url}/explore?schemaVersion=1&orgId=1&panes={quote(panes)}"
        return Link(address, f"Grafana: Explore · {expr} · last {last}")

    def ask(
        self, uid: str, question: str, last: float = 60, auth: tuple[str, str] | None = None
    ) -> "DataFrame":
        """Put a question to a data source *through* Grafana, as a panel does.

        Args:
            uid: of the data source.
            question: PromQL for a Prometheus, SQL for another.
            last: the seconds up to now that PromQL is evaluated over, in steps of a second.
            auth: as for `api`.

        Raises:
            ServiceFailed: the data source does not answer, or refuses; the message is its own.
        """
        source = self.api("GET", f"datasources/uid/{uid}")
        is_prometheus = source["type"] == "prometheus"
        query = {
            "refId": "A",
            "datasource": {"uid": uid, "type": source["type"]},
            "datasourceId": source["id"],  # what Grafana 7 looks at
            "intervalMs": 1000,
            "maxDataPoints": 1000,
            "format": "time_series" if is_prometheus else "table",
            ("expr" if is_prometheus else "rawSql"): question,
        }
        now = time.time()
        body = {"queries": [query], "from": f"{now - last:.0f}000", "to": f"{now:.0f}000"}
        try:
            result = self.api("POST", "ds/query", body, auth=auth)["results"]["A"]
            problem = result.get("error")
        except ConfigurationRefused as refusal:
            problem = str(refusal)
        if problem:
            raise ServiceFailed(
                f"The data source {source['name']} at {source['url']} does not answer through "
                f"{self.name}: {problem}. Does it run, and is this its address on the lab's "
                "network (not 127.0.0.1)?"
            )
        return table_of(result)


def read_only_account(mysql: MySQLContainer) -> str:
    """Have a database create the account ``grafana`` when it starts; returns its password.

    The account can read the shop's tables and nothing else. Whoever may log in to Grafana may send
    any SQL, so a data source must never have an account that can write.
    """
    password = secrets.token_urlsafe(12)
    mysql.copy_in(
        f"CREATE USER 'grafana'@'%' IDENTIFIED BY '{password}';\n"
        f"GRANT SELECT ON {mysql.DATABASE}.* TO 'grafana'@'%';\n",
        "/docker-entrypoint-initdb.d/grafana.sql",
    )
    return password
