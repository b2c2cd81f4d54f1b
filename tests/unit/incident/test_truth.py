"""The truth as data, and the catalogue that it is told from."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.incident import CAUSES, FAULTS, LEADS, PLACES, SYMPTOMS, TROUBLES, Truth
from lab_helpers.incident.on_stage import told
from lab_helpers.setup.images import ROOT

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, 1, 30, 250_000, tzinfo=UTC)
FAULT = TROUBLES["target-vanished"].happened(("web-2",), NOON, LATER)
LEAD = TROUBLES["reload"].happened(("prometheus",), LATER, None)
TRUTH = Truth(7, 2, (FAULT, LEAD))


def test_a_truth_survives_its_recording(tmp_path: Path) -> None:
    file = tmp_path / "truth.json"
    file.write_bytes(TRUTH.to_json())
    assert Truth.read(file) == TRUTH
    plain = json.loads(file.read_text())
    assert plain["happenings"][0]["began"] == "2026-03-02T12:00:00Z"
    assert plain["happenings"][1]["ended"] is None
    assert (TRUTH.faults, TRUTH.leads) == ((FAULT,), (LEAD,))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"seed": "seven"}', "\x00", "null"])
def test_what_is_no_truth_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(WorkshopError, match="That is no record of an incident: "):
        Truth.from_json(text)


def test_a_record_of_another_vocabulary_is_refused(tmp_path: Path) -> None:
    text = TRUTH.to_json().decode().replace('"blind"', '"deaf"')
    with pytest.raises(WorkshopError, match=r"no such word in the vocabulary: \['deaf'\]"):
        Truth.from_json(text)
    with pytest.raises(WorkshopError, match="cannot be read: No such file"):
        Truth.read(tmp_path / "nothing.json")
    with pytest.raises(WorkshopError, match="need a time zone"):
        replace(FAULT, began=NOON.replace(tzinfo=None))


def test_the_vocabulary_has_every_fault_and_lead_and_no_other_cause() -> None:
    assert set(TROUBLES) == set(CAUSES)
    assert len(FAULTS) >= 14
    assert len(LEADS) >= 5


@pytest.mark.parametrize("name", TROUBLES)
def test_each_is_told_in_words_of_the_vocabulary(name: str) -> None:
    one = TROUBLES[name]
    assert one.symptom in SYMPTOMS
    assert one.debrief
    assert one.mended_by
    assert one.radii
    for where in one.radii:
        assert set(where) <= set(PLACES)
        assert one.touched(where) <= set(PLACES)
        record = one.happened(where, NOON, None)
        assert "$" not in record.shows + record.debrief + record.mended_by
    rules = (ROOT / "labs" / "06_alertmanager" / "rules.yml").read_text()
    for alert in one.alerts:
        assert re.search(rf"- alert: {alert}$", rules, re.M)
    if one.kind == "lead":
        assert not one.alerts
        assert one.symptom == "nobody"


def test_the_drawn_instances_are_in_expression_and_words() -> None:
    assert FAULT.shows == 'absent(up{job="web",instance=~"web-2"})'
    assert FAULT.mended_by == "Register web-2 in Consul again."
    both = TROUBLES["latency"].happened(("web-1", "web-2"), NOON, None)
    assert "web-1 and web-2" in both.mended_by


def test_the_truth_in_a_terminal() -> None:
    lines = told(TRUTH).splitlines()
    assert lines[0] == "12:00:00 to 12:01:30 UTC  fault: target-vanished, at web-2"
    assert "  paged: nobody" in lines
    assert "12:01:30 UTC  false lead: reload, at prometheus" in lines
    assert not any("mended: Nothing" in line for line in lines)
    assert told(Truth(7, 2, ())) == "It was ended before anything happened."
