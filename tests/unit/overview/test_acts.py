"""Acts from the page: two clicks do it once, a reset comes first, and whatever fails is told."""

import threading
from collections.abc import Callable, Iterator

import pytest

from lab_helpers.errors import WaitFailed, WorkshopError
from lab_helpers.overview.acts import Acts, Busy
from lab_helpers.waiting import wait_until


class Slow:
    """Does an act when it is let."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.go = threading.Event()

    def __call__(self, kind: str, name: str) -> str:
        self.go.wait(10)
        self.done.append((kind, name))
        return f"{kind} {name} is done"


@pytest.fixture
def slow() -> Iterator[Slow]:
    found = Slow()
    yield found
    found.go.set()


def ended(acts: Acts) -> Callable[[], bool]:
    return lambda: not acts.are_under_way()


def test_two_clicks_do_it_once_and_it_is_told_while_it_lasts_and_afterwards(slow: Slow) -> None:
    acts = Acts(slow)
    acts.begin("break", "latency")
    (told,) = acts.as_json()
    assert (told["kind"], told["name"], told["doing"]) == ("break", "latency", "breaking")
    for kind in ("break", "heal"):
        with pytest.raises(Busy, match="latency is breaking already: wait until that is done"):
            acts.begin(kind, "latency")
    acts.begin("heal", "errors")
    slow.go.set()
    wait_until(ended(acts), "both are done", timeout=10)
    assert sorted(slow.done) == [("break", "latency"), ("heal", "errors")]
    assert {one["told"] for one in acts.as_json()} == {
        "break latency is done",
        "heal errors is done",
    }
    acts.begin("break", "latency")


def test_a_reset_waits_for_nobody_and_lets_nothing_begin(slow: Slow) -> None:
    acts = Acts(slow)
    acts.begin("break", "latency")
    acts.begin("reset")
    for kind, name in (("break", "errors"), ("break", "latency"), ("reset", "")):
        with pytest.raises(Busy, match="The stage is resetting already"):
            acts.begin(kind, name)
    slow.go.set()
    wait_until(ended(acts), "it is done", timeout=10)
    assert [one["told"] for one in acts.as_json()] == ["reset  is done"], "of the break, nothing"


def test_what_fails_is_told() -> None:
    def fail(kind: str, name: str) -> str:
        raise problems[name]

    problems = {
        "latency": WaitFailed("Waited 30 s until LatencyHigh fires, in vain."),
        "errors": OSError("no space left"),
    }
    acts = Acts(fail)
    for name in problems:
        acts.begin("break", name)
    wait_until(ended(acts), "both have failed", timeout=10)
    told = {one["name"]: one["told"] for one in acts.as_json() if one["failed"]}
    assert told == {
        "latency": "Waited 30 s until LatencyHigh fires, in vain.",
        "errors": "OSError: no space left",
    }


@pytest.mark.parametrize(
    ("kind", "name"), [("break", "fire"), ("break", ""), ("explode", "latency"), ("reset", "x")]
)
def test_what_there_is_not(slow: Slow, kind: str, name: str) -> None:
    with pytest.raises(WorkshopError, match="There is no"):
        Acts(slow).begin(kind, name)
    assert not slow.done
