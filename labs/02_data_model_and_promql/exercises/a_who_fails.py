"""A selector with two patterns."""

from lab_helpers.grading import Exercise, Wrong
from lab_helpers.grading.judges.promql import SameAnswer

SELECTOR = 'shop_http_requests_total{route=~"/cart|/checkout", status=~"[45].."}'

EXERCISE = Exercise(
    title="Who fails?",
    kind="PromQL",
    prompt="""\
Tuesday noon. Customers complain: they cannot buy. Which requests to `/cart` or `/checkout` did any
replica answer with a **client or server error**, that is, a status that begins with 4 or 5?

**Write one selector** of `shop_http_requests_total` that finds exactly these counters, with their
totals so far. It is asked on Tuesday 3 March at 12:00.""",
    hints=(
        "Two matchers, one for `route` and one for `status`. A comma between them means *and*.",
        "Both need a pattern, with `=~`. Alternatives are separated by `|`.",
        "`[45]..` is a pattern for three characters, of which the first is a 4 or a 5.",
    ),
    start="# one selector: shop_http_requests_total{…}",
    solution=SELECTOR,
    also_right=(
        'shop_http_requests_total{route=~"/c.+", status=~"4..|5.."}',
        'shop_http_requests_total{job="shop", status=~"[4-5][0-9]{2}", route=~"/(cart|checkout)"}',
        'shop_http_requests_total{route!="/", route!="/products", status!~"[123].."}',
    ),
    wrong=(
        Wrong('shop_http_requests_total{route=~"/cart|/checkout", status="[45].."}',
              "pattern with ="),
        Wrong('shop_http_requests_total{route=~"/c", status=~"[45].."}', "anchored pattern"),
        Wrong('shop_http_requests_total{route=~"/cart|/checkout", status=~"5.."}',
              "wrong matcher"),
        Wrong('shop_http_requests_total{status=~"[45].."}', "matcher missing"),
        Wrong('shop_http_requests_total{route=~"/cart|/checkout"}', "matcher missing"),
        Wrong(f"rate({SELECTOR}[5m])", "not the totals"),
        Wrong('shop_http_requests_total{route="/cart|/checkout", status=~"[45].."}',
              "pattern with ="),
        Wrong('sum(shop_http_requests_total{route=~"/cart|/checkout", status=~"[45].."})',
              "label lost"),
    ),
    practice="When a query returns nothing, or too much, try its selector alone first.",
    judge=SameAnswer(
        SELECTOR,
        at=("2026-03-03T12:00Z",),
        misreadings={
            f"{function}({SELECTOR}[{window}])": (
                "not the totals",
                f"That is how much the counters grow, by `{function}`. Their totals so far are "
                "asked for: the selector alone.",
            )
            for function in ("rate", "increase", "irate")
            for window in ("5m", "1h")
        },
    ),
)  # fmt: skip
