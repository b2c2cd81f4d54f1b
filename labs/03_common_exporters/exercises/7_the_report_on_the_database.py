"""An average of what was seen."""

from collections.abc import Mapping

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.history import EVENTS

HOUR = "2026-03-05 23:00:00"
OTHER = ("the other share", "That is how much of the hour it was *not* available.")


def reported(bench: Bench) -> float:
    """What the report says, in percent."""
    return float(100 * bench.week.query("avg_over_time(mysql_up[1h])", at=HOUR).value[0])


def near(bench: Bench) -> Mapping[float, Misreading]:
    """What other ways of counting give."""
    down = (EVENTS["outage_end"] - EVENTS["outage_start"]).total_seconds() / 60
    blind = (EVENTS["machine_back"] - EVENTS["machine_lost"]).total_seconds() / 60
    seen = 60 - blind
    return {
        100 * (60 - down) / 60: (
            "missing as zero",
            "That is how it was. But in the minutes without the exporter there is no sample that "
            "says so, not even a 0.",
        ),
        100 * (60 - (down - blind)) / 60: (
            "missing as one",
            "You divide by 60. How many samples has `mysql_up` in this hour?",
        ),
        100 * seen / 60: (
            "up for mysql_up",
            "That is the average of `up`, which Prometheus writes whether anybody answers or not. "
            "Who writes `mysql_up`?",
        ),
        100 * (seen - 3) / seen: (
            "half of the zeros",
            "The exporter said 0 before its machine went away, and once more when it was back.",
        ),
        100 * (down - blind) / seen: OTHER,
        100 * down / 60: OTHER,
    }


EXERCISE = Exercise(
    title="The report on the database",
    kind="prediction",
    prompt="""\
Once a month the managers get a report on how available the database was, made by

```promql
avg_over_time(mysql_up[1h])
```

for every hour. On Thursday evening the database was dead from 22:10 to 22:35. Prometheus scrapes
MySQL's exporter once a minute, 43 seconds after the full minute. What it saw:

| from | to | the database | the exporter |
|---|---|---|---|
| 22:00 | 22:10 | answers | answers, `mysql_up` is 1 |
| 22:10 | 22:13 | is dead | answers, `mysql_up` is 0 |
| 22:13 | 22:32 | is dead | its machine is gone: Prometheus gets no answer |
| 22:32 | 22:35 | is dead | answers, `mysql_up` is 0 |
| 22:35 | 23:00 | answers | answers, `mysql_up` is 1 |

Visitors had 35 good minutes of 60, which is 58 %. **Predict**, before you ask: what does the
report say of the hour up to 23:00, in percent?""",
    hints=(
        "An average is a sum divided by a count. Of what are there how many?",
        "When a scrape fails, Prometheus writes `up` as 0. And what does it write for the metrics "
        "that were on the page that it did not get?",
        "Count the samples of `mysql_up` in the hour: 60 less those that nobody could write. How "
        "many of them are 1?",
    ),
    start="# what the report says, in percent",
    solution="85.4",
    also_right=("85 %", "# 35 of 41\n85.37", "about 85.4 percent"),
    wrong=(
        Wrong("58.3 %", "missing as zero"),
        Wrong("90", "missing as one"),
        Wrong("68.3", "up for mysql_up"),
        Wrong("92.7", "half of the zeros"),
        Wrong("14.6", "the other share"),
        Wrong("41.7 %", "the other share"),
        Wrong("0.854", "off by a unit"),
        Wrong("35/41", "no number"),
    ),
    practice="Samples that are missing are in no average, and they are missing when things are "
    "worst: compute availability from something that is written in any case, such as `up` or "
    "the answers that visitors got.",
    judge=Number(
        right=reported,
        near=near,
        because="35 of 41 samples are 1. The 19 worst minutes are not in the average at all, since "
        "there was nobody to write a sample.",
        tolerance=0.005,
        services=WEEK,
    ),
)
