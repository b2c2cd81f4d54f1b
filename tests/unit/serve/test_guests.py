"""Who has asked, and how far they are."""

from lab_helpers.serve import guests
from lab_helpers.serve.guests import Guests


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_each_is_as_far_as_they_say_and_what_they_are_sent_counts() -> None:
    clock = Clock()
    room = Guests(total=1000, clock=clock)
    ada = room.asked("10.0.0.1", "ada", "800")
    ben = room.asked("10.0.0.2", "ben", "400")
    room.sent(ada, 200)
    room.sent(ben, 400)
    state = room.state()
    assert (state["asked"], state["done"], state["left"]) == (2, 1, 600)
    assert state["each"] == [1.0, 0.25]
    assert state["rate"] == 600 / guests.WINDOW
    clock.now += guests.WINDOW + 1
    assert room.state()["rate"] == 0
    room.asked("10.0.0.1", "ada", "700")  # a hundred bytes got lost on their way
    assert room.state()["left"] == 700


def test_who_says_nothing_is_not_counted_and_nonsense_is_nothing() -> None:
    room = Guests(total=1000)
    for said in ("", "-1", "1e3", "٣", "9" * 100, "0x10"):
        room.asked("10.0.0.1", "x", said)
    assert room.state()["asked"] == 0
    room.asked("10.0.0.1", "x", "5000")
    assert room.state()["left"] == 1000  # nobody lacks more than there is


def test_two_behind_one_address_are_two() -> None:
    room = Guests(total=1000)
    room.asked("10.0.0.1", "ada", "10")
    room.asked("10.0.0.1", "ben", "0")
    assert (room.state()["asked"], room.state()["done"]) == (2, 1)


def test_a_flood_of_names_pushes_out_its_own_alone() -> None:
    room = Guests(total=1000)
    room.asked("10.0.0.1", "ada", "10")
    for number in range(1_000):
        room.asked("10.0.0.66", f"n{number}", "7")
    assert room.state()["asked"] == 1 + guests.MOST_AT_ONE_ADDRESS
    for number in range(1_000):
        room.asked(f"10.1.{number >> 8}.{number & 255}", "", "7")
    assert room.state()["asked"] == guests.MOST
