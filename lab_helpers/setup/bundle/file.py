"""A bundle as a file: a zip whose pieces lie in it as they are, so that each is read where it lies.

A zip, as Python starts one that has a `__main__`: `python3 workshop.bundle` needs nothing else.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab_helpers.errors import BundleRefused
from lab_helpers.progress import Progress
from lab_helpers.setup.bundle.manifest import Manifest, Piece
from lab_helpers.setup.bundle.store import Store

#: How a bundle begins. A Python finds no zip in a copy that is cut off, takes it for a program in
#: this encoding, and says its name.
BEGINS = b"# coding: this_file_is_cut_off.copy_it_again\n"
MANIFEST = "manifest.json"
PIECES = "pieces/"
#: Bytes that are read at a time.
CHUNK = 2**20
#: The manifest is not larger, and neither is a file of the code that unpacks.
_LARGEST = 16 * 2**20
#: What reading a damaged zip can raise.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, NotImplementedError,
    RuntimeError, OverflowError,
)  # fmt: skip


class Bundle:
    """A bundle, open for reading; from several threads at once, if need be. A context manager.

    Raises:
        BundleRefused: there is no such file, or it is no bundle, or not whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = _open(path)
        try:
            self._zip = zipfile.ZipFile(self._file)
            members = {info.filename: info for info in self._zip.infolist()}
            if MANIFEST not in members or members[MANIFEST].file_size > _LARGEST:
                raise zipfile.BadZipFile("it has no manifest")
            self.manifest = Manifest.read(self._zip.read(MANIFEST))
            if len(members) != len(self._zip.infolist()):
                raise zipfile.BadZipFile("a member is there twice")
            self._check(members)
        except _BROKEN as problem:
            told = self._why(problem)
            self._file.close()
            raise BundleRefused(told) from None
        except BundleRefused:
            self._file.close()
            raise
        except OSError as problem:
            self._file.close()
            raise BundleRefused(f"{path} cannot be read: {problem.strerror}.") from None

    def fileno(self) -> int:
        """The descriptor of the open file."""
        return self._file.fileno()

    def place(self, digest: str) -> tuple[int, int]:
        """Where a piece begins in the file, and its size.

        Raises:
            KeyError: there is no such piece.
        """
        return self._places[digest], self.manifest.pieces[digest].size

    def read(self, digest: str, at: int = 0, size: int = -1) -> bytes:
        """Bytes of a piece, from one of them on.

        Raises:
            KeyError: there is no such piece.
        """
        begin, whole = self.place(digest)
        left = max(0, whole - at)
        return os.pread(self.fileno(), left if size < 0 else min(size, left), begin + at)

    def fetch(self, pieces: Sequence[Piece], store: Store) -> None:
        """Copy pieces into a store, each from where an earlier copy stopped.

        Raises:
            BundleRefused: one is damaged, or the file cannot be read any more.
        """
        if not pieces:
            return
        whole = sum(piece.size for piece in pieces)
        came = 0
        with Progress() as progress:
            for piece in pieces:
                progress.say(f"copying {came / 1e6:.0f} of {whole / 1e6:.0f} MB ({piece.name})")
                store.put(piece, self._chunks(piece, store.begun(piece)))
                came += piece.size
            copied = f"✓ {whole / 1e6:.0f} MB are copied and whole"
            progress.done(f"{copied} ({progress.elapsed:.0f} s)")

    def starter(self) -> bytes:
        """A small zip of the code that unpacks, and the manifest; Python starts it."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as small:
            for info in self._zip.infolist():
                if not info.filename.startswith(PIECES):
                    plain = zipfile.ZipInfo(info.filename, info.date_time)
                    small.writestr(plain, self._zip.read(info), zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def _chunks(self, piece: Piece, begin: int) -> Iterator[bytes]:
        try:
            for at in range(begin, piece.size, CHUNK):
                yield self.read(piece.digest, at, CHUNK)
        except OSError as problem:
            raise BundleRefused(
                f"{self.path} cannot be read any more: {problem.strerror}. What came is kept: see "
                "that its disk is there, and run the same command again."
            ) from None

    def _check(self, members: dict[str, zipfile.ZipInfo]) -> None:
        """See that exactly the pieces of the manifest are there, and where each lies."""
        there = {name: info for name, info in members.items() if name.startswith(PIECES)}
        listed = {PIECES + digest: piece for digest, piece in self.manifest.pieces.items()}
        for name in sorted(listed.keys() ^ there.keys()):
            told = f"{listed[name].name} is missing" if name in listed else f"{name!r} is too much"
            raise zipfile.BadZipFile(told)
        end = os.fstat(self.fileno()).st_size
        self._places: dict[str, int] = {}
        for name, piece in listed.items():
            info = there[name]
            head = os.pread(self.fileno(), 30, info.header_offset)
            if len(head) < 30 or head[:4] != b"PK\x03\x04":
                raise zipfile.BadZipFile(f"{piece.name} is not where it should be")
            begin = info.header_offset + 30 + sum(struct.unpack("<HH", head[26:30]))
            as_it_is = info.compress_type == zipfile.ZIP_STORED and info.file_size == piece.size
            if not as_it_is or begin + piece.size > end:
                raise zipfile.BadZipFile(f"{piece.name} is not as long as it should be")
            self._places[piece.digest] = begin

    def _why(self, problem: Exception) -> str:
        begins = os.pread(self.fileno(), len(BEGINS), 0)
        if begins and (BEGINS.startswith(begins) or begins.startswith(b"PK\x03\x04")):
            return (
                f"{self.path} is no bundle of the workshop, or cut off, or altered ({problem}): "
                "copy the file again. Nothing of it is used."
            )
        return f"{self.path} is no bundle of the workshop; `workshop bundle` makes one."


def _open(path: Path) -> io.FileIO:
    if re.match(r"[a-z]+:/", str(path)):
        address = str(path).replace(":/", "://", 1)  # as it was before it was taken for a path
        raise BundleRefused(
            f"{address} is an address, and a bundle is a file: fetch it first, or paste the line "
            "that the instructor shows."
        )
    try:
        return io.FileIO(path)
    except FileNotFoundError:
        raise BundleRefused(f"There is no file {path}: name the bundle's.") from None
    except IsADirectoryError:
        raise BundleRefused(f"{path} is a folder: name the bundle in it.") from None
    except PermissionError:
        raise BundleRefused(
            f"{path} is not open to this user: `sudo chmod +r {path}`, or copy it as its owner."
        ) from None
    except (OSError, ValueError) as problem:
        raise BundleRefused(f"{path} cannot be read: {problem}.") from None
