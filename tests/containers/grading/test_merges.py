"""Rules with anchors and `<<` in them: read as Prometheus itself reads them."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lab_helpers import Lab, PrometheusContainer
from lab_helpers.grading.judges.rules.rule_file import in_seconds
from lab_helpers.grading.judges.yaml_text import read

CONFIG = "rule_files: [/etc/prometheus/merged.yml]\n"
RULES = 60
FIELDS = {
    "alert": ("A", "B"),
    "expr": ("up == 0", "vector(1)"),
    "for": ("5m", "90s"),
    "keep_firing_for": ("1m", "1h"),
    "labels": ("{severity: page, team: shop}", "{<<: *some, team: db}", "*some",
               "{team: db, <<: [*some, *more]}"),
    "annotations": ("{summary: s}", "*more"),
}  # fmt: skip
ASKED = ("name", "query", "duration", "keepFiringFor", "labels", "annotations")
HEAD = """\
groups:
- name: anchors
  rules:
  - {alert: First, expr: up, labels: &some {severity: page, zone: yes}, annotations: &more {a: b}}
  - &base {alert: Base, expr: up == 1, for: 3m, labels: {from: base}}
"""


@pytest.fixture(scope="module")
def prometheus() -> Iterator[PrometheusContainer]:
    service = PrometheusContainer("global: {}\n")
    with Lab(service, name="merges"):
        yield service


def rule(random: Random, number: int) -> str:
    """A rule that takes something from one before it, wherever its `<<` stands."""
    own = [name for name in FIELDS if random.random() < 0.6]
    lines = [f"{name}: {random.choice(FIELDS[name])}" for name in own]
    source = random.choice(("*base", "*base", "[*base]", f"[*r{number - 1}, *base]"))
    if number and random.random() < 0.8:
        lines.insert(random.randint(0, len(lines)), f"<<: {source}")
    else:
        lines = [line for line in lines if not line.startswith(("alert", "expr"))]
        lines += ["alert: Own", "expr: up < 1"]
    return f"  - &r{number}\n" + "".join(f"    {line}\n" for line in lines)


def told(found: dict[str, Any]) -> dict[str, Any]:
    """What a rule comes to, as the API tells it."""
    return {
        "name": found["alert"],
        "query": found["expr"],
        "duration": round(in_seconds(found.get("for") or "")),
        "keepFiringFor": round(in_seconds(found.get("keep_firing_for") or "")),
        "labels": found.get("labels") or {},
        "annotations": found.get("annotations") or {},
    }


def written(rule: dict[str, Any]) -> str:
    """A rule as text that can be compared; of what the API tells no more than what was asked."""
    return json.dumps({name: rule[name] for name in ASKED}, sort_keys=True)


def test_merged_rules_are_those_of_prometheus(
    prometheus: PrometheusContainer, tmp_path: Path
) -> None:
    random = Random(11)
    text = HEAD + "".join(rule(random, number) for number in range(RULES))
    wanted = {written(told(one)) for one in read(text)["groups"][0]["rules"]}
    file = tmp_path / "merged.yml"
    file.write_text(text)
    prometheus.reload(CONFIG, files=[file])
    (group,) = prometheus.raw("rules")["groups"]
    assert len(wanted) > 30
    assert {written(one) for one in group["rules"]} == wanted
