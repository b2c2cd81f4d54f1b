"""The file of a recording: written, read, found by its seed; damaged or foreign files."""

import io
import tarfile
from pathlib import Path
from random import Random

import pytest

from lab_helpers.archives import pack
from lab_helpers.errors import WorkshopError
from lab_helpers.incident import recording
from lab_helpers.incident.recording import Head, Recording, recorded
from lab_helpers.incident.replay import services
from tests.unit.incident.made_up import truth

ULID = "01M8HVM43C92Y3AWRWB4CB9K3C"


def made(seed: int = 7, level: int = 2, begin: float = 1000.0, more: bytes = b"") -> Recording:
    snapshot = pack(
        {f"20261128T195526Z-1d88/{ULID}/index": b"index" + more, "20261128T195526Z-1d88/x": b""}
    )
    head = Head(seed, level, begin, begin + 240, "3.5.3")
    return Recording.of(head, snapshot, {"messages": [], "rules": {"groups": []}}, truth())


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = made().save(tmp_path)
    read = Recording.open("7", folder=tmp_path)
    assert read == made() and read.truth == truth()
    with tarfile.open(fileobj=io.BytesIO(read.blocks)) as blocks:
        assert blocks.getnames() == [f"{ULID}/index"], "no folder above the blocks"
    assert file.name == "7-2.incident"


def test_the_truth_is_not_read_by_accident(tmp_path: Path) -> None:
    content = made().save(tmp_path).read_bytes()
    assert b"slow-query" not in content
    assert "slow-query" not in repr(made()) and "slow-query" not in made().sealed


def test_they_are_listed_by_level_and_found_by_seed(tmp_path: Path) -> None:
    for seed, level in ((7, 2), (3, 2), (9, 1), (7, 1)):
        made(seed, level).save(tmp_path)
    assert [(h.level, h.seed) for h in recorded(tmp_path)] == [(1, 7), (1, 9), (2, 3), (2, 7)]
    assert Recording.open(7, folder=tmp_path).head.level == 1
    assert Recording.open(7, 2, folder=tmp_path).head.level == 2


@pytest.mark.parametrize(
    ("seed", "level", "message"),
    [
        (8, None, "There is no recording of incident 8. There are: 7 (level 2). Any other can be "),
        (7, 3, "There is no recording of incident 7 at level 3."),
        ("seven", None, "A seed is a whole number such as 7, not 'seven'."),
        (-1, None, "A seed is a whole number such as 7, not -1."),
        (7, "hard", "There is no level 'hard'."),
    ],
)
def test_what_there_is_not_is_said(
    tmp_path: Path, seed: int | str, level: int | str | None, message: str
) -> None:
    made().save(tmp_path)
    with pytest.raises(WorkshopError) as caught:
        Recording.open(seed, level, folder=tmp_path)
    assert message in str(caught.value)


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.99])
def test_a_damaged_one_is_told_with_what_to_do(tmp_path: Path, cut: float) -> None:
    file = made(more=bytes(range(256)) * 40).save(tmp_path)
    content = file.read_bytes()
    first = content.index(b"\n") + 1
    for damaged in (
        content[: first + int(cut * (len(content) - first))],
        content[:-40] + b"x" * 8 + content[-32:],
    ):
        file.write_bytes(damaged)
        with pytest.raises(WorkshopError, match=r"^7-2\.incident is damaged: fetch it once more"):
            Recording.open(7, folder=tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"format": 1', b'"format": 9', "is a recording of format 9, and this workshop reads"),
        (b'"workshop"', b'"xorkshop"', "is no recording of an incident"),
        (b'"seed"', b'"sead"', "is no recording of an incident"),
        (b"{", b"\xff", "is no recording of an incident"),
    ],
)
def test_one_of_another_version_or_none_at_all(
    tmp_path: Path, old: bytes, new: bytes, message: str
) -> None:
    file = made().save(tmp_path)
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    with pytest.raises(WorkshopError, match=message):
        recorded(tmp_path)


def test_one_that_is_too_large_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LARGEST", 500)
    with pytest.raises(WorkshopError, match="more than the 500 that it may have"):
        made(more=Random(1).randbytes(1000)).save(tmp_path)
    assert not list(tmp_path.iterdir())


def test_recordings_that_are_near_in_time_are_replayed_by_different_servers(tmp_path: Path) -> None:
    for seed, begin in ((1, 0.0), (2, 270.0), (3, 540.0), (4, 810.0)):
        made(seed, 1, begin).save(tmp_path)
    assert list(services(tmp_path)) == ["replay-1", "replay-2"]
    made(5, 1, 300.0).save(tmp_path)
    assert list(services(tmp_path)) == ["replay-1", "replay-2", "replay-3"]
