"""The judge of prometheus.yml: what it says of targets, of rules, and of refusals.

What Prometheus itself makes of a file is tried in tests/labs; here the tracer takes its place.
"""

from dataclasses import replace

import pytest
import yaml

from lab_helpers.discovery import trace
from lab_helpers.grading.judges.targets import Target
from lab_helpers.grading.judges.targets.compare import ANONYMOUS, compare, unreachable
from lab_helpers.grading.judges.targets.look import Found, Look, hurried
from lab_helpers.grading.judges.targets.refusals import refused

WEB = {
    f"web-{number}:80": {"__meta_name": f"web-{number}", "__meta_tags": tags, "zone": "eu"}
    for number, tags in enumerate((",metrics,v=1.9,", ",metrics,v=2.0,", ",metrics-soon,"), 1)
}
WANTED = (
    Target("http://web-1:80/metrics", {"job": "web", "zone": "eu", "version": "1.9"}),
    Target("http://web-2:80/metrics", {"job": "web", "zone": "eu", "version": "2.0"}),
)
KEEP = "{source_labels: [__meta_tags], regex: '.*,metrics,.*', action: keep}"
VERSION = "{source_labels: [__meta_tags], regex: '.*,v=([^,]+),.*', target_label: version}"


def config(*rules: str, job: str = "web") -> str:
    """A job with these rules."""
    lines = "".join(f"      - {rule}\n" for rule in rules)
    return f"scrape_configs:\n  - job_name: {job}\n    relabel_configs:\n{lines}"


def look_at(text: str) -> Look:
    """What Prometheus would make of the three instances."""
    found = []
    jobs = [job["job_name"] for job in yaml.safe_load(text)["scrape_configs"]]
    for job in jobs:
        for one in trace(text, job, [{"__address__": a, **labels} for a, labels in WEB.items()]):
            found.append(Found(job, one.discovered, one.scrape_url, one.labels))
    return Look(
        "3.0.0",
        dict.fromkeys(jobs, "1m"),
        tuple(one for one in found if one.url),
        tuple(one for one in found if not one.url),
    )


def diagnosis(text: str, wanted: tuple[Target, ...] = WANTED) -> str:
    verdict = compare(wanted, look_at(text), text)
    assert verdict is None or not verdict.solved
    return verdict.diagnosis if verdict else ""


def test_the_right_targets_in_any_order() -> None:
    assert diagnosis(config(KEEP, VERSION)) == ""
    assert diagnosis(config(VERSION, KEEP), WANTED[::-1]) == ""


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((KEEP.replace(".*,metrics,.*", "metrics"), VERSION), "regex not anchored"),
        ((KEEP.replace("__meta_tags", "__meta_tag"), VERSION), "no such label"),
        ((KEEP.replace("keep", "drop"), VERSION), "keep and drop swapped"),
        ((KEEP, "{source_labels: [zone], regex: us, action: keep}", VERSION), "target dropped"),
        ((KEEP.replace("metrics,", "metrics"), VERSION), "regex too wide"),
        ((VERSION,), "target too many"),
        (
            ("{source_labels: [__meta_tags], regex: metrics-soon, action: drop}", VERSION),
            "regex not anchored",
        ),
        (
            ("{source_labels: [__meta_tags], regex: nobody, action: drop}", VERSION),
            "target too many",
        ),
        ((KEEP,), "label missing"),
        ((KEEP, VERSION.replace("version", "release")), "wrong label name"),
        ((KEEP, VERSION.replace("[^,]+", ".+").replace(",.*'", "'")), "regex too wide"),
        ((KEEP, VERSION.replace(".*,v=", ",v=")), "regex not anchored"),
        ((KEEP, VERSION.replace("v=", "version=")), "regex does not match"),
        ((KEEP, VERSION.replace("}", ", replacement: $2}")), "wrong group"),
        ((KEEP, VERSION.replace("([^,]+)", "(.)([^,]+)")), "wrong part"),
        ((KEEP, VERSION.replace("__meta_tags", "__meta_tgas")), "no such label"),
        ((KEEP, "{action: labeldrop, regex: __meta_tags}", VERSION), "rules out of order"),
        ((KEEP, VERSION, "{action: labeldrop, regex: v.*}"), "label removed"),
        ((KEEP, VERSION, "{source_labels: [__meta_name], target_label: version}"), "overwritten"),
        ((KEEP, VERSION, "{target_label: env, replacement: lab}"), "label too many"),
        ((KEEP, VERSION, "{target_label: job, replacement: shop}"), "wrong job"),
        ((KEEP, VERSION, "{target_label: instance, replacement: x}"), "wrong instance"),
        ((KEEP, VERSION, "{target_label: zone, replacement: us}"), "wrong value"),
        ((KEEP, VERSION, "{target_label: __scheme__, replacement: https}"), "wrong scheme"),
        ((KEEP, VERSION, "{target_label: __metrics_path__, replacement: /m}"), "wrong path"),
        ((KEEP, VERSION, "{target_label: __param_module, replacement: x}"), "wrong parameter"),
        (
            (
                KEEP,
                VERSION,
                "{target_label: instance, source_labels: [__address__]}",
                "{target_label: __address__, source_labels: [__address__], "
                "regex: '([^:]+).*', replacement: '$1:81'}",
            ),
            "wrong port",
        ),
        (
            (
                KEEP,
                VERSION,
                "{target_label: __address__, source_labels: [__address__], "
                "regex: '[^:]+:(.*)', replacement: 'localhost:$1'}",
            ),
            "localhost",
        ),
    ],
)
def test_each_mistake_has_its_diagnosis(rules: tuple[str, ...], expected: str) -> None:
    assert diagnosis(config(*rules)) == expected


def test_the_rule_is_named_with_what_it_saw() -> None:
    text = config(KEEP.replace(".*,metrics,.*", "metrics"), VERSION)
    verdict = compare(WANTED, look_at(text), text)
    assert verdict
    assert "Rule 1 (keep) drops web-1:80" in verdict.message
    assert "',metrics,v=1.9,'" in verdict.message


def test_a_label_that_nobody_has_is_likened_to_one_that_there_is() -> None:
    text = config(KEEP.replace("__meta_tags", "__meta_tag"), VERSION)
    verdict = compare(WANTED, look_at(text), text)
    assert verdict and "Did you mean __meta_tags?" in verdict.message


def test_an_instance_that_two_jobs_scrape() -> None:
    both = config(KEEP, VERSION) + config(KEEP, VERSION, job="twin").partition("\n")[2]
    assert diagnosis(both) == "scraped twice"


@pytest.mark.parametrize(
    ("old", "new", "expected", "told"),
    [
        ("v=1[.]8", "v=2", "target dropped", "drops web-1:80 (job_name old)"),
        ("v=1", "v=2[.]1", "target dropped", "drops web-2:80 (job_name new)"),
        ("v=", "metrics-soon", "in the wrong job", "web-2:80 (job_name old)"),
    ],
)
def test_a_fault_is_told_for_the_job_that_should_have_the_target(
    old: str, new: str, expected: str, told: str
) -> None:
    track = "{target_label: track, replacement: %s}"
    keep = "{source_labels: [__meta_tags], regex: '.*,%s.*', action: keep}"
    jobs = [config(keep % old, track % "old", job="old"), config(keep % new, track % "new")]
    text = jobs[0] + jobs[1].partition("\n")[2].replace("name: web", "name: new")
    wanted = tuple(
        Target(f"http://web-{i}:80/metrics", {"zone": "eu", "job": job, "track": job}, every)
        for i, job, every in ((1, "old", "30s"), (2, "new", "5s"), (3, "new", "5s"))
    )
    look = replace(look_at(text), intervals={"old": "30s", "new": "5s"})
    verdict = compare(wanted, look, text)
    assert verdict and verdict.diagnosis == expected and told in verdict.message


def test_what_was_never_discovered_is_missing() -> None:
    more = (*WANTED, Target("http://db:3306/metrics", {"job": "db"}))
    assert diagnosis(config(KEEP, VERSION), more) == "target missing"


def test_nothing_at_all() -> None:
    verdict = compare(WANTED, Look("3.0.0", {"web": "1m"}), config(KEEP))
    assert verdict and verdict.diagnosis == "no target"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("http://a/metrics", "http://a:80/metrics"),
        ("https://a/metrics", "https://A:443/metrics"),
        ("http://b:1/probe?x=1&y=2", "http://b:1/probe?y=2&x=1"),
    ],
)
def test_addresses_that_ask_for_the_same(asked: str, found: str) -> None:
    target = Target(asked, {"instance": "a"})
    one = Found("a", {}, found, {"instance": "a"})
    assert target.is_met_by(one)
    assert not target.is_met_by(replace(one, url=found + "x"))


@pytest.mark.parametrize(
    ("words", "answer", "expected", "told"),
    [
        ("line 3: field metric_path not found in type config.ScrapeConfig", "", "unknown field",
         "Did you mean metrics_path?"),
        ("line 3: field path not found in type config.plain", "", "unknown field", "metrics_path"),
        ("line 7: field labels not found in type config.plain", "", "field misplaced", "Line 7"),
        ("line 7: field job_name already set in type config.plain", "", "field twice", "Line 7"),
        ("line 4: cannot unmarshal !!str `web:1` into []string", "", "list expected", "web:1"),
        ("line 1: cannot unmarshal !!str `up` into config.plain", "up", "no prometheus.yml", ""),
        ("yaml: line 2: did not find expected '-' indicator", "a:\n  - b: 1\n   c: 2\n", "not yaml",
         "Line 3"),
        ("yaml: exceeded max depth of 10000", "[" * 20_000, "not yaml", "max depth"),
        ('"http://a:1/x" is not a valid hostname', "", "no host and port", "http://a:1/x"),
        ('unknown relabel action "kep"', "", "unknown action", "kep"),
        ("line 4: field scheme not found in type struct {", "", "field misplaced", "groups"),
        ("line 1: cannot unmarshal !!map into []*targetgroup.Group", "", "list expected", "around"),
        ("something new", "", "refused", "something new"),
    ],
)  # fmt: skip
def test_a_refusal_in_the_learners_words(words: str, answer: str, expected: str, told: str) -> None:
    file = "parsing YAML file /etc/prometheus/prometheus.yml: "
    verdict = refused(f"answer-1 refuses its configuration:\n{file}{words}", answer)
    assert verdict.diagnosis == expected
    assert told in verdict.message
    assert "/etc/prometheus" not in verdict.message


def test_only_the_pace_is_changed() -> None:
    text = """\
global: {scrape_interval: 1m, external_labels: {release: 1.10}}
scrape_configs:
  - {job_name: a, scrape_interval: 5m, scrape_timeout: 2m, params: {on: [no, "007"]}}
  - job_name: b
    relabel_configs: [{target_label: x, replacement: ""}]
"""
    fast = hurried(text, "")
    assert "1.10" in fast and "no" in fast and '"007"' in fast and 'replacement: ""' in fast
    jobs = yaml.safe_load(fast)["scrape_configs"]
    assert [(job["scrape_interval"], job["scrape_timeout"]) for job in jobs] == [("1s", "1s")] * 2
    rest = [{k: v for k, v in job.items() if not k.startswith("scrape_")} for job in jobs]
    kept = yaml.safe_load(text)["scrape_configs"]
    assert rest == [{k: v for k, v in job.items() if not k.startswith("scrape_")} for job in kept]


def test_a_file_that_pyyaml_cannot_read_is_taken_as_prometheus_writes_it() -> None:
    assert "job_name: a" in hurried("x:\t- @", "scrape_configs:\n- job_name: a\n")


@pytest.mark.parametrize(
    ("error", "diagnosis"),
    [
        ('Get "https://a:1/metrics": remote error: tls: certificate required', ANONYMOUS),
        ('Get "https://a:1/metrics": http2: client conn could not be established', ANONYMOUS),
        ('Get "https://a:1/metrics": write tcp b->a: write: connection reset by peer', ANONYMOUS),
        ('Get "https://a:1/metrics": EOF', ANONYMOUS),
        ('Get "http://a:1/metrics": EOF', "down"),
        ('Get "http://a:1/metrics": read: connection reset by peer', "down"),
        ('Get "https://a:1/": x509: certificate signed by unknown authority', "authority unknown"),
        ('Get "https://a:1/": x509: certificate is valid for b, not a', "wrong server_name"),
        ('Get "https://a:1/": x509: certificate has expired or is not yet valid', "down"),
        ("server returned HTTP status 401 Unauthorized", "not let in"),
        ("server returned HTTP status 400 Bad Request", "wrong scheme"),
        ("unable to read basic auth password: open p: no such file or directory", "no such file"),
    ],
)
def test_what_a_locked_door_says(error: str, diagnosis: str) -> None:
    assert unreachable(error, "down") == diagnosis
