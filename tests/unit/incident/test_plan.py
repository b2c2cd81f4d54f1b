"""What is drawn from a seed: the same everywhere, and possible at the same time."""

import subprocess
import sys
from itertools import combinations

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.incident import FAULTS, LEADS, LEVELS, Incident, Planned
from lab_helpers.incident.plan import FIRST, at_most, draw

MANY = [(seed, level) for level in LEVELS for seed in range(300)]


def test_the_same_seed_is_the_same_incident_in_another_process() -> None:
    program = "from lab_helpers.incident.plan import draw; print(draw(7, 3), draw(8, 2))"
    for hashing in ("0", "1"):  # sets and dictionaries of names are in another order
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hashing},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == f"{draw(7, 3)} {draw(8, 2)}"
    assert draw(7, 3) != draw(8, 3)
    assert Incident("7", "3").plan == draw(7, 3)


def test_the_incidents_that_people_have_talked_about_are_still_those() -> None:
    """Another catalogue draws others: then say so where seeds are named, and record anew."""
    assert draw(7, 1) == (Planned("disk-full", ("mysql",), 4.3, 40.4),)
    assert draw(5, 2) == (
        Planned("dns", ("nginx", "blackbox-exporter"), 3.5, 36.9),
        Planned("exporter-restart", ("nginx-exporter",), 4.2, 17.0),
        Planned("more-visitors", ("traffic",), 10.9, 20.8),
    )
    assert draw(3, 3) == (
        Planned("rule-mute", ("prometheus",), 4.0, 47.5),
        Planned("disk-half", ("mysql",), 7.6, 17.9),
        Planned("bad-release", ("web-2",), 9.6, 47.5),
    )


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_keeps_what_it_says(level: int) -> None:
    for seed in range(300):
        plan = draw(seed, level)
        faults = [one for one in plan if one.name in FAULTS]
        leads = [one for one in plan if one.name in LEADS]
        assert (len(faults), len(leads)) == {1: (1, 0), 2: (1, 2), 3: (2, 1)}[level]
        if level < 3:
            (only,) = faults
            assert bool(only.trouble.alerts) == (level == 1)
        else:
            first, second = faults
            assert second.begins < first.ends, "they overlap"
        assert len({one.name for one in plan}) == len(plan)
        assert list(plan) == sorted(plan, key=lambda one: (one.begins, one.name))


def test_the_first_fault_is_there_within_ten_seconds_and_has_time_to_show() -> None:
    assert at_most() <= 8
    for seed, level in MANY:
        faults = [one for one in draw(seed, level) if one.name in FAULTS]
        assert FIRST[0] <= faults[0].begins <= FIRST[1]
        for one in faults:
            assert one.ends - one.begins >= one.trouble.shows_within + 10, one
        assert max(one.ends for one in faults) <= 60


def test_what_overlaps_leaves_each_other_alone() -> None:
    def touched(one: Planned) -> frozenset[str]:
        return one.trouble.touched(one.where)

    for seed, level in MANY:
        for one, other in combinations(draw(seed, level), 2):
            assert not touched(one) & touched(other), (seed, level)


def test_each_fault_lead_and_radius_is_drawn() -> None:
    seen = {(one.name, one.where) for seed, level in MANY for one in draw(seed, level)}
    every = {(n, w) for n, one in {**FAULTS, **LEADS}.items() for w in one.radii}
    assert seen == every


@pytest.mark.parametrize("seed", ["", "seven", "-1", "1.5", 1.0, None, True, "٧", "9" * 30, "0x7"])
def test_a_seed_that_is_no_number(seed: object) -> None:
    with pytest.raises(WorkshopError, match="A seed is a whole number such as 7, not "):
        Incident(seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("level", ["", "hard", 0, 4, True, 1.5])
def test_a_level_that_there_is_not(level: object) -> None:
    with pytest.raises(WorkshopError, match=r"There is no level .*There are: 1: one fault, and"):
        Incident(7, level)  # type: ignore[arg-type]


def test_what_needs_an_incident_under_way_says_so() -> None:
    incident = Incident(7)
    for act in (incident.end, incident.recovered, lambda: incident.mend("errors")):
        with pytest.raises(WorkshopError, match=r"incident 7 \(level 1\) is not under way: start"):
            act()
    assert incident.truth.happenings == ()
