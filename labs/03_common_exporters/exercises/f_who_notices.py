"""What changes when the cache goes away: predicted, and then tried."""

from collections.abc import Iterable

from lab_helpers.grading import Bench, Exercise, Wrong, once
from lab_helpers.grading.judges.words import Words
from lab_helpers.grading.shop import SHOP
from lab_helpers.waiting import wait_until

QUESTIONS = {
    "up": 'up{job="memcached"}',
    "memcached_up": "memcached_up",
    "mysql_up": "mysql_up",
    "nginx_up": "nginx_up",
    "products": 'probe_success{instance="http://nginx/products"}',
    "healthz": 'probe_success{instance="http://web:8000/healthz"}',
}


@once
def noticing(bench: Bench) -> Iterable[str]:
    """The names whose value changes when memcached is stopped; it is started again."""
    prometheus, memcached = bench["prometheus"], bench["memcached"]

    def is_one(over_time: str, name: str) -> bool:
        return prometheus.query(f"{over_time}(({QUESTIONS[name]})[3s:1s]) == 1").size > 0

    wait_until(
        lambda: all(is_one("min_over_time", name) for name in QUESTIONS),
        "everything has been well for three seconds",
    )
    memcached.stop()
    try:
        wait_until(
            lambda: prometheus.query("max_over_time(memcached_up[5s]) == 0").size,
            "memcached has been away for five seconds",
        )
        # A single scrape that comes too late on a busy machine is not the cache's doing.
        changed = [name for name in QUESTIONS if not is_one("max_over_time", name)]
    finally:
        memcached.start()
    wait_until(lambda: prometheus.query("memcached_up == 1").size, "memcached is back")
    return frozenset(changed)


STILL_WELL = "That one stays 1: what it asks is not memcached. Who answers it, and to whom?"

EXERCISE = Exercise(
    title="Who notices?",
    kind="prediction",
    prompt="""\
In the next section memcached is stopped. Its exporter runs on. The web app keeps carts in
memcached, and a copy of the front page's list; `/products` asks the database each time. `/healthz`
answers 200 if the web app reaches its database and its cache, else 503.

**Predict**, before you look: which of these six are no longer 1?

| name | what it is |
|---|---|
| `up` | `up{job="memcached"}` |
| `memcached_up` | what memcached's exporter says of memcached |
| `mysql_up` | what MySQL's exporter says of MySQL |
| `nginx_up` | what Nginx's exporter says of Nginx |
| `products` | `probe_success` of `http://nginx/products` |
| `healthz` | `probe_success` of `http://web:8000/healthz` |

The check does it: it stops memcached, looks, and starts it again. That takes some seconds.""",
    hints=(
        "For each of the six: who answers, and does that program need memcached for its answer?",
        "`up` is about the scrape. Whose page does Prometheus fetch in the job `memcached`?",
        "There are two: one says it of memcached itself, the other of the web app that needs it.",
    ),
    start="# the names, separated by commas",
    solution="memcached_up, healthz",
    also_right=("healthz memcached_up", "`healthz` and `memcached_up`"),
    wrong=(
        Wrong("up, memcached_up, healthz", "the exporter answers"),
        Wrong("memcached_up", "not all of it"),
        Wrong("memcached_up, products, healthz", "not behind the cache"),
        Wrong("memcached_up, mysql_up, healthz", "not its business"),
        Wrong("memcached_up, nginx_up, healthz", "not its business"),
        Wrong("up", "the exporter answers"),
        Wrong("memcached_up, probe_success", "not that"),
    ),
    practice="A check of health that asks what a program depends on sees what no exporter of a "
    "single part can see: that the whole does not work.",
    judge=Words(
        right=noticing,
        near={
            "up": (
                "the exporter answers",
                "`up` stayed 1: Prometheus got its page. From whom does it get that page?",
            ),
            "products": (
                "not behind the cache",
                "The probe of `/products` still succeeds. Which of its stores does that page ask?",
            ),
            "mysql_up": ("not its business", STILL_WELL),
            "nginx_up": ("not its business", STILL_WELL),
        },
        because="Tried: `memcached_up` and the probe of `/healthz` went to 0, the others stayed 1.",
        services=SHOP,
    ),
)
