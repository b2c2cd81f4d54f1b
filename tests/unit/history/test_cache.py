"""The blocks of the week are made once, kept, and made again when the cache is damaged."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from lab_helpers import history
from lab_helpers.history import backfill
from lab_helpers.setup import engine


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[int]]:
    """The seeds whose blocks were made, negative for two weeks; no engine and no promtool."""
    seeds: list[int] = []

    def make(seed: int, image: str, week_before: bool) -> bytes:
        seeds.append(-seed if week_before else seed)
        return b"blocks of %d by %s" % (seed, image.encode())

    ids = {"one": "sha256:" + "1" * 64, "two": "sha256:" + "2" * 64}
    images = SimpleNamespace(get=lambda name: SimpleNamespace(id=ids[name]))
    monkeypatch.setenv("PROMETHEUS_IMAGE", "one")
    monkeypatch.setattr(engine, "client", lambda: SimpleNamespace(images=images))
    monkeypatch.setattr(engine, "require_image", lambda image, service: None)
    monkeypatch.setattr(backfill, "make_blocks", make)
    monkeypatch.setattr(backfill, "CACHE", tmp_path / "history")
    yield seeds


def cached() -> Path:
    (file,) = backfill.CACHE.iterdir()
    return file


def test_blocks_are_made_once(made: list[int]) -> None:
    assert history.blocks(1) == history.blocks(1) == history.blocks() == b"blocks of 1 by one"
    assert made == [1]
    assert gzip.decompress(cached().read_bytes()) == b"blocks of 1 by one"


def test_blocks_are_made_for_each_seed_image_and_format(
    made: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    history.blocks(1), history.blocks(2)
    monkeypatch.setenv("PROMETHEUS_IMAGE", "two")
    assert history.blocks(1) == b"blocks of 1 by two"
    monkeypatch.setattr(backfill, "FORMAT", backfill.FORMAT + 1)
    history.blocks(1), history.blocks(1, week_before=True), history.blocks(1, week_before=True)
    assert made == [1, 2, 1, 1, -1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept[:-9],
        lambda kept: kept[:20] + bytes([kept[20] ^ 1]) + kept[21:],
        lambda kept: kept[:10] + b"\xff" * 4 + kept[14:],
        lambda kept: b"",
        lambda kept: b"not gzip at all",
    ],
    ids=["cut short", "one bit", "no deflate", "empty", "something else"],
)
def test_damaged_cache_is_made_again(made: list[int], damage: Callable[[bytes], bytes]) -> None:
    good = history.blocks(1)
    cached().write_bytes(damage(cached().read_bytes()))
    assert history.blocks(1) == good
    assert made == [1, 1]
    assert history.blocks(1) == good
    assert made == [1, 1]
