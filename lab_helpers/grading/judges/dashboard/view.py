"""A dashboard as a reader sees it, who has chosen a time range and values of its variables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lab_helpers.errors import PrometheusAway, WorkshopError
from lab_helpers.grading.exercise import Verdict, missed
from lab_helpers.grading.judges.dashboard.model import Board, Variable
from lab_helpers.grading.judges.dashboard.wanted import Choice
from lab_helpers.preview import Asked

#: What Grafana is told of how often the shop is scraped.
SCRAPE_INTERVAL = "1m"
#: More variables than anybody chooses from; each asks Prometheus for its values.
MOST = 20
#: Time ranges whose `$__rate_interval` differs: four scrapes, and more than the step.
SHORT, LONG = "1h", "2d"


@dataclass(frozen=True)
class View:
    """What was chosen.

    asked: the dashboard, with its variables filled in by its own means.
    chosen: the values of each variable that the exercise asks for.
    trouble: what it shows if a query that was right in the views before is wrong in this one; ""
        if that takes a closer look.
    """

    asked: Asked
    chosen: Mapping[str, Sequence[str]]
    trouble: str = ""

    @property
    def choice(self) -> str:
        """How many values are chosen of each variable, in words."""
        return ", ".join(f"{len(values)} of ${name}" for name, values in self.chosen.items())

    def truth(self, expr: str) -> str:
        """A query of the exercise, with what was chosen in it."""
        for name, values in self.chosen.items():
            pattern = "|".join(map(re.escape, values)).replace("\\", r"\\")
            expr = expr.replace(f"${name}", pattern)
        return self.asked.fill(expr)


def views(
    board: Board,
    choices: Sequence[Choice],
    until: str,
    client: Any,
) -> list[View] | Verdict:
    """What a reader may choose: of each variable one value, two, all; a short range, a long one.

    client: who is asked for the variables' values.

    A verdict says what is wrong with a variable.
    """
    if len(board.templating.variables) > MOST:
        return missed("too many variables", f"More than {MOST} variables are none to choose from.")
    model = msgspec.to_builtins(board)
    options: dict[str, Any] = {"until": until, "scrape_interval": SCRAPE_INTERVAL}
    every: dict[str, list[str]] = {}
    try:
        plain = Asked.of(model, client, last=SHORT, **options)
        for problem in plain.problems.values():
            return missed("variable refused", f"A variable has no values. {problem}")
        for choice in choices:
            found = client.query(f"group by ({choice.name}) ({choice.of})", at=until)
            every[choice.name] = sorted(found[choice.name])
            mine = [v for v in board.templating.variables if v.name == choice.name]
            if finding := _variable(mine, choice.name, every[choice.name], plain):
                return finding

        def view(last: str, most: int | None, trouble: str) -> View:
            """Values up to the last but so many, or all."""
            chosen = {name: values[1:][:most] for name, values in every.items()}
            given = {name: values if most else "All" for name, values in chosen.items()}
            asked = Asked.of(model, client, last=last, variables=given, **options)
            return View(asked, chosen if most else every, trouble)

        if not choices:
            return [View(plain, {}), view(LONG, None, "")]
        return [
            view(SHORT, 1, ""),
            view(SHORT, 2, "one value only"),
            view(SHORT, None, "not with all"),
            view(LONG, None, ""),
            view(LONG, 1, ""),
        ]
    except PrometheusAway:
        raise
    except WorkshopError as problem:
        return missed("variable refused", f"A variable has no values. {problem}")


def _variable(found: list[Variable], name: str, every: list[str], asked: Asked) -> Verdict | None:
    if not found:
        others = [f"${variable}" for variable in asked.chosen]
        return missed(
            "variable missing",
            f"The dashboard has no variable `{name}`. It has: {', '.join(others) or 'none'}.",
        )
    variable = found[0]
    if variable.type != "query":
        return missed(
            "values by hand",
            f"The values of ${name} are written down (its type is {variable.type!r}): what comes "
            "tomorrow is not among them. Have Prometheus asked for them.",
        )
    if variable.regex:
        return missed(
            "regex not read",
            f"The check does not read a variable's `regex`; the query of ${name} can select by "
            "itself what it offers: `label_values(metric{…}, label)`.",
        )
    values = asked.values(msgspec.to_builtins(variable))
    if values != every:
        return missed(
            "wrong values",
            f"${name} offers {_listed(values)}; Prometheus knows {len(every)} values of the label.",
        )
    if not variable.include_all:
        return missed("without all", f"${name} does not offer All: `includeAll`.")
    if not variable.multi:
        return missed("one at a time", f"Of ${name} one value can be chosen, or all: `multi`.")
    return None


def _listed(values: list[str], most: int = 4) -> str:
    more = [f"{len(values) - most} more"] if len(values) > most else []
    return ", ".join([*values[:most], *more]) or "nothing"
