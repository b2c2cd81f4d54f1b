"""One reset at a time, and when the last one began."""

import time
from pathlib import Path

import pytest

from lab_helpers.errors import ServiceFailed
from lab_helpers.stage import reset


def test_a_second_reset_is_refused_while_one_is_under_way(tmp_path: Path) -> None:
    mark = tmp_path / "not yet there" / "reset.stage"
    with (
        reset.alone(mark),
        pytest.raises(ServiceFailed, match="being reset already"),
        reset.alone(mark),
    ):
        pass
    with reset.alone(mark):
        pass


def test_when_the_last_one_began_is_known_as_soon_as_it_has(tmp_path: Path) -> None:
    mark = tmp_path / "reset.stage"
    assert reset.last(mark) == 0.0
    began = time.time()
    with reset.alone(mark):
        assert began - 1 < reset.last(mark) <= time.time() + 1
