"""What learners give a check: right answers in any dress, and all that is something else."""

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

import yaml
from hypothesis import strategies as st

from lab_helpers.grading import Exercise, catalogue
from lab_helpers.grading.check import LONGEST
from tests.labs.proofs import numbers

_DRESS = {
    "byte order mark": "\ufeff{}".format,
    "line ends of Windows": lambda answer: answer.replace("\n", "\r\n") + "\r\n",
    "fences": "```\n{}\n```".format,
    "leave this line out": "%%check 01.1\n{}".format,
}
_NOISE = {
    "no answer": ("", "   \n\t\n", "# nothing yet\n", "```\n```", "%%check 02.1"),
    "not text": ("\x1b[31mred\x1b[0m", "\udce9t\udce9", "\udcff\udcfes\0u\0m\0", "\0" * 9),
    "too long": ("x" * 1_000_000, "up\n" * 400_000, "{" * 60_000, "é" * (LONGEST + 1)),
}
_ODDITIES = (
    r"C:\Users\me\prometheus.yml", "/etc/prometheus/prometheus.yml", "???", "42.5 or so", "null",
    "[" * 500, "- " * 400 + "x", "a: &a [*a]", "&x {<<: *x}", "{}", "[]", "groups:", "import os",
    "<html><body>404</body></html>", "🔥" * 50, "a: b: c", "\t- x", "--help", "$(reboot)", "%s %d",
    "from lab_helpers.dashboards import page\ndashboard = page('x')", "dashboard = 3", "1/0",
)  # fmt: skip
_CURLY = {'"': ("“", "”"), "'": ("‘", "’")}


@dataclass(frozen=True)
class Given:
    """An answer, and the verdict that it must have: solved, missed, or either.

    says: what a verdict must say of it, be it the diagnosis or a part of the message.
    """

    answer: str
    verdict: Literal["solved", "missed", "either"]
    says: str = ""


@st.composite
def given_answers(draw: st.DrawFn, number: str) -> Given:
    """What is given to this exercise."""
    exercise = catalogue.exercise(number)
    right = draw(st.sampled_from((exercise.solution, *exercise.also_right)))
    makers = [_dressed, _foreign, _noise, _odd, _curly, _tabbed, _mixed]
    if isinstance(_loaded(right), dict | list) and exercise.kind == "configuration":
        makers += [_json, _merged, _old, _part]
    return draw(st.sampled_from(makers))(draw, right, exercise)


def _dressed(draw: st.DrawFn, right: str, _: Exercise) -> Given:
    says = draw(st.sampled_from(sorted(_DRESS)))
    return Given(_DRESS[says](right), "solved", says)


def _foreign(draw: st.DrawFn, _: str, exercise: Exercise) -> Given:
    own = {exercise.solution, *exercise.also_right}
    others = [n for n in numbers() if catalogue.exercise(n).title != exercise.title]
    other = catalogue.exercise(draw(st.sampled_from(others))).solution
    bare = {re.sub(r"\W+", "", each) for each in own}
    return Given(other, "either" if re.sub(r"\W+", "", other) in bare else "missed")


def _noise(draw: st.DrawFn, _: str, __: Exercise) -> Given:
    diagnosis = draw(st.sampled_from(sorted(_NOISE)))
    return Given(draw(st.sampled_from(_NOISE[diagnosis])), "missed", diagnosis)


def _odd(draw: st.DrawFn, _: str, __: Exercise) -> Given:
    return Given(draw(st.sampled_from(_ODDITIES) | st.text(max_size=200)), "missed")


def _curly(draw: st.DrawFn, right: str, _: Exercise) -> Given:
    """Its quotes as a word processor writes them."""
    answer = right
    for quote, (left, closing) in _CURLY.items():
        answer = re.sub(f"{quote}([^{quote}\n]*){quote}", rf"{left}\1{closing}", answer)
    return Given(answer, "solved" if answer == right else "either")


def _tabbed(_: st.DrawFn, right: str, exercise: Exercise) -> Given:
    tabbed = right.replace("    ", "\t").replace("  ", "\t")
    same = tabbed == right or exercise.kind == "PromQL"
    return Given(tabbed, "solved" if same else "either")


def _mixed(draw: st.DrawFn, _: str, exercise: Exercise) -> Given:
    """A wrong answer of its own, in dress: the dress does not hide what is wrong."""
    wrong = draw(st.sampled_from(exercise.wrong))
    dress = draw(st.sampled_from(sorted(_DRESS)))
    return Given(_DRESS[dress](wrong.answer), "missed", wrong.diagnosis)


def _loaded(answer: str) -> Any:
    try:
        return yaml.safe_load(answer)
    except yaml.YAMLError:
        return None


def _json(_: st.DrawFn, right: str, __: Exercise) -> Given:
    return Given(json.dumps(yaml.load(right, yaml.BaseLoader)), "either")


def _old(_: st.DrawFn, right: str, __: Exercise) -> Given:
    """As it was written before Alertmanager 0.22, and Prometheus 2."""
    old = re.sub(r"matchers: \[(\w+) = (\w+)\]", r"match: {\1: \2}", right)
    old = re.sub(r"(source|target)_matchers: \[(\w+) = (\w+)\]", r"\1_match: {\2: \3}", old)
    return Given(old, "either")


def _part(draw: st.DrawFn, right: str, _: Exercise) -> Given:
    """What is below its first field, or all of it below one more."""
    loaded = yaml.load(right, yaml.BaseLoader)
    inside = next(iter(loaded.values())) if isinstance(loaded, dict) else loaded[0]
    around = {draw(st.sampled_from(("spec", "groups", "config", "scrape_configs"))): loaded}
    return Given(yaml.safe_dump(draw(st.sampled_from((inside, around)))), "either")


def _merged(_: st.DrawFn, right: str, __: Exercise) -> Given:
    """With anchors for what is there twice, and what two neighbours share merged in."""
    root: Any = yaml.compose(right, yaml.SafeLoader)
    known: dict[str, yaml.Node] = {}

    def shared(node: yaml.Node) -> yaml.Node:
        if isinstance(node, yaml.ScalarNode):
            return node
        if isinstance(node, yaml.SequenceNode):
            node.value = [shared(each) for each in node.value]
            for one, other in zip(node.value, node.value[1:], strict=False):
                _merge(one, other)
        elif isinstance(node, yaml.MappingNode):
            node.value = [(key, shared(value)) for key, value in node.value]
        return known.setdefault(yaml.serialize(node), node) if node.value else node

    return Given(yaml.serialize(shared(root)), "solved")


def _merge(one: yaml.Node, other: yaml.Node) -> None:
    """Have a mapping take from the one before it what is the same in both, if that is all."""
    if not (isinstance(one, yaml.MappingNode) and isinstance(other, yaml.MappingNode)):
        return
    mine = {key.value: yaml.serialize(value) for key, value in one.value}
    own = [(k, v) for k, v in other.value if mine.get(k.value) != yaml.serialize(v)]
    if len(own) < len(other.value) and mine.keys() <= {k.value for k, _ in other.value}:
        merge = yaml.ScalarNode("tag:yaml.org,2002:merge", "<<")
        other.value = [(merge, one), *own]
