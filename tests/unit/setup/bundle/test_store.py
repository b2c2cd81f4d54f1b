"""Pieces copied into a folder: interrupted, gone on with, damaged, on a disk that is too small."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle.file import CHUNK, Bundle
from lab_helpers.setup.bundle.manifest import Piece
from lab_helpers.setup.bundle.store import Store
from lab_helpers.setup.images import ROOT
from tests.made_bundle import LARGE, MadeUp

CONTENT = bytes(range(256)) * 40
PIECE = Piece(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "layer", "a layer", 0)


def chunks(begin: int, end: int = len(CONTENT), size: int = 1000) -> Iterator[bytes]:
    for at in range(begin, end, size):
        yield CONTENT[at : min(at + size, end)]


def test_a_copy_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.lacking([PIECE]) == [PIECE] and store.begun(PIECE) == 0
    with pytest.raises(BundleRefused, match="ended after 4200 of 10240 bytes; what came is kept"):
        store.put(PIECE, chunks(0, 4200))

    def broken() -> Iterator[bytes]:
        yield from chunks(4200, 6000)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(PIECE, broken())
    again = Store(tmp_path / "store")
    assert again.begun(PIECE) == 6000
    again.put(PIECE, chunks(6000))
    assert again.lacking([PIECE]) == []
    assert again.path(PIECE).read_bytes() == CONTENT
    assert os.listdir(tmp_path / "store") == [PIECE.digest]


@pytest.mark.parametrize("came", [CONTENT[:-1] + b"x", CONTENT + b"more", b"x" + CONTENT[1:]])
def test_what_is_another_piece_is_dropped(tmp_path: Path, came: bytes) -> None:
    store = Store(tmp_path)
    with pytest.raises(BundleRefused, match="a layer in the bundle is damaged"):
        store.put(PIECE, iter([came]))
    assert os.listdir(tmp_path) == []


def test_what_was_damaged_since_it_came_is_lacking(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(PIECE, chunks(0))
    store.path(PIECE).write_bytes(CONTENT[:-1] + b"x")
    again = Store(tmp_path)
    assert again.lacking([PIECE]) == [PIECE]
    again.put(PIECE, chunks(0))
    assert Store(tmp_path).lacking([PIECE]) == []


def test_a_begun_piece_that_was_damaged_is_found(tmp_path: Path) -> None:
    (tmp_path / f"{PIECE.digest}.part").write_bytes(b"x" * 4000)
    with pytest.raises(BundleRefused, match="damaged"):
        Store(tmp_path).put(PIECE, chunks(4000))
    (tmp_path / f"{PIECE.digest}.part").write_bytes(b"x" * 40_000)  # more than there is
    assert Store(tmp_path).begun(PIECE) == 0


def test_a_disk_that_is_too_small_is_said_before(tmp_path: Path) -> None:
    huge = PIECE._replace(size=10**15, unpacked=10**15, kind="wheel")
    with pytest.raises(BundleRefused) as told:
        Store(tmp_path / "a" / "store").check_room([huge], None)
    assert "The disk is too small: this bundle needs 2000000.0 GB at " in str(told.value)
    assert not (tmp_path / "a").exists()
    Store(tmp_path).check_room([PIECE], tmp_path)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs root on Linux")
def test_a_disk_that_fills_up_is_said_and_the_copy_goes_on(tmp_path: Path) -> None:
    """Eight times: killed half-way by a disk of 2 MB, then with room."""
    path = MadeUp(tmp_path / "made").make()
    program = f"""if True:
        import sys; sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from lab_helpers.errors import BundleRefused
        from lab_helpers.setup.bundle.file import Bundle
        from lab_helpers.setup.bundle.store import Store
        bundle, store = Bundle(Path({str(path)!r})), Store(Path("/mnt/workshop/bundle"))
        pieces = [one for one in bundle.manifest.pieces.values() if one.kind == "layer"]
        try:
            bundle.fetch(pieces, store)
        except BundleRefused as problem:
            print(problem, store.begun(pieces[0]))
        """
    small = 'mount -t tmpfs -o size=2m none /mnt && "$@" && mount -o remount,size=9m /mnt && "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", small, "sh", sys.executable, "-S", "-c", program],
        capture_output=True, text=True,
    )  # fmt: skip
    said = "/mnt/workshop/bundle cannot be written to: the disk is full: make room, and run the"
    assert done.stdout.startswith(said), done.stderr
    (line,) = done.stdout.splitlines()
    assert CHUNK <= int(line.split()[-1]) < LARGE


class Unplugged(BaseException):
    """The end of a copy, as Ctrl-C is one; but pytest itself does not listen to it."""


def test_an_interrupted_copy_from_a_file_reads_only_what_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Bundle(MadeUp(tmp_path / "made").make()) as bundle:
        pieces = list(bundle.manifest.pieces.values())
        store, read, ends = Store(tmp_path / "store"), list[int](), [5]
        plain = Bundle.read

        def counted(self: Bundle, digest: str, at: int = 0, size: int = -1) -> bytes:
            content = plain(self, digest, at, size)
            read.append(len(content))
            if [len(read)] == ends:
                raise Unplugged
            return content

        monkeypatch.setattr(Bundle, "read", counted)
        with pytest.raises(Unplugged):
            bundle.fetch(pieces, store)
        came = sum(read[:4])
        read.clear()
        ends.clear()
        bundle.fetch(store.lacking(pieces), store)
    assert Store(tmp_path / "store").lacking(pieces) == []
    assert sum(read) == sum(piece.size for piece in pieces) - came


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".workshop").write_text("")
    for act in (lambda store: store.note("a", b""), lambda store: store.put(PIECE, chunks(0))):
        with pytest.raises(BundleRefused, match="bundle cannot be written to: Not a directory"):
            act(Store(tmp_path / ".workshop" / "bundle"))
