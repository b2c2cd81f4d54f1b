"""The days that a disk has left."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

FREE = "node_filesystem_avail_bytes"
DAYS = f"{FREE} / ({FREE} offset 1d - {FREE})"

EXERCISE = Exercise(
    title="How long will the disk last?",
    kind="PromQL",
    prompt="""\
The disk under the shop is 70 % full, and nobody knows whether that is a problem for next week or
for next year. Logs fill it by day and are packed at midnight, which frees space. So the pace of an
hour says nothing: compare whole days.

**Write PromQL** for the number of **days** until `node_filesystem_avail_bytes` is 0, if every day
takes as many bytes as the last 24 hours did: what was free 24 hours ago, minus what is free now.
Keep the labels as they are. (In this week every day takes more than it frees. On a day that frees
more than it takes, the number is below 0, and means that the disk does not fill.)""",
    hints=(
        "Days left are bytes left, divided by bytes a day.",
        "`offset` asks for the same series as it was some time ago.",
        "Bytes a day are those that were free a day ago less those that are free now: if it "
        "fills, a positive number.",
    ),
    start="# your PromQL here",
    solution=DAYS,
    also_right=(
        f"-{FREE} / delta({FREE}[1d])",
        f"1 / ({FREE} offset 24h / {FREE} - 1)",
        f"{FREE} / (last_over_time({FREE}[5m] offset 1d) - last_over_time({FREE}[5m]))",
    ),
    wrong=(
        Wrong(f"{FREE} / ({FREE} - {FREE} offset 1d)", "wrong sign"),
        Wrong(f"{FREE} / {FREE} offset 1d - {FREE}", "division first"),
        Wrong(f"{FREE} offset 1d - {FREE}", "not finished"),
        Wrong(f"({FREE} offset 1d - {FREE}) / {FREE}", "upside down"),
        Wrong(f"24 * {DAYS}", "off by a factor"),
        Wrong(f"{FREE} / ({FREE} offset 1h - {FREE}) / 24", "pace of an hour"),
        Wrong(f"-{FREE} / deriv({FREE}[1h]) / 86400", "pace of an hour"),
        Wrong(f"predict_linear({FREE}[1d], 86400)", "bytes for days"),
        Wrong(f"{FREE} / ({FREE} - {FREE})", "wrong time"),
        Wrong(f"{FREE} / rate({FREE}[1d]) / 86400", "counter's function on a gauge"),
        Wrong(DAYS.replace("avail", "free"), "no such metric"),
        Wrong(f"sum({FREE}) / (sum({FREE} offset 1d) - sum({FREE}))", "label lost"),
    ),
    practice="*Full in 100 days* is a line in the calendar, *full in two hours* wakes somebody; "
    "*70 % full* is neither. In an alert, compare twice: `> 0 and … < 7`, so that a day on which "
    "somebody tidied up does not look like a full disk.",
    judge=SameAnswer(
        DAYS,
        at=("2026-03-06T12:00:00Z", "2026-03-08T20:00:00Z"),
        tolerance=0.01,
        misreadings={
            f"{FREE} / {FREE} offset 1d - {FREE}": (
                "division first",
                "`/` binds before `-`, as at school: that divides by the bytes of yesterday, and "
                "then takes away those of today. What is to be divided by needs brackets.",
            ),
            f"{FREE} / ({FREE} offset 1h - {FREE}) / 24": (
                "pace of an hour",
                "That takes the pace of one hour for that of all hours; the logs are packed at "
                "midnight. Look a whole day back.",
            ),
            f"-{FREE} / deriv({FREE}[1h]) / 86400": (
                "pace of an hour",
                "That takes the pace of one hour for that of all hours; the logs are packed at "
                "midnight. Look a whole day back.",
            ),
            f"predict_linear({FREE}[1d], 86400)": (
                "bytes for days",
                "That is how many bytes would be free in a day. Asked is after how many days none "
                "would be.",
            ),
        },
    ),
)
