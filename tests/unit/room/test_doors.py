"""The room's doors: who is let in, who is refused and how, what stays hidden."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from lab_helpers.errors import WorkshopError
from lab_helpers.room import doors
from lab_helpers.room.limits import Limit
from lab_helpers.room.record import OTHERS
from lab_helpers.room.serving import Room
from tests.class_room import SECRET, Open, open_room, report


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_room(tmp_path_factory.mktemp("room")) as opened:
        opened.join("Ann").raise_for_status()
        yield opened


@pytest.fixture(autouse=True)
def at_leisure(room: Open) -> None:
    """Nobody has been too quick in another test."""
    room.room.doors.by_address = Limit(*doors.BY_ADDRESS)
    room.room.doors.by_learner = Limit(*doors.BY_LEARNER)


def refused(answer: requests.Response, status: int, words: str) -> bool:
    sentence = answer.json()["error"]
    assert answer.status_code == status, answer.text
    assert words in sentence and sentence.endswith(".") and len(sentence) < 150
    assert "Server" not in answer.headers
    return True


@pytest.mark.parametrize("name", ["", "  ", "x" * 10_240, "a\u202eb", "a\nb", "\u200b"])
def test_a_name_that_does_not_show_is_refused(room: Open, name: str) -> None:
    assert refused(room.join(name), 400, "name")


def test_a_taken_name_and_a_wrong_secret_are_refused(room: Open) -> None:
    assert refused(room.join("ANN", "t" * 32), 409, "taken")
    assert refused(room.tell("Ann", report("02.1", 1), secret="t" * 32), 403, "join it again")
    assert refused(room.tell("Nobody", report("02.1", 1)), 403, "join it again")
    assert refused(room.post("/leave", {"name": "Ann", "secret": "t" * 32}), 403, "know you")


@pytest.mark.parametrize("token", ["x", "%00", "%C3%BC", "a" * 99, "a" * 999, "..", "%2e%2e"])
def test_a_wrong_token_opens_nothing(room: Open, token: str) -> None:
    link = f"http://127.0.0.1:{room.address[1]}/join/{token}"
    for path in ("", "/reports", "/leave"):
        assert requests.post(link + path, json={}, timeout=5).status_code in (403, 404)
    assert requests.get(link, timeout=5).status_code in (403, 404)


def test_a_percent_sign_in_a_name_is_one(room: Open) -> None:
    room.join("100%s").raise_for_status()
    assert refused(room.join("100%S", "t" * 32), 409, "100%S is taken")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 20_000, b'{"name":1,"secret":2}', b"9" * 20_000,
     b'{"name":"a"}', b'{"name":"a","secret":"short"}',
     b'{"name":"\\ud800","secret":"' + b"s" * 32 + b'"}'],
)  # fmt: skip
def test_what_is_no_report_is_refused(room: Open, body: bytes) -> None:
    for path in ("", "/reports", "/leave"):
        assert room.post(path, body).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [{"tries": 0}, {"tries": -1}, {"tries": 1.5}, {"tries": 10**30}, {"tries": "1"},
     {"exercise": "x" * 99}, {"exercise": None}, {"diagnosis": "x" * 99}, {"solved": 1}],
)  # fmt: skip
def test_a_report_with_another_shape_is_refused(room: Open, wrong: dict[str, Any]) -> None:
    assert refused(room.tell("Ann", {**report("02.1", 1), **wrong}), 400, "no report")


def test_only_what_is_on_a_list_becomes_a_label(room: Open) -> None:
    room.join("Eve").raise_for_status()
    answer = room.tell(
        "Eve", report("02.2", 1, "sum(rate(x[5m])) my answer"), report("99.9", 1, "empty"),
        report("'; drop --", 1), report("02.2", 2, "rate after sum"),
    )  # fmt: skip
    answer.raise_for_status()
    found = room.metrics()
    assert found["room_wrong_answers_total", OTHERS, "02.2"] == 1
    assert found["room_wrong_answers_total", "rate after sum", "02.2"] == 1
    assert not [key for key in found if "99.9" in key or "my answer" in str(key)]
    assert found["room_refused_requests_total", "exercise"] == 2


def test_a_learner_and_an_address_that_are_too_quick_wait(room: Open) -> None:
    room.join("Quick").raise_for_status()
    answers = [room.tell("Quick") for _ in range(40)]
    assert [each.status_code for each in answers].count(200) in range(15, 25)
    assert refused(answers[-1], 429, "a moment")
    assert room.tell("Ann").status_code == 200  # nobody else is kept waiting
    room.room.doors.by_address = Limit(3, 0)
    statuses = [room.join("Ann").status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 429, 429, 429]


def test_a_limit_forgets_and_is_bounded() -> None:
    now = [0.0]
    limit = Limit(2, 1, lambda: now[0])
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    now[0] = 1.0
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    for n in range(10_000):
        limit.allows(str(n))
    assert len(limit._left) <= 2048


def test_the_link_opens_a_page_that_says_what_to_do(room: Open) -> None:
    page = requests.get(room.url, timeout=5)
    assert f"workshop join {room.url} --name" in page.text and "Your answers stay on" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_learners_reach_no_figure(room: Open) -> None:
    for path in ("/", "/figures", "/metrics", "/room.js", "/../figures", "//figures"):
        answer = requests.get(f"http://127.0.0.1:{room.address[1]}{path}", timeout=5)
        assert answer.status_code == 404 and "Ann" not in answer.text


def test_the_page_answers_to_its_own_name_alone(room: Open) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::", "localhost@evil.example"):
        answer = requests.get(f"{room.page}figures", headers={"Host": host}, timeout=5)
        assert answer.status_code in (400, 403), host
        assert "queries" not in answer.text
    for host in ("127.0.0.1", "localhost:8031"):
        assert requests.get(room.page, headers={"Host": host}, timeout=5).ok


def test_a_name_is_escaped_where_it_is_shown(room: Open) -> None:
    name = '<img src=x "\\'
    room.join(name).raise_for_status()
    room.tell(name, report("02.3", 1)).raise_for_status()
    assert room.metrics()["room_learner_missed", "02.3", name] == 0
    text = requests.get(f"{room.page}metrics", timeout=5)
    assert text.headers["Content-Type"].startswith("text/plain")
    assert text.headers["X-Content-Type-Options"] == "nosniff"


def test_prometheus_shows_a_password(room: Open) -> None:
    for shown in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic OTk6OTk="}):
        answer = requests.get(room.metrics_url, headers=shown, timeout=5)
        assert answer.status_code == 401 and "room_" not in answer.text
    let_in = {"Authorization": f"Bearer {room.password}"}
    assert "room_learners" in requests.get(room.metrics_url, headers=let_in, timeout=5).text
    for path in ("", "figures", "join/" + room.room.record.token):
        url = room.metrics_url.replace("metrics", path)
        assert requests.get(url, headers=let_in, timeout=5).status_code == 404


def test_a_port_that_is_taken_is_told_and_the_record_let_go(
    room: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_ROOM", str(tmp_path))
    for host, port in (("127.0.0.1", room.address[1]), ("192.0.2.77", 0), ("no-such.invalid", 0),
                       ("127.0.0.1", 99_999), ("127.0.0.1", 65_535)):  # fmt: skip
        with pytest.raises(WorkshopError, match="cannot listen on"):
            Room(host, port)
    Room(port=0).close()


def test_the_secret_is_as_long_as_it_must_be(room: Open) -> None:
    assert room.join("Short", SECRET[:15]).status_code == 400
