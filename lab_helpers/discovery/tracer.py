"""Why is this a target, or not? Each discovered instance, followed through `relabel_configs`.

The rules are applied here, not asked of a server, so that a configuration can be tried before
Prometheus has it. They are those of the newest Prometheus 3, or of the version that is asked for
where an older one differs. Tests hold the answers against Prometheus's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from lab_helpers.discovery.asked_for import as_the_job_asks
from lab_helpers.discovery.configuration import Job, jobs
from lab_helpers.discovery.found import Found, find
from lab_helpers.discovery.relabel import Dropped, Rule
from lab_helpers.discovery.targets import NoTarget, after_the_rules, before_the_rules
from lab_helpers.discovery.versions import Version
from lab_helpers.errors import WorkshopError
from lab_helpers.services.consul import ConsulContainer
from lab_helpers.services.prometheus import PrometheusContainer
from lab_helpers.sources import Source, read

if TYPE_CHECKING:
    from pandas import DataFrame

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
    """The traces of one job's instances, which a notebook shows as a table.

    Attributes:
        notes: what the discovery could not find or ask, one sentence each.
    """

    def __init__(self, traces: Iterable[Trace] = (), notes: Iterable[str] = ()) -> None:
        super().__init__(traces)
        self.notes = list(notes)

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
        lines += [f"Note: {note}." for note in self.notes]
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
        notes = "".join(f"<p>Note: {escape(note)}.</p>" for note in self.notes)
        return f"<table><tbody>{''.join(rows)}</tbody></table>{notes}"


def _verdict(trace: Trace) -> str:
    if trace.reason:
        return f"no target: {trace.reason}"
    labels = ", ".join(f'{name}="{value}"' for name, value in sorted(trace.labels.items()))
    return f"{trace.scrape_url} {{{labels}}}"


def trace(
    config: Source,
    job: str,
    discovered: Iterable[Mapping[str, str]] | ConsulContainer | PrometheusContainer | None = None,
    version: str | None = None,
) -> Traces:
    """Follow what was discovered through the rules of a job.

    Args:
        config: a prometheus.yml, as a Path or its text.
        job: the job's name in it.
        discovered: the labels of each instance, as `ConsulContainer.discovered` or `discovered_by`
            give them; or who is to be asked: a Consul (as the job's `consul_sd_configs` do, with
            `services`, `tags`, `filter` …), or a Prometheus, for what it has found. Without it,
            what the job itself names: `static_configs`, and files, pages and Consul as far as they
            can be reached from this machine.
        version: of the Prometheus whose rules hold; by default that of the one that is given, else
            the newest 3. Version 2 adds the port 80 or 443 to an address without one, and
            knows only letters, digits and underscores in names of labels.

    Raises:
        WorkshopError: there is no such job, or Prometheus would refuse the configuration.
    """
    if isinstance(discovered, PrometheusContainer):
        version = version or str(discovered.raw("status/buildinfo")["version"])
        discovered = discovered_by(discovered, job)
    rules_of = Version.read(version or "3")
    one = _job(config, job, rules_of)
    if discovered is None or isinstance(discovered, ConsulContainer):
        found = find(one, rules_of, discovered)
        if not (found.instances or found.passed_over or found.notes):
            found.notes.append(_nothing(one))
    else:
        found = as_the_job_asks(discovered, one)
    return _traces(found, one, rules_of)


def _job(config: Source, job: str, version: Version) -> Job:
    try:
        text = read(config).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WorkshopError("That is no text in UTF-8: save prometheus.yml as UTF-8.") from None
    every = jobs(text, version, config.parent if isinstance(config, Path) else None)
    if not every:
        raise WorkshopError(f"The configuration has no job {job!r}: it has no scrape_configs.")
    if job not in every:
        raise WorkshopError(f"The configuration has no job {job!r}; it has {', '.join(every)}.")
    return every[job]


def _traces(found: Found, job: Job, version: Version) -> Traces:
    traces = Traces(notes=found.notes)
    twins: dict[frozenset[tuple[str, str]], Trace] = {}
    for labels in found.instances:
        one, kept = _follow(labels, job, version)
        traces.append(one)
        if not one.reason:
            twin = twins.setdefault(frozenset(kept.items()), one)
            if twin is not one:
                one.reason = f"it is the same target as {twin.name}"
                one.labels, one.scrape_url = {}, ""
    for labels, reason in found.passed_over:
        traces.append(Trace(dict(labels), reason=reason))
    return traces


def _nothing(job: Job) -> str:
    if not job.discovery:
        return f"the job {job.name!r} names no targets and no discovery"
    return f"nothing was discovered for the job {job.name!r} ({', '.join(job.discovery)})"


def _follow(
    found: Mapping[str, str], job: Job, version: Version
) -> tuple[Trace, Mapping[str, str]]:
    """Follow an instance; give what Prometheus keeps of its labels, too."""
    labels = before_the_rules(found, job, version)
    result = Trace(dict(sorted(labels.items())))
    for number, rule in enumerate(job.rules, start=1):
        try:
            changes = rule.changes(labels)
        except Dropped as why:
            result.steps.append(Step(rule, {}, str(why)))
            result.reason = f"rule {number} ({rule.action}): {why}"
            return result, {}
        real: Changes = {}
        for name in sorted(changes) if len(changes) > 1 else changes:
            old, new = labels.get(name, ""), changes[name]
            if old != new:
                real[name] = (old, new)
        for name, (_, new) in real.items():
            if new:
                labels[name] = new
            else:
                del labels[name]
        result.steps.append(Step(rule, real))
    try:
        kept, result.scrape_url = after_the_rules(labels, job, version)
    except NoTarget as why:
        result.reason = str(why)
        return result, {}
    result.labels = {n: value for n, value in sorted(kept.items()) if not n.startswith("__")}
    return result, kept


def discovered_by(prometheus: PrometheusContainer, job: str) -> list[dict[str, str]]:
    """What a running Prometheus has discovered for a job, targets and dropped ones alike.

    Unlike `ConsulContainer.discovered` it knows every kind of discovery. Labels that it adds from
    the configuration (``job``, ``__scheme__``, …) are among them.
    """
    answer = prometheus.raw("targets")
    found = [
        one["discoveredLabels"]
        for one in [*answer["activeTargets"], *answer["droppedTargets"]]
        if one.get("scrapePool", one["discoveredLabels"].get("job")) == job
    ]
    return sorted(found, key=lambda labels: sorted(labels.items()))
