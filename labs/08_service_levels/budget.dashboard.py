"""What is left of the shop's budget, and how fast it burns."""

from lab_helpers.dashboards import bars, gauge, graph, page, stat

REQUESTS, BUDGET = "shop_http_requests_total", 0.005
FAILED = f'{REQUESTS}{{status=~"5.."}}'


def share(window: str, by: str = "") -> str:
    """The share of requests that fail in a window."""
    return f"sum {by}(rate({FAILED}[{window}])) / sum {by}(rate({REQUESTS}[{window}]))"


def burn_rate(window: str) -> str:
    """How many times as fast as allowed the budget burns."""
    return f"{share(window)} / {BUDGET}"


LEFT = f"1 - {burn_rate('7d')} * 7 / 30"  # the last week is all that this history has

dashboard = page(
    "The shop's budget: 99.5 % in 30 days",
    (
        6,
        [
            gauge("Spent in the last 7 days", f"1 - ({LEFT})", "percentunit", limits=(0.25, 0.5)),
            stat("Good requests, 7 days", f"1 - {share('7d')}", unit="percentunit", decimals=2),
            stat("Burn rate now (1 h)", burn_rate("1h"), unit="none", limits=(1, 14.4), decimals=2),
        ],
    ),
    (
        8,
        [
            graph(
                "Burn rate",
                (burn_rate("1h"), "1 h"),
                (burn_rate("6h"), "6 h"),
                unit="short",
                limits=(6, 14.4),
            ),
            graph("Left of the budget", (LEFT, "left"), unit="percentunit", valueMin=None),
        ],
    ),
    (
        6,
        [
            bars(
                "Failed in the last day, by page",
                (share("1d", "by (route) "), "{{route}}"),
                unit="percentunit",
                limits=(BUDGET,),
            )
        ],
    ),
    uid="budget",
)
