"""A learner's seat: joined, told of, away and back, left."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_helpers import seat
from lab_helpers.errors import WorkshopError
from lab_helpers.grading import record
from lab_helpers.seat import calls, membership, reports, sending
from tests.class_room import Open, all_is_told, open_room, seat_in

AWAY = "http://127.0.0.1:9/join/abc"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Open]:
    with open_room(tmp_path / "room") as opened:
        yield opened


@pytest.fixture(autouse=True)
def at_a_desk(tmp_path: Path) -> Iterator[None]:
    with seat_in(tmp_path / "ann"):
        yield


def checks(room: Open, learner: str = "Ann") -> tuple[float, float]:
    found = room.metrics()
    name = "room_learner_checks_total"
    return found.get((name, learner, "missed"), -1), found.get((name, learner, "solved"), -1)


def test_nothing_is_written_or_sent_unless_joined(tmp_path: Path) -> None:
    seat.note("02.1", "no rate", False)
    seat.catch_up()
    assert seat.describe() == ""
    assert not (tmp_path / "ann").exists()
    with pytest.raises(WorkshopError, match="in no room"):
        seat.leave()


def test_a_seat_lies_beside_the_learners_record(tmp_path: Path) -> None:
    assert membership.VARIABLE == record.VARIABLE
    assert membership.folder().parent == record.file().parent == tmp_path / "ann"


def test_a_check_is_told_in_four_words_and_no_more(
    room: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    post = calls.post

    def overheard(url: str, what: dict[str, Any]) -> calls.Answer:
        sent.append(what)
        return post(url, what)

    monkeypatch.setattr(calls, "post", overheard)
    assert "Your answers stay on" in seat.join(room.url, "Ann")
    seat.note("02.1", "rate after sum", False)
    seat.note("02.1", "", True)
    all_is_told()
    assert checks(room) == (1, 1)
    told = [each for what in sent for each in what.get("reports", [])]
    assert told == [
        {"exercise": "02.1", "tries": 1, "diagnosis": "rate after sum", "solved": False},
        {"exercise": "02.1", "tries": 2, "diagnosis": "", "solved": True},
    ]
    assert {name for what in sent for name in what} == {"name", "secret", "reports"}
    assert "knows of every check" in seat.describe()


def test_what_is_kept_is_for_its_owner_alone(room: Open, tmp_path: Path) -> None:
    seat.join(room.url, "Ann")
    kept = tmp_path / "ann" / "seat" / "membership.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(kept.read_text())["secret"].encode() not in b"".join(
        file.read_bytes() for file in (tmp_path / "room").iterdir()
    )


def test_a_learner_who_starts_anew_keeps_the_name_and_nobody_else_gets_it(
    room: Open, tmp_path: Path
) -> None:
    seat.join(room.url, "Ann")
    seat.join(room.url, "Ann")
    with pytest.raises(WorkshopError, match="You are in this room as Ann"):
        seat.join(room.url, "Ben")
    for name in ("Ann", "ANN", "ａnn"):
        with seat_in(tmp_path / "other"), pytest.raises(WorkshopError, match="taken: choose"):
            seat.join(room.url, name)
    with seat_in(tmp_path / "other"):
        seat.join(room.url, "Ben")


def test_what_the_room_missed_is_told_later_in_order_and_once(tmp_path: Path) -> None:
    with open_room(tmp_path / "room") as room:
        seat.join(room.url, "Ann")
        url, port = room.url, room.address[1]
    for _ in range(120):
        seat.note("02.1", "rate after sum", False)
    seat.note("02.1", "", True)
    assert "121 checks wait" in seat.describe()
    with open_room(tmp_path / "room", port) as room:
        assert room.url == url
        seat.catch_up()
        all_is_told()
        assert checks(room) == (120, 1)
        assert room.metrics()["room_learner_missed", "02.1", "Ann"] == 0
        reports.told(0)  # as if the answers had been lost on their way
        seat.catch_up()
        all_is_told()
        assert checks(room) == (120, 1)


def test_a_room_that_moves_to_another_address_is_the_same_room(tmp_path: Path) -> None:
    with open_room(tmp_path / "room") as room:
        seat.join(room.url, "Ann")
        seat.note("02.1", "rate after sum", False)
        all_is_told()
    seat.note("02.1", "", True)
    with open_room(tmp_path / "room") as moved:
        assert moved.url != room.url
        assert "1 check waits" in seat.describe()
        seat.join(moved.url, "Ann")
        assert checks(moved) == (1, 1)


def test_a_check_does_not_wait_for_a_room_that_is_silent(
    room: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.join(room.url, "Ann")

    over = threading.Event()
    kept_waiting: list[dict[str, Any]] = []

    def silent(url: str, what: dict[str, Any]) -> calls.Answer:
        if not kept_waiting and not over.wait(5):
            kept_waiting.append(what)
        return calls.Answer(0)

    monkeypatch.setattr(calls, "post", silent)
    for _ in range(20):
        seat.note("02.1", "", True)
    over.set()
    assert reports.waiting() == 20 and not kept_waiting
    assert sending.wait(10)


def test_whoever_leaves_is_forgotten_and_tells_nothing_more(room: Open) -> None:
    seat.join(room.url, "Ann")
    seat.note("02.1", "rate after sum", False)
    all_is_told()
    assert "forgotten your name" in seat.leave()
    seat.note("02.1", "", True)
    seat.catch_up()
    all_is_told()
    assert not [key for key in room.metrics() if "Ann" in key]
    assert room.metrics()["room_checks_total", "02.1", "missed"] == 1
    seat.join(room.url, "Ann")
    seat.note("02.1", "", True)
    all_is_told()
    assert checks(room) == (0, 1)


def test_leaving_a_room_that_is_away_holds_all_the_same(tmp_path: Path) -> None:
    with open_room(tmp_path / "room") as room:
        seat.join(room.url, "Ann")
    seat.note("02.1", "", True)
    assert "does not answer now" in seat.leave()
    assert reports.waiting() == 0
    with open_room(tmp_path / "room", room.address[1]) as room:
        seat.join(room.url, "Ann")
        seat.note("02.1", "", True)
        all_is_told()
        assert checks(room) == (0, 1)


def test_leaving_waits_for_what_is_on_its_way(room: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    seat.join(room.url, "Ann")
    post, on_its_way, arrived = calls.post, threading.Event(), []

    def slow(url: str, what: dict[str, Any]) -> calls.Answer:
        if url.endswith("/reports"):
            on_its_way.set()
            time.sleep(0.5)
        answer = post(url, what)
        arrived.append(url.rpartition("/")[2])
        return answer

    monkeypatch.setattr(calls, "post", slow)
    seat.note("02.1", "", True)
    assert on_its_way.wait(10)
    seat.leave()
    assert arrived == ["reports", "leave"]


def test_two_rooms_are_not_mixed(room: Open, tmp_path: Path) -> None:
    seat.join(room.url, "Ann")
    seat.note("02.1", "", True)
    all_is_told()
    with open_room(tmp_path / "second") as second:
        with pytest.raises(WorkshopError, match="leave` it first"):
            seat.join(second.url, "Ann")
        seat.leave()
        seat.join(second.url, "Ann")
        seat.note("02.1", "off by a unit", False)
        all_is_told()
        assert checks(second) == (1, 0)
        assert room.metrics()["room_learners",] == 0


@pytest.mark.parametrize(
    "url",
    ["", "room", "https://127.0.0.1/join/abc", "http://127.0.0.1/", "http://127.0.0.1:x/join/abc",
     "http:///join/abc", "http://127.0.0.1:99999/join/abc", "http://[::1/join/abc",
     "http://u:p@127.0.0.1/join/abc", "http://h/join/a\nb", "http://h/join/" + "a" * 9999],
)  # fmt: skip
def test_what_is_no_link_is_said_so(url: str) -> None:
    with pytest.raises(WorkshopError, match="no link to a room") as refused:
        seat.join(url, "Ann")
    assert len(str(refused.value)) < 300 and str(refused.value).isprintable()


def test_a_room_that_is_away_or_another_ones_is_said_so(room: Open) -> None:
    with pytest.raises(WorkshopError, match="Nobody answers at"):
        seat.join(AWAY, "Ann")
    wrong = room.url.rpartition("/")[0] + "/wrong"
    with pytest.raises(WorkshopError, match="of no room here"):
        seat.join(wrong, "Ann")
    seat.join(room.url, "Ann")  # and neither keeps anybody from joining
    assert membership.load().url == room.url  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"url": 1}', b"\xff\xfe", b"null"])
def test_a_seat_that_cannot_be_read_is_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "ann" / "seat").mkdir(parents=True)
    (tmp_path / "ann" / "seat" / "membership.json").write_bytes(content)
    seat.note("02.1", "", True)
    assert seat.describe() == ""


def test_a_broken_line_is_passed_over(room: Open, tmp_path: Path) -> None:
    seat.join(room.url, "Ann")
    with open(tmp_path / "ann" / "seat" / "reports.jsonl", "ab") as file:
        file.write(b'{"exercise": "02\n[1]\n\xff\n')
    seat.note("02.1", "", True)
    all_is_told()
    assert checks(room) == (0, 1)
