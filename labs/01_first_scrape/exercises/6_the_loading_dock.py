"""A page of metrics from a sheet of paper: names, types, a label, units."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.page import SamePage

SOLUTION = """\
# HELP dock_vans_total Vans that passed the gate since midnight.
# TYPE dock_vans_total counter
dock_vans_total{direction="in"} 1204
dock_vans_total{direction="out"} 1198
# HELP dock_freezer_temperature_celsius Temperature in the freezer.
# TYPE dock_freezer_temperature_celsius gauge
dock_freezer_temperature_celsius -18.5
# HELP dock_last_unloading_seconds How long the last unloading took.
# TYPE dock_last_unloading_seconds gauge
dock_last_unloading_seconds 450
"""

EXERCISE = Exercise(
    title="The loading dock",
    kind="configuration",
    prompt="""\
The loading dock has no computer yet, only a sheet of paper. Somebody copies it into a file once
an hour, and Prometheus scrapes that file:

> Vans through the gate since midnight: **1,204** in, **1,198** out.
> Freezer: **18.5 °C below zero**.
> The last unloading took **7 minutes 30 seconds**.

**Write the page**, in the text exposition format:

| metric | of what | its labels |
|---|---|---|
| `dock_vans_total` | vans through the gate, in and out | `direction`, which is `in` or `out` |
| `dock_freezer_temperature_celsius` | the freezer | none |
| `dock_last_unloading_seconds` | the last unloading | none |

Each with the type that fits and with a sentence of help. The values are in the unit that the name
says.""",
    hints=(
        "Three kinds of lines: `# HELP name sentence`, `# TYPE name type`, and "
        '`name{label="value"} number`.',
        "A counter only goes up, until it begins again at 0. Everything else is a gauge.",
        "Numbers are as in a program: no blanks or commas in them, a point before the decimals, "
        "and no unit behind.",
    ),
    start="# your page here",
    solution=SOLUTION,
    also_right=(
        """\
# TYPE dock_last_unloading_seconds gauge
# HELP dock_last_unloading_seconds The last one.
dock_last_unloading_seconds 4.5e2
# TYPE dock_freezer_temperature_celsius gauge
# HELP dock_freezer_temperature_celsius Cold.
dock_freezer_temperature_celsius -18.50
# copied by Ines
# TYPE dock_vans_total counter
# HELP dock_vans_total Vans.
dock_vans_total { direction="out", } 1198.0
dock_vans_total { direction="in", } 1204.0""",
        SOLUTION.replace("\n", "\r\n"),
    ),
    wrong=(
        Wrong(SOLUTION.replace("1204", "1,204"), "syntax error"),
        Wrong(SOLUTION.replace("counter", "gauge"), "wrong type"),
        Wrong(SOLUTION.replace(" 450", " 7.5"), "off by a unit"),
        Wrong(SOLUTION.replace("-18.5", "18.5"), "wrong sign"),
        Wrong(
            SOLUTION.replace('vans_total{direction="in"}', "vans_in_total").replace(
                'vans_total{direction="out"}', "vans_out_total"
            ),
            "label in the name",
        ),
        Wrong(SOLUTION.replace("dock_vans_total", "dock_vans"), "wrong name"),
        Wrong(
            SOLUTION.replace(
                "# HELP dock_vans_total Vans that passed the gate since midnight.\n", ""
            ),
            "help missing",
        ),
        Wrong(SOLUTION.replace(" 450", " 450 1772460000000"), "timestamp"),
        Wrong(SOLUTION.replace(" 450", " 450s"), "syntax error"),
    ),
    practice="Jobs without a server of their own, such as a nightly backup, are watched like "
    "this: they write a page into a folder that the node exporter reads "
    "(`--collector.textfile.directory`).",
    judge=SamePage(SOLUTION),
)
