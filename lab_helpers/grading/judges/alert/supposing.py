"""What the week has not seen: made-up series, and whether an alert fires on them."""

from collections.abc import Mapping
from dataclasses import dataclass

from lab_helpers.grading.bench import Bench
from lab_helpers.grading.exercise import missed
from lab_helpers.grading.judges.alert.case import Finding
from lab_helpers.services import promtool


@dataclass(frozen=True)
class Supposition:
    """Made-up samples, a minute apart, on which an alert must fire after some time, or not at all.

    series: values in promtool's notation, such as "1x5 0x20", by series.
    diagnosis, message: what is wrong with an alert that takes it otherwise.
    one: whether it must fire as one alert.
    """

    series: Mapping[str, str]
    minutes: int
    fires: bool
    diagnosis: str
    message: str
    one: bool = False


def suppose(
    suppositions: tuple[Supposition, ...], rules: str, bench: Bench, where: str = "week"
) -> Finding:
    """The first supposition that the rules take otherwise than they must.

    where: the bench's Prometheus that brings promtool.
    """
    files = {"rules.yml": rules}
    script = ""  # one for all: the engine starts a program for each
    for number, each in enumerate(suppositions, start=1):
        files[f"{number}.yml"] = _test(each)
        script += f"promtool test rules {number}.yml || exit {number}\n"
    status, _ = promtool.run(bench[where], files, script)
    if status == promtool.OUT_OF_TIME:
        effort = f"{promtool.EFFORT} s of a processor"
        return missed("too expensive", f"Its expression takes {effort}, and more.")
    if not status:
        return None
    wrong = suppositions[status - 1]
    return missed(wrong.diagnosis, wrong.message)


def _test(supposed: Supposition) -> str:
    series = "\n".join(
        f"  - series: '{name}'\n    values: '{values}'" for name, values in supposed.series.items()
    )
    enough = "== bool 1" if supposed.one else "> bool 0"
    return f"""\
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
- interval: 1m
  input_series:
{series}
  promql_expr_test:
  - expr: count(ALERTS{{alertstate="firing"}}) {enough} or vector(0)
    eval_time: {supposed.minutes}m
    exp_samples: [{{value: {int(supposed.fires)}}}]
"""
