"""Rules over a span of history, evaluated by Prometheus's own programs.

What reads scraped series alone is recorded by the Prometheus that has the history: its query engine
is asked for each evaluation, as `promtool tsdb create-blocks-from rules` does it. That leaves
alerts out. So the recorded samples become the input of `promtool test rules`, in which Prometheus's
rule manager evaluates the rest, minute by minute: alerts with `for`, `keep_firing_for` and labels.
Which of them fire, promtool is asked for each minute.

Where an alert reads scraped series itself, their samples are put in as well. promtool knows no
single seconds in between: such a sample then lies in the middle of its minute.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml

from lab_helpers.errors import ConfigurationRefused, WorkshopError
from lab_helpers.promql.quoting import unquoted
from lab_helpers.service_levels.rules import Rule, needed, rules_of
from lab_helpers.services import promtool
from lab_helpers.services.prometheus import PrometheusContainer

MINUTE = 60
#: Seconds between two places for samples: scraped ones lie between two evaluations.
_PLACE = 30
#: Series of one selector, from which an alert may read by itself.
_MOST_SERIES = 60
_ASKED = 'count by (alertname, severity) (ALERTS{alertstate="firing"})'
#: Prints the minutes in which something fires, and behind the first of several equal ones, what.
_SCRIPT = """trap 'rm -f /tmp/said.$$' EXIT
promtool test rules test.yml > /tmp/said.$$ 2>&1; status=$?
awk '/^ *expr: .*, time: / { sub(/.*, time: /, ""); sub(/,.*/, ""); print }
     /^ *got: / { sub(/^ *got: */, ""); if ($0 != last) print " " $0; last = $0 }
     /, err: /' /tmp/said.$$
exit $status"""
_FIRING = re.compile(r"^(\d\S*)\n(?: (.*)\n)?", re.MULTILINE)
_ALERT = re.compile(r'\{alertname="((?:[^"\\]|\\.)*)"(?:, severity="((?:[^"\\]|\\.)*)")?\}')
_TIME = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")

Samples = dict[int, str]
"""Values as Prometheus writes them, by the number of their place."""


@dataclass(frozen=True, order=True)
class Alert:
    """A time in which an alerting rule fired, for one series or several (UTC).

    end: the first evaluation at which it did not, or the end of history.
    """

    begin: datetime
    end: datetime
    name: str
    severity: str = ""


@dataclass
class Replay:
    """A span of a Prometheus's history, to evaluate rules over: from `start` to `end` (UTC)."""

    prometheus: PrometheusContainer
    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        self._recorded: dict[tuple[str, float], list[Any]] = {}
        self._found: dict[str, list[Alert]] = {}

    def __call__(self, text: str) -> list[Alert]:
        """The alerts of a rules file, evaluated every minute, in order; once for each text.

        A recording rule is evaluated as often as its group's `interval` says, in whole minutes, an
        alert every minute.

        Raises:
            ConfigurationRefused: Prometheus or promtool refuses the rules.
            WorkshopError: there is no alert in them, or they cannot be evaluated over this span.
        """
        if text not in self._found:
            self._found[text] = self._evaluated(text)
        return self._found[text]

    def _evaluated(self, text: str) -> list[Alert]:
        rules = needed(rules_of(text, self.prometheus))
        if not rules:
            raise WorkshopError("There is no alert in these rules: nobody would ever be told.")
        self._refuse(rules)
        recorded = {rule.name for rule in rules if not rule.is_alert}
        done = [r for r in rules if not r.is_alert and not recorded & set(r.reads.values())]
        left = [rule for rule in rules if not any(rule is each for each in done)]
        series = dict(self._scraped(left, recorded))
        for rule in done:
            series |= self._record(rule)
        groups = list(dict.fromkeys(rule.group for rule in left))
        files = {"rules.yml": _file(left), "test.yml": self._test(series, groups)}
        status, said = promtool.run(self.prometheus, files, _SCRIPT)
        if status == promtool.OUT_OF_TIME:
            raise WorkshopError(
                "promtool takes too long over it: record what looks far back, by rules that read "
                "scraped series alone, and have the alert read what is recorded."
            )
        firing, names = {}, ""
        for at, changed in _FIRING.findall(said):
            firing[_minutes(at)] = names = changed or names
        if status and not firing:
            raise ConfigurationRefused(f"promtool cannot evaluate these rules:\n{said.strip()}")
        return sorted(self._alerts(firing))

    @property
    def _length(self) -> int:
        """Seconds."""
        return (self.end - self.start) // timedelta(seconds=1)

    def _refuse(self, rules: list[Rule]) -> None:
        for rule in rules:
            for window in rule.windows:
                if window > self._length:
                    raise WorkshopError(
                        f"{rule.name} looks back {window / 86_400:g} days, but there are only "
                        f"{self._length / 86_400:g} days of history: take a shorter window."
                    )
            if rule.is_alert and rule.interval not in (0, MINUTE):
                raise WorkshopError(
                    f"Alerts are evaluated every minute here: leave `interval` of the group "
                    f"{rule.group!r} out, or put {rule.name} into another group."
                )

    def _record(self, rule: Rule) -> Iterator[tuple[str, Samples]]:
        """The series that a recording rule makes."""
        step = int(max(MINUTE, rule.interval) // MINUTE * MINUTE)
        if (rule.expr, step) not in self._recorded:
            answer = self.prometheus.raw(
                "query_range",
                query=rule.expr,
                start=self.start.timestamp() + step,
                end=self.end.timestamp(),
                step=step,
            )
            self._recorded[rule.expr, step] = answer["result"]
        apart = step // _PLACE
        for one in self._recorded[rule.expr, step]:
            samples = self._placed(one["values"])
            ended = {place + apart: "stale" for place in samples if place + apart not in samples}
            yield _named({**one["metric"], **rule.labels, "__name__": rule.name}), ended | samples

    def _scraped(self, rules: list[Rule], recorded: set[str]) -> Iterator[tuple[str, Samples]]:
        """The samples that rules read and nothing records."""
        wanted = {
            selector
            for rule in rules
            for selector, name in rule.reads.items()
            if name not in recorded and name not in ("ALERTS", "ALERTS_FOR_STATE")
        }
        for selector in wanted:
            found = self.prometheus.raw(
                "query", query=f"{selector}[{self._length}s]", time=self.end.timestamp()
            )["result"]
            if len(found) > _MOST_SERIES:
                raise WorkshopError(
                    f"{selector} has {len(found)} series, too many for an alert to read each "
                    "minute: record a sum of them, and have the alert read that."
                )
            for one in found:
                middle = [(at // MINUTE * MINUTE + _PLACE, value) for at, value in one["values"]]
                yield _named(one["metric"]), self._placed(middle)

    def _placed(self, values: list[Any]) -> Samples:
        start = self.start.timestamp()
        return {int((at - start) // _PLACE): value for at, value in values if at >= start}

    def _test(self, series: dict[str, Samples], groups: list[str]) -> str:
        last = self._length // _PLACE
        lines = [
            "rule_files: [rules.yml]",
            f"evaluation_interval: {MINUTE}s",
            f"group_eval_order: {json.dumps(groups)}",  # else by chance, at each run
            "tests:",
            f"- interval: {_PLACE}s",
            "  input_series:" if series else "  input_series: []",
        ]
        for name, samples in series.items():
            lines += [f"  - series: {json.dumps(name)}", f"    values: {_values(samples, last)}"]
        lines += ["  promql_expr_test:"]
        for minute in range(1, self._length // MINUTE + 1):
            lines += [f"  - {{expr: '{_ASKED}', eval_time: {minute}m}}"]
        return "\n".join(lines) + "\n"

    def _alerts(self, firing: dict[int, str]) -> Iterator[Alert]:
        begun: dict[tuple[str, str], int] = {}
        last = self._length // MINUTE
        for minute in range(1, last + 2):
            now = {
                (unquoted(name), unquoted(severity))
                for name, severity in _ALERT.findall(firing.get(minute, ""))
            }
            for alert in begun.keys() - now:
                yield Alert(self._at(begun.pop(alert)), self._at(min(minute, last)), *alert)
            begun |= {alert: minute for alert in now - begun.keys()}

    def _at(self, minute: int) -> datetime:
        return (self.start + timedelta(minutes=minute)).astimezone(UTC)


def _named(labels: dict[str, str]) -> str:
    """A series as promtool's notation has it."""
    pairs = [
        f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in labels.items()
        if name != "__name__"
    ]
    return f"{labels.get('__name__', '')}{{{','.join(pairs)}}}"


def _values(samples: Samples, last: int) -> str:
    """Samples in promtool's notation: `_x3` are three places without one."""
    parts, free = [], 0
    for place in sorted(samples):
        if place > last:
            break
        if place > free:
            parts.append(f"_x{place - free}")
        parts.append(samples[place])
        free = place + 1
    return " ".join(parts)


def _file(rules: list[Rule]) -> str:
    """Rules as a file, each in the group that it was in."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        groups.setdefault(rule.group, []).append(rule.fields)
    listed = [{"name": name, "rules": fields} for name, fields in groups.items()]
    return yaml.safe_dump({"groups": listed}, sort_keys=False, allow_unicode=True)


def _minutes(time: str) -> int:
    """A time of promtool's, such as 3d22h7m, in minutes."""
    found = _TIME.fullmatch(time)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return (days * 24 + hours) * 60 + minutes
