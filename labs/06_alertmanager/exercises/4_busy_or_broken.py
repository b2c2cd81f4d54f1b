"""An alert on slow checkouts that tells a busy evening from a bad release."""

from datetime import timedelta

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import CatchesIncidents, Incident, Supposition
from lab_helpers.history import END, EVENTS

RELEASE = Incident(
    "the release",
    start=EVENTS["release"],
    end=END,
    by=EVENTS["release"] + timedelta(hours=3),
    over_by=END,
    most=6,
)

CHECKOUT = 'job="shop", instance="web-1:8000", route="/checkout"'
SLOW_HOURS, FAST_HOURS = 6.5, 12
#: Ten checkouts a minute, by their duration, slow ones at first and then fast ones.
CHECKOUTS = {
    f"shop_http_request_duration_seconds_{name}{{{CHECKOUT}{le}}}": (
        f"0+{slow}x{60 * SLOW_HOURS:.0f} "
        f"{60 * SLOW_HOURS * slow + fast:.0f}+{fast}x{60 * FAST_HOURS}"
    )
    for name, le, slow, fast in (
        *(("bucket", f', le="{bound}"', 0, 0) for bound in (0.005, 0.01, 0.025)),
        *(("bucket", f', le="{bound}"', 0, 10) for bound in (0.05, 0.1)),
        ("bucket", ', le="0.25"', 4, 10),
        ("bucket", ', le="0.5"', 5, 10),
        ("bucket", ', le="1.0"', 8, 10),
        *(("bucket", f', le="{bound}"', 10, 10) for bound in (2.5, "+Inf")),
        ("count", "", 10, 10),
        ("sum", "", 8, 0.4),
    )
}
SLOW = Supposition(
    series=CHECKOUTS,
    minutes=int(60 * SLOW_HOURS),
    fires=True,
    diagnosis="not the latency",
    message="The release is caught. But suppose that more than half of the checkouts take longer "
    "than 0.25 s for six hours, without a release: your alert does not notice. Have it look at "
    "the latency of `/checkout`.",
)
FAST_AGAIN = Supposition(
    series=CHECKOUTS,
    minutes=int(60 * (SLOW_HOURS + FAST_HOURS)),
    fires=False,
    diagnosis="resolves late",
    message="The release is caught. But suppose that it is taken back: checkouts are slow for "
    f"some hours, and then all fast again. {FAST_HOURS} hours later your alert still fires. How "
    "long is it kept, and how far does it look back?",
)


def rule(expr: str, hold: str = "15m", more: str = "") -> str:
    return f"""\
groups:
- name: shop
  rules:
  - alert: CheckoutSlow
    expr: |
      {expr}
    for: {hold}
{more}    labels: {{severity: warning}}
"""


def slow(window: str) -> str:
    """The share of checkouts that take longer than 0.25 s."""
    metric = "shop_http_request_duration_seconds"
    return (
        f'1 - sum(rate({metric}_bucket{{route="/checkout", le="0.25"}}[{window}]))'
        f' / sum(rate({metric}_count{{route="/checkout"}}[{window}]))'
    )


def quantile(window: str, by: str = "le") -> str:
    metric = "shop_http_request_duration_seconds_bucket"
    return (
        f'histogram_quantile(0.95, sum by ({by}) (rate({metric}{{route="/checkout"}}[{window}])))'
    )


EXERCISE = Exercise(
    title="Busy or broken?",
    kind="configuration",
    prompt="""\
`CheckoutSlow` cried every evening, when the shop is at its busiest, and was muted for it. So nobody
heard it on Wednesday at 10:00, when version 1.9.0 was released and checkouts became slower for
good: until Sunday night nobody did anything about it.

The rule of that time is in the cell. **Rewrite it**, on the latency of `/checkout`, so that
`CheckoutSlow`, with `severity: warning`,

- keeps quiet from Monday 00:00 until the release on Wednesday 10:00, evenings and lonely nights
  included;
- fires by Wednesday 13:00, as one alert for all replicas;
- still fires when the week ends on Sunday 24:00, and is at most six alerts from the release until
  then: at night a handful of checkouts decides, and an alert that comes and goes is muted too;
- would be resolved within twelve hours once checkouts are fast again.
""",
    hints=(
        "Plot what the rule compares, from Monday to Friday, with windows of 5 minutes, of one "
        "hour and of three. What do busy evenings do to it, what do nights, what the release?",
        "A percentile of a handful of checkouts jumps. The share of checkouts that are slower "
        "than a bound of the histogram, over a long window, is calmer; so is a percentile over "
        "hours.",
        "There are three hours for `window` and `for` together. Choose the threshold between the "
        "worst evening before the release and the best night after it; `keep_firing_for` bridges "
        "what still falls below.",
    ),
    start=rule(f"{quantile('5m')} > 0.25", "5m"),
    solution=rule(f"{slow('3h')} > 0.1"),
    also_right=(
        rule(f"{slow('1h')} > 0.12", "30m", "    keep_firing_for: 10h\n"),
        rule(f"{quantile('4h')} > 0.42", "0s"),
        rule(f"max_over_time(({slow('2h')})[4h:10m]) > 0.11", "10m"),
    ),
    wrong=(
        Wrong(rule(f"{quantile('5m')} > 0.25", "30m"), "false alarm"),
        Wrong(rule(f"{quantile('3h')} > 420"), "never true"),
        Wrong(rule("vector(1)"), "fires always"),
        Wrong(rule(f"{slow('1h')} > 0.12"), "flaps"),
        Wrong(rule(f"{slow('1h')} > 0.06", "1h"), "false alarm"),
        Wrong(rule(f"{slow('3h')} > 0.1", "2h"), "for too long"),
        Wrong(rule(f"{slow('12h')} > 0.15"), "too late"),
        Wrong(rule(f"{quantile('3h', 'instance, le')} > 0.45"), "one for each series"),
        Wrong(rule(f"{quantile('3h', 'job')} > 0.45"), "quantile without le"),
        Wrong(rule(f"{slow('3h')} > 0.05"), "false alarm"),
        Wrong(rule('count(shop_build_info{version="1.9.0"}) == 3'), "not the latency"),
        Wrong(rule(f"{slow('3h')} > 0.1", more="    keep_firing_for: 100h\n"), "resolves late"),
        Wrong(rule(f"{slow('3h')} > 0.1", more="    keep_firing: 1h\n"), "unknown field"),
    ),
    practice="Before a threshold goes live, hold it against weeks of history, and count how often "
    "it would have spoken, and how often it would have been right.",
    judge=CatchesIncidents("CheckoutSlow", {"severity": "warning"}, (RELEASE,), (SLOW, FAST_AGAIN)),
)
