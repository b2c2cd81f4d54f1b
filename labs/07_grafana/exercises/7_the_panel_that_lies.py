"""A fall of traffic that never was."""

from collections.abc import Iterable

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words
from lab_helpers.history import EVENTS

DURING = EVENTS["gap_end"]


def lost(bench: Bench) -> Iterable[str]:
    """What was a target an hour before and was none then, and what that is called."""
    return [*bench.week.query("up offset 1h unless up", at=DURING).instance, "unscraped"]


EXERCISE = Exercise(
    title="The panel that lies",
    kind="diagnosis",
    prompt="""\
On Tuesday, 3 March 2026, the panel *Traffic* of the shop's dashboard falls by a third at 13:20,
and is back a good ten minutes later. Its query is

```promql
sum(rate(shop_http_requests_total[$__rate_interval]))
```

Sales wants to know why a third of the visitors left at lunch. Look at the week of history around
13:28 UTC, at what other jobs counted in these minutes, and at `up`.

**Name two words**: the replica that was the matter, by its `instance` (such as `web-9:8000`), and
what was the matter with it, one of

- `down`: it was a target, and did not answer;
- `idle`: it answered Prometheus, and no visitor came to it;
- `restarted`: its counters began again at zero;
- `unscraped`: it worked as ever, and was no target of Prometheus.""",
    hints=(
        "Two counters see every visitor: the web app's, and that of the front door. Do both fall?",
        "Ask `sum by (instance) (rate(shop_http_requests_total[4m]))` at 13:00 and at 13:28. Who "
        "is missing from the second answer?",
        "A target that does not answer has `up` 0. What is not among the targets has no `up` at "
        "all: which of the two is it here?",
    ),
    start="# the instance, and what was the matter with it",
    solution="web-1:8000, unscraped",
    also_right=("unscraped web-1:8000", "# no target:\n`web-1:8000`\n`Unscraped`"),
    wrong=(
        Wrong("web-1:8000 down", "was not down"),
        Wrong("web-1:8000, idle", "was not idle"),
        Wrong("web-1:8000 restarted", "was not restarted"),
        Wrong("web-2:8000 unscraped", "wrong replica"),
        Wrong("web-1, unscraped", "half a name"),
        Wrong("web-1:8000", "not all of it"),
        Wrong("nginx-exporter:9113 unscraped", "not that"),
    ),
    practice="Before a graph is believed that falls, somebody has to look whether what is summed "
    "was still all there: `count(up)` beside the sum says it at a glance.",
    judge=Words(
        right=lost,
        near={
            "down": (
                "was not down",
                "A target that is down has `up` 0, and keeps its `up`. Ask for `up` at 13:28.",
            ),
            "idle": (
                "was not idle",
                "The counter of an idle replica stands still, and is there. Besides, the front "
                "door passed on as many requests as before: somebody must have got them.",
            ),
            "restarted": (
                "was not restarted",
                "A restart takes seconds, and `rate` takes it in its stride. Has this replica any "
                "samples at 13:28? And was `process_start_time_seconds` another afterwards?",
            ),
            "web-2:8000": ("wrong replica", "web-2:8000 has samples at 13:28. Who has none?"),
            "web-3:8000": ("wrong replica", "web-3:8000 has samples at 13:28. Who has none?"),
            "web-1": ("half a name", "That is a host. An `instance` has its port with it."),
        },
        because="Nginx counted as many requests as ever. Prometheus lost one of three addends from "
        "sight, and a sum says nothing of what is not in it.",
        services=WEEK,
    ),
)
