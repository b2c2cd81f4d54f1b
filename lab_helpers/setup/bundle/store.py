"""The folder into which a bundle's pieces are copied, until they are installed."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from lab_helpers.errors import BundleRefused
from lab_helpers.setup.bundle.manifest import Piece

_CHUNK = 2**20


class Source(Protocol):
    """Where pieces come from: a file, or the instructor's machine."""

    def fetch(self, pieces: Sequence[Piece], store: Store) -> None:
        """Bring pieces into a store.

        Raises:
            BundleRefused: that cannot be done; what came is kept.
        """


class Store:
    """Pieces in a folder: whole ones under their digests, begun ones beside them.

    Several may be written at a time, each by one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._whole: set[str] = set()  # what was verified since this store was opened

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder, as two commands side by side would write the same pieces.

        Afterwards it is gone, if there is nothing in it.

        Raises:
            BundleRefused: another command has it.
        """
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            held = os.open(self.folder, os.O_RDONLY)
        try:
            _lock(held, self.folder)
            try:
                yield
            finally:
                with suppress(OSError):  # it has what came
                    self.folder.rmdir()
        finally:
            os.close(held)

    def path(self, piece: Piece) -> Path:
        """Where a piece lies, or will lie."""
        return self.folder / piece.digest

    def lacking(self, pieces: Iterable[Piece]) -> list[Piece]:
        """Those of the pieces that are not here whole; each that is here is read and verified."""
        return [piece for piece in pieces if not self._is_whole(piece)]

    def begun(self, piece: Piece) -> int:
        """So many bytes of a piece are here from a copy that was interrupted."""
        try:
            size = self._part(piece).stat().st_size
        except OSError:
            return 0
        return size if size <= piece.size else 0

    def put(self, piece: Piece, chunks: Iterable[bytes]) -> None:
        """Write a piece, from where it was `begun` on, and verify it.

        Raises:
            BundleRefused: what came is not this piece, and is dropped; or it ended early, or could
                not be written, and is kept.
            OSError: reading the chunks raised it; what came is kept.
        """
        part, begun = self._part(piece), self.begun(piece)
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = open(part, "r+b" if begun else "wb")  # noqa: SIM115 (closed below)
        with file:
            summary = hashlib.sha256()
            while chunk := file.read(_CHUNK) if begun else b"":
                summary.update(chunk)
            size = begun
            for chunk in chunks:
                size += len(chunk)
                if size > piece.size:
                    break
                summary.update(chunk)
                with self._told():
                    file.write(chunk)
            with self._told():
                file.flush()
        if size < piece.size:
            raise BundleRefused(
                f"{piece.name} ended after {size} of {piece.size} bytes; what came is kept: run "
                "the same command again."
            )
        if size > piece.size or summary.hexdigest() != piece.digest:
            part.unlink()
            raise BundleRefused(
                f"{piece.name} in the bundle is damaged: nothing of the bundle is used. Copy the "
                "bundle again, and run the same command."
            )
        part.replace(self.path(piece))
        self._whole.add(piece.digest)

    def note(self, name: str, text: bytes) -> None:
        """Keep a text beside the pieces.

        Raises:
            BundleRefused: it cannot be written.
        """
        with self._told():
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(text)

    def check_room(self, pieces: Sequence[Piece], engine_disk: Path | None) -> None:
        """See that the disks have room for pieces, copied and installed.

        Args:
            engine_disk: where the engine keeps its images, if that is on this machine.

        Raises:
            BundleRefused: one has not.
        """
        needs: dict[int, tuple[Path, int]] = {}

        def need(place: Path, size: int) -> None:
            place = place.resolve()
            while not place.exists():
                place = place.parent
            device = place.stat().st_dev
            where, so_far = needs.get(device, (place, 0))
            needs[device] = where, so_far + size

        for piece in pieces:
            to_copy = 0 if self.path(piece).exists() else piece.size - self.begun(piece)
            need(self.folder, to_copy)
            if piece.kind in ("wheel", "checkout"):
                need(self.folder, piece.unpacked)
            elif engine_disk and engine_disk.exists():
                need(engine_disk, piece.size + piece.unpacked)  # it has a copy, too, while it reads
        for place, size in needs.values():
            free = shutil.disk_usage(place).free
            if free < size:
                raise BundleRefused(
                    f"The disk is too small: this bundle needs {_giga(size)} at {place}, and "
                    f"{_giga(free)} are free. Make room, and run the same command again; nothing "
                    "was changed."
                )

    def empty(self) -> None:
        """Remove the folder, with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(self, piece: Piece) -> Path:
        return self.folder / f"{piece.digest}.part"

    def _is_whole(self, piece: Piece) -> bool:
        if piece.digest in self._whole:
            return True
        summary = hashlib.sha256()
        try:
            with open(self.path(piece), "rb") as file:
                while chunk := file.read(_CHUNK):
                    summary.update(chunk)
        except OSError:
            return False
        if summary.hexdigest() != piece.digest:
            return False
        self._whole.add(piece.digest)
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                told = "the disk is full: make room, and run the same command again"
            elif isinstance(problem, PermissionError):
                told = f"this user may not: `sudo chown -R $(id -un) {self.folder.parent}`"
            else:
                told = os.strerror(problem.errno or 0)
            raise BundleRefused(f"{self.folder} cannot be written to: {told}.") from None


def _lock(held: int, folder: Path) -> None:
    """Take a folder that is open; it is free again when it is closed, or its process has ended."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BundleRefused(
            f"Another command is at work on {folder.parent}: wait until it is done, and run this "
            "one again."
        ) from None
    except OSError:
        pass  # a disk that knows no locks


def _giga(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
