"""Two targets that nobody heard of for a while: one was down, the other was gone."""

from collections.abc import Iterable

from lab_helpers.grading import WEEK, Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words

END = "2026-03-09T00:00Z"
GONE = "count_over_time(up[7d]) < 10000 + 80"  # a scrape a minute makes 10,080 in a week
DOWN = "min_over_time(up[7d]) == 0"


def right(bench: Bench) -> Iterable[str]:
    """Who it was, as the week of history has it."""
    for word, query in {"gone": GONE, "down": DOWN}.items():
        for instance in bench.week.query(query, at=END).instance:
            yield f"{word}={instance}"


SWAPPED = (
    "down and gone swapped",
    "Down: Prometheus knocked and nobody answered, so `up` was 0. Gone: it never knocked, so "
    "there was no `up`.",
)
RESTARTED = (
    "restarted only",
    "web-2 crashed on Saturday and was back at the next scrape: it has an `up` for every minute, "
    "always 1.",
)

EXERCISE = Exercise(
    title="Down, or gone?",
    kind="diagnosis",
    prompt="""\
The morning after the shop's week (Monday, 2 March 2026, 00:00 UTC to Monday, 9 March, 00:00) two
people disagree. One says that Prometheus could not reach a target for a while. The other says
that it did not even try. Both are right, each about another instance. Prometheus scraped once a
minute.

**Find** the instance that was a target all week and at times could not be scraped (`down`), and
the one that was no target at all for some minutes (`gone`). Answer with the
two instances, each in this form:

`down=HOST:PORT gone=HOST:PORT`

`prometheus.query("…", at="2026-03-09")` asks the week.""",
    hints=(
        "A target that cannot be scraped has `up` 0. One that is no target has no `up` at that "
        "time. Which question finds each?",
        "`min_over_time(up[7d])` is the smallest value that each `up` had in the seven days "
        "before the moment `at`; `count_over_time(up[7d])` says how many values there were.",
        "A week has 10,080 minutes. Whose `up` has fewer values?",
    ),
    start="# down=HOST:PORT gone=HOST:PORT",
    solution="down=mysql-exporter:9104 gone=web-1:8000",
    also_right=(
        "gone=web-1:8000, down=mysql-exporter:9104",
        "# by min_over_time and count_over_time\nDown=mysql-exporter:9104\nGone=web-1:8000",
    ),
    wrong=(
        Wrong("down=web-1:8000 gone=mysql-exporter:9104", "down and gone swapped"),
        Wrong("down=mysql-exporter:9104 gone=web-2:8000", "restarted only"),
        Wrong("down=web-2:8000 gone=web-1:8000", "restarted only"),
        Wrong("down=mysql-exporter:9104", "not all of it"),
        Wrong("mysql-exporter:9104 web-1:8000", "which is which"),
        Wrong("down=mysql gone=web-1", "instance without port"),
        Wrong("down=node-exporter:9100 gone=web-1:8000", "not that"),
    ),
    practice="An alert on `up == 0` is for the first kind, one on the number of targets or on "
    "`absent(…)` for the second. After an outage, look for both before you say that monitoring "
    "saw nothing.",
    judge=Words(
        right=right,
        near={
            "down=web-1:8000": SWAPPED,
            "gone=mysql-exporter:9104": SWAPPED,
            "down=web-2:8000": RESTARTED,
            "gone=web-2:8000": RESTARTED,
            "mysql-exporter:9104": (
                "which is which",
                "Say which of the two it is: down=… or gone=…",
            ),
            "web-1:8000": ("which is which", "Say which of the two it is: down=… or gone=…"),
            "down=mysql": ("instance without port", "The label `instance` has a port, too."),
            "down=mysql-exporter": (
                "instance without port",
                "The label `instance` has a port, too.",
            ),
            "gone=web-1": ("instance without port", "The label `instance` has a port, too."),
        },
        because="On Thursday evening the machine of mysql-exporter did not answer for 19 scrapes, "
        "each of which left an `up` of 0; on Tuesday web-1 was missing from the configuration, "
        "and 12 scrapes were never made.",
        services=WEEK,
    ),
)
