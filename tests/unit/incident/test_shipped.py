"""The incidents that come recorded: all there, small, whole, and still what their seeds draw."""

import pytest

from lab_helpers.incident.plan import LEVELS, draw
from lab_helpers.incident.recording import (
    EXAMPLE,
    FOLDER,
    LARGEST,
    MESSAGES,
    SHIPPED,
    Recording,
    recorded,
    truth_of,
)
from lab_helpers.incident.vocabulary import SYMPTOMS


def test_twelve_come_recorded_of_every_level_and_symptom() -> None:
    assert {(head.seed, head.level) for head in recorded()} == set(SHIPPED)
    assert len(SHIPPED) == 12 and EXAMPLE in SHIPPED
    assert {level for _, level in SHIPPED} == set(LEVELS)
    assert len({seed for seed, _ in SHIPPED}) == len(SHIPPED), "a seed alone says which"
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 12 * LARGEST / 2
    hurt = {fault.symptom for which in SHIPPED for fault in truth_of(*which).faults}
    assert hurt == SYMPTOMS.keys()


@pytest.mark.parametrize(("seed", "level"), SHIPPED, ids=str)
def test_a_recording_is_whole_and_what_its_seed_draws(seed: int, level: int) -> None:
    recording = Recording.open(seed, level)
    head, truth = recording.head, recording.truth
    assert (truth.seed, truth.level) == (seed, level)
    again = "the catalogue draws another incident now: record it anew"
    happened = {(one.name, one.where) for one in truth.happenings}
    assert happened == {(one.name, one.where) for one in draw(seed, level)}, again
    for one in truth.happenings:
        assert head.begin + 60 < one.began.timestamp() < head.end - 20
        assert one.ended is None or one.kind == "lead"
    assert {MESSAGES, "rules", "targets", "status/config"} == recording.seen.keys()
    assert all(head.begin <= told["arrived"] <= head.end for told in recording.seen[MESSAGES])
    assert len(recording.blocks) > 100_000
