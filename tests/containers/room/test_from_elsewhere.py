"""What another machine reaches of a room: the doors that were opened, and no other."""

import os
import shutil
from pathlib import Path

import pytest

from tests.class_room import open_room, report
from tests.neighbour import neighbour

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("curl"),
    reason="a network namespace is made by root, with ip, and looked out of with curl",
)


@pytest.mark.parametrize("every_address", [False, True])
def test_a_neighbour_reaches_the_learners_doors_alone(tmp_path: Path, every_address: bool) -> None:
    with (
        neighbour() as (here, elsewhere),
        open_room(tmp_path, host="0.0.0.0" if every_address else here) as room,
    ):
        room.join("Ann").raise_for_status()
        room.tell("Ann", report("02.1", 1)).raise_for_status()
        (_, port), doors = room.address, f"http://{here}:{room.address[1]}"
        assert elsewhere(f"{doors}/join/{room.room.record.token}") == "200"
        for path in ("/", "/figures", "/metrics", "/join/wrong"):
            assert elsewhere(doors + path) in ("403", "404")
        page = int(room.page.rstrip("/").rpartition(":")[2])
        assert page != port and elsewhere(f"http://{here}:{page}/") == "000"
        assert elsewhere(room.metrics_url) in ("401", "000")


def test_a_room_that_nothing_was_said_of_is_this_machines_alone(tmp_path: Path) -> None:
    with neighbour() as (here, elsewhere), open_room(tmp_path) as room:
        assert room.join("Ann").ok
        assert elsewhere(room.url.replace("127.0.0.1", here)) == "000"
