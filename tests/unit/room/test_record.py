"""What a room knows: counted once, kept, bounded."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.errors import WorkshopError
from lab_helpers.room import record as records
from lab_helpers.room.metrics import RoomCollector
from lab_helpers.room.record import OTHERS, Check, Record, Refused

SECRET = "s" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "room" / "room.sqlite"


@pytest.fixture
def record(file: Path) -> Iterator[Record]:
    made = Record(file)
    yield made
    made.close()


def test_what_is_told_twice_counts_once(record: Record) -> None:
    record.join("Ann", SECRET)
    first, second = Check("02.1", 1, "no rate", False), Check("02.1", 2, "", True)
    for told in ([first], [first, second], [second], [first]):
        record.take("Ann", SECRET, told, 5.0)
    assert sorted(record.checks()) == [("02.1", "missed", 1), ("02.1", "solved", 1)]
    assert record.mistakes() == [("02.1", "no rate", 1)]
    (ann,) = record.learners()
    assert ann == ("Ann", "02.1", 0, 5.0, {"solved": 1, "missed": 1})


def test_wrong_answers_in_a_row_are_of_the_exercise_where_somebody_is(record: Record) -> None:
    record.join("Ann", SECRET)
    missed = [Check("02.1", n, "no rate", False) for n in (1, 2, 3)]
    record.take("Ann", SECRET, missed, 1.0)
    assert record.learners()[0].missed == 3
    record.take("Ann", SECRET, [Check("02.2", 1, "", True)], 2.0)
    assert record.learners()[0][1:3] == ("02.2", 0)
    record.take("Ann", SECRET, [Check("02.1", 4, "no rate", False)], 3.0)
    assert record.learners()[0][1:3] == ("02.1", 4)


def test_a_name_is_its_owners(record: Record) -> None:
    record.join("Ann", SECRET)
    record.join("Ann", SECRET)
    for name in ("Ann", "ann", "ＡＮＮ"):
        with pytest.raises(Refused, match="taken"):
            record.join(name, "t" * 32)
    for act in (lambda: record.take("Ann", "t" * 32, [], 0), lambda: record.leave("Ann", "")):
        with pytest.raises(Refused, match="does not know you"):
            act()
    record.leave("Ann", SECRET)
    record.join("ann", "t" * 32)


def test_a_restart_loses_nothing_and_keeps_the_link(record: Record, file: Path) -> None:
    record.join("Ann", SECRET)
    record.take("Ann", SECRET, [Check("02.1", 1, "no rate", False)], 5.0)
    before = RoomCollector(record).text()
    record.close()
    again = Record(file)
    assert RoomCollector(again).text() == before
    assert again.token == record.token
    assert file.parent.stat().st_mode & 0o077 == 0
    again.close()


def test_what_was_confirmed_survives_a_crash(record: Record, file: Path, tmp_path: Path) -> None:
    record.join("Ann", SECRET)
    record.take("Ann", SECRET, [Check("02.1", 1, "no rate", False)], 5.0)
    crashed = tmp_path / "crashed"  # what the disk has while the first room still runs
    crashed.mkdir()
    for part in file.parent.iterdir():
        (crashed / part.name).write_bytes(part.read_bytes())
    again = Record(crashed / "room.sqlite")
    assert again.mistakes() == [("02.1", "no rate", 1)]
    again.close()


def test_labels_are_bounded_whoever_writes_them(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_LEARNERS", 3)
    for n in range(3):
        record.join(f"learner {n}", SECRET)
    with pytest.raises(Refused, match="room is full"):
        record.join("one more", SECRET)
    record.join("learner 1", SECRET)
    many = [Check("02.1", n, f"mistake {n}", False) for n in range(1, 101)]
    record.take("learner 0", SECRET, many, 0)
    counts = {diagnosis: count for _, diagnosis, count in record.mistakes()}
    assert len(counts) == records.MOST_MISTAKES + 1
    assert sum(counts.values()) == 100 and counts[OTHERS] == 100 - records.MOST_MISTAKES


def test_a_second_room_of_a_checkout_is_told_so(record: Record, file: Path) -> None:
    record.join("Ann", SECRET)
    with pytest.raises(WorkshopError, match="Another room of this checkout runs already"):
        Record(file)
    assert [each.name for each in record.learners()] == ["Ann"]


def test_a_damaged_record_is_told_and_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(WorkshopError, match="move it away"):
        Record(file)
    assert file.read_bytes() == b"no database" * 1000


def test_a_full_disk_leaves_what_was_known(record: Record) -> None:
    record.join("Ann", SECRET)
    (pages,) = record._data.execute("pragma page_count").fetchone()
    record._data.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        record.take("Ann", SECRET, [Check(f"0{n}", 1, "", True) for n in range(999)], 0)
    assert record.checks() == []
    record._data.execute("pragma max_page_count = 100000")
    record.take("Ann", SECRET, [Check("02.1", 1, "", True)], 0)
    assert record.checks() == [("02.1", "solved", 1)]
