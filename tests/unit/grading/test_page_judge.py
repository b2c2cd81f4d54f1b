"""What the judge of pages says of what a scrape brought; the scrape itself is in tests/labs."""

from dataclasses import replace

import pytest

from lab_helpers.grading.judges.page import Page, Series, compare

REFERENCE = """\
# HELP vans_total Vans.
# TYPE vans_total counter
vans_total{way="in"} 3
vans_total{way="out"} 2
# HELP pause_seconds Pause.
# TYPE pause_seconds gauge
pause_seconds 120
"""


def one(name: str, **labels: str) -> Series:
    return name, frozenset(labels.items())


IN, OUT, PAUSE = one("vans_total", way="in"), one("vans_total", way="out"), one("pause_seconds")
RIGHT = Page(
    "", "up", "", 3, {IN: 3.0, OUT: 2.0, PAUSE: 120.0},
    {"vans_total": "counter", "pause_seconds": "gauge"},
    {"vans_total": "All vans.", "pause_seconds": "The pause."},
)  # fmt: skip


def without(*gone: Series, **new: float) -> dict[Series, float]:
    more = {one(name): value for name, value in new.items()}
    return {key: value for key, value in RIGHT.series.items() if key not in gone} | more


def test_the_right_page() -> None:
    assert compare(RIGHT, "", REFERENCE).solved


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (replace(RIGHT, health="down", error="no"), "syntax error"),
        (replace(RIGHT, scraped=4), "timestamp"),
        (replace(RIGHT, remarks="vans_total metric not unique\n"), "series twice"),
        (replace(RIGHT, series=without(OUT), scraped=2), "series missing"),
        (replace(RIGHT, series=without(x=1)), "series too many"),
        (replace(RIGHT, series=without(IN, vans_in_total=3)), "label in the name"),
        (replace(RIGHT, series=without(PAUSE, pause=120)), "wrong name"),
        (replace(RIGHT, series=without(IN, vans_total=3)), "label missing"),
        (
            replace(RIGHT, series=without(IN) | {one("vans_total", to="in"): 3.0}),
            "wrong label name",
        ),
        (
            replace(RIGHT, series=without(IN) | {one("vans_total", way="In"): 3.0}),
            "wrong label value",
        ),
        (
            replace(RIGHT, series=without(IN) | {one("vans_total", way="in", x="y"): 3.0}),
            "label too many",
        ),
        (replace(RIGHT, series=without() | {PAUSE: 2.0}), "off by a unit"),
        (replace(RIGHT, series=without() | {PAUSE: 120_000.0}), "off by a unit"),
        (replace(RIGHT, series=without() | {PAUSE: -120.0}), "wrong sign"),
        (replace(RIGHT, series=without() | {IN: 4.0}), "wrong value"),
        (replace(RIGHT, types={}), "type missing"),
        (replace(RIGHT, types={**RIGHT.types, "vans_total": "gauge"}), "wrong type"),
        (replace(RIGHT, helps={}), "help missing"),
    ],
)
def test_each_mistake_has_its_diagnosis(page: Page, expected: str) -> None:
    verdict = compare(page, "", REFERENCE)
    assert verdict.diagnosis == expected
    assert len(verdict.message) > 20


def test_what_cannot_be_read_is_shown_with_its_line() -> None:
    remarks = 'error while linting: text format parsing error in line 2: expected float, got "1,2"'
    verdict = compare(Page(remarks), "a 1\nb 1,2\n", REFERENCE)
    assert verdict.diagnosis == "syntax error"
    assert "Line 2, `b 1,2`" in verdict.message
