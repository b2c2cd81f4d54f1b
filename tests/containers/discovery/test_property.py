"""Relabel rules by the thousand: the tracer's answer and Prometheus's own are the same."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
import requests
import yaml

from lab_helpers.discovery import Traces, trace
from lab_helpers.discovery.relabel import Dropped, Rule
from lab_helpers.discovery.tracer import Trace
from lab_helpers.errors import WorkshopError
from lab_helpers.lab import Lab
from lab_helpers.services.prometheus import CONFIG, PrometheusContainer
from tests.containers.discovery.made_rules import Case, cases
from tests.containers.discovery.prometheus_says import discovered_labels, shown, synced, version

#: another one makes other rules: RELABEL_SEED=7 pytest tests/containers/discovery
SEED = int(os.environ.get("RELABEL_SEED", "1"))
CASES = 2_000
ENOUGH = 10_000  # rules
#: steps are asked for one target at a time
STEPS_OF = 250
#: the label that says whose instance it is: older versions do not tell of a dropped one
MARK = "__made"
SPLIT = """\
mkdir -p /tmp/made && cd /tmp/made
awk '/^---/ { close(file); file = $2 ".yml"; next } { print > file }' /tmp/made.txt
promtool check config --syntax-only *.yml 2>&1 || true
"""


@dataclass
class Made:
    """The jobs that were made, what the tracer says of each, and a Prometheus that has them."""

    server: PrometheusContainer
    cases: list[Case]

    @cached_property
    def ours(self) -> dict[str, Traces | str]:
        """Each job's traces, or the tracer's refusal."""
        found: dict[str, Traces | str] = {}
        newest = version(self.server)
        for number, case in enumerate(self.cases):
            name = f"made-{number}"
            try:
                found[name] = trace(configuration({name: case}), name, case[1], newest)
            except WorkshopError as problem:
                found[name] = str(problem)
        return found

    @cached_property
    def refusals(self) -> dict[str, str]:
        """What promtool says of each job that it refuses."""
        files = [
            f"--- made-{number}\n{configuration({f'made-{number}': case})}"
            for number, case in enumerate(self.cases)
        ]
        self.server.copy_into_container("".join(files).encode(), "/tmp/made.txt")
        report = self.server.run("sh", "-c", SPLIT)
        assert report.count("Checking ") == len(self.cases)
        said = re.findall(
            r"FAILED: parsing YAML file (made-\d+)\.yml: ((?:.+\n)(?:    .+\n)*)", report
        )
        return dict(said)

    @cached_property
    def accepted(self) -> dict[str, Case]:
        """The jobs that promtool accepts; Prometheus has them, and has found their targets."""
        names = [f"made-{number}" for number in range(len(self.cases))]
        kept = {n: c for n, c in zip(names, self.cases, strict=True) if n not in self.refusals}
        # Not `reload`: promtool also refuses targets that cannot be one, Prometheus logs them.
        self.server.copy_into_container(configuration(kept).encode(), CONFIG)
        requests.post(f"{self.server.url}/-/reload", timeout=120).raise_for_status()
        lab = Lab(self.server)
        lab.wait_until(lambda: synced(self.server) >= len(kept), "the targets are found", 60)
        return kept


def configuration(made: dict[str, Case]) -> str:
    """A prometheus.yml; JSON is YAML, and quicker to write."""
    jobs = []
    for name, (rules, instances) in made.items():
        groups = [
            {"targets": [one["__address__"]],
             "labels": {n: v for n, v in one.items() if n != "__address__"}}
            for one in instances
        ]  # fmt: skip
        jobs.append({"job_name": name, "static_configs": groups, "relabel_configs": rules})
    settings = {"scrape_interval": "1h", "scrape_timeout": "10s"}
    made_of = {"global": settings, "scrape_configs": jobs}
    return json.dumps(made_of, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    lab = Lab(PrometheusContainer(), name="test_property").start()
    (server,) = lab.services
    assert isinstance(server, PrometheusContainer)
    made = cases(CASES, SEED, utf8=version(server) >= "3")
    for number, (_, instances) in enumerate(made):
        for one in instances:
            one[MARK] = f"made-{number}"
    yield Made(server, made)
    lab.stop()


def agree(differences: list[str], number: int, what: str, capsys: Any) -> None:
    """Print how many agree, with the seed; fail with the shortest of those that do not."""
    with capsys.disabled():
        print(f"\n{number} {what} of seed {SEED}: {len(differences)} differ")
    shortest = "\n\n".join(sorted(differences, key=len)[:4])
    assert not differences, f"seed {SEED}: {len(differences)} of {number} {what}\n{shortest}"


def test_the_same_rules_are_refused_in_the_same_words(made: Made, capsys: Any) -> None:
    differences = []
    for name, ours in made.ours.items():
        theirs = made.refusals.get(name, "")
        words = _words(theirs)
        if bool(theirs) != isinstance(ours, str) or words not in _words(str(ours)):
            rules = made.cases[int(name[5:])][0]
            differences.append(f"{rules}\nours: {str(ours)[:300]}\npromtool: {theirs}")
    assert 50 < len(made.refusals) < CASES / 2
    number = sum(len(rules) for rules, _ in made.cases)
    assert number >= ENOUGH
    agree(differences, len(made.ours), f"lists with {number} rules", capsys)


def _words(refusal: str) -> str:
    """A refusal's own words. RE2 and Go show different parts of an expression, and quote apart."""
    refusal = re.sub(r"error parsing regexp: .*", "error parsing regexp", refusal, flags=re.DOTALL)
    refusal = re.sub(r"line \d+: ", "", refusal)
    return re.sub(r"[^ -~]|\\x..|\\u....|\\U........|\\.|[\"' ]", "", refusal).strip()


def test_the_same_targets_come_out(made: Made, capsys: Any) -> None:
    theirs: dict[str, list[Any]] = {name: [] for name in made.accepted}
    targets = made.server.raw("targets")
    for one in [*targets["activeTargets"], *targets["droppedTargets"]]:
        theirs[_job_of(one)].append(shown(one))
    differences = []
    for name in made.accepted:
        ours = made.ours[name]
        rules, instances = made.cases[int(name[5:])]
        if isinstance(ours, str) or by_chance(ours):
            continue
        mine: list[tuple[str, ...]] = [_as_shown(one) for one in ours if _is_shown(one)]
        yours: list[tuple[str, ...]] = theirs[name]
        if any(one.reason.startswith("it is the same") for one in ours):  # which, it may choose
            mine, yours = [one[1:] for one in mine], [one[1:] for one in yours]
        if sorted(mine) != sorted(yours):
            differences.append(f"{rules}\n{instances}\nours: {mine}\nPrometheus: {yours}")
    number = sum(len(rules) for name, (rules, _) in made.accepted.items())
    agree(differences, len(made.accepted), f"jobs with {number} rules", capsys)


def _job_of(target: dict[str, Any]) -> str:
    """The job of a target, which its instances were marked with."""
    return str(target["discoveredLabels"][MARK])


def _is_shown(one: Trace) -> bool:
    """Whether Prometheus shows it: a target that cannot be one is only in its log."""
    return not one.reason or one.reason.startswith("rule ")


def _as_shown(one: Trace) -> tuple[str, str, str]:
    return (
        json.dumps(discovered_labels(one.discovered), sort_keys=True),
        json.dumps(one.labels, sort_keys=True),
        one.scrape_url,
    )


def by_chance(traces: Traces) -> bool:
    """Whether a labelmap gives one label the values of two: Prometheus takes any of them."""
    for one in traces:
        labels = dict(one.discovered)
        for step in one.steps:
            if step.rule.action == "labelmap" and _depends_on_order(step.rule, labels):
                return True
            for name, (_, new) in step.changes.items():
                labels[name] = new
            labels = {name: value for name, value in labels.items() if value}
    return False


def _depends_on_order(rule: Rule, labels: dict[str, str]) -> bool:
    try:
        return rule.changes(labels) != rule.changes(dict(reversed(labels.items())))
    except Dropped:
        return False


def test_each_step_is_the_same(made: Made, capsys: Any) -> None:
    number = tuple(map(int, re.findall(r"\d+", version(made.server))[:2]))
    if number < (3, 8):
        pytest.skip("Prometheus tells the steps of relabelling from 3.8 on")
    differences, asked = [], 0
    for name in list(made.accepted)[:STEPS_OF]:
        traces = made.ours[name]
        if isinstance(traces, str) or by_chance(traces):
            continue
        for one in traces[:1]:
            asked += len(one.steps)
            given = json.dumps(one.discovered)
            answer = made.server.raw("targets/relabel_steps", scrapePool=name, labels=given)
            theirs = [step["output"] if step["keep"] else None for step in answer["steps"]]
            mine = list(_after_each(one))
            if mine + [None] * (len(theirs) - len(mine)) != theirs:
                differences.append(f"{name} {one}\nours: {mine}\nPrometheus: {theirs}")
    assert asked > STEPS_OF
    agree(differences, asked, "steps", capsys)


def _after_each(one: Trace) -> Iterator[dict[str, str] | None]:
    """The labels after each step; None from the one on that drops it."""
    labels = one.discovered
    for step in one.steps:
        after = {**labels, **{name: new for name, (_, new) in step.changes.items()}}
        labels = {name: value for name, value in after.items() if value}
        yield None if step.dropped else labels


def test_yaml_and_json_say_the_same(made: Made) -> None:
    case = made.cases[0]
    text = yaml.safe_dump(json.loads(configuration({"made-0": case})), allow_unicode=True)
    try:
        theirs: Traces | str = trace(text, "made-0", case[1], version(made.server))
    except WorkshopError as problem:
        theirs = re.sub(r"line \d+", "line 1", str(problem))
    assert theirs == made.ours["made-0"]
