"""Which kind of file, or which part of one, a text is: by its outermost fields."""

from typing import Any

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.yaml_text import NotYaml, read

CONFIG = "prometheus.yml"
RULES = "a file of rules"
TESTS = "a file of tests of rules"
ROUTING = "alertmanager.yml"

#: The fields with which each kind of file begins.
_FIELDS = {
    CONFIG: "global scrape_configs rule_files alerting remote_write remote_read storage tracing "
    "scrape_config_files runtime otlp",
    RULES: "groups",
    TESTS: "tests rule_files evaluation_interval group_eval_order fuzzy_compare",
    ROUTING: "route receivers inhibit_rules time_intervals mute_time_intervals templates global",
}
#: Fields that say by themselves which kind it is.
_TELLING = {
    CONFIG: {"scrape_configs", "alerting", "remote_write"},
    RULES: {"groups"},
    TESTS: {"tests"},
    ROUTING: {"route", "receivers", "inhibit_rules"},
    "a dashboard of Grafana": {"panels", "schemaVersion"},
    "a compose file": {"services"},
    "a resource of Kubernetes": {"apiVersion", "kind"},
    "a module of the blackbox exporter": {"modules"},
    "an answer of Prometheus's API": {"status", "data"},
    "a file of data sources": {"datasources"},
}
#: What has to stand above a part of a file, by a field of that part.
_JOB = ("job_name", "static_configs", "file_sd_configs", "http_sd_configs", "consul_sd_configs",
        "dns_sd_configs", "relabel_configs", "metric_relabel_configs", "metrics_path", "scheme",
        "scrape_interval", "scrape_timeout", "params", "honor_labels")  # fmt: skip
_ABOVE = {
    CONFIG: {
        **dict.fromkeys(_JOB, "`scrape_configs:` and, one step in, `- job_name: …`"),
        **dict.fromkeys(("source_labels", "target_label", "action"), "`scrape_configs:`, a job, "
                        "and in it `relabel_configs:`"),
        **dict.fromkeys(("targets", "labels"), "`scrape_configs:`, a job, and in it "
                        "`static_configs:`"),
    },
    RULES: {
        **dict.fromkeys(("rules", "name", "interval"), "`groups:`, of which this is one"),
        **dict.fromkeys(("expr", "for", "labels", "annotations"), "`alert:` or `record:`, the "
                        "name of the rule"),
    },
    TESTS: dict.fromkeys(
        ("input_series", "alert_rule_test", "promql_expr_test", "interval"),
        "`tests:`, of which this is one",
    ),
    ROUTING: {
        **dict.fromkeys(("receiver", "group_by", "group_wait", "group_interval", "routes",
                         "repeat_interval", "matchers", "continue", "match"), "`route:`"),
        **dict.fromkeys(("source_matchers", "target_matchers", "equal", "source_match",
                         "target_match"), "`inhibit_rules:`, of which this is one"),
    },
}  # fmt: skip


def misfit(answer: str, wanted: str) -> Verdict | None:
    """The verdict on a text that is another kind of file than is wanted, or a part of one.

    wanted: one of this module's kinds. None if its outermost fields are those of that kind.
    """
    try:
        loaded = read(answer)
    except NotYaml:
        return None
    fields = _outermost(loaded)
    if wanted == RULES and fields & {"alert", "record"}:
        return None  # a rule, or a list of them, is taken for a file of them
    own = set(_FIELDS[wanted].split())
    for kind, telling in _TELLING.items():
        if kind != wanted and fields & telling and not fields & own:
            said = f"What begins with `{min(fields & telling)}` is {kind}"
            return missed("another kind of file", f"{said}. What is asked for is {wanted}.")
    for field, above in _ABOVE.get(wanted, {}).items():
        if field in fields - own:
            return missed(
                "something missing above",
                f"`{field}` stands at the left edge, and belongs into something. Missing above it: "
                f"{above}.",
            )
    return None


def _outermost(loaded: Any) -> set[str]:
    """The names of the outermost fields; of a list, those of what is in it."""
    if isinstance(loaded, dict):
        return set(map(str, loaded))
    if isinstance(loaded, list):
        return {str(name) for each in loaded if isinstance(each, dict) for name in each}
    return set()
