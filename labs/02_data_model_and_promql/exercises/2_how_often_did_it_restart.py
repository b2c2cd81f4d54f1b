"""Functions along time: those for gauges and those for counters."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

EXERCISE = Exercise(
    title="How often did it restart?",
    kind="PromQL",
    prompt="""\
A replica that crashes is started again within seconds, between two scrapes: `up` never shows it,
and customers lose their requests. Two kinds of traces stay behind. `process_start_time_seconds` is
the moment at which the process began, and every counter of the process begins again at zero.

**Write PromQL** for the number of times that each replica of the web app (job `shop`) was started
anew in the last **3 days**: one series for each replica, with the labels `instance` and `job`, 0
where nothing happened.

The check asks twice: at the end of Wednesday, the day of a release, and at the end of Saturday.""",
    hints=(
        "You count events along time within each series, so you need a function over a window.",
        "The moment of a start is a state that stays the same until it is another one. Which "
        "function counts that?",
        "Or take any counter of the process: there is a function that counts how often one has "
        "fallen.",
    ),
    start="# your PromQL here",
    solution='changes(process_start_time_seconds{job="shop"}[3d])',
    also_right=(
        'resets(process_cpu_seconds_total{job="shop"}[3d])',
        "max by (job, instance) (resets(shop_http_requests_total[72h]))",
        'count_over_time(process_start_time_seconds{job="shop"}[3d]) * 0\n'
        "  + changes(process_start_time_seconds[3d])",
    ),
    wrong=(
        Wrong(
            'resets(process_start_time_seconds{job="shop"}[3d])', "counter's function on a gauge"
        ),
        Wrong(
            'changes(process_cpu_seconds_total{job="shop"}[3d])', "gauge's function on a counter"
        ),
        Wrong('changes(up{job="shop"}[3d])', "wrong metric"),
        Wrong('changes(process_start_time_seconds{job="shop"})', "range missing"),
        Wrong('process_start_time_seconds{job="shop"}[3d]', "range without function"),
        Wrong('changes(process_start_time_seconds{job="shop"}[3h])', "wrong window"),
        Wrong('count_over_time(process_start_time_seconds{job="shop"}[3d])', "wrong function"),
        Wrong('sum(changes(process_start_time_seconds{job="shop"}[3d]))', "label lost"),
        Wrong('restarts(process_start_time_seconds{job="shop"}[3d])', "unknown function"),
        Wrong('changes(process_start_time_seconds{job="web"}[3d])', "empty selector"),
        Wrong('changes(process_start_time{job="shop"}[3d])', "no such metric"),
        Wrong('changes(process_start_time_seconds{job="shop"}[3d]) > 0', "compared"),
    ),
    practice="Restarts that nobody saw are among the first things to look for when customers "
    "report errors and everything is up: out of memory, a crash on one kind of request, a health "
    "check that is too strict.",
    judge=SameAnswer(
        'changes(process_start_time_seconds{job="shop"}[3d])',
        at=("2026-03-05T00:00:00Z", "2026-03-08T00:00:00Z"),
    ),
)
