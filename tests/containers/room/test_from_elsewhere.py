"""What another machine reaches of a room: the doors that were opened, and no other."""

from pathlib import Path

import pytest

from tests.class_room import open_room, report
from tests.elsewhere import elsewhere


@pytest.mark.parametrize("every_address", [False, True])
def test_a_neighbour_reaches_the_learners_doors_alone(tmp_path: Path, every_address: bool) -> None:
    with (
        elsewhere() as place,
        open_room(tmp_path, host="0.0.0.0" if every_address else place.here) as room,
    ):
        room.join("Ann").raise_for_status()
        room.tell("Ann", report("02.1", 1)).raise_for_status()
        (_, port), doors = room.address, f"http://{place.here}:{room.address[1]}"
        assert place.get(f"{doors}/join/{room.room.record.token}")[0] == 200
        for path in ("/", "/figures", "/metrics", "/join/wrong"):
            assert place.get(doors + path)[0] in (403, 404)
        page = int(room.page.rstrip("/").rpartition(":")[2])
        assert page != port and place.get(f"http://{place.here}:{page}/")[0] == 0
        assert place.get(room.metrics_url)[0] in (401, 0)


def test_a_room_that_nothing_was_said_of_is_this_machines_alone(tmp_path: Path) -> None:
    with elsewhere() as place, open_room(tmp_path) as room:
        assert room.join("Ann").ok
        assert place.get(room.url.replace("127.0.0.1", place.here))[0] == 0
