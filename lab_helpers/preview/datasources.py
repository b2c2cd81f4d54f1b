"""Which kind of data source a query or a variable asks."""

import re
from typing import Any

PROMETHEUS = "prometheus"
_VARIABLE = re.compile(r"^\$\{?(\w+)(?::\w+)?\}?$|^\[\[(\w+)\]\]$")
#: Data sources that answer PromQL as Prometheus does.
_LIKE_PROMETHEUS = (
    "prometheus", "grafana-amazonprometheus-datasource", "victoriametrics-datasource",
    "victoriametrics-metrics-datasource", "grafana-azureprometheus-datasource",
    "mimir", "thanos", "default",
)  # fmt: skip
#: Words by which a query gives away whom it asks, where nothing says so.
_SIGNS = {
    "measurement": "influxdb", "bucketAggs": "elasticsearch", "namespace": "cloudwatch",
    "azureMonitor": "azure monitor", "target": "graphite", "scenarioId": "testdata",
    "jql": "jira", "queryType": "another data source",
}  # fmt: skip
_NAMES = (
    "loki", "tempo", "elasticsearch", "influx", "graphite", "cloudwatch", "mysql", "postgres",
    "mssql", "testdata", "jaeger", "zipkin", "pyroscope", "opentsdb", "stackdriver", "zabbix",
    "infinity", "clickhouse",
)  # fmt: skip


def kind_of(target: dict[str, Any], panel: dict[str, Any], model: dict[str, Any]) -> str:
    """What kind of data source answers a query: "prometheus", "loki", "-- Mixed --", …

    The query says, or its panel, by a reference, by a name, or by a variable; else what it asks is
    the best sign.
    """
    for source in (target.get("datasource"), panel.get("datasource")):
        found = named(source, model)
        if found and found != "-- Mixed --":
            return found
    if target.get("rawSql"):
        return "mysql"
    if target.get("expr") is not None:
        return PROMETHEUS
    sign = next((kind for key, kind in _SIGNS.items() if target.get(key)), None)
    return sign or PROMETHEUS


def named(source: Any, model: dict[str, Any]) -> str | None:
    """The kind of a data source that is named somehow; None where that says nothing."""
    if isinstance(source, dict):
        kind, uid = source.get("type"), source.get("uid")
        if uid in ("-- Mixed --", "-- Dashboard --", "-- Grafana --", "grafana", "__expr__"):
            return "__expr__" if uid == "__expr__" else f"-- {str(uid).strip('- ').title()} --"
        if kind and kind != "datasource" and not _VARIABLE.match(str(kind)):
            return _plain(str(kind))
        source = uid
    if not source or not isinstance(source, str):
        return None
    if found := _VARIABLE.match(source):
        return _of_variable(found[1] or found[2], model)
    if source.startswith("-- ") or source == "__expr__":
        return source
    word = next((name for name in _NAMES if name in source.lower()), None)
    return word or (PROMETHEUS if "prom" in source.lower() else None)


def _plain(kind: str) -> str:
    return PROMETHEUS if kind in _LIKE_PROMETHEUS else kind


def _of_variable(name: str, model: dict[str, Any]) -> str | None:
    for variable in (model.get("templating") or {}).get("list") or []:
        if variable.get("name") == name and variable.get("type") == "datasource":
            return _plain(str(variable.get("query") or PROMETHEUS))
    for one in model.get("__inputs") or []:
        if isinstance(one, dict) and one.get("name") == name and one.get("pluginId"):
            return _plain(str(one["pluginId"]))
    word = next((kind for kind in (*_NAMES, "prom") if kind in name.lower()), None)
    return PROMETHEUS if word == "prom" else word


def refusal(kind: str, target: dict[str, Any]) -> str:
    """Why a query of another data source is not asked, in a sentence."""
    name = f"query {target.get('refId')}"
    if kind == "__expr__":
        what = target.get("type") or "expression"
        return f"{name} is an expression of Grafana's own ({what}), which is not reckoned here."
    if kind == "-- Grafana --":
        return f"{name} asks Grafana's own data, which is not here."
    return f"{name} asks a data source of the type {kind!r}; here Prometheus is asked alone."
