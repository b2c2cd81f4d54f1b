"""Configurations of every kind: the tracer refuses what promtool refuses, in its words."""

import re
from collections.abc import Iterator

import pytest

from lab_helpers.discovery.configuration import jobs
from lab_helpers.discovery.versions import Version
from lab_helpers.errors import WorkshopError
from lab_helpers.lab import Lab
from lab_helpers.services.prometheus import PrometheusContainer
from tests.containers.discovery.prometheus_says import version

JOB = "scrape_configs:\n- job_name: a\n"
RULE = JOB + "  relabel_configs:\n  - "
#: whole files, by what they stand for
FILES = {
    "nothing": "",
    "comment alone": "# nothing yet\n",
    "null": "null\n",
    "a text": "prometheus\n",
    "a list": "- job_name: a\n",
    "no list of jobs": "scrape_configs:\n  job_name: a\n",
    "jobs are null": "scrape_configs:\n",
    "a job is null": "scrape_configs:\n- \n",
    "no name": "scrape_configs:\n- metrics_path: /x\n",
    "a name that is null": "scrape_configs:\n- job_name:\n",
    "a name that is a number": "scrape_configs:\n- job_name: 1.10\n",
    "one name twice": JOB + "- job_name: a\n",
    "a key twice": JOB + "  job_name: b\n",
    "a section twice": JOB + "scrape_configs:\n- job_name: b\n",
    "unknown field": JOB + "  relabel_config: []\n",
    "unknown section": "scrape_config: []\n",
    "second document": JOB + "---\nnonsense: true\n",
    "open bracket": "scrape_configs: [\n",
    "open quote": JOB + "  metrics_path: \"/x\n",
    "tab": "scrape_configs:\n\t- job_name: a\n",
    "indentation": "scrape_configs:\n- job_name: a\n   metrics_path: /x\n",
    "colon in a text": JOB + "  metrics_path: a: b\n",
    "anchor": JOB + "  scrape_interval: &every 15s\n  scrape_timeout: *every\n",
    "unknown anchor": JOB + "  scrape_interval: *every\n",
    "anchor in itself": JOB + "  params: &p\n    a: *p\n",
    "anchor twice": JOB + "  scheme: &x http\n  metrics_path: &x /x\n  scrape_timeout: 10s\n",
    "merge": "scrape_configs:\n- &a\n  job_name: a\n  scheme: https\n- <<: *a\n  job_name: b\n",
    "merge behind": "scrape_configs:\n- &a\n  job_name: a\n- job_name: b\n  <<: *a\n",
    "merge of two": "scrape_configs:\n- &a {job_name: a}\n- &b {job_name: b, scheme: https}\n"
    "- <<: [*a, *b]\n  job_name: c\n",
    "merge of a text": JOB + "  <<: text\n",
    "merge into labels": JOB + "  static_configs:\n  - targets: [a]\n    labels: &l {x: y}\n"
    "  - targets: [b]\n    labels: {<<: *l, x: z}\n",
    "a label twice": JOB + "  static_configs:\n  - targets: [a]\n    labels: {x: y, x: z}\n",
    "a label of a number": JOB + "  static_configs:\n  - targets: [a]\n    labels: {x: 1, 2: no}\n",
    "a label of a list": JOB + "  static_configs:\n  - targets: [a]\n    labels: {x: [1]}\n",
    "a label without a name": JOB + "  static_configs:\n  - labels: {'': a}\n",
    "targets are a text": JOB + "  static_configs:\n  - targets: a:1\n",
    "static is a mapping": JOB + "  static_configs:\n    targets: [a]\n",
    "static is null": JOB + "  static_configs:\n  -\n",
    "static has a field": JOB + "  static_configs:\n  - target: [a]\n",
    "a URL for a target": JOB + "  static_configs:\n  - targets: ['http://a:1']\n",
    "a URL with a rule": RULE + "{target_label: b}\n  static_configs:\n  - targets: ['http://a']\n",
    "a truth": JOB + "  honor_labels: yes\n",
    "no truth": JOB + "  honor_labels: 1\n",
    "a quoted truth": JOB + "  honor_labels: 'true'\n",
    "a number": JOB + "  sample_limit: 10\n",
    "a hexadecimal number": JOB + "  sample_limit: 0x1F\n",
    "a number with a point": JOB + "  sample_limit: 10.5\n",
    "a negative number": JOB + "  sample_limit: -1\n",
    "a number in words": JOB + "  sample_limit: ten\n",
    "bytes": JOB + "  body_size_limit: 10MB\n",
    "bytes without a unit": JOB + "  body_size_limit: 100\n",
    "a duration without a unit": JOB + "  scrape_interval: 15\n",
    "a duration of zero": JOB + "  scrape_interval: 0\n",
    "a duration in the wrong order": JOB + "  scrape_interval: 30s1m\n",
    "a duration with a point": JOB + "  scrape_interval: 1.5m\n",
    "an unknown unit": JOB + "  scrape_interval: 15 s\n",
    "a huge duration": JOB + "  scrape_interval: 300y\n",
    "a timeout above": JOB + "  scrape_interval: 5s\n  scrape_timeout: 6s\n",
    "a timeout above the default": JOB + "  scrape_timeout: 61s\n",
    "a global timeout above": "global: {scrape_timeout: 2m}\n",
    "a global timeout above a job's": "global: {scrape_timeout: 30s}\n" + JOB
    + "  scrape_interval: 15s\n",
    "global is null": "global:\n" + JOB,
    "external labels": "global: {external_labels: {a: 1}}\n",
    "external label without a name": "global: {external_labels: {'': x}}\n",
    "params": JOB + "  params: {module: [a]}\n",
    "params are texts": JOB + "  params: {module: a}\n",
    "rules are a mapping": JOB + "  relabel_configs: {action: drop}\n",
    "a rule is a text": RULE + "drop\n",
    "a rule is null": RULE + "\n",
    "a rule with a null": RULE + "{target_label: a, replacement: }\n",
    "a regex of null": RULE + "{target_label: a, regex: }\n",
    "a regex of a number": RULE + "{target_label: a, regex: 010}\n",
    "a metric's rule": JOB + "  metric_relabel_configs:\n  - {action: labeldrop, modulus: 1}\n",
    "labels as a text": RULE + "{source_labels: \"['a']\", target_label: b}\n",
    "password twice": JOB + "  basic_auth: {username: a, password: b, password_file: c}\n",
    "two kinds of authentication": JOB + "  basic_auth: {username: a}\n  bearer_token: b\n",
    "basic as a type": JOB + "  authorization: {type: Basic}\n",
    "certificate without a key": JOB + "  tls_config: {cert_file: a}\n",
    "a file": JOB + "  file_sd_configs:\n  - files: [targets/*.yml]\n",
    "a file without an ending": JOB + "  file_sd_configs:\n  - files: [targets]\n",
    "a file as a text": JOB + "  file_sd_configs:\n  - files: targets.yml\n",
    "no files": JOB + "  file_sd_configs:\n  - refresh_interval: 1m\n",
    "an address": JOB + "  http_sd_configs:\n  - url: http://sd/targets\n",
    "an address without a scheme": JOB + "  http_sd_configs:\n  - url: sd/targets\n",
    "no address": JOB + "  http_sd_configs:\n  - refresh_interval: 1m\n",
    "dns": JOB + "  dns_sd_configs:\n  - names: [a]\n    type: A\n    port: 1\n",
    "dns without a port": JOB + "  dns_sd_configs:\n  - names: [a]\n    type: A\n",
    "an unknown kind": JOB + "  carrier_pigeon_sd_configs: []\n",
    "rule files": "rule_files: ['rules/*.yml']\n",
    "rule files in a folder": "rule_files: ['*/rules.yml']\n",
    "alertmanagers": "alerting:\n  alertmanagers:\n  - static_configs: [{targets: [a:9093]}]\n",
    "alertmanager v1": "alerting:\n  alertmanagers:\n  - api_version: v1\n",
    "remote write": "remote_write:\n- url: http://a\n",
    "remote write without an address": "remote_write:\n- name: a\n",
    "remote read's field": "remote_read:\n- url: http://a\n  queue_config: {}\n",
    "a link in the text": JOB + "  metrics_path: &a /x\n  scheme: *a\n  params: {q: [*a]}\n",
    "an explicit tag": JOB + "  honor_labels: !!str true\n  sample_limit: !!int \"5\"\n",
    "a tag that does not fit": JOB + "  sample_limit: !!int five\n",
    "base64": JOB + "  metrics_path: !!binary L3g=\n",
    "no base64": JOB + "  metrics_path: !!binary '*'\n",
    "labels of old": RULE + "{action: labelmap, regex: a, replacement: 'x-y'}\n",
    "legacy names": JOB + "  metric_name_validation_scheme: legacy\n  relabel_configs:\n"
    "  - {target_label: a.b}\n",
    "classic histograms of old": JOB + "  scrape_classic_histograms: true\n",
    "protocols": JOB + "  scrape_protocols: [PrometheusProto, PrometheusProto]\n",
    "an unknown protocol": JOB + "  scrape_protocols: [JSON]\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[PrometheusContainer]:
    lab = Lab(PrometheusContainer(), name="test_refusals").start()
    (one,) = lab.services
    assert isinstance(one, PrometheusContainer)
    yield one
    lab.stop()


@pytest.fixture(scope="module")
def refusals(server: PrometheusContainer) -> dict[str, str]:
    """What promtool says of each file that it refuses."""
    script = ["mkdir -p /tmp/files && cd /tmp/files"]
    for number, text in enumerate(FILES.values()):
        script.append(f"cat > {number}.yml <<'END'\n{text}END")
    script.append("promtool check config --syntax-only *.yml 2>&1 || true")
    report = server.run("sh", "-c", "\n".join(script))
    assert report.count("Checking ") == len(FILES)
    found = re.findall(
        r"FAILED: parsing YAML file (\d+)\.yml: ((?:.+(?:\n|$))(?:    .+(?:\n|$))*)", report
    )
    names = list(FILES)
    return {names[int(number)]: words.strip() for number, words in found}


@pytest.mark.parametrize("name", FILES)
def test_what_promtool_refuses(
    server: PrometheusContainer, refusals: dict[str, str], name: str
) -> None:
    try:
        jobs(FILES[name], Version.read(version(server)))
        ours = ""
    except WorkshopError as problem:
        ours = str(problem)
    theirs = refusals.get(name, "")
    assert bool(ours) == bool(theirs), f"ours: {ours}\npromtool: {theirs}"
    if name != "legacy names":  # of two faults, Prometheus 2 names the other one
        assert _plain(theirs) in _plain(ours)


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace("\\", "")).strip()


def test_a_good_part_is_refused(refusals: dict[str, str]) -> None:
    assert len(FILES) * 0.4 < len(refusals) < len(FILES) * 0.8
