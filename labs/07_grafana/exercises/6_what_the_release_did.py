"""An annotation that marks releases, and nothing else."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import Marks, SameDashboard, Wanted
from lab_helpers.history import EVENTS

BUCKETS = 'shop_http_request_duration_seconds_bucket{route="/checkout"}[$__rate_interval]'
SLOWEST = f"histogram_quantile(0.9, sum by (le) (rate({BUCKETS})))"
STARTED = "shop_build_info * on (instance) group_left () process_start_time_seconds"


def page(expr: str, **other: object) -> str:
    """The dashboard with an annotation of this PromQL."""
    annotation = {"expr": expr, "titleFormat": "{{version}}", **other}
    lines = "\n".join(f"    {name!r}: {value!r}," for name, value in annotation.items())
    return TEMPLATE.replace("    # your PromQL", lines)


TEMPLATE = f"""\
from lab_helpers.dashboards import PROMETHEUS, graph, page

SLOWEST = '''{SLOWEST}'''
annotation = {{
    "name": "releases",
    "datasource": PROMETHEUS,
    "enable": True,
    "iconColor": "blue",
    # your PromQL
}}
dashboard = page(
    "Checkout",
    (8, [graph("9 in 10", (SLOWEST, "9 in 10 within"), unit="s")]),
    uid="checkout",
    annotations=[annotation],
)"""

VERSIONS = "count by (version) (shop_build_info"
NEW_VERSION = f"{VERSIONS}) unless {VERSIONS} offset 5m)"

EXERCISE = Exercise(
    title="What the release did",
    kind="dashboard",
    prompt="""\
Checkout has been slower for days. Since when, the graph shows; *why*, it would show if it were
marked when a new version went into service. The dashboard has an annotation for that, without a
query.

`shop_build_info` is 1 for each replica, and its label `version` says which version it runs.
`process_start_time_seconds` is when its process started, in seconds since 1970.

**Give the annotation a query** (`expr`) and a text (`titleFormat`), so that every graph has a
mark whenever a version goes into service that did not run before, with the version's name in the
text: at this release and at all that are to come. A mark begins within 5 minutes of that moment,
and is either a moment or a span of less than half an hour. **Nothing else is marked**: neither
the restart of a replica that crashed, nor a replica that Prometheus lost from sight for a while.

Mind that in the week of history a series is found for five minutes after its last sample: from
10:00 to 10:05 on Wednesday each replica has its old version and the new one.

Two kinds of annotation are at hand: a mark stands wherever the query has samples; or, with
`"useValueForTime": True`, at the time that the samples' *value* says, in milliseconds.""",
    hints=(
        "Draw `shop_build_info` around Wednesday 10:00: one series ends, another begins. The value "
        "is 1 all the time, so it cannot be the value that tells.",
        "`offset 5m` asks what was there five minutes ago, and `a unless b` leaves of `a` what has "
        "no partner in `b`. What is the partner of a replica that came back with the same version?",
        "Count the replicas of each version first. What is left over has one label, and only a "
        "version that nobody ran five minutes ago is left.",
    ),
    start=TEMPLATE,
    solution=page(NEW_VERSION),
    also_right=(
        page("shop_build_info unless on (version) shop_build_info offset 4m"),
        page(f"1000 * min by (version) ({STARTED})", useValueForTime=True),
        page(
            "group by (version) (shop_build_info) "
            "unless group by (version) (last_over_time(shop_build_info[20m] offset 2m))",
            titleFormat="release",
            textFormat="{{ version }}",
        ),
    ),
    wrong=(
        Wrong(page("shop_build_info"), "marks everything"),
        Wrong(page(f"1000 * ({STARTED})", useValueForTime=True), "restart marked"),
        Wrong(page("shop_build_info unless shop_build_info offset 5m"), "gap marked"),
        Wrong(page(f"min by (version) ({STARTED})", useValueForTime=True), "nothing marked"),
        Wrong(page("changes(shop_build_info[5m]) > 0"), "nothing marked"),
        Wrong(page(NEW_VERSION, titleFormat="new version"), "mark without words"),
        Wrong(page(NEW_VERSION, enable=False), "no annotation"),
        Wrong(page(VERSIONS), "annotation refused"),
        Wrong(page(NEW_VERSION.replace("offset 5m", "offset 1h")), "mark too long"),
        Wrong(
            page(NEW_VERSION.replace("build_info", 'build_info{version="1.9.0"}')),
            "only this one",
        ),
        Wrong(
            page(NEW_VERSION.replace("build_info", 'build_info{version=~"1[.]9.*"}')),
            "only this one",
        ),
        Wrong(page(NEW_VERSION, titleFormat="release 1.9.0"), "only this one"),
        Wrong(
            page(
                "1000 * process_start_time_seconds"
                " * on (instance) group_left (version) shop_build_info",
                useValueForTime=True,
            ),
            "many-to-many join",
        ),
    ),
    practice="Nine incidents in ten begin with a change: with changes marked on every graph, the "
    "first question is answered before it is asked.",
    judge=SameDashboard(
        panels=(Wanted(title="9 in 10", lines=(SLOWEST,), quantity="seconds"),),
        at=("2026-03-04T12:00Z",),
        marks=Marks(
            coming={"version": ("2.0.0",)},
            moments={f"{EVENTS['release']:%Y-%m-%dT%H:%MZ}": "1.9.0"},
            quiet={
                f"{EVENTS['restart']:%Y-%m-%dT%H:%MZ}": (
                    "restart marked",
                    "A mark stands at Saturday 14:30. A replica crashed then and started again, "
                    "with the version that it ran before.",
                ),
                f"{EVENTS['gap_end']:%Y-%m-%dT%H:%MZ}": (
                    "gap marked",
                    "A mark stands at Tuesday 13:32. Prometheus had lost a replica from sight and "
                    "found it again; the version was the same, and others ran it all the while.",
                ),
            },
        ),
    ),
)
