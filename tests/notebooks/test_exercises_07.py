"""Chapter 07's exercises on paper: each solution passes, each wrong answer gets its diagnosis."""

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from lab_helpers import dashboards
from lab_helpers.dashboards import as_json, lint
from lab_helpers.errors import PromQLError, WorkshopError
from lab_helpers.preview import Asked, empty_panels

PAGE = Path(__file__).parents[2] / "notebooks" / "07_grafana.ipynb"
PRODUCTS = ("coffee-beans", "espresso-cup", "green-tea", "grinder", "milk-jug", "teapot")


class Shop:
    """A Prometheus that knows just enough PromQL for the exercises: hits are 0.8 of all gets."""

    away = False

    def raw(self, path: str, **params: Any) -> Any:
        if path.startswith("label/"):
            return list(PRODUCTS) if path.startswith("label/product/") else ["web:8000"]
        times = [str(t) for t in np.arange(params["start"], params["end"] + 1, params["step"])]
        return {
            "result": [
                {"metric": labels, "values": [[float(t), str(value)] for t in times]}
                for labels, value in self.series(params["query"])
            ]
        }

    def series(self, expr: str) -> list[tuple[dict[str, str], float]]:
        if "~5" in expr:
            raise PromQLError("Prometheus says: parse error")
        if "memcached_commands_total" in expr:
            if " / " in expr and expr.count("sum(") == 1:
                return []  # only equal labels are divided
            value = 0.8 if 'status="hit"' in expr and " / " in expr else 12.0
            value *= 100 if expr.startswith("100 *") else 1
            many = [{"status": "hit"}, {"status": "miss"}]
            return [(labels, value) for labels in ([{}] if "sum(" in expr else many)]
        if "shop_orders_total" in expr:
            pattern = re.search(r'product(=~?)"([^"]*)"', expr)
            match = pattern and (re.escape(pattern[2]) if pattern[1] == "=" else pattern[2])
            names = [n for n in PRODUCTS if re.fullmatch(match or ".*", n)]
            if "sum by (product)" not in expr:
                return [({}, 1.0)]
            return [({"product": name}, 1.0) for name in names]
        if expr.startswith("vector("):
            return [({}, 1.0)]
        known = ("nginx_http_requests_total", 'route="/cart"', "5..", "nginx_connections_active")
        return [({}, 1.0)] if any(word in expr for word in known) else []

    def query(self, expr: str, at: Any = None) -> pd.DataFrame:
        if "memcached" in expr:
            rows: list[dict[str, Any]] = [{"value": 0.8}]
        elif expr.startswith(("up", "sum(up", "count(up")):
            away = ("apache", "memcached") if self.away else ()
            rows = [
                {"job": j, "value": float(j not in away)} for j in ("apache", "memcached", "web")
            ]
            rows = [r for r in rows if "== 0" not in expr or not r["value"]]
            rows = [r for r in rows if "{" not in expr or f'"{r["job"]}"' in expr]
            if expr.startswith(("sum", "count")):
                rows = [{"value": 1.0}] if rows else []
        else:
            rows = []
        return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["value"])


class Exporter:
    """One of the exporters that the check of exercise 5 takes away for a moment."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def stop(self) -> None:
        self.shop.away = True


class Waits:
    """The lab: it starts what it is handed, and waits for nothing."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def start(self, *_services: Any) -> None:
        self.shop.away = False

    def wait_until(self, condition: Any, what: str) -> None:
        assert condition(), what


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The names that the chapter's checks read and make."""
    shop = Shop()
    names: dict[str, Any] = {
        "as_json": as_json, "dashboards": dashboards, "lint": lint, "Asked": Asked,
        "empty_panels": empty_panels, "WorkshopError": WorkshopError, "prometheus": shop,
        "lab": Waits(shop), "apache_exporter": Exporter(shop),
        "memcached_exporter": Exporter(shop), "source": dashboards.PROMETHEUS,
    }  # fmt: skip
    for cell in nbformat.read(PAGE, as_version=4).cells:
        if "check" in cell.metadata.get("tags", []) or "faulty = {" in cell.source:
            exec(cell.source, names)
    return names


WINDOW = "[$__rate_interval]"
GETS = f'sum(rate(memcached_commands_total{{command="get"}}{WINDOW}))'
HITS = f'sum(rate(memcached_commands_total{{command="get",status="hit"}}{WINDOW}))'
BARE = HITS.replace("sum(", "(")
CHOICE = 'sum by (product) (rate(shop_orders_total{product=~"$product"}[$__rate_interval]))'


def hits(expr: str, unit: str = "percentunit") -> Any:
    return dashboards.stat("Hits", expr, unit=unit)


def steps(*pairs: tuple[str, float | None]) -> list[dict[str, Any]]:
    return [{"color": colour, "value": value} for colour, value in pairs]


def repaired(page: dict[str, Any], **worse: Any) -> list[dict[str, Any]]:
    """The solution of exercise 4; ``worse`` changes the query of a panel back."""
    panel, short = page["panel"], {"defaults": {"unit": "short"}}
    place = {"x": 0, "y": 7, "w": 8, "h": 7}
    exprs = {
        "Requests": f"sum(rate(nginx_http_requests_total{WINDOW}))",
        "Cart": f'sum(rate(shop_http_requests_total{{route="/cart"}}{WINDOW}))',
        "Errors": f'sum(rate(shop_http_requests_total{{status=~"5.."}}{WINDOW})) or vector(0)',
        "Open": "nginx_connections_active",
    } | worse
    return [
        panel(number, title, expr, 8 * (number - 1))
        if title != "Open"
        else panel(number, title, expr, 0, fieldConfig=short, gridPos=place)
        for number, (title, expr) in enumerate(exprs.items(), start=1)
    ]


PRODUCT = dashboards.variable("product", "shop_orders_total")


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        ("check_hits", (None,), "Not yet"),
        ("check_hits", (hits(f"{HITS} / {GETS}"),), "Right"),
        ("check_hits", (hits("nothing"),), "with nothing: nothing"),
        ("check_hits", (hits(f"{BARE} / {BARE}"),), "That is 2 series"),
        ("check_hits", (hits(f"100 * {HITS} / {GETS}", "percent"),), "Those are percent already"),
        ("check_hits", (hits(GETS),), "It says 12.00; the share of hits is about 0.80"),
        ("check_hits", (hits(f"{HITS} / {GETS}", "percent"),), "its unit is not"),
        ("check_hits", (hits(f"{HITS} / {GETS}".replace(WINDOW, "[5s]")),), "Nearly: Panel 'Hits'"),
        ("check_hits", ("sum(memcached)",), "That is no panel"),
        ("check_hits", (hits(f"{BARE} / {GETS}"),), "only equal labels are divided"),
        ("check_steps", ([],), "Not yet"),
        ("check_steps", (steps(("green", None), ("red", None)),), "Each value but the first"),
        (
            "check_steps",
            ([*steps(("green", None)), {"color": "red", "value": "0.1"}],),
            "is a number",
        ),
        (
            "check_steps",
            (steps(("green", None), ("orange", 0.1), ("red", 0.25)),),
            "Right: green, orange, red.",
        ),
        ("check_steps", (steps(("green", 0), ("red", 0.25)),), "must begin at minus infinity"),
        ("check_steps", ([{"color": "green"}],), 'Each step is {"color"'),
        (
            "check_steps",
            (steps(("green", None), ("red", 0.25), ("orange", 0.1)),),
            "sorted by value",
        ),
        (
            "check_steps",
            (steps(("green", None), ("orange", 100), ("red", 250)),),
            "are your limits in milliseconds?",
        ),
        ("check_steps", (steps(("green", None), ("red", 0.1)),), "Not quite: 0.15 s is red"),
        ("check_choice", (None, ""), "Not yet"),
        ("check_choice", (PRODUCT, CHOICE), "Right: one, some or all."),
        ("check_choice", (PRODUCT, CHOICE.replace('{product=~"$product"}', "")), "does not use"),
        ("check_choice", (PRODUCT, CHOICE.replace("=~", "=")), "several values need =~"),
        ("check_choice", (PRODUCT, CHOICE.replace("$__rate_interval", "5s")), "Nearly: Panel"),
        ("check_choice", ("product", CHOICE), "That is no variable"),
        ("check_choice", (PRODUCT, CHOICE.replace("sum by (product)", "sum")), "sum by (product)"),
        (
            "check_choice",
            (dashboards.variable("product", "shop_orders_total", "instance"), CHOICE),
            "which label's values does the variable list?",
        ),
        (
            "check_choice",
            (dashboards.variable("item", "shop_orders_total", "product"), CHOICE),
            "no variable product. It has: item",
        ),
        ("check_marks", ("",), "Not yet"),
        ("check_marks", ("up == 0",), "Right"),
        ("check_marks", ('up{job="apache"} == 0',), "It marks apache only: leave out the job"),
        ("check_marks", ("up",), "it has 3 samples. It must have none"),
        ("check_marks", ("sum(up == 0)",), "who was it?"),
        ("check_marks", ("absent_up",), "nothing was marked"),
    ],
)
def test_a_check_tells_right_from_wrong(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str], check: str, answer: Any, words: str
) -> None:
    page[check](*answer)
    assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        ({}, "Right: every panel is well formed"),
        (
            {"Requests": "sum(nginx_http_request_total)"},
            "no data: Requests: sum(nginx_http_request",
        ),
        ({"Cart": 'a{b="$page"}'}, "uses $page, and there is no such variable"),
        ({"Errors": "vector(0)"}, "Errors has data, and does not ask for shop_http_requests_total"),
        ({"Errors": "a{status=~5..}"}, "Panel 'Errors', query A: Prometheus says: parse error"),
    ],
)
def test_the_repair(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str], worse: dict[str, str], words: str
) -> None:
    page["check_repaired"](repaired(page, **worse))
    said = capsys.readouterr().out
    assert words in said
    assert ("Right" in said) == (not worse)


def test_panels_must_not_be_taken_away(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    page["check_repaired"](repaired(page)[:3])
    assert "Keep the four panels" in capsys.readouterr().out


def test_connections_are_no_requests_per_second(
    page: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    panels = repaired(page)
    panels[3]["fieldConfig"] = {"defaults": {"unit": "reqps"}}
    page["check_repaired"](panels)
    assert capsys.readouterr().out.startswith("Open counts connections")
