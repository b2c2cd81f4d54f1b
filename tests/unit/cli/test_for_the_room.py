"""What an instructor does in front of a room."""

import pytest

from lab_helpers.cli import for_the_room
from lab_helpers.stage import Demo


def test_who_does_not_wait_for_an_alert_is_told_how_to_mend(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_stage: Demo, _name: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Demo, "break_", interrupted)
    with pytest.raises(KeyboardInterrupt):
        for_the_room.break_on_stage(Demo(), "latency")
    assert "`workshop demo heal latency` mends it." in capsys.readouterr().out
