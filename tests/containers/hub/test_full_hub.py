"""A hub that is full: what a learner is told, and who makes room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab_helpers.hub import learners
from lab_helpers.waiting import wait_until
from tests.free_port import free_port
from tests.own_hub import OwnHub, own_hub

ONE, TWO = "learner-01", "learner-02"


@contextmanager
def hub_for_one(folder: Path, **constants: float) -> Iterator[OwnHub]:
    """A hub with a place for one, and with two who have passwords."""
    passwords = learners.make(folder / "learners.json", 2)
    with own_hub(folder, free_port(), 1, **constants) as hub:
        hub.passwords = passwords
        yield hub


def refused(hub: OwnHub, learner: str) -> str:
    """The page that a learner gets who asks for a server, and must not have one."""
    page = hub.log_in(learner).get(f"{hub.url}/hub/spawn/{learner}", timeout=60).text
    assert not hub.runs(learner)
    assert '<a href="/hub/home">Back to the start</a>' in page, page
    return page


def test_who_rests_makes_room_and_keeps_the_files(tmp_path: Path) -> None:
    with hub_for_one(tmp_path, IDLE=10) as hub:
        hub.enter(ONE)
        mine = "/home/learner/practical-monitoring/mine.txt"
        assert hub.inside(ONE, "sh", "-c", f"echo kept > {mine}")[0] == 0
        assert "<h2>All places are taken. Your files are safe." in refused(hub, TWO)
        wait_until(lambda: not hub.runs(ONE), f"the server of {ONE} has ended", timeout=60)
        hub.enter(ONE)
        assert hub.inside(ONE, "cat", mine)[1] == "kept\n"


def test_without_memory_for_one_more_the_page_says_so(tmp_path: Path) -> None:
    with hub_for_one(tmp_path, ROOM=1e15) as hub:
        page = refused(hub, ONE)
        assert "<h2>This machine has no memory left for one more learner." in page
