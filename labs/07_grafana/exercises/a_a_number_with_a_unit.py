"""The share of the cache's gets that are hits: one number, in percent."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import NUMBER, SameDashboard, Wanted

FITS = "[$__rate_interval]"
GETS = f'sum(rate(memcached_commands_total{{command="get"}}{FITS}))'
HITS = f'sum(rate(memcached_commands_total{{command="get",status="hit"}}{FITS}))'


def short(expr: str = f"{HITS} / {GETS}", unit: str = "percentunit", kind: str = "stat") -> str:
    """An answer in the workshop's short words."""
    return f"""\
from lab_helpers.dashboards import {kind}

panel = {kind}("Hits", {expr!r}, unit={unit!r})"""


EXERCISE = Exercise(
    title="A number with a unit",
    kind="dashboard",
    prompt="""\
The cache is worth its money only if most questions to it are answered. **Write a panel**: one
number, the share of memcached's `get`s that were hits, shown as a percentage, over the window that
fits (`$__rate_interval`).

`memcached_commands_total{command="get"}` counts the `get`s, with a label `status` that is `hit` or
`miss`. `stat(title, expr, unit=…)` makes the panel. The check asks the week of history of chapter
02, which was scraped once a minute.""",
    hints=(
        "A share is one rate divided by another.",
        "The side with the hits has one series, the side with all `get`s has two. Take `sum` of "
        "both sides, so that no label is left to match.",
        "A share from 0 to 1 has the unit `percentunit`; `percent` is for numbers from 0 to 100. "
        "The window is `[$__rate_interval]`.",
    ),
    start="""\
from lab_helpers.dashboards import stat

panel = stat("Hits", "", unit="")""",
    solution="""\
from lab_helpers.dashboards import stat

GETS = 'sum(rate(memcached_commands_total{command="get"}[$__rate_interval]))'
HITS = 'sum(rate(memcached_commands_total{command="get",status="hit"}[$__rate_interval]))'
panel = stat("Hits", f"{HITS} / {GETS}", unit="percentunit")""",
    also_right=(
        short(f"100 * {HITS} / {GETS}", "percent"),
        short(f"{HITS} / {GETS}", "percentunit").replace("panel =", "dashboard = panel =")
        + '\ndashboard = __import__("lab_helpers.dashboards").dashboards.page('
        '"Cache", (4, [panel]), uid="c")',
        """\
from grafanalib.core import GaugePanel, Target

gets = 'rate(memcached_commands_total{command="get"}[$__rate_interval])'
misses = 'rate(memcached_commands_total{command="get",status="miss"}[$__rate_interval])'
panel = GaugePanel(
    title="Hits",
    targets=[Target(expr=f"1 - sum({misses}) / sum({gets})", refId="A")],
    format="percentunit",
    calc="lastNotNull",
)""",
    ),
    wrong=(
        Wrong(short(unit="percent"), "wrong unit"),
        Wrong(short(unit="none"), "unit missing"),
        Wrong(short(f"100 * {HITS} / {GETS}"), "off by a unit"),
        Wrong(short(HITS, "ops"), "not finished"),
        Wrong(short(f"{HITS} / {GETS}".replace(FITS, "[5m]")), "hard-coded window"),
        Wrong(short(f"{HITS} / {GETS}".replace("hit", "miss")), "the other share"),
        Wrong(short(kind="graph"), "wrong panel type"),
        Wrong(short(f"{HITS} / {GETS}".replace("sum(", "(")), "average of ratios"),
        Wrong(short("memcached_commands_total"), "raw counter"),
    ),
    practice="Compare each new number once with something that you know, here the hits and misses "
    "that memcached counts itself.",
    judge=SameDashboard(
        panels=(Wanted(title="Hits", lines=(f"{HITS} / {GETS}",), quantity="share", kinds=NUMBER),),
        at=("2026-03-04T12:00Z", "2026-03-07T20:00Z"),
    ),
)
