"""An alert on a page that hardly anybody visits at night."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.alert import FiresOn, Supposition

M = "shop_http_requests_total"


def checkouts(good: str, failed: str) -> dict[str, str]:
    labels = 'job="shop", instance="web-1:8000", method="POST", route="/checkout"'
    return {
        f'{M}{{{labels}, status="200"}}': good,
        f'{M}{{{labels}, status="500"}}': failed,
        f'{M}{{{labels.replace("/checkout", "/cart")}, status="200"}}': "0+40x200",
    }


TEN_AN_HOUR = "0x5 1x5 2x5 3x5 4x5 5x5 6x5 7x5 8x5 9x5 10x5 11x5 12x5 13x5 14x5 15x5"
SUPPOSITIONS = (
    Supposition(
        checkouts("0+9x120", "0+1x120"),
        75,
        fires=True,
        diagnosis="silent by day",
        message="Suppose that 10 % of six hundred checkouts an hour fail: it does not fire.",
        one=True,
    ),
    Supposition(
        checkouts(TEN_AN_HOUR, "0x40 1x60"),
        70,
        fires=False,
        diagnosis="one of ten",
        message="Suppose a night with ten checkouts an hour, and one of them fails: it fires. That "
        "one visitor will try again; nobody has to get up for it.",
    ),
    Supposition(
        checkouts(TEN_AN_HOUR, "0x30 1x5 2x5 3x60"),
        70,
        fires=False,
        diagnosis="three of ten",
        message="Suppose a night with some ten checkouts an hour, and three of them fail: it "
        "fires. Five failures are the least.",
    ),
    Supposition(
        checkouts("7x120", TEN_AN_HOUR),
        78,
        fires=True,
        diagnosis="silent at night",
        message="Suppose a night with ten checkouts an hour, and every one of them fails, for more "
        "than an hour: it does not fire.",
    ),
    Supposition(
        checkouts("0+19x120", "0+1x120"),
        75,
        fires=False,
        diagnosis="no share",
        message="Suppose that 5 % of twelve hundred checkouts an hour fail: it fires. That is less "
        "than 7.2 %, however many failures it is.",
    ),
)


def rule(expr: str, labels: str = "{severity: page}") -> str:
    return f"- alert: CheckoutFails\n  expr: |\n    {expr}\n  labels: {labels}\n"


HERE = 'route="/checkout"'
FAILED = f'sum by (job) (increase({M}{{{HERE}, status=~"5.."}}[1h]))'
ALL = f"sum by (job) (increase({M}{{{HERE}}}[1h]))"
SHARE = f"{FAILED} / {ALL} > 14.4 * 0.005"

EXERCISE = Exercise(
    title="One failure of ten",
    kind="configuration",
    prompt="""\
A smaller shop has an alert of its own for its checkout, at a burn rate of 14.4 over an hour. By day
some six hundred people an hour check out. At night it is ten, and when one of them fails, that is a
share of 10 %: somebody is woken for one failure.

**Rewrite the rule** `CheckoutFails` (`severity: page`): it fires only if more than 7.2 % of the
checkouts of the last hour failed *and* at least five of them did. It stays one alert for each
`job`. Say it in one alerting rule, without recording rules.

The check gives your rule to `promtool` with made-up samples of days and nights, one a minute.
""",
    hints=(
        "Two conditions, and both must hold. How many failed within an hour, in requests and not "
        "in requests a second?",
        "`increase` over `1h` counts them. `and` keeps the left side where the right one has an "
        "answer with the same labels.",
        "`increase` estimates: five failures may look like 4.9. So ask for a little less than "
        "five, such as `> 4.5`.",
    ),
    start=rule(SHARE),
    solution=rule(f"({SHARE})\n    and {FAILED} > 4.5"),
    also_right=(
        rule(f"{FAILED} > 4.5 and {SHARE}"),
        rule(f"({FAILED} >= 4.7) / {ALL} > 0.072"),
    ),
    wrong=(
        Wrong(rule(SHARE.replace("[1h]", "[30m]")), "three of ten"),
        Wrong(rule(f"{FAILED} > 4.5"), "no share"),
        Wrong(rule(f"{SHARE} and {ALL} > 100"), "silent at night"),
        Wrong(rule(f"{SHARE} and {FAILED} > 2"), "three of ten"),
        Wrong(rule(f"({SHARE}) and {FAILED} > 100"), "silent by day"),
        Wrong(rule(f"({SHARE}) or {FAILED} > 4.5"), "one of ten"),
        Wrong(rule(f"{SHARE} and {FAILED} > 4.5", "{severity: ticket}"), "wrong label"),
        Wrong(rule(f"{SHARE} and sum({FAILED}) > 4.5"), "silent by day"),
        Wrong(rule(f"{SHARE} and {FAILED} > 4.5").replace("alert:", "record:"), "recording rule"),
    ),
    practice="A share of few events says little: ask for a number of failures too, take a longer "
    "window, or send visitors of your own.",
    judge=FiresOn("CheckoutFails", {"severity": "page"}, SUPPOSITIONS),
)
