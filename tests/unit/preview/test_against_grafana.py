"""Values, intervals, colours, calculations and mappings, held against Grafana's own packages."""

import math
import random
from typing import Any

import pytest

from lab_helpers.dashboards.migration.fields import mappings_of_today
from lab_helpers.preview import colours
from lab_helpers.preview.fields import configure, show
from lab_helpers.preview.filling import Chosen, for_query
from lab_helpers.preview.frames import Field, Frame
from lab_helpers.preview.intervals import rounded
from lab_helpers.preview.mappings import mapped
from lab_helpers.preview.reducers import NAMES, name_of, reduce
from lab_helpers.preview.units import is_known, words

SEED = 20261128
OWN = (
    "", "furlongs", "suffix: things", "prefix:~", "si:kW", "si:things", "count:x", "currency:Fr",
    "currency:financial:$", "currency:financial:€:suffix", "bool:up/down", "bool:up",
    "time:YYYY-MM-DD HH:mm", "farenheit",
)  # fmt: skip
VALUES = (
    0, 1, -1, 0.5, 0.25, 0.1, 1 / 3, 2.25, 2.26, 9.99, 9.995, 12.345, 99.5, 100, 999, 999.5, 1000,
    1023, 1024, 1500, 1536, 59, 60, 61, 90, 3599, 3600, 5400, 86399, 86400, 90061, 604800, 31536000,
    1e6, 1234567, 1e9, 1.5e9, 1e12, 1e-3, 1e-4, 1.5e-5, 1e-6, 3e-7, 1e-9, -0.0123, -1234.5, -5e6,
    123456789.123, 1700000000000,
)  # fmt: skip
NUMBERS = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}


def test_units_and_decimals(grafana: Any) -> None:
    units = grafana.ask("units", [None])[0]
    assert len(units) > 250
    assert [unit for unit in units if not is_known(unit)] == []
    some = random.Random(SEED)
    values = [*VALUES, *(some.uniform(-1, 1) * 10 ** some.randint(-6, 12) for _ in range(20))]
    # Hexadecimal digits behind the point are cut off where JavaScript rounds the last one.
    cases = [
        [unit, value, decimals]
        for unit in [*units, *OWN]
        for value in values
        for decimals in (None, 0, 1, 3)
        if not (unit.startswith("hex") and decimals != 0)
    ]
    cases += [[unit, word, None] for unit in ("short", "bytes", "s", "percent") for word in NUMBERS]
    differ = [
        (case, theirs, ours)
        for case, theirs in zip(cases, grafana.ask("written", cases), strict=True)
        if (ours := words(NUMBERS.get(case[1], case[1]), case[0], case[2]))
        != theirs.replace("\u202f", " ")
    ]
    assert differ == []


def test_intervals_are_rounded(grafana: Any) -> None:
    some = random.Random(SEED)
    lengths = [12_000, 288_000, 2_016_000, *(int(10 ** some.uniform(0, 11)) for _ in range(2000))]
    ours = [round(rounded(ms / 1000) * 1000) for ms in lengths]
    assert ours[:3] == [10_000, 300_000, 1_800_000]
    assert ours == grafana.ask("rounded", lengths)
    cases: list[list[Any]] = [
        [some.randint(60, 10**7) * 1000, some.choice((300, 1600)), "15s"] for _ in range(200)
    ]
    ours = [max(15_000, round(rounded(span / points / 1000) * 1000)) for span, points, _ in cases]
    assert ours == grafana.ask("interval", cases)


def _hex(colour: Any) -> tuple[int, ...]:
    return tuple(round(part * 255) for part in colours.rgba(colour)[:3])


def test_colours(grafana: Any) -> None:
    for name, theirs in zip(colours.NAMED, grafana.ask("colour", list(colours.NAMED)), strict=True):
        assert _hex(colours.NAMED[name]) == _hex(theirs), name
    assert list(colours.PALETTE) == grafana.ask("palette", [None])[0]
    series = ["", "a", "node", "Zürich", "💥", 'up{job="x"}']
    ours = [colours.by_name(colours.PALETTE, name) for name in series]
    assert ours == grafana.ask("named", series)
    cases: list[Any] = [[mode, share / 10] for mode in colours.BLENDS for share in range(11)]
    for (mode, share), theirs in zip(cases, grafana.ask("blended", cases), strict=True):
        shades = [round(part * 255) for part in colours.blended(mode, share)[:3]]
        assert shades == pytest.approx(_hex(theirs), abs=1), (mode, share)


@pytest.mark.parametrize(
    ("colour", "hexadecimal"),
    [
        ("rgba(50, 172, 45, 0.97)", (50, 172, 45, 0.97)), ("rgb(255,255,255)", (255, 255, 255, 1)),
        ("semi-dark-red", (196, 22, 42, 1)), ("super-light-blue", (138, 184, 255, 1)),
        ("text", (36, 41, 46, 1)), ("transparent", (255, 255, 255, 0)),
        ("#F2495C", (242, 73, 92, 1)),
        ("#d44a3a80", (212, 74, 58, 0.5)), ("hsl(120, 100%, 25%)", (0, 128, 0, 1)),
        ("rebeccapurple", (102, 51, 153, 1)), ("no such", (128, 128, 128, 1)),
        (None, (128, 128, 128, 1)), ("rgb(a, b)", (128, 128, 128, 1)),
    ],
)  # fmt: skip
def test_any_colour_can_be_drawn(colour: Any, hexadecimal: tuple[float, ...]) -> None:
    red, green, blue, opacity = colours.rgba(colour)
    found = (*(round(255 * part) for part in (red, green, blue)), round(opacity, 2))
    assert found == hexadecimal


def test_calculations(grafana: Any) -> None:
    theirs = {calc: name for calc, name in grafana.ask("calculations", [None])[0]}
    assert {calc: name_of(calc) for calc in NAMES} == {calc: theirs[calc] for calc in NAMES}
    assert theirs.keys() - NAMES.keys() == {f"p{n}" for n in range(1, 100)}
    some = random.Random(SEED)
    rows: list[list[Any]] = [[], [None], [0, 0], [5], [1, 2, 3], [4, 3, 9, 1, 1], [None, 2, None]]
    for _ in range(60):
        values = [None, 0, *(round(some.uniform(-50, 50), 3) for _ in range(6))]
        rows.append([some.choice(values) for _ in range(some.randint(1, 9))])
    calcs = [*NAMES, "p1", "p50", "p95"]
    cases: list[Any] = [[row, calc] for row in rows for calc in calcs]
    for (row, calc), answer in zip(cases, grafana.ask("reduced", cases), strict=True):
        ours, expected = reduce(row, calc), NUMBERS.get(str(answer), answer)
        if isinstance(expected, float) and isinstance(ours, float | int):
            assert ours == pytest.approx(expected, nan_ok=True), (row, calc)
        elif ours is None and calc == "logmin":
            assert expected is None or expected > 1e308, row  # the largest number there is
        elif ours is None and expected != expected:
            assert not any(row), (row, calc)  # nothing is neither a number nor none
        else:
            assert (ours or None) == (expected or None), (row, calc)


MAPPINGS: list[list[dict[str, Any]]] = [
    [{"type": "value", "options": {"1": {"text": "up", "color": "green"}, "0": {"text": "down"},
                                   "a": {"color": "red"}, "true": {"text": "yes"}}}],
    [{"type": "range", "options": {"from": 1, "to": 5, "result": {"text": "some"}}},
     {"type": "range", "options": {"from": None, "to": 0, "result": {"color": "blue"}}},
     {"type": "range", "options": {"from": 100, "to": None, "result": {"text": "many"}}}],
    [{"type": "regex", "options": {"pattern": "^(.*)-(\\d+)$", "result": {"text": "$2 of $1"}}},
     {"type": "regex", "options": {"pattern": "/(?<who>A)B/i", "result": {"text": "<$<who>$&>"}}}],
    [{"type": "special", "options": {"match": match, "result": {"text": match}}}
     for match in ("null", "nan", "true", "false", "empty")],
    [{"type": "special", "options": {"match": "null+nan", "result": {"text": "nothing"}}}],
]  # fmt: skip


def test_value_mappings(grafana: Any) -> None:
    values: list[Any] = [0, 1, 1.5, 5, 7, 100, -3, "1", "a", "web-12", "cab", "", None, "NaN", True]
    cases = [[mappings, value] for mappings in MAPPINGS for value in values]
    for (mappings, value), theirs in zip(cases, grafana.ask("mapped", cases), strict=True):
        number = NUMBERS.get(value, value) if isinstance(value, str) else value
        assert (mapped(mappings, number) or None) == (theirs or None), (mappings, value)


def test_old_value_mappings(grafana: Any) -> None:
    thresholds = {"mode": "absolute", "steps": [{"value": None, "color": "red"},
                                                {"value": 2, "color": "green"}]}  # fmt: skip
    maps = [{"op": "=", "value": "null", "text": "N/A"}, {"value": "1", "text": "3 up"},
            {"value": "0", "text": "down"}]  # fmt: skip
    ranges = [{"from": "null", "to": "null", "text": "N/A"}, {"from": "1", "to": "9", "text": "1"}]
    for panel, listed, kind in (
        ({"mappingType": 1, "valueMaps": maps}, maps, 1),
        ({"mappingType": 2, "rangeMaps": ranges}, ranges, 2),
    ):
        (theirs,) = grafana.ask("old_mappings", [[panel, thresholds]])
        ours = mappings_of_today([one | {"type": kind} for one in listed], thresholds)
        for value in (None, 0, 1, 3, "NaN", 9, 10):
            (expected,) = grafana.ask("mapped", [[theirs, value]])
            assert mapped(ours, NUMBERS.get(str(value), value)) == expected, (panel, value)


def test_texts_and_colours_of_values(grafana: Any) -> None:
    some = random.Random(SEED)
    steps = [{"value": None, "color": "green"}, {"value": 40, "color": "#EAB839"},
             {"value": 75, "color": "dark-red"}]  # fmt: skip
    cases: list[list[Any]] = []
    for mode in ("absolute", "percentage"):
        for colour in ({"mode": "thresholds"}, {"mode": "fixed", "fixedColor": "purple"},
                       {"mode": "continuous-GrYlRd"}, {"mode": "palette-classic"}):  # fmt: skip
            for ends in ({}, {"min": 0, "max": 50}, {"min": -20}):
                config = {"thresholds": {"mode": mode, "steps": steps}, "color": colour, **ends,
                          "unit": some.choice(("bytes", "percent", "short")), "decimals": None,
                          "mappings": some.choice(MAPPINGS[:2])}  # fmt: skip
                values = [round(some.uniform(-30, 120), 2) for _ in range(4)]
                cases += [[values, config, value] for value in [*values, 1, 0]]
    for (values, config, value), theirs in zip(cases, grafana.ask("shown", cases), strict=True):
        one = Field("v", "number", values)
        panel = {"type": "stat", "fieldConfig": {"defaults": config}}
        configure([Frame([one])], panel, str, set())
        found = show(one, value)
        assert found.text == theirs[0], (config, value)
        ours = [round(part * 255) for part in found.colour[:3]]
        assert ours == pytest.approx(_hex(theirs[1]), abs=1), (config, values, value)


def test_variables_in_a_query(grafana: Any) -> None:
    values = ["web-1:8080", "a.b", "/x(y)|z", "C:\\temp", "it's", "$1 {a}", "a+b*c?", "^[x]$"]
    cases: list[list[Any]] = [[value, many] for value in values for many in (True, False)]
    cases += [[values[:2], True], [values[2:3], True], [values, True]]
    for (value, many), theirs in zip(cases, grafana.ask("escaped", cases), strict=True):
        listed = tuple(value) if isinstance(value, list) else (value,)
        chosen = Chosen(listed, listed, many)
        assert for_query("$v", {"v": chosen}.get) == theirs, (value, many)
