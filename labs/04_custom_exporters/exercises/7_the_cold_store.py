"""A collector: asked at each scrape, all or nothing, and never without an answer."""

import json

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.program import Metric, NothingElse, Program, Step

START = '''\
import json
import threading
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily


def read_rooms():
    """What the controller wrote last, by room. Raises OSError or ValueError if it is not whole."""
    return json.loads(Path("/srv/coldstore.json").read_text())


class ColdStore:
    def collect(self):
        yield from ()


registry = CollectorRegistry()
registry.register(ColdStore())
start_http_server(8000, registry=registry)
threading.Event().wait()  # the server is a thread: stay, so that it can
'''
COLLECT = """\
    def collect(self):
        yield from ()
"""
SOLUTION = START.replace(
    COLLECT,
    """\
    def collect(self):
        up = GaugeMetricFamily("coldstore_up", "1 when the controller's file could be read.")
        try:
            metrics = list(self.metrics(read_rooms()))  # all of them, before the first goes out
            up.add_metric([], 1)
        except (OSError, ValueError, TypeError, KeyError):
            metrics = []
            up.add_metric([], 0)
        yield up
        yield from metrics

    def metrics(self, rooms):
        celsius = GaugeMetricFamily("coldstore_temperature_celsius", "Now.", labels=["room"])
        openings = CounterMetricFamily("coldstore_door_openings", "So far.", labels=["room"])
        seconds = CounterMetricFamily("coldstore_door_open_seconds", "Open.", labels=["room"])
        for room, state in rooms.items():
            celsius.add_metric([room], state["tenths"] / 10)
            openings.add_metric([room], float(state["openings"]))
            seconds.add_metric([room], state["open_ms"] / 1000)
        yield from (celsius, openings, seconds)
""",
)
BY_TABLE = START.replace("CounterMetricFamily, GaugeMetricFamily", "Metric").replace(
    COLLECT,
    """\
    TABLE = (
        ("coldstore_door_openings", "counter", "openings", 1),
        ("coldstore_door_open_seconds", "counter", "open_ms", 1000),
        ("coldstore_temperature_celsius", "gauge", "tenths", 10),
    )

    def collect(self):
        families, whole = [], 1
        up = Metric("coldstore_up", "Is the file there, and whole?", "gauge")
        try:
            rooms = read_rooms()
            for name, kind, key, divisor in self.TABLE:
                families.append(Metric(name, f"The room's {key}.", kind))
                for room in rooms:
                    sample = name + "_total" * (kind == "counter")
                    families[-1].add_sample(sample, {"room": room}, rooms[room][key] / divisor)
        except Exception:
            families, whole = [], 0
        up.add_sample("coldstore_up", {}, whole)
        return [*families, up]
""",
)
IN_A_REGISTRY = (
    START.replace(
        "class ColdStore:", "class ColdStore:\n    def describe(self):\n        return []\n"
    )
    .replace("CollectorRegistry, start", "CollectorRegistry, Counter, Gauge, start")
    .replace(
        COLLECT,
        """\
    def collect(self):
        page = CollectorRegistry()
        Gauge("coldstore_up", "Whether the file is whole.", registry=page).set(1)
        degrees = Gauge("coldstore_temperature_celsius", "Now.", ["room"], registry=page)
        opened = Counter("coldstore_door_openings", "Openings.", ["room"], registry=page)
        stood = Counter("coldstore_door_open_seconds", "Seconds.", ["room"], registry=page)
        try:
            for room, state in read_rooms().items():
                degrees.labels(room).set(state["tenths"] / 10)
                opened.labels(room).inc(state["openings"])
                stood.labels(room).inc(state["open_ms"] / 1e3)
        except (ValueError, TypeError, LookupError, OSError):
            page = CollectorRegistry()
            Gauge("coldstore_up", "Whether the file is whole.", registry=page)
        return page.collect()
""",
    )
)
COUNTING = (
    SOLUTION.replace("Registry, start", "Registry, Counter, start")
    .replace(
        "class ColdStore:",
        """\
OPENINGS = Counter("coldstore_door_openings", "So far.", ["room"], registry=None)


class ColdStore:""",
    )
    .replace("openings.add_metric([room], ", "OPENINGS.labels(room).inc(")
    .replace("openings, seconds)", "*OPENINGS.collect(), seconds)")
)


def room(tenths: object, openings: object, open_ms: object) -> dict[str, object]:
    """A room, as the controller writes it."""
    return {"tenths": tenths, "openings": openings, "open_ms": open_ms}


def whole(when: str, **rooms: tuple[int, int, int]) -> Step:
    """The file has these rooms, and the page shows them all."""

    def metric(name: str, kind: str, place: int, divisor: int) -> Metric:
        values: dict[tuple[str, ...], float] = {
            (name,): numbers[place] / divisor for name, numbers in rooms.items()
        }
        return Metric(f"coldstore_{name}", kind, values, ("room",))  # type: ignore[arg-type]

    return Step(
        when,
        (
            Metric("coldstore_up", "gauge", {(): 1}),
            metric("temperature_celsius", "gauge", 0, 10),
            metric("door_openings_total", "counter", 1, 1),
            metric("door_open_seconds_total", "counter", 2, 1000),
        ),
        files={FILE: json.dumps({name: room(*numbers) for name, numbers in rooms.items()})},
    )


def broken(when: str, text: str) -> Step:
    """The file is not whole, and the page says so and nothing else."""
    return Step(
        when,
        (
            Metric("coldstore_up", "gauge", {(): 0}),
            NothingElse("coldstore_", frozenset({"coldstore_up"})),
        ),
        files={FILE: text},
    )


FILE = "/srv/coldstore.json"
HALF = json.dumps({"fish": room(-178, 5, 9000), "ice": room(-239, 12, 64000)})[:-20]
NO_NUMBERS = {
    name: json.dumps({"fish": room(-178, 6, 9900), "ice": room(*numbers)})
    for name, numbers in {
        "a temperature": ("n/a", 12, 64000),
        "a number of openings": (-239, "n/a", 64000),
        "a time that a door stood open": (-239, 12, "n/a"),
    }.items()
}

EXERCISE = Exercise(
    title="The cold store",
    kind="program",
    prompt="""\
The cold store's controller knows nothing of Prometheus. It writes a file, `/srv/coldstore.json`,
anew every few seconds:

```json
{"dairy": {"tenths": 41, "openings": 112, "open_ms": 530500},
 "fish": {"tenths": -181, "openings": 64, "open_ms": 88000}}
```

For each room: the temperature in tenths of a degree Celsius; how often the door was opened, and for
how many milliseconds it stood open, both since the controller started. Rooms come and go.

**Complete `collect`**, so that each scrape tells, with help texts, what the file says just then:

- `coldstore_temperature_celsius`, `coldstore_door_openings_total` and
  `coldstore_door_open_seconds_total`, of fitting types, for each `room` that the file has now;
- `coldstore_up`, a gauge: 1.

Now and then the file is only half written, or a sensor writes `"n/a"` where a number should be. The
page is still answered then, with `coldstore_up 0` and nothing else of the cold store.""",
    hints=(
        "Which of the metrics can your program count itself? None: the controller counts. So make "
        "the families anew in each `collect`, with the numbers as they are.",
        "`GaugeMetricFamily(name, help, labels=[…])`, the same for counters, `add_metric([…], "
        "value)`. What has been yielded cannot be taken back: when do you know that the whole file "
        "is sound?",
        "Work out all the families inside `try`, into a list. Yield after it: the list and a 1, or "
        "nothing and a 0. An error in arithmetic with a text is a `TypeError`; and `add_metric` "
        "takes any text as it is.",
    ),
    start=START,
    solution=SOLUTION,
    also_right=(BY_TABLE, IN_A_REGISTRY),
    wrong=(
        Wrong(SOLUTION.replace(", TypeError", ""), "raises when scraped"),
        Wrong(
            SOLUTION.replace('float(state["openings"])', 'state["openings"]'), "raises when scraped"
        ),
        Wrong(
            SOLUTION.replace("class Cold", "ROOMS = read_rooms()\n\n\nclass Cold").replace(
                "metrics(read_rooms())", "metrics(ROOMS)"
            ),
            "not live",
        ),
        Wrong(
            SOLUTION.replace("class Cold", "ROOMS = {}\n\n\nclass Cold")
            .replace("metrics(read_rooms())", "metrics(ROOMS | read_rooms())")
            .replace(
                "up.add_metric([], 1)",
                "ROOMS.update(read_rooms())\n            up.add_metric([], 1)",
            ),
            "series left over",
        ),
        Wrong(
            SOLUTION.replace(
                "[]\n            up.add_metric([], 0)",
                "self.last\n            up.add_metric([], 0)",
            ).replace("        yield up", "        self.last = metrics\n        yield up"),
            "stale values",
        ),
        Wrong(BY_TABLE.replace("families, whole = [], 0", "whole = 0"), "half a page"),
        Wrong(COUNTING, "changes when scraped"),
        Wrong(SOLUTION.replace(" / 1000", ""), "off by a unit"),
        Wrong(SOLUTION.replace("threading.Event", "# threading.Event"), "ends at once"),
    ),
    practice="An exporter keeps nothing: it asks, answers with all or nothing, and says which.",
    judge=Program(
        (
            whole("With the first file", dairy=(41, 112, 530500), fish=(-181, 64, 88000)),
            whole(
                "With the dairy gone and the controller restarted",
                fish=(-180, 3, 1500),
                ice=(-240, 9, 61000),
            ),
            broken("With half a file", HALF),
            *(broken(f'With "n/a" for {what}', text) for what, text in NO_NUMBERS.items()),
            whole("When the file is whole again", fish=(-178, 7, 9900), ice=(-238, 13, 64500)),
        )
    ),
)
