"""A collector that keeps what it should only pass on, and falls silent when it should say so."""

import json

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Metric, NothingElse, Program, Step

FILE = "/srv/robot.json"
COLLECT = """\
    def collect(self):
        state = ask_robot()
        for bench, number in state["parcels"].items():
            PARCELS.labels(bench).inc(number)
        yield GaugeMetricFamily("robot_belt_speed", "Speed.", value=state["belt_cm_per_minute"])
"""
COUNTER = (
    'PARCELS = Counter("robot_parcels_total", "Parcels packed.", ["bench"], registry=registry)\n'
)
START = f'''\
import json
import threading
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

registry = CollectorRegistry()
{COUNTER}

def ask_robot():
    """What the robot knows: parcels by bench, since it was switched on, and its belt's speed."""
    answer = Path("{FILE}").read_text()
    if not answer:
        raise OSError("the robot does not answer")
    return json.loads(answer)


class Robot:
{COLLECT}

registry.register(Robot())
start_http_server(8000, registry=registry)
threading.Event().wait()  # the server has threads of its own; stay, so that they can
'''
WITHOUT_COUNTER = START.replace(COUNTER, "")
FAMILIES = """\
        parcels = CounterMetricFamily("robot_parcels", "Parcels packed.", labels=["bench"])
        for bench, number in state["parcels"].items():
            parcels.add_metric([bench], number)
        speed = state["belt_cm_per_minute"] / 100 / 60
"""
SOLUTION = WITHOUT_COUNTER.replace(
    COLLECT,
    f"""\
    def collect(self):
        up = GaugeMetricFamily("robot_up", "1 when the robot answered.")
        try:
            state = ask_robot()
        except OSError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
{FAMILIES}\
        yield parcels
        yield GaugeMetricFamily("robot_belt_speed_meters_per_second", "Speed.", value=speed)
""",
)
IN_A_LIST = WITHOUT_COUNTER.replace(
    COLLECT,
    f"""\
    def collect(self):
        try:
            metrics = list(self.asked(ask_robot()))
        except OSError:
            metrics = []
        yield from metrics
        yield GaugeMetricFamily("robot_up", "Whether it answered.", value=bool(metrics))

    def asked(self, state):
{FAMILIES}\
        yield parcels
        yield GaugeMetricFamily("robot_belt_speed_meters_per_second", "Of the belt.", value=speed)
""",
)
# It keeps the counter, and sets it to 0 before each look.
CLEARED = START.replace(
    COLLECT,
    """\
    def collect(self):
        PARCELS.clear()
        try:
            state = ask_robot()
        except OSError:
            yield GaugeMetricFamily("robot_up", "1 when the robot answered.", value=0)
            return
        for bench, number in state["parcels"].items():
            PARCELS.labels(bench).inc(number)
        speed = state["belt_cm_per_minute"] / 6000
        yield GaugeMetricFamily("robot_belt_speed_meters_per_second", "Speed.", value=speed)
        yield GaugeMetricFamily("robot_up", "1 when the robot answered.", value=1)
""",
)


# Names and units are mended, and the parcels are still added up.
STILL_COUNTING = START.replace(
    """\
        yield GaugeMetricFamily("robot_belt_speed", "Speed.", value=state["belt_cm_per_minute"])
""",
    """\
        speed = state["belt_cm_per_minute"] / 6000
        yield GaugeMetricFamily("robot_belt_speed_meters_per_second", "Speed.", value=speed)
        yield GaugeMetricFamily("robot_up", "1 when the robot answered.", value=1)
""",
)
# A robot that does not answer has a belt that stands still.
ZEROS = SOLUTION.replace(
    """\
            yield up
            return
        up.add_metric([], 1)
""",
    """\
            state = {"parcels": {}, "belt_cm_per_minute": 0}
        else:
            up.add_metric([], 1)
""",
)


def answers(when: str, belt: int, **parcels: int) -> Step:
    """The robot says this, and the page passes it on."""
    numbers: dict[tuple[str, ...], float] = {(bench,): n for bench, n in parcels.items()}
    return Step(
        when,
        (
            Metric("robot_parcels_total", "counter", numbers, ("bench",)),
            Metric(
                "robot_belt_speed_meters_per_second",
                "gauge",
                {(): belt / 6000},
                begins="robot_belt_speed…",
            ),
            Metric("robot_up", "gauge", {(): 1}),
        ),
        files={FILE: json.dumps({"parcels": parcels, "belt_cm_per_minute": belt})},
    )


SILENT = Step(
    "When the robot does not answer",
    (
        Metric("robot_up", "gauge", {(): 0}),
        NothingElse("robot_", frozenset({"robot_up"})),
    ),
    files={FILE: ""},
)

EXERCISE = Exercise(
    title="Packed three times",
    kind="program",
    prompt="""\
The packing robot counts its own parcels. An exporter asks it, with the function `ask_robot`: a
dictionary such as `{"parcels": {"left": 128, "right": 97}, "belt_cm_per_minute": 1800}`. The
manager is delighted: since there is a dashboard, three times as many parcels are packed. The
robot is as slow as ever.

**Mend the exporter**:

- `robot_parcels_total`, with the label `bench`, is what the robot says, however often somebody
  scrapes;
- the speed of the belt gets a name with its base unit, metres a second: `robot_belt_speed…`.
  Leave nothing of the old name;
- `robot_up` is 1. When `ask_robot` raises `OSError`, it is 0, and nothing else of the robot is on
  the page.""",
    hints=(
        "Ask for the page twice, and compare. Who adds what to what?",
        "`Counter` is for what *your* program counts. The chapter's `SecondCollector` passes on "
        "what another one has counted.",
        '`CounterMetricFamily("robot_parcels_total", help, labels=["bench"])`, then '
        "`add_metric([bench], number)` for each, then "
        "`yield`. The base unit is written in full: `_meters_per_second`.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(IN_A_LIST, SOLUTION.replace('"robot_parcels"', '"robot_parcels_total"')),
    wrong=(
        Wrong(STILL_COUNTING, "changes when scraped"),
        Wrong(SOLUTION.replace(" / 100 / 60", ""), "wrong value"),
        Wrong(
            SOLUTION.replace("_meters_per_second", "_meters_per_minute").replace(" / 60", ""),
            "metric missing",
        ),
        Wrong(
            SOLUTION.replace("CounterMetricFamily(", "GaugeMetricFamily(").replace(
                '"robot_parcels"', '"robot_parcels_total"'
            ),
            "wrong type",
        ),
        Wrong(SOLUTION.replace("except OSError", "except ValueError"), "raises when scraped"),
        Wrong(ZEROS, "half a page"),
        Wrong(SOLUTION.replace("up.add_metric([], 1)", "up.add_metric([], 0)"), "wrong value"),
        Wrong(CLEARED, "changes when scraped"),
    ),
    practice="An exporter that asks keeps nothing. The moment in which it adds up what others have "
    "counted, two servers that scrape it see twice as much.",
    judge=Program(
        (
            answers("With the first answer", 1800, left=128, right=97),
            answers("After some more parcels", 1200, left=131, right=97),
            SILENT,
            answers("When the robot was switched off and on again", 1500, left=2, right=0),
        )
    ),
)
