"""Runs an answer and writes the dashboard that it makes. It is a process of its own:

    python -I child.py ANSWER.py DASHBOARD.json

What is written is `{"dashboard": …}`, or `{"wrong": [diagnosis, message]}`.
"""

import contextlib
import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any

from grafanalib.core import Dashboard, Panel

from lab_helpers.dashboards import as_json

LIMITS = {
    resource.RLIMIT_CPU: 3,  # seconds
    resource.RLIMIT_AS: 2 << 30,  # bytes of memory
    resource.RLIMIT_FSIZE: 5 << 20,  # bytes of a file, the dashboard's own included
}


def main(source: Path, result: Path) -> None:
    """Run the answer in `source`, and write what came of it to `result`."""
    for limit, value in LIMITS.items():
        with contextlib.suppress(ValueError, OSError):  # macOS does not limit memory
            resource.setrlimit(limit, (value, value))
    answer = source.read_text("utf-8")
    try:
        found = {"dashboard": _run(answer)}
        text = json.dumps(found, allow_nan=False)
    except _Wrong as wrong:
        text = json.dumps({"wrong": wrong.args})
    except (TypeError, ValueError) as problem:
        text = json.dumps({"wrong": ("not JSON", f"It cannot be written as JSON: {problem}.")})
    result.write_text(text)


class _Wrong(Exception):
    """A diagnosis and its message."""


def _run(answer: str) -> dict[str, Any]:
    try:
        code = compile(answer, "answer.py", "exec")
    except SyntaxError as problem:
        line = (problem.text or "").strip()[:80]
        raise _Wrong(
            "syntax error", f"Python cannot read line {problem.lineno}, `{line}`: {problem.msg}."
        ) from None
    names: dict[str, Any] = {"__name__": "answer"}
    try:
        exec(code, names)
    except BaseException as problem:  # an answer may end in any way, SystemExit included
        raise _Wrong("raises", _where(problem, answer)) from None
    found = names.get("dashboard", names.get("panel"))
    if isinstance(found, Panel):
        found = Dashboard(title="answer", panels=[found])
    if not isinstance(found, Dashboard | dict):
        raise _Wrong("no dashboard", _what_there_is(names))
    if isinstance(found, Dashboard) and found.rows:
        raise _Wrong("rows", "`rows` are of Grafana 4. Give each panel a `gridPos`, in `panels`.")
    try:
        return as_json(found)
    except Exception as problem:
        raise _Wrong("raises", _where(problem, answer)) from None


def _what_there_is(names: dict[str, Any]) -> str:
    if "dashboard" in names:
        kind = type(names["dashboard"]).__name__
        return f"`dashboard` is a {kind}, and neither grafanalib's Dashboard nor its JSON."
    others = [name for name, value in names.items() if isinstance(value, Dashboard | Panel)]
    if others:
        return f"Nothing is called `dashboard`; what you made is called {', '.join(others)}."
    return "The program runs to its end, and nothing in it is called `dashboard`."


def _where(problem: BaseException, answer: str) -> str:
    """The last line of the answer that was at work, and what was raised."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(problem.__traceback__)
        if frame.filename == "answer.py" and frame.lineno
    ]
    said = f"{type(problem).__name__}: {problem}".rstrip(": ")[:400]
    if not lines:
        return f"grafanalib cannot write it: {said}."
    return f"Line {lines[-1]}, `{answer.splitlines()[lines[-1] - 1].strip()}`, raises {said}."


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    os._exit(0)  # threads that the answer has begun do not keep anybody waiting
