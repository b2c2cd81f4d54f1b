"""Why Prometheus refuses a configuration, in the learner's terms."""

import difflib
import re

from lab_helpers.grading.exercise import Verdict, missed

#: The fields that prometheus.yml and files of targets may have, as far as a workshop goes.
FIELDS = frozenset(
    """
global scrape_configs scrape_interval scrape_timeout evaluation_interval external_labels rule_files
job_name metrics_path scheme params honor_labels honor_timestamps ca_file cert_file key_file
server_name insecure_skip_verify password_file static_configs file_sd_configs http_sd_configs
consul_sd_configs dns_sd_configs relabel_configs metric_relabel_configs sample_limit basic_auth
username password authorization tls_config targets labels files url refresh_interval server
services tags token datacenter node_meta allow_stale filter names type port source_labels separator
regex modulus target_label replacement action alerting alertmanagers
remote_write remote_timeout write_relabel_configs queue_config batch_send_deadline
""".split()  # noqa: SIM905
)

_UNKNOWN = re.compile(r"line (\d+): field (\S+) not found in type (\S+)")
_TWICE = re.compile(r"line (\d+): (?:field|key) (\S+) already set")
_SHAPE = re.compile(r"line (\d+): cannot unmarshal !!(\w+)(?: `(.*?)`)? into (\S+)")
_REFUSALS = {
    "scrape timeout greater than": "timeout too long",
    "multiple scrape configs": "job twice",
    "is not a valid hostname": "no host and port",
    "unknown relabel action": "unknown action",
    "not a valid duration": "no duration",
    "error parsing regexp": "bad regex",
}
_YAML = {
    "expected <block end>": "no line above that it could belong to is indented as far",
    "mapping values are not allowed": "there is a colon where none may be",
    "could not find expected ':'": "a colon is missing before it",
    "cannot start any token": "it begins with a character that must be quoted, or with a tab",
}
_NAMES = {"str": "a text", "seq": "a list", "map": "a mapping", "int": "a number"}


def too_late(error: str) -> bool:
    """Whether a scrape failed because its time was over, which on a busy machine any may be.

    error: what Prometheus says of it.
    """
    return "deadline exceeded" in error


def refused(words: str, answer: str) -> Verdict:
    """Make a verdict of a refusal.

    words: Prometheus's own.
    """
    words = re.sub(r"^.* refuses its configuration:\n|parsing YAML file [^:]+: ", "", words)
    if found := _UNKNOWN.search(words):
        return _unknown_field(int(found[1]), found[2], found[3])
    if found := _TWICE.search(words):
        return missed("field twice", f"Line {found[1]}: {found[2]} is there for the second time.")
    if found := _SHAPE.search(words):
        return _wrong_shape(*found.groups(default=""))
    if "yaml: " in words:
        line, problem = _where(answer) or (0, "")
        said = next((ours for theirs, ours in _YAML.items() if theirs in problem), problem)
        return missed("not yaml", f"Line {line}: {said}." if line else f"Prometheus says: {words}.")
    diagnosis = next((name for said, name in _REFUSALS.items() if said in words), "refused")
    return missed(diagnosis, f"Prometheus refuses it: {words.strip()}.")


def _unknown_field(line: int, name: str, kind: str) -> Verdict:
    if name in FIELDS and kind == "struct":  # as Prometheus calls a group of targets
        return missed(
            "field misplaced",
            f"Line {line}: {name} has no place here. Targets come in groups that have `targets` "
            "and `labels`, and nothing else; some labels have a meaning.",
        )
    if name in FIELDS:
        return missed(
            "field misplaced",
            f"Line {line}: a field {name} exists, but not in this place. Look at what it is "
            "indented under.",
        )
    close = difflib.get_close_matches(name, sorted(FIELDS), n=1)
    close = close or sorted(field for field in FIELDS if name in field.split("_"))
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return missed("unknown field", f"Line {line}: Prometheus knows no field {name}.{hint}")


def _wrong_shape(line: str, seen: str, value: str, kind: str) -> Verdict:
    what = f"{value!r} is" if value else f"this is {_NAMES.get(seen, seen)}, which is"
    if kind.endswith("targetgroup.Group"):
        return missed(
            "list expected",
            f"Line {line}: {what} no list. What belongs here is a list of groups, each of which "
            "begins with `- targets:`, and nothing around it.",
        )
    if kind.startswith("[]"):
        return missed(
            "list expected",
            f"Line {line}: {what} no list. Write [one, two], or a line for each that begins with "
            "a dash.",
        )
    if kind == "config.plain":
        return missed("no prometheus.yml", "A prometheus.yml is made of fields: scrape_configs: …")
    return missed("wrong shape", f"Line {line}: {what} not what belongs here, a {kind}.")


def _where(text: str) -> tuple[int, str] | None:
    """The line at which a text ceases to be YAML, and why; None if PyYAML can read it."""
    import yaml

    try:
        yaml.compose(text)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        return (mark.line + 1 if mark else 1), problem.problem or "this is not YAML"
    except (yaml.YAMLError, RecursionError):
        pass
    return None
