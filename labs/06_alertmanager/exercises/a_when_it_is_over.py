"""When does a receiver hear that an alert is over?"""

from collections.abc import Mapping

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Misreading, Number
from lab_helpers.timeline.routing import Route
from lab_helpers.timeline.turns import turns

ROUTE = Route("shop", group_wait=30.0, group_interval=300.0, repeat_interval=14_400.0)
OVER = 120.0  # seconds after the alert has reached Alertmanager


def told(_: Bench) -> float:
    """Seconds until the message that says so leaves."""
    found = turns([(0.0, OVER)], ROUTE, restarted=-1.0, until=OVER)
    return next(turn for turn in found if turn >= OVER)


def near(_: Bench) -> Mapping[float, Misreading]:
    return {
        OVER: (
            "at once",
            "That is when the alert ends. A group speaks at its turns only: when was its last one, "
            "and how far apart are they?",
        ),
        OVER + ROUTE.group_wait: (
            "group_wait again",
            "`group_wait` is for a new group: it has passed when the first message leaves. Which "
            "setting counts after that?",
        ),
        OVER + ROUTE.group_interval: (
            "counted from the end",
            "The turns of a group do not wait for what happens to its alerts. From which moment on "
            "does `group_interval` count?",
        ),
        ROUTE.group_interval: (
            "counted from the beginning",
            "You count `group_interval` from the moment at which the alert arrives. The group's "
            "first turn is a little later.",
        ),
        ROUTE.group_wait: (
            "that is FIRING",
            "Then the first message leaves, which says FIRING. When is the group's next turn?",
        ),
        ROUTE.repeat_interval + ROUTE.group_wait: (
            "nothing changed",
            "`repeat_interval` is for a group in which nothing has changed. Here something has.",
        ),
        ROUTE.repeat_interval: (
            "nothing changed",
            "`repeat_interval` is for a group in which nothing has changed. Here something has.",
        ),
    }


EXERCISE = Exercise(
    title="When do they hear that it is over?",
    kind="prediction",
    prompt="""\
In the real shop the route to the team has the usual settings:

```yaml
group_wait: 30s
group_interval: 5m
repeat_interval: 4h
```

and its receiver has `send_resolved: true`. At 10:00:00 an alert reaches Alertmanager and makes a
new group. At 10:02:00 it is over, and Prometheus says so at once. No other alert is in the group.

**How many seconds after 10:00:00 does the message leave that says RESOLVED?**
""",
    hints=(
        "Two messages leave: FIRING and RESOLVED. Begin with the first one: when does it leave?",
        "After its first message a group has a turn every `group_interval`. What has changed since "
        "the last turn is told at the next one.",
        "Draw a line with 10:00:00, 10:02:00, the first turn of the group, and the second one.",
    ),
    start="# your number of seconds here\n",
    solution="330",
    also_right=("330 s", "# 10:05:30\n330.0"),
    wrong=(
        Wrong("120", "at once"),
        Wrong("150", "group_wait again"),
        Wrong("420", "counted from the end"),
        Wrong("300", "counted from the beginning"),
        Wrong("30", "that is FIRING"),
        Wrong("14430", "nothing changed"),
        Wrong("5.5", "off by a unit"),
        Wrong("10:05:30", "no number"),
    ),
    practice="RESOLVED comes up to `group_interval` late: look at the graph before you act on an "
    "old FIRING.",
    judge=Number(
        told,
        near,
        "FIRING leaves at 10:00:30. The group's next turn is 5 minutes after that.",
        tolerance=0.001,
    ),
)
