"""Why is this a target, or not? Each discovered instance, followed through `relabel_configs`.

The rules are applied here, not asked of a server, so that a configuration can be tried before
Prometheus has it. Tests hold the answers against Prometheus's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lab_helpers.discovery.relabel import Dropped, Rule
from lab_helpers.errors import WorkshopError
from lab_helpers.promql.durations import seconds
from lab_helpers.sources import Source, read

if TYPE_CHECKING:
    from pandas import DataFrame

    from lab_helpers.services.prometheus import PrometheusContainer

#: label by label, what it was and what it became; "" is: not there
Changes = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Step:
    """What one rule did: the labels that it changed, or why it dropped the target."""

    rule: Rule
    changes: Changes
    dropped: str = ""

    def __str__(self) -> str:
        if self.dropped:
            return f"DROPPED: {self.dropped}"
        words = [
            f"{name} = {new!r}" if not old else f"{name} = {new!r} (was {old!r})" if new
            else f"{name} removed (was {old!r})"
            for name, (old, new) in self.changes.items()
        ]  # fmt: skip
        return ", ".join(words) or ("kept" if self.rule.action.startswith("keep") else "–")


@dataclass
class Trace:
    """The way of one instance: as it was found, what each rule did, what became of it.

    Attributes:
        discovered: its labels before the first rule.
        steps: one a rule, up to the one that dropped it.
        labels: the labels that its series will have; empty if it is dropped.
        scrape_url: what Prometheus will ask for; "" if it is dropped.
        reason: why it is no target; "" if it is one.
    """

    discovered: dict[str, str]
    steps: list[Step] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    scrape_url: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """What it is called where it was found: its id in Consul, else its address."""
        found = self.discovered
        return found.get("__meta_consul_service_id") or found.get("__address__", "(no address)")


class Traces(list[Trace]):
    """The traces of one job's instances, which a notebook shows as a table."""

    def targets(self) -> "DataFrame":
        """What becomes of each: one row an instance.

        Columns: found (its name), scrape_url, the labels that any target has, dropped (why).
        """
        import pandas as pd

        names = dict.fromkeys(name for trace in self for name in sorted(trace.labels))
        front = [name for name in ("job", "instance") if name in names]
        order = [*front, *(name for name in names if name not in front)]
        columns: dict[str, list[str]] = {"found": [t.name for t in self]}
        columns["scrape_url"] = [t.scrape_url for t in self]
        columns |= {name: [t.labels.get(name, "") for t in self] for name in order}
        columns["dropped"] = [t.reason for t in self]
        return pd.DataFrame(columns, dtype="str")

    def steps(self) -> "DataFrame":
        """What each rule did: one row an instance and rule.

        Columns: found (its name), step (from 1), rule, effect.
        """
        import pandas as pd

        rows = [
            (trace.name, number, str(step.rule), str(step))
            for trace in self
            for number, step in enumerate(trace.steps, start=1)
        ]
        return pd.DataFrame(rows, columns=["found", "step", "rule", "effect"])

    def of(self, name: str) -> "Traces":
        """Those of the instances called ``name``.

        Raises:
            WorkshopError: there is none.
        """
        found = Traces(trace for trace in self if trace.name == name)
        if not found:
            there = ", ".join(trace.name for trace in self) or "nothing"
            raise WorkshopError(f"{name} was not discovered. Discovered: {there}.")
        return found

    def __repr__(self) -> str:
        lines = []
        for trace in self:
            lines.append(trace.name)
            lines += [f"    {n} {step.rule}\n      {step}" for n, step in enumerate(trace.steps, 1)]
            lines.append(f"    {_verdict(trace)}")
        return "\n".join(lines) or "(nothing was discovered)"

    def _repr_html_(self) -> str:
        left = ' style="text-align:left;vertical-align:top"'
        rows = []
        for trace in self:
            verdict = escape(_verdict(trace))
            rows.append(f"<tr><th{left} colspan=3>{escape(trace.name)}: {verdict}</th></tr>")
            for number, step in enumerate(trace.steps, start=1):
                rule, effect = escape(str(step.rule)), escape(str(step))
                if step.dropped:
                    effect = f"<b>{effect}</b>"
                rows.append(
                    f"<tr><td>{number}</td><td{left}><code>{rule}</code></td>"
                    f"<td{left}>{effect}</td></tr>"
                )
        return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _verdict(trace: Trace) -> str:
    if trace.reason:
        return f"no target: {trace.reason}"
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(trace.labels.items()))
    return f"{trace.scrape_url} {{{labels}}}"


def trace(
    config: Source, job: str, discovered: Iterable[Mapping[str, str]], version: str = "3"
) -> Traces:
    """Follow what was discovered through the rules of a job.

    Args:
        config: a prometheus.yml, as a Path or its text.
        job: the job's name in it.
        discovered: the labels of each instance, as `ConsulContainer.discovered` or
            `discovered_by` give them.
        version: of Prometheus. Version 2 adds the port 80 or 443 to an address without one, and
            knows only letters, digits and underscores in names of labels.

    Raises:
        WorkshopError: there is no such job, or Prometheus would refuse the configuration.
    """
    settings = _job(read(config).decode(), job)
    old = int(version.split(".")[0]) < 3
    utf8 = not old and settings.get("metric_name_validation_scheme") != "legacy"
    entries = settings.get("relabel_configs") or []
    rules = [Rule.read(entry, utf8) for entry in entries]
    traces = Traces(_follow(dict(found), settings, rules, old) for found in discovered)
    first: dict[tuple[str, tuple[tuple[str, str], ...]], Trace] = {}
    for one in traces:
        if not one.reason:
            twin = first.setdefault((one.scrape_url, tuple(sorted(one.labels.items()))), one)
            if twin is not one:
                one.reason = f"it is the same target as {twin.name}"
                one.labels, one.scrape_url = {}, ""
    return traces


def _job(text: str, job: str) -> dict[str, Any]:
    """The settings of a job, with the global ones where it has none."""
    import yaml

    try:
        settings = yaml.load(text, _every_scalar_as_text()) or {}
        jobs = {one["job_name"]: one for one in settings.get("scrape_configs") or []}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as problem:
        raise WorkshopError(f"This is no prometheus.yml: {problem}") from None
    if job not in jobs:
        raise WorkshopError(f"The configuration has no job {job!r}; it has {', '.join(jobs)}.")
    return {**(settings.get("global") or {}), **jobs[job]}


def _every_scalar_as_text() -> Any:
    """A YAML loader that takes `no`, `1.10` and `010` as they stand, as Prometheus does here."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, regex) for tag, regex in pairs if tag.endswith((":null", ":merge"))]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return Loader


def _follow(
    found: dict[str, str], settings: Mapping[str, Any], rules: Sequence[Rule], old: bool
) -> Trace:
    interval = str(settings.get("scrape_interval", "1m"))
    timeout = settings.get("scrape_timeout")
    if timeout is None:
        timeout = interval if seconds(interval) < 10 else "10s"
    defaults = {
        "job": settings["job_name"],
        "__scrape_interval__": interval,
        "__scrape_timeout__": str(timeout),
        "__metrics_path__": settings.get("metrics_path", "/metrics"),
        "__scheme__": settings.get("scheme", "http"),
    }
    params = settings.get("params") or {}
    defaults |= {f"__param_{name}": str(values[0]) for name, values in params.items() if values}
    labels = {name: found.get(name) or value for name, value in {**defaults, **found}.items()}
    result = Trace(dict(sorted(labels.items())))
    for rule in rules:
        try:
            after = rule.apply(labels)
        except Dropped as why:
            result.steps.append(Step(rule, {}, str(why)))
            result.reason = f"rule {len(result.steps)} ({rule.action}): {why}"
            return result
        names = sorted(labels.keys() | after.keys())
        changes = {n: (labels.get(n, ""), after.get(n, "")) for n in names}
        result.steps.append(Step(rule, {n: c for n, c in changes.items() if c[0] != c[1]}))
        labels = after
    _finish(result, labels, params, old)
    return result


def _finish(result: Trace, labels: dict[str, str], params: Mapping[str, Any], old: bool) -> None:
    """Make the target of what the rules left, or say why it cannot be one."""
    address = labels.get("__address__", "")
    interval, timeout = labels.get("__scrape_interval__", ""), labels.get("__scrape_timeout__", "")
    result.reason = _refusal(address, interval, timeout)
    if result.reason:
        return
    scheme = labels.get("__scheme__", "")
    if old and ":" not in address.rpartition("]")[2]:
        address += {"https": ":443"}.get(scheme, ":80")
    labels = {**labels, "instance": labels.get("instance") or address}
    query = {name: [str(value) for value in values] for name, values in params.items()}
    for name, value in labels.items():
        if name.startswith("__param_"):
            query[name[8:]] = [value, *query.get(name[8:], [])[1:]]
    path = labels.get("__metrics_path__", "")
    asked = "?" + urlencode(sorted(query.items()), doseq=True) if query else ""
    scheme = f"{scheme}:" if scheme else ""
    result.scrape_url = f"{scheme}//{address}{'' if path.startswith('/') else '/'}{path}{asked}"
    result.labels = {n: v for n, v in sorted(labels.items()) if not n.startswith("__")}


def _refusal(address: str, interval: str, timeout: str) -> str:
    if not address:
        return "it has no address"
    if "/" in address:
        return f"{address!r} is no host and port"
    for name, text in (("interval", interval), ("timeout", timeout)):
        try:
            if not seconds(text):
                return f"its scrape {name} is 0"
        except WorkshopError:
            return f"its scrape {name} {text!r} is no duration"
    if seconds(timeout) > seconds(interval):
        return f"its scrape timeout {timeout} is longer than its interval {interval}"
    return ""


def discovered_by(prometheus: "PrometheusContainer", job: str) -> list[dict[str, str]]:
    """What a running Prometheus has discovered for a job, targets and dropped ones alike.

    Unlike `ConsulContainer.discovered` it knows every kind of discovery. Labels that it adds from
    the configuration (``job``, ``__scheme__``, …) are among them.
    """
    answer = prometheus._client.raw("targets")
    found = [
        one["discoveredLabels"]
        for one in [*answer["activeTargets"], *answer["droppedTargets"]]
        if one.get("scrapePool", one["discoveredLabels"].get("job")) == job
    ]
    return sorted(found, key=lambda labels: sorted(labels.items()))
