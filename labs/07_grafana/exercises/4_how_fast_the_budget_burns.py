"""Thresholds that follow from a promise."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.dashboard import NUMBER, SameDashboard, Wanted

FAILED = 'sum(rate(shop_http_requests_total{status=~"5.."}[1h]))'
ALL = "sum(rate(shop_http_requests_total[1h]))"
BURN = f"{FAILED} / {ALL} / 0.005"
BY_ROUTE = f"{FAILED} / {ALL}".replace("sum(", "sum by (route) (")

GREEN, ORANGE, RED = ("green", None), ("orange", 1), ("red", 15)


def plain(*steps: tuple[str, object], expr: str = BURN, more: str = 'format="short"') -> str:
    """An answer in grafanalib's own words."""
    made = "\n".join(
        f'            {{"color": {colour!r}, "value": {value}}},' for colour, value in steps
    )
    return f"""\
from grafanalib.core import Dashboard, GridPos, Stat, Target

panel = Stat(
    title="Budget burn",
    targets=[Target(expr={expr!r}, refId="A")],
    reduceCalc="lastNotNull",
    thresholds=[
{made}
    ],
    {more},
    gridPos=GridPos(h=4, w=6, x=0, y=0),
)
dashboard = Dashboard(title="Promise", panels=[panel])"""


def short(call: str) -> str:
    """An answer in the workshop's short words."""
    return f"""\
from lab_helpers.dashboards import gauge, page, stat

FAILED = 'sum(rate(shop_http_requests_total{{status=~"5.."}}[1h]))'
ALL = "sum(rate(shop_http_requests_total[1h]))"
dashboard = page("Promise", (4, [{call}]), uid="promise")"""


EXERCISE = Exercise(
    title="How fast the budget burns",
    kind="dashboard",
    prompt="""\
The shop promises that over any 30 days at most 0.5 % of all requests end in a status of 500 or
more. That half percent is the **error budget**: it may be spent, and not more than once. Nobody
knows what to think of "0.7 % in the last hour", so the screen on the wall shall say how *fast*
the budget burns.

The **burn rate** is the share of failed requests in the last hour (`[1h]`, whatever the reader
chooses), divided by the share that is allowed. At a burn rate of 1 the budget lasts for exactly
30 days.

**Write Python** that makes a `dashboard` with one number (a stat or gauge panel): the burn rate
now, a plain number. It is

- **green** as long as the budget would last for more than 30 days,
- **orange** from the burn rate on at which it lasts for 30 days and no longer,
- **red** from the burn rate on at which the budget of 30 days would be gone in 2 days.""",
    hints=(
        "At a burn rate of 2 the budget is gone after 15 days. After how many is it gone at 10?",
        "Divide the share of failures by 0.005. Thresholds are compared with what the query "
        "answers: with the burn rate, not with the share.",
        "`stat(title, promql, unit=…, limits=(…, …))` turns orange at the first limit and red at "
        "the second. The second is 30 days divided by the days in which you want to notice.",
    ),
    start="""\
from lab_helpers.dashboards import page, stat

# burn = stat("Budget burn", …, unit="short", limits=(…, …))
# dashboard = page("Promise", (4, [burn]), uid="promise")""",
    solution=short(
        'stat("Budget burn", f"{FAILED} / {ALL} / 0.005", unit="short", limits=(1, 15))'
    ),
    also_right=(
        plain(GREEN, ORANGE, RED),
        plain(("#73BF69", 0), ("yellow", 1), ("dark-red", 15.0), expr=f"200 * {FAILED} / {ALL}"),
        short('gauge("Burn", f"{FAILED} / (0.005 * {ALL})", unit="none", limits=(1, 15), max=30)'),
    ),
    wrong=(
        Wrong(plain(GREEN, ("orange", 0.005), ("red", 0.075)), "threshold misplaced"),
        Wrong(plain(GREEN, ("red", 1)), "threshold missing"),
        Wrong(plain(GREEN, RED, ORANGE), "threshold unsorted"),
        Wrong(plain(("red", None), ("orange", 1), ("green", 15)), "colours reversed"),
        Wrong(plain(GREEN, ("orange", 100), ("red", 1500)), "off by a unit"),
        Wrong(plain(GREEN, ORANGE, RED, more='format="percentunit"'), "wrong unit"),
        Wrong(plain(GREEN, ORANGE, RED, expr=f"{FAILED} / {ALL}"), "not finished"),
        Wrong(
            plain(GREEN, ORANGE, RED, expr=BURN.replace("1h", "$__rate_interval")), "wrong window"
        ),
        Wrong(plain(GREEN, ORANGE, RED, expr=f"avg({BY_ROUTE}) / 0.005"), "average of ratios"),
    ),
    practice="A threshold that follows from a promise needs no discussion at night: red means "
    "that somebody has to act, and everybody can reckon by when.",
    judge=SameDashboard(
        panels=(
            Wanted(
                title="Budget burn",
                lines=(BURN,),
                quantity="number",
                kinds=NUMBER,
                misreadings={
                    BURN.replace("1h", "$__rate_interval"): (
                        "wrong window",
                        "`$__rate_interval` is a few minutes or some hours, as the reader zooms. "
                        "This number is of the last hour, whatever the reader chooses.",
                    ),
                },
                colours={float("-inf"): "green", 1: "orange", 15: "red"},
            ),
        ),
        at=("2026-03-04T12:00Z", "2026-03-05T22:30Z"),
    ),
)
