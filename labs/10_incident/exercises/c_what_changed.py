"""What changed: one of five causes, by what the database does."""

from lab_helpers.grading import Bench, Exercise, Wrong
from lab_helpers.grading.judges.words import Words
from lab_helpers.incident.recording import EXAMPLE, truth_of


def cause(_: Bench) -> set[str]:
    """What truly happened."""
    return {fault.cause for fault in truth_of(*EXAMPLE).faults}


EXERCISE = Exercise(
    title="Which of five?",
    kind="diagnosis",
    prompt="""\
Both replicas are slow, and only on pages that ask the database. So what about the database? Five
words of the vocabulary would fit:

| word | then you would see |
|---|---|
| `database-hang` | it answers nobody, its own exporter neither |
| `pool-full` | as many connections as it allows |
| `lock-wait` | statements that wait for each other |
| `cache-stampede` | more selects than before, as the cache does not help |
| `slow-query` | as many selects as before, and more rows read for each |

**Which one is it?** Answer with the word. These may help: `mysql_up`,
`mysql_global_status_threads_connected`, `mysql_global_status_innodb_row_lock_current_waits`,
`mysql_global_status_commands_total`, `mysql_global_status_rows_read`.""",
    hints=(
        "Each line of the table is a query. Ask for the value before the incident and now, side by "
        "side.",
        '`rate(mysql_global_status_commands_total{command="select"}[10s])` over the recording: does '
        "it change when the waiting begins?",
        "Divide the rate of rows read by the rate of selects. What is it before, and now?",
    ),
    start="# one word",
    solution="slow-query",
    also_right=("`slow-query`", "# as many selects, and more rows for each\nSlow-Query."),
    wrong=(
        Wrong("database-hang", "it answers"),
        Wrong("pool-full", "connections are free"),
        Wrong("lock-wait", "nobody waits for a lock"),
        Wrong("cache-stampede", "as many selects"),
        Wrong("more-visitors", "it does not fit"),
        Wrong("slow-query, more-visitors", "it does not fit"),
        Wrong("the database", "not that"),
    ),
    practice="Write down what each hypothesis would show before you look: then one query can rule "
    "it out.",
    judge=Words(
        cause,
        {
            "more-visitors": (
                "it does not fit",
                "More visitors came, that is so. When did they come and go, and since when do "
                "visitors wait?",
            ),
            "database-hang": (
                "it answers",
                "Then nobody would get an answer: `mysql_up` would be 0, or its exporter away. "
                "What does it say?",
            ),
            "pool-full": (
                "connections are free",
                "Then all connections would be taken. Compare `…_threads_connected` with "
                "`mysql_global_variables_max_connections`.",
            ),
            "lock-wait": (
                "nobody waits for a lock",
                "Then some statements would wait for a lock. How many do, now?",
            ),
            "cache-stampede": (
                "as many selects",
                "Then there would be more selects a second than before. Draw their rate over the "
                "whole recording.",
            ),
        },
        "As many selects as before, and each reads thousands of rows instead of ten: what was "
        "quick because there was little to read is not any more.",
    ),
)
