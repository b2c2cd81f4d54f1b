"""Proofs by promtool: what a query answers on given series, and which texts it accepts."""

import re
from collections.abc import Sequence

import yaml

from lab_helpers.exam import Question
from lab_helpers.exam.questions import EVERY
from lab_helpers.services import promtool
from lab_helpers.services.prometheus import PrometheusContainer
from tests.containers.exam.claims import Answer, claims, given

#: No query answers this, so promtool says of each what it answers instead.
_IMPOSSIBLE = [{"labels": "no_such_series", "value": 0}]
_TOOLS = {
    "config": "promtool check config --syntax-only",
    "rules": "promtool check rules",
    "metrics": "promtool check metrics <",
    "lint": "promtool check metrics <",
}
#: What `promtool check metrics` ends with where it only finds fault with names.
_ONLY_LINT = 3


def answers(prometheus: PrometheusContainer, asked: Sequence[Question]) -> dict[str, list[Answer]]:
    """What the queries of each question answer, in order: one `promtool test rules` for all."""
    files, queries = {}, {}
    for number, question in enumerate(asked):
        queries[question.name] = _queries(question)
        test = {
            "rule_files": [f"{number}.rules.yml"],
            "evaluation_interval": given(question, "every", EVERY),
            "tests": [
                {
                    "interval": given(question, "every", EVERY),
                    "input_series": _series(given(question, "series")),
                    "promql_expr_test": [
                        {"expr": expr, "eval_time": given(question, "at", "0s"),
                         "exp_samples": _IMPOSSIBLE}
                        for expr in queries[question.name]
                    ],
                }
            ],
        }  # fmt: skip
        rules = yaml.safe_load(given(question, "rules", "[]"))
        files[f"{number}.test.yml"] = yaml.dump(test)
        files[f"{number}.rules.yml"] = yaml.dump({"groups": [{"name": "g", "rules": rules}]})
    tests = " ".join(name for name in files if name.endswith(".test.yml"))
    _, said = promtool.run(prometheus, files, f"promtool test rules {tests}")
    found = re.findall(r"^    expr: .*?(?=^    expr: |^Unit Testing|^$|\Z)", said, re.M | re.S)
    told = iter(found)
    assert len(found) == sum(map(len, queries.values())), said
    return {name: [_answer(next(told)) for _ in exprs] for name, exprs in queries.items()}


def _queries(question: Question) -> list[str]:
    """The query of a question; or each of its choices, where these are queries."""
    if question.proof["kind"] == "answer":
        return [given(question, "query")]
    return [text for text, _ in claims(question)]


def _series(text: str) -> list[dict[str, str]]:
    found = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, values = re.fullmatch(r"(\S*\{.*\}|\S+) (.+)", line).groups()  # type: ignore[union-attr]
            found.append({"series": name, "values": values})
    return found


def _answer(told: str) -> Answer:
    """What promtool says that it got."""
    if ", err: " in told:
        return Answer((), refused=True)
    got = told.partition("got:")[2].strip()
    return Answer.of([] if got == "nil" else re.split(r"(?<=[\d fN]), (?=\S*\{)", got))


def accepted(prometheus: PrometheusContainer, asked: Sequence[Question]) -> dict[str, list[bool]]:
    """Which of the texts in each question promtool takes: one script for all of them."""
    files, script = {}, []
    for number, question in enumerate(asked):
        frame = question.proof.get("frame", "____").strip("\n")
        for at, (text, _) in enumerate(claims(question)):
            inner = re.sub("^", "  ", text, flags=re.M) if "\n" in frame else text
            files[f"{number}-{at}"] = frame.replace("____", inner) + "\n"
            script.append(f"{_TOOLS[question.proof['tool']]} {number}-{at} >/dev/null; echo = $?")
    _, said = promtool.run(prometheus, files, "\n".join(script))
    ended = iter(map(int, re.findall(r"^= (\d+)$", said, re.M)))
    return {
        question.name: [
            (status := next(ended)) == 0
            or (status == _ONLY_LINT and question.proof["tool"] == "metrics")
            for _ in claims(question)
        ]
        for question in asked
    }
