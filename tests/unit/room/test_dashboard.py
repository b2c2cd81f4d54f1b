"""The room's dashboard for Grafana: sound, asking what the page asks, to be had from the page."""

from pathlib import Path

import requests

from lab_helpers.dashboards import as_json, lint, panels_of
from lab_helpers.room import dashboard
from lab_helpers.room.figures import QUERIES
from tests.class_room import open_room


def test_it_asks_what_the_page_asks_and_is_sound() -> None:
    made = dashboard.made()
    assert lint(made) == []
    targets = [each for panel in panels_of(as_json(made)) for each in panel["targets"]]
    asked = [each["expr"].replace("$__rate_interval", "1m") for each in targets]
    assert sorted(asked) == sorted(QUERIES.values())


def test_the_page_hands_it_out_for_import(tmp_path: Path) -> None:
    with open_room(tmp_path) as room:
        found = requests.get(f"{room.page}dashboard.json", timeout=30).json()
    assert found["title"] == "The room" and found["__inputs"][0]["name"] == "DS_PROMETHEUS"
