"""Why promtool refuses a file, in the learner's terms."""

import difflib
import re

from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.yaml_text import NotYaml

_FIELDS = """
groups name rules interval limit record alert expr for keep_firing_for labels annotations rule_files
evaluation_interval group_eval_order tests input_series series values alert_rule_test eval_time
alertname exp_alerts exp_labels exp_annotations promql_expr_test exp_samples value external_labels
"""

_PLACE = re.compile(r"\b(line )(\d+)\b|^(\S*: )?(\d+)(?=:\d+: group )", re.MULTILINE)
_UNKNOWN = re.compile(r"line (\d+): field (\S+) not found in type")
_EXPRESSION = re.compile(
    r'rule \d+, "(?P<name>.*?)": could not parse expression: '
    r"(?P<line>\d+):(?P<column>\d+): parse error: (?P<words>.*)"
)
_SHAPE = re.compile(r"line (\d+): cannot unmarshal !!\w+(?: `.*?`)? into (\S+)")
_TEMPLATE = re.compile(r'rule \d+, "(.*?)": ((?:annotation|label) "(.*?)": template: .*)')
_DURATION = re.compile(r'not a valid duration string: "(.*?)"')
_NO_EXPRESSION = re.compile(r"rule \d+, \"(.*?)\": field 'expr' must be set")


def not_yaml(problem: NotYaml) -> Verdict:
    """The verdict on a text that cannot be read as YAML at all."""
    return missed(
        "not yaml", f"{problem} Is every line indented with spaces, as far as others of its kind?"
    )


def refused(words: str, lines_before: int = 0) -> Verdict:
    """The verdict on a file that promtool refuses.

    words: promtool's own. lines_before: the lines of the file that are not the learner's.
    """
    words = _PLACE.sub(lambda found: _moved(found, lines_before), words)
    if found := _UNKNOWN.search(words):
        return _unknown_field(found[1], found[2])
    if found := _SHAPE.search(words):
        return _wrong_shape(found[1], found[2])
    if found := _EXPRESSION.search(words):
        return missed(
            "syntax error",
            f"The expression of {found['name']} is no PromQL: line {found['line']} of it, "
            f"character {found['column']}: {found['words'].strip()}.",
        )
    if found := _TEMPLATE.search(words):
        return missed("template error", f"{found[1]}: {found[2]}")
    if found := _DURATION.search(words):
        return missed(
            "not a duration", f"{found[1]!r} is no duration. Prometheus writes 90s, 5m, 1h30m, 2d."
        )
    if found := _NO_EXPRESSION.search(words):
        return missed("no expression", f"{found[1]} has no expr.")
    said = [re.sub(r"^\S*\.yml: ", "", line.strip()) for line in words.splitlines()]
    told = [line for line in said if line and not line.startswith(("Checking", "FAILED", "Unit"))]
    return missed("refused", "promtool refuses it: " + " ".join(dict.fromkeys(told))[:600])


def _moved(found: re.Match[str], lines_before: int) -> str:
    if found[2]:
        return f"{found[1]}{max(1, int(found[2]) - lines_before)}"
    return f"{found[3] or ''}{max(1, int(found[4]) - lines_before)}"


def _unknown_field(line: str, name: str) -> Verdict:
    if name in _FIELDS.split():
        return missed(
            "field misplaced",
            f"Line {line}: there is a field {name}, but not in this place. Look at what it is "
            "indented under.",
        )
    close = difflib.get_close_matches(name, _FIELDS.split(), n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return missed("unknown field", f"Line {line}: promtool knows no field {name}.{hint}")


def _wrong_shape(line: str, kind: str) -> Verdict:
    if kind in ("rulefmt.RuleGroups", "main.unitTestFile"):
        return missed(
            "no fields", f"Line {line}: a file of this kind begins with a field, a colon behind it."
        )
    what = "a list" if kind.startswith("[]") else "fields" if "map[" in kind else "something else"
    return missed("wrong shape", f"Line {line}: {what} should be in this place ({kind}).")
