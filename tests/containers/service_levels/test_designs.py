"""The six designs, and the generator's: what is kept in the chapter's folder."""

import re

import pytest
import yaml

from lab_helpers import dashboards
from lab_helpers.preview import empty_panels
from lab_helpers.service_levels import SHOP, Replay, Truth, held_against
from lab_helpers.service_levels.rules import needed, rules_of
from lab_helpers.setup.images import ROOT

FILES = ROOT / "labs" / "08_service_levels"
DESIGNS = {file.stem: file.read_text() for file in sorted((FILES / "designs").glob("*.yml"))}
SLOTH = (FILES / "sloth_rules.yml").read_text()
COMPARISON = re.compile(r"ratio_rate(\w+?)(?:\{[^}]*\})? > \(?([\d.]+) \* 0\.005")


def conditions(text: str) -> dict[str, set[tuple[str, float]]]:
    """The windows and burn rates that the alerts of a file compare, by severity."""
    alerts = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"] or ()]
    return {
        rule["labels"]["severity"]: {(w, float(f)) for w, f in COMPARISON.findall(rule["expr"])}
        for rule in alerts
        if "alert" in rule
    }


def test_our_windows_and_burn_rates_are_the_generators() -> None:
    ours, theirs = conditions(DESIGNS["6_windows"]), conditions(SLOTH)
    assert ours["page"] == theirs["page"] == {("1h", 14.4), ("5m", 14.4), ("6h", 6), ("30m", 6)}
    assert ours["ticket"] == {("3d", 1), ("6h", 1)}
    assert theirs["ticket"] == ours["ticket"] | {("1d", 3), ("2h", 3)}
    assert f"vector({SHOP.percent / 100})" in SLOTH


def test_what_the_alerts_of_the_generator_do_not_need_is_left_out(replay: Replay) -> None:
    names = {rule.name for rule in needed(rules_of(SLOTH, replay.prometheus))}
    assert "slo:sli_error:ratio_rate3d" in names
    assert "slo:sli_error:ratio_rate30d" not in names


@pytest.mark.parametrize(
    ("name", "alerts", "right", "caught"),
    [
        ("1_objective", 25, 1, 1),
        ("2_long_window", 1, 0, 0),
        ("3_long_for", 0, 0, 0),
        ("4_burn_rate", 1, 1, 1),
        ("5_burn_rates", 2, 1, 1),
        ("6_windows", 1, 1, 1),
        ("bands", 5, 1, 1),
        ("sloth", 1, 1, 1),
    ],
)
def test_each_design_on_the_week_of_history(
    replay: Replay, name: str, alerts: int, right: int, caught: int
) -> None:
    found = replay(DESIGNS.get(name, SLOTH))
    score = held_against(found, Truth.of(1), SHOP)
    assert (score.alerts, score.right, len(score.caught)) == (alerts, right, caught)


def test_the_dashboard_of_the_budget_is_well_formed_and_no_panel_is_empty(replay: Replay) -> None:
    budget = dashboards.load(FILES / "budget.dashboard.py")
    assert dashboards.lint(budget) == []
    friday = {"last": "4d", "until": "2026-03-06 12:00", "scrape_interval": 60}
    assert not empty_panels(budget, replay.prometheus, **friday)
